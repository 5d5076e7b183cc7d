package report

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Result is a row with what became of it. Its JSON is relied on by programs.
type Result struct {
	Row
	Outcome string   `json:"outcome"`           // compliant, ignored, exempt, observed, told, proposed, waiting, fixed, gone, refused, failed, lapsed or undone
	Calls   []string `json:"calls"`             // IAM actions of the calls that were made for it; never null
	Entry   string   `json:"entry,omitempty"`   // id of its entry in the journal; "" if it needed none
	Message string   `json:"message,omitempty"` // subject of what people were told
	Error   string   `json:"error,omitempty"`   // what went wrong last, for operators: of what is failed or refused, the cause
	Asked   string   `json:"asked,omitempty"`   // what a person asked for by name: approve, undo, exempt, ...; "" where it was an event
	By      string   `json:"by,omitempty"`      // ARN of that person
	Notes   []string `json:"notes,omitempty"`   // what the message says to do, where that is its point: commands, code to change; lines
	Wave    int      `json:"wave,omitempty"`    // how many waves were answered before it was sent: 1 is the first --then
}

// Find gives the entry that answers a finding by a remedy: the refusal, where it was a press that came to nothing, else the newest that the event opened or reported, else
// the newest that an earlier sending of the finding did. entries are newest first.
func Find(entries []journal.Entry, f finding.Finding, d policy.Decision) (journal.Entry, bool) {
	var best journal.Entry
	found := none
	for _, e := range entries {
		if m := matches(e, f, d); m > found {
			best, found = e, m
		}
	}
	return best, found > none
}

// A match is how surely an entry answers a finding.
type match int

const (
	none match = iota
	byReport
	byEvent
	byRefusal
)

func matches(e journal.Entry, f finding.Finding, d policy.Decision) match {
	k := journal.KeyOf(f.Resource, e.Key.Setting)
	opened := e.Event == f.Event
	reported := slices.ContainsFunc(e.Reporters, func(r journal.Reporter) bool { return r.Control == f.Control && r.Report.Is(f.Report) })
	switch {
	case e.Key.Resource != k.Resource || e.Key.Account != k.Account:
		return none
	case e.Key.Declined() && opened && reported:
		return byRefusal
	case !answers(e, d):
		return none
	case opened, slices.ContainsFunc(e.Reporters, func(r journal.Reporter) bool { return r.Event == f.Event }), f.Gone && e.State == journal.Gone:
		return byEvent
	case reported:
		return byReport
	}
	return none
}

// answers tells whether an entry is about what was decided: a press that was declined has a setting of its own.
func answers(e journal.Entry, d policy.Decision) bool {
	return e.Remedy == d.Remedy && e.Key.Setting == d.Setting && (e.Undoes != "") == d.Undoes && ends(e, d)
}

// ends tells whether an entry is where a decision to do nothing leads, if it is one: that a finding passed, or is exempt, answers what was open only if it ended that.
func ends(e journal.Entry, d policy.Decision) bool {
	switch d.Verdict {
	case policy.Compliant:
		return e.State == journal.Compliant
	case policy.Exempt:
		return e.State == journal.Exempted
	}
	return true
}

// Answer is the result of a finding that the journal has an entry for.
func Answer(f finding.Finding, d policy.Decision, e journal.Entry) Result {
	r := Result{Row: Of(f, d), Outcome: notify.Outcome(e), Calls: calls(e.Calls), Entry: e.ID, Error: e.Err}
	if e.Reason != "" {
		r.Reason = e.Reason
	}
	switch {
	case e.State == journal.Gone:
		r.Before, r.After = nil, nil
	case !e.Change.Empty():
		r.Before, r.After = Sides(e.Change)
	}
	return r
}

// Unrecorded is the result of a finding that the journal has no entry for: nothing had to be done about it, or something newer was seen of the resource before.
func Unrecorded(f finding.Finding, d policy.Decision) Result {
	r := Result{Row: Of(f, d), Outcome: string(d.Verdict), Calls: []string{}}
	if d.Verdict.Violates() {
		r.Outcome, r.Reason = string(policy.Ignored), "Something newer was seen of the resource before this event."
	}
	return r
}

func calls(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// Sides are the values of a change before and after it, by path. A value that is no text stands as its JSON.
func Sides(c change.Change) (before, after map[string]string) {
	before, after = map[string]string{}, map[string]string{}
	for _, t := range c.Touched {
		path := strings.Join(t.Keys(), ".")
		if t.Before != nil {
			before[path] = text(t.Before)
		}
		if t.After != nil {
			after[path] = text(t.After)
		}
	}
	return before, after
}

func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}
