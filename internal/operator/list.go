package operator

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// A List asks for the entries that were updated lately, the latest first.
type List struct {
	Since    time.Time `json:"since,omitzero"`     // updated at or after it; zero: all
	Rule     string    `json:"rule,omitempty"`     // "" for all
	State    string    `json:"state,omitempty"`    // an outcome, as messages name it; "" for all
	Undoable bool      `json:"undoable,omitempty"` // only changes that can be taken back and are no undo themselves
	Limit    int       `json:"limit,omitempty"`    // at most so many, from 1 to MaxList; 0: MaxList
}

// MaxList is how many entries one answer lists at most, so that it stays far below the 6 MB that a function may answer; scanned is how many are looked at for that.
//
// Source: AWS Lambda developer guide, "Lambda quotas" (invocation payload, synchronous).
const (
	MaxList = 1000
	scanned = 10 * MaxList
)

// outcomes are all that an entry can have come to. Source: notify.Outcome.
var outcomes = []string{"observed", "told", "proposed", "waiting", "fixed", "compliant", "exempt", "gone", "refused", "failed", "lapsed", "undone"}

func (*List) acts() []string { return look }

func (l *List) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	if err := l.check(); err != nil {
		return Response{}, err
	}
	limit := cmp.Or(l.Limit, MaxList)
	read := limit + 1
	if l.Rule != "" || l.State != "" || l.Undoable {
		read = scanned
	}
	entries, err := o.Journal.Recent(ctx, l.Since, read)
	if err != nil {
		return Response{}, err
	}
	if err := o.ruled(l.Rule, entries); err != nil {
		return Response{}, err
	}
	more := len(entries) == read
	entries = slices.DeleteFunc(entries, func(e journal.Entry) bool { return !l.wants(e) })
	if l.Undoable {
		entries = o.bulk(entries)
	}
	answer := Response{More: more || len(entries) > limit, Entries: []View{}}
	for _, e := range entries[:min(limit, len(entries))] {
		answer.Entries = append(answer.Entries, Of(e))
	}
	return answer, nil
}

// check refuses a list that cannot be had.
func (l *List) check() error {
	if l.Limit < 0 || l.Limit > MaxList {
		return refuse(Invalid, "A list of %d entries cannot be had: ask for 1 to %d.", l.Limit, MaxList)
	}
	if l.State != "" && !slices.Contains(outcomes, l.State) {
		return refuse(Invalid, "There is no outcome %q: there are %s.", l.State, strings.Join(outcomes, ", "))
	}
	return nil
}

// wants tells whether an entry is one of those that are asked for.
func (l *List) wants(e journal.Entry) bool {
	return (l.Rule == "" || l.Rule == e.Rule) && (l.State == "" || l.State == notify.Outcome(e))
}

// ruled refuses a rule that neither the policy has nor one of some entries names: a rule that is gone is still asked for.
func (o *Operator) ruled(rule string, entries []journal.Entry) error {
	names := o.Policy.RuleNames()
	for _, e := range entries {
		if e.Rule != "" && !slices.Contains(names, e.Rule) {
			names = append(names, e.Rule)
		}
	}
	if rule == "" || slices.Contains(names, rule) {
		return nil
	}
	return refuse(Unknown, "There is no rule %q, neither in the policy nor in these entries of the journal: there are %s.", rule, cmp.Or(strings.Join(names, ", "), "none"))
}

// A Get asks for one entry with its values and its history.
type Get struct {
	Entry string `json:"entry"`
}

func (*Get) acts() []string { return look }

func (g *Get) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	e, err := o.entry(ctx, g.Entry)
	if err != nil {
		return Response{}, err
	}
	revisions, err := o.Journal.History(ctx, g.Entry)
	if err != nil {
		return Response{}, err
	}
	answer := Response{Entry: whole(e)}
	for _, r := range revisions {
		answer.History = append(answer.History, stepOf(r))
	}
	return answer, nil
}
