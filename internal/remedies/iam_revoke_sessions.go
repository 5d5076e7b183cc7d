package remedies

import (
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

var iamRevokeSessions = remedy.Remedy{
	ID: "iam-revoke-sessions",
	Doc: `Revoke the sessions of an IAM role.

An inline policy named TagwardenRevokeSessions denies everything to sessions that began before the remedy ran; sessions that begin later are free of it. A later finding moves
the time forward. An undo removes exactly that policy, or sets it back to what it was.

When not to use it: alone, where whoever has the session can begin a new one. Close that way too, by the trust policy or by replacing the instance.`,
	Changes:  "The role has an inline policy that denies everything to sessions begun before now.",
	Breaks:   "Whatever works with a session of the role is refused until it assumes the role anew; EC2 instances and functions do so by themselves, within hours at most.",
	Setting:  "iam:revoke-sessions",
	Answers:  []string{"guardduty:*:IAMUser/*"},
	Resource: iamRole,
	Reads:    inlineReads(iamRole),
	Writes:   inlineWrites(iamRole),
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   iamSettle,
	Lens:     inlineSetting("TagwardenRevokeSessions", fixRevokeSessions),
	Examples: []remedy.Example{
		{
			Name:   "a role whose sessions are valid",
			Before: `{}`,
			After: `{"Document":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",` +
				`\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-11-24T12:00:00Z\"}}}]}"}`,
		},
		{
			Name: "sessions begun since the last time",
			Before: `{"Document":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",` +
				`\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-11-20T08:00:00Z\"}}}]}"}`,
			After: `{"Document":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",` +
				`\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-11-24T12:00:00Z\"}}}]}"}`,
		},
	},
}

// revocation denies everything to sessions begun before a time.
//
// Source: IAM user guide, "AWS global condition context keys" (aws:TokenIssueTime).
const (
	revocationBegin = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"`
	revocationEnd   = `"}}}]}`
)

// justRevoked is how old a revocation may be and still count as one for what is judged now, so that one that was just written is not written again.
const justRevoked = 5 * time.Minute

// fixRevokeSessions keeps a policy that is ours and young enough; a document that somebody else put under our name revokes nothing for sure.
func fixRevokeSessions(s inlinePolicy, p remedy.Params) (inlinePolicy, error) {
	if before, ours := revokedBefore(s.Document); ours && !before.Before(p.Now.Add(-justRevoked)) {
		return s, nil
	}
	return inlinePolicy{revocationBegin + p.Now.UTC().Format(time.RFC3339) + revocationEnd}, nil
}

// revokedBefore is the time of a revocation; ours is false for any other document.
func revokedBefore(document string) (before time.Time, ours bool) {
	text, begins := strings.CutPrefix(document, revocationBegin)
	text, ends := strings.CutSuffix(text, revocationEnd)
	before, err := time.Parse(time.RFC3339, text)
	return before, begins && ends && err == nil
}
