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
}

// Find gives the entry that answers a finding by a remedy: the newest of those that the event opened or reported. entries are newest first. A press that is to take
// something back is answered by the undo, or by an entry of its own that says why there is none.
func Find(entries []journal.Entry, f finding.Finding, d policy.Decision) (journal.Entry, bool) {
	for _, e := range entries {
		k := journal.KeyOf(f.Resource, e.Key.Setting)
		if e.Key.Resource != k.Resource || e.Key.Account != k.Account || e.Remedy != d.Remedy || (e.Undoes != "") != d.Undoes && (!d.Undoes || e.Event != f.Event) {
			continue
		}
		if f.Gone && e.State == journal.Gone || e.Event == f.Event || slices.ContainsFunc(e.Reporters, func(r journal.Reporter) bool { return reports(r, f) }) {
			return e, true
		}
	}
	return journal.Entry{}, false
}

// reports tells whether a reporter is the finding, or an earlier sending of it.
func reports(r journal.Reporter, f finding.Finding) bool {
	return r.Event == f.Event || r.Control == f.Control && r.Report.Is(f.Report)
}

// Answer is the result of a finding that the journal has an entry for.
func Answer(f finding.Finding, d policy.Decision, e journal.Entry) Result {
	r := Result{Row: Of(f, d), Outcome: notify.Outcome(e), Calls: calls(e.Calls), Entry: e.ID}
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
