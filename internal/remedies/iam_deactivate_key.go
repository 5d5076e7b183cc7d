package remedies

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var iamDeactivateKey = remedy.Remedy{
	ID: "iam-deactivate-key",
	Doc: `Deactivate access keys of an IAM user.

For a GuardDuty finding it is exactly the key that the finding names. For a finding about rotation these are the user's active keys that are older than max-age-days, for
one about unused credentials those that were not used for unused-days. A key is never deleted; an undo activates exactly those again that were deactivated.

When not to use it: for users whose keys run something that nobody watches. Propose it there, so that somebody rotates the key first.`,
	Changes: "The access keys that the finding is about are inactive.",
	Breaks:  "Whatever signs its requests with such a key is refused by AWS from now on.",
	Setting: "iam:access-keys",
	Per:     "key",
	Answers: []string{
		"securityhub:IAM.3", "securityhub:IAM.8", "securityhub:IAM.22", "config:access-keys-rotated", "config:iam-user-unused-credentials-check", "guardduty:*:IAMUser/*",
	},
	Resource: iamUser,
	Find:     findUser,
	Reads:    []remedy.Grant{{Action: "iam:ListAccessKeys", On: "${ARN}"}, {Action: "iam:GetAccessKeyLastUsed", On: "${ARN}"}, findUsers},
	Writes:   []remedy.Grant{{Action: "iam:UpdateAccessKey", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   iamSettle,
	Lens:     remedy.Erase(remedy.Setting[accessKeys]{Read: readAccessKeys, Fix: fixAccessKeys, Write: writeAccessKeys}),
	With: []remedy.Param{
		{Name: "max-age-days", Kind: remedy.Integer, Doc: "The age in days up to which a key may be active.", Default: "90", Min: 1, Max: 3650},
		{Name: "unused-days", Kind: remedy.Integer, Doc: "How many days a key may go unused; 45 is the default for IAM.22.", Default: "90", Min: 1, Max: 3650},
	},
	Examples: []remedy.Example{
		{
			Name:    "a key that was never rotated beside a new one",
			Control: "securityhub:IAM.3",
			Before: `{"AKIAOLD":{"Status":"Active","Created":"2020-01-02T00:00:00Z","LastUsed":"2026-11-24T11:00:00Z"},
				"AKIANEW":{"Status":"Active","Created":"2026-11-01T00:00:00Z"}}`,
			After: `{"AKIAOLD":{"Status":"Inactive","Created":"2020-01-02T00:00:00Z","LastUsed":"2026-11-24T11:00:00Z"},
				"AKIANEW":{"Status":"Active","Created":"2026-11-01T00:00:00Z"}}`,
		},
		{
			Name:    "the key that an attacker used",
			Control: "guardduty:UnauthorizedAccess:IAMUser/MaliciousIPCaller",
			Subject: finding.Subject{"key": "AKIASTOLEN", "user-type": "IAMUser"},
			Before:  `{"AKIASTOLEN":{"Status":"Active","Created":"2026-11-01T00:00:00Z"},"AKIAOTHER":{"Status":"Active","Created":"2020-01-02T00:00:00Z"}}`,
			After:   `{"AKIASTOLEN":{"Status":"Inactive","Created":"2026-11-01T00:00:00Z"},"AKIAOTHER":{"Status":"Active","Created":"2020-01-02T00:00:00Z"}}`,
		},
	},
}

// accessKeys are all access keys of one user, by id. Only Status is ever written.
type accessKeys map[string]accessKey

type accessKey struct {
	Status   types.StatusType
	Created  time.Time
	LastUsed time.Time `json:",omitzero"` // zero for never
}

// usable tells whether requests can be signed with a key; one that has expired stays so.
func (k accessKey) usable() bool {
	return k.Status != types.StatusTypeInactive && k.Status != types.StatusTypeExpired
}

// usedSince is the last sign of use; for a key that was never used its creation.
func (k accessKey) usedSince() time.Time {
	if k.LastUsed.After(k.Created) {
		return k.LastUsed
	}
	return k.Created
}

func readAccessKeys(ctx context.Context, cfg aws.Config, r finding.Resource) (accessKeys, error) {
	user, err := nameInARN(r)
	if err != nil {
		return nil, err
	}
	c, keys := iam.NewFromConfig(cfg), accessKeys{}
	for pages := iam.NewListAccessKeysPaginator(c, &iam.ListAccessKeysInput{UserName: &user}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, remedy.Explain("list the access keys of "+r.String(), err, noEntity)
		}
		for _, k := range page.AccessKeyMetadata {
			if keys[aws.ToString(k.AccessKeyId)], err = readAccessKey(ctx, c, r, k); err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}

// readAccessKey adds to a key when it was last used. A key whose age or use is not told is not an old or unused one.
func readAccessKey(ctx context.Context, c *iam.Client, r finding.Resource, k types.AccessKeyMetadata) (accessKey, error) {
	created, err := told(r, "when a key was made", k.CreateDate)
	if err != nil {
		return accessKey{}, err
	}
	out, err := c.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId})
	if err != nil {
		return accessKey{}, remedy.Explain("read when a key was last used of "+r.String(), err)
	}
	used, err := told(r, "when a key was last used", out.AccessKeyLastUsed)
	// Source: IAM API reference, AccessKeyLastUsed (LastUsedDate is null for a key that was never used).
	return accessKey{Status: k.Status, Created: created, LastUsed: aws.ToTime(used.LastUsedDate)}, err
}

// keyLimits are the remedy's parameters.
type keyLimits struct {
	MaxAge int `json:"max-age-days"`
	Unused int `json:"unused-days"`
}

func fixAccessKeys(s accessKeys, p remedy.Params) (accessKeys, error) {
	limits, err := remedy.Decode(p, keyLimits{MaxAge: 90, Unused: unusedDays(p.Control)})
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(p.Control, "guardduty:"):
		return s.withoutNamed(p.Subject)
	case p.Control == "securityhub:IAM.3", p.Control == "config:access-keys-rotated":
		return s.without(func(k accessKey) bool { return k.Created.Before(p.Now.Add(-days(limits.MaxAge))) }), nil
	case isUnusedCredentials(p.Control):
		return s.without(func(k accessKey) bool { return k.usedSince().Before(p.Now.Add(-days(limits.Unused))) }), nil
	}
	return nil, &remedy.RefusedError{Why: fmt.Sprintf("Which keys the control %q is about is not known: look at the user's keys.", p.Control)}
}

