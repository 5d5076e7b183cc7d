package report

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// The kinds of what no event brought.
const (
	OperatorKind = "operator" // what a person asked for by name
	NoticeKind   = "notice"   // what people are told of Tagwarden itself, or of an exemption
)

// Asked is the result of what a person asked for, by the entry that answers it; the zero Entry where none does.
func Asked(act, by string, e journal.Entry) Result {
	r := ofEntry(OperatorKind, e)
	r.Asked, r.By = act, by
	return r
}

// Notice is the result of an entry of which people are told though no event led to it.
func Notice(e journal.Entry) Result {
	r := ofEntry(NoticeKind, e)
	if r.Resource.ARN == "" {
		r.Resource.ID, r.Resource.Account = e.Key.Resource, e.Key.Account
	}
	if rule, of := strings.CutPrefix(e.Key.Resource, "rule/"); of {
		r.Rule = rule
	}
	r.Verdict = policy.Notify
	return r
}

// ofEntry is the result of an entry that no event explains.
func ofEntry(kind string, e journal.Entry) Result {
	verdict := policy.Verdict(e.Mode)
	if verdict == "" {
		verdict = policy.Ignored
	}
	f := finding.Finding{Kind: kind, Control: e.Control, Resource: e.Resource}
	return Answer(f, policy.Decision{Verdict: verdict, Rule: e.Rule, Remedy: e.Remedy, Undoes: e.Undoes != ""}, e)
}
