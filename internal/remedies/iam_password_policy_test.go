package remedies

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var iamPasswordPolicyCases = []remedytest.Case{
	{
		Name: "default",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPasswordPolicy(ctx, cfg, passwordPolicy{})
		},
	},
	{
		Name: "weak", With: `{"max-age-days":60}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPasswordPolicy(ctx, cfg, passwordPolicy{MinimumPasswordLength: 6, MaxPasswordAge: 90, AllowUsersToChangePassword: true, HardExpiry: true})
		},
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			s, err := readPasswordPolicy(ctx, cfg, p.Resource)
			if err != nil {
				return err
			}
			s.AllowUsersToChangePassword = false
			return writePasswordPolicy(ctx, cfg, p.Resource, s, s)
		},
	},
}

// plantPasswordPolicy gives the account a password policy, or takes it away.
func plantPasswordPolicy(ctx context.Context, cfg aws.Config, s passwordPolicy) (remedytest.Planted, error) {
	r := account()
	return remedytest.Planted{Resource: r}, writePasswordPolicy(ctx, cfg, r, s, s)
}

// account is the account as a finding names it.
func account() finding.Resource {
	return planted("AWS::::Account", remedytest.Account, "arn:aws:iam::"+remedytest.Account+":root")
}

func TestFixPasswordPolicy(t *testing.T) {
	mixed := func(s passwordPolicy) passwordPolicy {
		s.RequireLowercaseCharacters, s.RequireUppercaseCharacters, s.RequireNumbers, s.RequireSymbols = true, true, true, true
		return s
	}
	for _, test := range []struct {
		name, with   string
		before, want passwordPolicy
	}{
		{"nothing set", "", passwordPolicy{}, mixed(passwordPolicy{MinimumPasswordLength: 14, MaxPasswordAge: 90, PasswordReusePrevention: 24})},
		{
			"looser in all", "",
			passwordPolicy{MinimumPasswordLength: 8, MaxPasswordAge: 365, PasswordReusePrevention: 4},
			mixed(passwordPolicy{MinimumPasswordLength: 14, MaxPasswordAge: 90, PasswordReusePrevention: 24}),
		},
		{
			"stricter in all", `{"minimum-length":8,"max-age-days":365,"reuse-prevention":4}`,
			passwordPolicy{MinimumPasswordLength: 32, MaxPasswordAge: 30, PasswordReusePrevention: 24},
			mixed(passwordPolicy{MinimumPasswordLength: 32, MaxPasswordAge: 30, PasswordReusePrevention: 24}),
		},
		{
			"without expiry", `{"max-age-days":0}`,
			passwordPolicy{MinimumPasswordLength: 6, AllowUsersToChangePassword: true},
			mixed(passwordPolicy{MinimumPasswordLength: 14, PasswordReusePrevention: 24, AllowUsersToChangePassword: true}),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := fixPasswordPolicy(test.before, remedy.Params{With: []byte(test.with)}); err != nil || got != test.want {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

// TestUndoOfAnEditedPasswordPolicy holds that neither somebody's edit is lost, nor a policy written that the account did not have.
func TestUndoOfAnEditedPasswordPolicy(t *testing.T) {
	err := writePasswordPolicy(t.Context(), aws.Config{}, account(), passwordPolicy{}, passwordPolicy{AllowUsersToChangePassword: true})
	refused(t, nil, err)
}