// without gives the keys with those usable ones inactive that a test picks.
func (s accessKeys) without(pick func(accessKey) bool) accessKeys {
	fixed := maps.Clone(s)
	for id, k := range s {
		if k.usable() && pick(k) {
			k.Status = types.StatusTypeInactive
			fixed[id] = k
		}
	}
	return fixed
}

// withoutNamed gives the keys with the one inactive that a finding names.
//
// Source: IAM user guide, "IAM identifiers" (AKIA begins the ids of access keys, ASIA those of temporary ones).
func (s accessKeys) withoutNamed(subject finding.Subject) (accessKeys, error) {
	id := subject["key"]
	k, known := s[id]
	switch {
	case id == "":
		return nil, &remedy.RefusedError{Why: "The finding names no access key: look at what it says of the principal."}
	case subject["user-type"] == "Root":
		return nil, &remedy.RefusedError{Why: "The key is the root user's, and only the root user can deactivate it: sign in as root, delete it, and change root's password."}
	case strings.HasPrefix(id, "ASIA"):
		return nil, &remedy.RefusedError{Why: "The key is a session's, and a session's key cannot be deactivated: revoke the sessions with iam-revoke-sessions or iam-deny-all."}
	case !known:
		return nil, &remedy.RefusedError{Why: "The user has no such access key any more: look whose key it was."}
	}
	fixed := maps.Clone(s)
	if k.usable() {
		k.Status = types.StatusTypeInactive
		fixed[id] = k
	}
	return fixed, nil
}

func writeAccessKeys(ctx context.Context, cfg aws.Config, r finding.Resource, from, to accessKeys) error {
	user, err := nameInARN(r)
	if err != nil {
		return err
	}
	c := iam.NewFromConfig(cfg)
	for _, id := range slices.Sorted(maps.Keys(to)) {
		if was, there := from[id]; !there || was.Status == to[id].Status {
			continue
		}
		if _, err := c.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: to[id].Status}); err != nil {
			return remedy.Explain("set the status of an access key of "+r.String(), err)
		}
	}
	return nil
}
