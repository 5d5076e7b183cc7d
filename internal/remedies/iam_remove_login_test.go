package remedies

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var iamRemoveLoginCases = []remedytest.Case{
	{
		Name: "unused", Rests: []string{"Created"}, Absent: user("/", "tagwarden-no-such-user"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantLogin(ctx, cfg, "tagwarden-unused-login")
		},
	},
	{
		Name: "known-by-its-id", Rests: []string{"Created"}, Control: "config:iam-user-unused-credentials-check",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantLogin(ctx, cfg, "tagwarden-login-by-id")
			if err != nil {
				return p, err
			}
			return byUniqueID(ctx, cfg, p, "tagwarden-login-by-id")
		},
	},
}

// plantLogin makes a user with a console password that was last used in 2020.
func plantLogin(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	p, err := plantUser(ctx, cfg, since2020, name)
	if err != nil {
		return p, err
	}
	_, err = iam.NewFromConfig(cfg).CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &name, Password: aws.String("Planted-4-the-test")})
	return p, err
}

func TestFixConsoleLogin(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(n int) time.Time { return now.Add(-days(n)) }
	for _, test := range []struct {
		name, control, with string
		before              consoleLogin
		stays               bool
	}{
		{"unused", "securityhub:IAM.8", "", consoleLogin{Password: true, Created: ago(400), LastUsed: ago(91)}, false},
		{"used", "securityhub:IAM.8", "", consoleLogin{Password: true, Created: ago(400), LastUsed: ago(90)}, true},
		{"unused for IAM.22", "securityhub:IAM.22", "", consoleLogin{Password: true, Created: ago(400), LastUsed: ago(46)}, false},
		{"used as the rule says", "securityhub:IAM.22", `{"unused-days":60}`, consoleLogin{Password: true, Created: ago(400), LastUsed: ago(46)}, true},
		{"never used, and old", "config:iam-user-unused-credentials-check", "", consoleLogin{Password: true, Created: ago(91)}, false},
		{"never used, and new", "config:iam-user-unused-credentials-check", "", consoleLogin{Password: true, Created: ago(3)}, true},
		{"a new password of one who was away", "securityhub:IAM.8", "", consoleLogin{Password: true, Created: ago(3), LastUsed: ago(200)}, true},
		{"none", "securityhub:IAM.8", "", consoleLogin{LastUsed: ago(200)}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := test.before
			want.Password = test.stays
			got, err := fixConsoleLogin(test.before, remedy.Params{Control: test.control, With: []byte(test.with), Now: now})
			if err != nil || got != want {
				t.Errorf("got %+v, %v; want %+v", got, err, want)
			}
		})
	}
}
