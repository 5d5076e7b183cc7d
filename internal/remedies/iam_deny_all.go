package remedies

import "github.com/tagwarden/tagwarden/internal/remedy"

var iamDenyAll = remedy.Remedy{
	ID: "iam-deny-all",
	Doc: `Deny everything to an IAM user or role.

An inline policy named TagwardenDenyAll denies every action, whatever else allows it; the policies that stand there stay. An undo removes exactly that policy, or sets it back to
what it was.

When not to use it: for the role of something that must go on. iam-revoke-sessions ends the sessions of a role and lets new ones begin. Nor for
the roles that Tagwarden itself works in: it could not even undo that. Exempt them.`,
	Changes:  "The user or role has an inline policy that denies everything.",
	Breaks:   "Whoever works as the user, or in the role, is refused everything from now on.",
	Setting:  "iam:deny-all",
	Answers:  []string{"guardduty:*:IAMUser/*"},
	Resource: "AWS::IAM::*",
	Reads:    inlineReads(iamUser, iamRole),
	Writes:   inlineWrites(iamUser, iamRole),
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   iamSettle,
	Lens:     inlineSetting("TagwardenDenyAll", fixDenyAll),
	Examples: []remedy.Example{
		{
			Name:   "a user that is free",
			Before: `{}`,
			After:  `{"Document":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`,
		},
		{
			Name:   "a policy of the name that denies nothing",
			Before: `{"Document":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`,
			After:  `{"Document":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`,
		},
	},
}

// denyAll is as short as it can be: the inline policies of a user have 2,048 characters together.
//
// Source: IAM user guide, "IAM and AWS STS quotas".
const denyAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`

func fixDenyAll(inlinePolicy, remedy.Params) (inlinePolicy, error) { return inlinePolicy{denyAll}, nil }
