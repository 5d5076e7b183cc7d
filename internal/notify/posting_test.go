package notify

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// proposal makes an entry one that proposes, and that no finding of Security Hub reported.
func proposal(e *journal.Entry) {
	e.State, e.Mode, e.Shown, e.Told, e.Noted, e.Reporters = journal.Proposed, "propose", "0123456789abcdef", false, false, nil
}

func reportedBy(product, id string) func(*journal.Entry) {
	return func(e *journal.Entry) {
		e.Reporters = append(e.Reporters, journal.Reporter{Kind: "securityhub", Control: e.Control, Report: finding.Report{ID: id, Product: product}})
	}
}

// TestPostingOf holds which outcomes have a finding of our own in Security Hub, and whether it is over.
func TestPostingOf(t *testing.T) {
	is := func(s journal.State) func(*journal.Entry) { return func(e *journal.Entry) { e.State = s } }
	held := func(why string) func(*journal.Entry) { return func(e *journal.Entry) { e.Held = why } }
	press := func(e *journal.Entry) { e.Press = "Remediate" }
	const none, active, over = "none", "active", "over"
	tests := map[string]struct {
		changes []func(*journal.Entry)
		want    string
		note    bool
	}{
		"proposed":                    {nil, active, false},
		"proposed again, by a press":  {[]func(*journal.Entry){press}, active, true},
		"reported by Security Hub":    {[]func(*journal.Entry){reportedBy("arn:aws:securityhub:eu-west-1::product/aws/securityhub", "x")}, none, false},
		"reported by GuardDuty":       {[]func(*journal.Entry){reportedBy("", "x")}, active, false},
		"pressed on ours":             {[]func(*journal.Entry){reportedBy("arn:p", "tagwarden/tw-1"), is(journal.Fixed)}, over, true},
		"never shown":                 {[]func(*journal.Entry){func(e *journal.Entry) { e.Shown = "" }}, none, false},
		"an undo":                     {[]func(*journal.Entry){func(e *journal.Entry) { e.Undoes = "tw-1" }}, none, false},
		"held by the budget":          {[]func(*journal.Entry){held(journal.Budget)}, none, false},
		"held by the breaker":         {[]func(*journal.Entry){held(journal.Broken)}, none, false},
		"put right while it was held": {[]func(*journal.Entry){held(journal.Budget), is(journal.Compliant)}, none, false},
		"held by the budget, pressed": {[]func(*journal.Entry){held(journal.Budget), press}, active, true},
		"held by a freeze, then told": {[]func(*journal.Entry){held(journal.Freeze), is(journal.Told)}, over, true},
		"approved and on its way":     {[]func(*journal.Entry){is(journal.Applying)}, none, false},
		"approved and waiting":        {[]func(*journal.Entry){is(journal.Waiting)}, none, false},
		"fixed":                       {[]func(*journal.Entry){is(journal.Fixed)}, over, true},
		"put right by somebody":       {[]func(*journal.Entry){is(journal.Compliant)}, over, true},
		"exempt":                      {[]func(*journal.Entry){is(journal.Exempted)}, over, true},
		"gone":                        {[]func(*journal.Entry){is(journal.Gone)}, over, true},
		"refused":                     {[]func(*journal.Entry){is(journal.Refused)}, over, true},
		"not approved in time":        {[]func(*journal.Entry){is(journal.Lapsed)}, over, true},
		"undone":                      {[]func(*journal.Entry){is(journal.Undone)}, over, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := with(append([]func(*journal.Entry){proposal}, test.changes...)...)
			p, ok := PostingOf(e)
			got := none
			switch {
			case ok && p.Over:
				got = over
			case ok:
				got = active
			}
			if got != test.want || (p.Note != "") != test.note {
				t.Errorf("it is %s with the note %q, want %s", got, p.Note, test.want)
			}
			if owes := OwesPosting(e); owes != ok {
				t.Errorf("it owes a posting: %v, want %v", owes, ok)
			}
			e.Noted = true
			if OwesPosting(e) {
				t.Error("it owes a posting that was made")
			}
		})
	}
}

// TestReplaces holds that whose place an entry took is told again only where it was a proposal.
func TestReplaces(t *testing.T) {
	for state, want := range map[journal.State]string{journal.Proposed: "tw-old", journal.Told: "", journal.Fixed: ""} {
		e := with(func(e *journal.Entry) {
			e.State, e.Noted, e.Prior = journal.Told, false, &journal.Prior{ID: "tw-old", State: state}
		})
		if got := Replaces(e); got != want || OwesPosting(e) != (want != "") {
			t.Errorf("after one that is %s: %q, owed: %v", state, got, OwesPosting(e))
		}
	}
	if e := with(func(e *journal.Entry) {
		e.State, e.Prior = journal.Open, &journal.Prior{ID: "tw-old", State: journal.Proposed}
	}); OwesPosting(e) {
		t.Error("what is not answered yet owes a posting")
	}
}

// TestAnUndoLeavesOursResolved holds that a finding of our own on which an undo was pressed gets its note, and is not opened again: nothing is proposed there.
func TestAnUndoLeavesOursResolved(t *testing.T) {
	notes := Notes(with(reportedBy("arn:p", "tagwarden/tw-1"), func(e *journal.Entry) { e.Undoes, e.Press = "tw-1", "Undo" }))
	if len(notes) != 1 || notes[0].Workflow != "" || notes[0].Text == "" {
		t.Errorf("got %+v, want one note that leaves the workflow as it is", notes)
	}
}

// TestAPosting holds what a finding of our own says, and that it is within what Security Hub takes, whatever the entry holds.
func TestAPosting(t *testing.T) {
	e := with(proposal)
	p, _ := PostingOf(e)
	want := Posting{
		ID: "tagwarden/tw-abcdefghij0123456789", Generator: "tagwarden/tags", Title: "Tagwarden: Proposed: 3 tags of web-1", Severity: "low", Resource: e.Resource,
		Description: `the tags broke 2 rules and were put right Change: Environment: (none) -> "Prod"; environment: "production" -> (none); owned-by: "bob" -> (none)`,
		Fields:      map[string]string{"tagwarden/entry": e.ID, "tagwarden/shown": "0123456789abcdef", "tagwarden/rule": "tags"},
		Since:       e.Since, Updated: e.Updated,
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got\n%+v\nwant\n%+v", p, want)
	}
	long := strings.Repeat("ä\n\u202e", 3000)
	huge := with(proposal, func(e *journal.Entry) {
		e.Reason, e.Rule, e.Resource.Name = long, long, long
		for i := range e.Change.Touched {
			e.Change.Touched[i].Path = long
			e.Change.Touched[i].After, _ = json.Marshal(long)
		}
	})
	if p, _ = PostingOf(huge); !strings.Contains(p.Description, " Change: ") {
		t.Errorf("the description does not come to the change: %q", p.Description)
	}
	for name, c := range map[string]struct {
		text string
		most int
	}{
		"id": {p.ID, 512}, "generator": {p.Generator, 512}, "title": {p.Title, 256}, "description": {p.Description, 1024}, "rule": {p.Fields["tagwarden/rule"], 2048},
	} {
		if n := utf8.RuneCountInString(c.text); n == 0 || n > c.most || strings.ContainsAny(c.text, "\n\u202e") || !utf8.ValidString(c.text) {
			t.Errorf("the %s has %d characters, or such as hide: %.60q", name, n, c.text)
		}
	}
}
