package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var iamPasswordPolicy = remedy.Remedy{
	ID: "iam-password-policy",
	Doc: `Make the account's password policy strong.

Passwords of IAM users get a minimum length, must hold upper and lower case letters, digits and symbols, expire, and may not be used again. Whatever is stricter already stays
so, and whether users may change their own password stays as it is. An undo brings back what was there; where the account had no policy of its own, AWS's default.

When not to use it: for an account in whose IAM users nobody signs in. Delete their passwords instead (iam-remove-login).`,
	Changes: "The account's password policy asks for long, mixed passwords that expire and are not used again.",
	Breaks:  "New passwords that are too weak are refused, and who signs in with one older than max-age-days must change it first.",
	Setting: "iam:password-policy",
	Answers: []string{
		"securityhub:IAM.7", "securityhub:IAM.10", "securityhub:IAM.11", "securityhub:IAM.12", "securityhub:IAM.13", "securityhub:IAM.14",
		"securityhub:IAM.15", "securityhub:IAM.16", "securityhub:IAM.17", "config:iam-password-policy",
	},
	Resource: "AWS::::Account",
	Reads:    []remedy.Grant{{Action: "iam:GetAccountPasswordPolicy", On: "*"}},
	Writes:   []remedy.Grant{{Action: "iam:UpdateAccountPasswordPolicy", On: "*"}, {Action: "iam:DeleteAccountPasswordPolicy", On: "*"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   iamSettle,
	Lens:     remedy.Erase(remedy.Setting[passwordPolicy]{Read: readPasswordPolicy, Fix: fixPasswordPolicy, Write: writePasswordPolicy}),
	// Source: IAM API reference, UpdateAccountPasswordPolicy (valid ranges); the defaults: Security Hub user guide, "Security Hub controls for IAM" (IAM.15 to IAM.17).
	Code: []iac.Code{{
		Terraform: `resource "aws_iam_account_password_policy" "this" {
  minimum_password_length      = {{minimum-length}}
  max_password_age             = {{max-age-days}}
  password_reuse_prevention    = {{reuse-prevention}}
  require_lowercase_characters = true
  require_numbers              = true
  require_symbols              = true
  require_uppercase_characters = true
}`,
	}},
	With: []remedy.Param{
		{Name: "minimum-length", Kind: remedy.Integer, Doc: "How many characters a password has at least.", Default: "14", Min: 6, Max: 128},
		{Name: "max-age-days", Kind: remedy.Integer, Doc: "After how many days a password expires; 0 leaves that as it is.", Default: "90", Max: 1095},
		{Name: "reuse-prevention", Kind: remedy.Integer, Doc: "How many earlier passwords may not be used again; 0 leaves that as it is.", Default: "24", Max: 24},
	},
	Examples: []remedy.Example{
		{
			Name:   "an account without a policy of its own",
			Before: `{}`,
			After: `{"MinimumPasswordLength":14,"MaxPasswordAge":90,"PasswordReusePrevention":24,"RequireLowercaseCharacters":true,"RequireNumbers":true,
				"RequireSymbols":true,"RequireUppercaseCharacters":true}`,
		},
		{
			Name: "a policy that is stricter in part",
			With: `{"minimum-length":12,"max-age-days":180,"reuse-prevention":0}`,
			Before: `{"MinimumPasswordLength":20,"MaxPasswordAge":30,"AllowUsersToChangePassword":true,"HardExpiry":true,"RequireLowercaseCharacters":true,
				"RequireUppercaseCharacters":true}`,
			After: `{"MinimumPasswordLength":20,"MaxPasswordAge":30,"AllowUsersToChangePassword":true,"HardExpiry":true,"RequireLowercaseCharacters":true,
				"RequireUppercaseCharacters":true,"RequireNumbers":true,"RequireSymbols":true}`,
		},
	},
}

// A passwordPolicy is an account's own password policy. Its zero value says that there is none, and AWS's default holds: one of its own has a minimum length of 6 or more.
type passwordPolicy struct {
	MinimumPasswordLength      int32 `json:",omitzero"`
	MaxPasswordAge             int32 `json:",omitzero"` // days; 0 for passwords that do not expire
	PasswordReusePrevention    int32 `json:",omitzero"` // earlier passwords; 0 for none
	AllowUsersToChangePassword bool  `json:",omitzero"`
	HardExpiry                 bool  `json:",omitzero"`
	RequireLowercaseCharacters bool  `json:",omitzero"`
	RequireNumbers             bool  `json:",omitzero"`
	RequireSymbols             bool  `json:",omitzero"`
	RequireUppercaseCharacters bool  `json:",omitzero"`
}

func readPasswordPolicy(ctx context.Context, cfg aws.Config, r finding.Resource) (passwordPolicy, error) {
	out, err := iam.NewFromConfig(cfg).GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
	if remedy.Is(err, noEntity) {
		return passwordPolicy{}, nil
	}
	if err != nil {
		return passwordPolicy{}, remedy.Explain("read the password policy of "+r.String(), err)
	}
	p, err := told(r, "its password policy", out.PasswordPolicy)
	return passwordPolicy{
		MinimumPasswordLength: aws.ToInt32(p.MinimumPasswordLength), MaxPasswordAge: aws.ToInt32(p.MaxPasswordAge), PasswordReusePrevention: aws.ToInt32(p.PasswordReusePrevention),
		AllowUsersToChangePassword: p.AllowUsersToChangePassword, HardExpiry: aws.ToBool(p.HardExpiry),
		RequireLowercaseCharacters: p.RequireLowercaseCharacters, RequireNumbers: p.RequireNumbers,
		RequireSymbols: p.RequireSymbols, RequireUppercaseCharacters: p.RequireUppercaseCharacters,
	}, err
}

// passwordStrength are the remedy's parameters.
type passwordStrength struct {
	Length int32 `json:"minimum-length"`
	MaxAge int32 `json:"max-age-days"`
	Reuse  int32 `json:"reuse-prevention"`
}

func fixPasswordPolicy(s passwordPolicy, p remedy.Params) (passwordPolicy, error) {
	want, err := remedy.Decode(p, passwordStrength{Length: 14, MaxAge: 90, Reuse: 24})
	if err != nil {
		return s, err
	}
	s.MinimumPasswordLength = max(s.MinimumPasswordLength, want.Length)
	s.PasswordReusePrevention = max(s.PasswordReusePrevention, want.Reuse)
	if want.MaxAge > 0 && (s.MaxPasswordAge == 0 || s.MaxPasswordAge > want.MaxAge) {
		s.MaxPasswordAge = want.MaxAge
	}
	s.RequireLowercaseCharacters, s.RequireUppercaseCharacters, s.RequireNumbers, s.RequireSymbols = true, true, true, true
	return s, nil
}

// writePasswordPolicy carries every member along: what an update leaves out falls back to AWS's default.
func writePasswordPolicy(ctx context.Context, cfg aws.Config, r finding.Resource, _, to passwordPolicy) error {
	c := iam.NewFromConfig(cfg)
	if to == (passwordPolicy{}) {
		if _, err := c.DeleteAccountPasswordPolicy(ctx, &iam.DeleteAccountPasswordPolicyInput{}); err != nil && !remedy.Is(err, noEntity) {
			return remedy.Explain("delete the password policy of "+r.String(), err)
		}
		return nil
	}
	if to.MinimumPasswordLength == 0 {
		return &remedy.RefusedError{Why: "The account had no password policy of its own, and somebody has edited this one since: edit or delete it by hand."}
	}
	_, err := c.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{
		MinimumPasswordLength: &to.MinimumPasswordLength, MaxPasswordAge: unlessZero(to.MaxPasswordAge), PasswordReusePrevention: unlessZero(to.PasswordReusePrevention),
		AllowUsersToChangePassword: to.AllowUsersToChangePassword, HardExpiry: &to.HardExpiry,
		RequireLowercaseCharacters: to.RequireLowercaseCharacters, RequireNumbers: to.RequireNumbers,
		RequireSymbols: to.RequireSymbols, RequireUppercaseCharacters: to.RequireUppercaseCharacters,
	})
	if err != nil {
		return remedy.Explain("write the password policy of "+r.String(), err)
	}
	return nil
}

// unlessZero leaves a member out whose valid values begin at 1.
func unlessZero(n int32) *int32 {
	if n == 0 {
		return nil
	}
	return &n
}
