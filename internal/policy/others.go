package policy

import (
	"regexp"
	"time"

	"go.yaml.in/yaml/v3"
)

// accountForm is how AWS names accounts. Source: AWS Account Management reference guide, "View AWS account identifiers".
var accountForm = regexp.MustCompile(`^\d{12}$`)

// accounts gives a reader of accounts.
func (r *reader) accounts(to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.some("administrators", to)(n)
		if len(r.problems) > before {
			return
		}
		for i, account := range *to {
			if !accountForm.MatchString(account) {
				r.wrong(target(n).Content[i], `write its twelve digits in quotes: "111122223333"`, "%q is no account", account)
			}
		}
	}
}

// A Retention says how long the journal keeps what.
type Retention struct {
	Undo     time.Duration // how long a change can be taken back
	Keep     time.Duration // how long entries are kept
	Proposal time.Duration // how long a proposal waits for approval
}

// defaultRetention holds where the policy says nothing. A proposal never waits longer than its entry is kept.
var defaultRetention = Retention{Undo: 30 * day, Keep: 400 * day, Proposal: 14 * day}

// journal gives a reader of how long the journal keeps what.
func (r *reader) journal(to *Retention) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.object(n, "journal", fields{"undo": r.duration(&to.Undo), "keep": r.duration(&to.Keep), "proposal": r.duration(&to.Proposal)})
		if len(r.problems) > before {
			return
		}
		r.kept(n, "undo", to.Undo, to.Keep)
		if child(n, "undo") == nil && to.Undo > to.Keep {
			r.wrong(n, "set undo, too", "undo is 30d where the policy does not say, and longer than keep: its entries would be gone")
		}
		r.kept(n, "proposal", to.Proposal, to.Keep)
		if child(n, "proposal") == nil {
			to.Proposal = min(to.Proposal, to.Keep)
		}
	}
}

// kept checks one span of the journal's, where the policy gives it.
func (r *reader) kept(n *yaml.Node, name string, span, keep time.Duration) {
	at := child(n, name)
	switch {
	case at == nil:
	case span <= 0:
		r.wrong(at, "write a time above 0: 30d", "%s is empty", name)
	case span > keep:
		r.wrong(n, "make keep the longest", "%s is longer than keep: its entries would be gone", name)
	}
}
