package remedies

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var iamDeactivateKeyCases = []remedytest.Case{
	{
		Name: "stolen", Control: "guardduty:UnauthorizedAccess:IAMUser/MaliciousIPCaller", Absent: user("/", "tagwarden-no-such-user"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantKeys(ctx, cfg, "/team/", "tagwarden-stolen")
		},
		Meddle: deactivateSecondKey,
	},
	{
		Name: "never-rotated", Control: "securityhub:IAM.3",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantKeys(ctx, cfg, since2020, "tagwarden-never-rotated")
		},
	},
	{
		Name: "unused", Control: "config:iam-user-unused-credentials-check", With: `{"unused-days":30}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantKeys(ctx, cfg, since2020, "tagwarden-unused-keys")
		},
	},
	{
		Name: "known-by-its-id", Control: "config:access-keys-rotated",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantKeys(ctx, cfg, since2020, "tagwarden-keys-by-id")
			if err != nil {
				return p, err
			}
			return byUniqueID(ctx, cfg, p, "tagwarden-keys-by-id")
		},
	},
}

// plantKeys makes a user with two active keys; the finding names the first.
func plantKeys(ctx context.Context, cfg aws.Config, path, name string) (remedytest.Planted, error) {
	p, err := plantUser(ctx, cfg, path, name)
	if err != nil {
		return p, err
	}
	p.Names = map[string]string{}
	for _, which := range []string{"first", "second"} {
		out, err := iam.NewFromConfig(cfg).CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
		if err != nil {
			return p, err
		}
		p.Names[which] = *out.AccessKey.AccessKeyId
	}
	p.Subject = finding.Subject{"key": p.Names["first"], "user-type": "IAMUser"}
	return p, nil
}

func deactivateSecondKey(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	_, err := iam.NewFromConfig(cfg).UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
		UserName: aws.String("tagwarden-stolen"), AccessKeyId: aws.String(p.Names["second"]), Status: types.StatusTypeInactive,
	})
	return err
}

func TestFixAccessKeys(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(n int) time.Time { return now.Add(-days(n)) }
	keys := accessKeys{
		"AKIAOLDUSED":   {Status: types.StatusTypeActive, Created: ago(400), LastUsed: ago(1)},
		"AKIAOLDUNUSED": {Status: types.StatusTypeActive, Created: ago(400), LastUsed: ago(60)},
		"AKIANEVERUSED": {Status: types.StatusTypeActive, Created: ago(91)},
		"AKIANEW":       {Status: types.StatusTypeActive, Created: ago(0)},
		"AKIAATLIMIT":   {Status: types.StatusTypeActive, Created: ago(90), LastUsed: ago(90)},
	}
	guard := "guardduty:CredentialAccess:IAMUser/AnomalousBehavior"
	tests := []struct {
		name, control, with string
		subject             finding.Subject
		want                []string // ids that are inactive; nil for a refusal
	}{
		{"older than 90 days", "securityhub:IAM.3", "", nil, []string{"AKIAOLDUSED", "AKIAOLDUNUSED", "AKIANEVERUSED"}},
		{"older than the rule says", "config:access-keys-rotated", `{"max-age-days":200}`, nil, []string{"AKIAOLDUSED", "AKIAOLDUNUSED"}},
		{"unused for 90 days", "securityhub:IAM.8", "", nil, []string{"AKIANEVERUSED"}},
		{"unused for 45 days", "securityhub:IAM.22", "", nil, []string{"AKIAOLDUNUSED", "AKIANEVERUSED", "AKIAATLIMIT"}},
		{"unused for as long as the rule says", "securityhub:IAM.22", `{"unused-days":365}`, nil, []string{}},
		{"the named key alone", guard, "", finding.Subject{"key": "AKIANEW"}, []string{"AKIANEW"}},
		{"no key is named", guard, "", nil, nil},
		{"a session's key", guard, "", finding.Subject{"key": "ASIASESSION"}, nil},
		{"somebody else's key", guard, "", finding.Subject{"key": "AKIAELSEWHERE"}, nil},
		{"the root user's key", guard, "", finding.Subject{"key": "AKIANEW", "user-type": "Root"}, nil},
		{"a control that says nothing of keys", "securityhub:IAM.2", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixAccessKeys(keys, remedy.Params{With: []byte(test.with), Control: test.control, Subject: test.subject, Now: now})
			if test.want == nil {
				refused(t, got, err)
				return
			}
			want := keys.without(func(accessKey) bool { return false })
			for _, id := range test.want {
				k := want[id]
				k.Status = types.StatusTypeInactive
				want[id] = k
			}
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
}

// TestExpiredKeyStaysExpired holds that no status is written of a key that cannot be used any more, whoever names it.
func TestExpiredKeyStaysExpired(t *testing.T) {
	keys := accessKeys{"AKIAEXPIRED": {Status: types.StatusTypeExpired}}
	for _, control := range []string{"securityhub:IAM.3", "guardduty:CredentialAccess:IAMUser/AnomalousBehavior"} {
		got, err := fixAccessKeys(keys, remedy.Params{Control: control, Subject: finding.Subject{"key": "AKIAEXPIRED"}, Now: time.Now()})
		if err != nil || !reflect.DeepEqual(got, keys) {
			t.Errorf("%s: got %v, %v; want it as it is", control, got, err)
		}
	}
}
