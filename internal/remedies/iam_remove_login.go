package remedies

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var iamRemoveLogin = remedy.Remedy{
	ID: "iam-remove-login",
	Doc: `Delete the unused console password of an IAM user.

The user's password is deleted if nobody signed in with it for unused-days; one that was never used counts from the day it was made. Access keys and whatever else the user has stay
(iam-deactivate-key is for those).

When not to use it: for break-glass users, whose password is meant to lie unused. Exempt them.`,
	Changes:  "The user has no console password any more.",
	Breaks:   "The user cannot sign in to the console until somebody sets a new password.",
	Setting:  "iam:login-profile",
	Per:      "control",
	Answers:  []string{"securityhub:IAM.8", "securityhub:IAM.22", "config:iam-user-unused-credentials-check"},
	Resource: iamUser,
	Find:     findUser,
	Reads:    []remedy.Grant{{Action: "iam:GetUser", On: "${ARN}"}, {Action: "iam:GetLoginProfile", On: "${ARN}"}, findUsers},
	Writes:   []remedy.Grant{{Action: "iam:DeleteLoginProfile", On: "${ARN}"}},
	Undo:     remedy.None,
	UndoNote: noPassword,
	Schema:   1,
	Settle:   iamSettle,
	Lens:     remedy.Erase(remedy.Setting[consoleLogin]{Read: readConsoleLogin, Fix: fixConsoleLogin, Write: writeConsoleLogin}),
	With: []remedy.Param{
		{Name: "unused-days", Kind: remedy.Integer, Doc: "How many days a password may go unused; 45 is the default for IAM.22.", Default: "90", Min: 1, Max: 3650},
	},
	Examples: []remedy.Example{
		{
			Name:   "a password that was last used in spring",
			Before: `{"Password":true,"Created":"2020-01-02T00:00:00Z","LastUsed":"2026-04-01T09:30:00Z"}`,
			After:  `{"Password":false,"Created":"2020-01-02T00:00:00Z","LastUsed":"2026-04-01T09:30:00Z"}`,
		},
		{
			Name:    "a password that was used within 90 days, and not within 45",
			Control: "securityhub:IAM.22",
			Before:  `{"Password":true,"Created":"2020-01-02T00:00:00Z","LastUsed":"2026-10-01T09:30:00Z"}`,
			After:   `{"Password":false,"Created":"2020-01-02T00:00:00Z","LastUsed":"2026-10-01T09:30:00Z"}`,
		},
	},
}

const noPassword = "AWS tells nobody a password, so a deleted one cannot be set again."

// A consoleLogin is a user's console password. Only Password is ever written.
type consoleLogin struct {
	Password bool
	Created  time.Time `json:",omitzero"` // of the password; zero without one
	LastUsed time.Time `json:",omitzero"` // zero for never
}

func readConsoleLogin(ctx context.Context, cfg aws.Config, r finding.Resource) (consoleLogin, error) {
	name, err := nameInARN(r)
	if err != nil {
		return consoleLogin{}, err
	}
	c := iam.NewFromConfig(cfg)
	out, err := c.GetUser(ctx, &iam.GetUserInput{UserName: &name})
	if err != nil {
		return consoleLogin{}, remedy.Explain("read when a password was last used of "+r.String(), err, noEntity)
	}
	user, err := told(r, "when its password was last used", out.User)
	if err != nil {
		return consoleLogin{}, err
	}
	s := consoleLogin{LastUsed: aws.ToTime(user.PasswordLastUsed)}
	shown, err := c.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: &name})
	if remedy.Is(err, noEntity) {
		return s, nil
	}
	if err != nil {
		return consoleLogin{}, remedy.Explain("read the login profile of "+r.String(), err)
	}
	profile, err := told(r, "its login profile", shown.LoginProfile)
	if err != nil {
		return consoleLogin{}, err
	}
	s.Password = true
	s.Created, err = told(r, "when its password was made", profile.CreateDate)
	return s, err
}

func fixConsoleLogin(s consoleLogin, p remedy.Params) (consoleLogin, error) {
	limits, err := remedy.Decode(p, struct {
		Unused int `json:"unused-days"`
	}{unusedDays(p.Control)})
	if err != nil {
		return s, err
	}
	limit := p.Now.Add(-days(limits.Unused))
	s.Password = s.Password && !(s.Created.Before(limit) && s.LastUsed.Before(limit))
	return s, nil
}

func writeConsoleLogin(ctx context.Context, cfg aws.Config, r finding.Resource, from, to consoleLogin) error {
	switch {
	case from.Password == to.Password:
		return nil
	case to.Password:
		return &remedy.RefusedError{Why: noPassword}
	}
	name, err := nameInARN(r)
	if err != nil {
		return err
	}
	_, err = iam.NewFromConfig(cfg).DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: &name})
	if err != nil && !remedy.Is(err, noEntity) {
		return remedy.Explain("delete the login profile of "+r.String(), err)
	}
	return nil
}
