package journal

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
)

func TestUndoable(t *testing.T) {
	const keep = 30 * 24 * time.Hour
	changed := Entry{ID: "tw-1", Remedy: "tags", State: Fixed, Updated: noon.Add(-keep), Change: change.Change{Schema: 1, Touched: []change.Touch{{Path: "Owner"}}}}
	with := func(alter func(e *Entry)) Entry {
		e := changed
		alter(&e)
		return e
	}
	known := Reversal{Known: true, Schema: 1}
	for _, test := range []struct {
		name string
		e    Entry
		how  Reversal
		want string // part of the reason; "" where it can be tried
	}{
		{"at the last moment", changed, known, ""},
		{"half written", with(func(e *Entry) { e.State = Failed }), known, ""},
		{"refused half way", with(func(e *Entry) { e.State = Refused }), known, ""},
		{"of a remedy that nobody knows", changed, Reversal{}, "has no remedy tags"},
		{"too old", with(func(e *Entry) { e.Updated = e.Updated.Add(-1) }), known, "ended more than 30 days ago"},
		{"taken back already", with(func(e *Entry) { e.State = Undone }), known, "is undone: there is nothing to undo"},
		{"on its way", with(func(e *Entry) { e.State = Applying }), known, "is applying"},
		{"nothing changed", with(func(e *Entry) { e.Change.Touched = nil }), known, "changed nothing"},
		{"made by another version", changed, Reversal{Known: true, Schema: 2}, "another version of the remedy tags"},
		{"of a remedy without undo", changed, Reversal{Known: true, Schema: 1, Never: "A key that was deleted is gone."}, "cannot be undone: A key that was deleted is gone."},
	} {
		if got := Undoable(test.e, test.how, keep, noon); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// TestUndoKnowsWhatItTakesBack holds that an undo of an undo says that it makes a change again.
func TestUndoKnowsWhatItTakesBack(t *testing.T) {
	first := Undo(Entry{ID: "tw-1", Key: edge}, "me", "u1")
	if first.Undoes != "tw-1" || first.Redoes {
		t.Errorf("the first: %+v", first)
	}
	if second := Undo(first, "me", "u2"); second.Undoes != first.ID || !second.Redoes {
		t.Errorf("the second: %+v", second)
	}
}

// TestSeal holds that a change has one name, another one than any other change, and than the same change from another state.
func TestSeal(t *testing.T) {
	names := map[string]string{}
	for name, touch := range map[string]change.Touch{
		"a change":           {Path: "a", Before: json.RawMessage(`1`), After: json.RawMessage(`2`)},
		"from another state": {Path: "a", Before: json.RawMessage(`0`), After: json.RawMessage(`2`)},
		"to another state":   {Path: "a", Before: json.RawMessage(`1`), After: json.RawMessage(`3`)},
		"of another path":    {Path: "b", Before: json.RawMessage(`1`), After: json.RawMessage(`2`)},
	} {
		c := change.Change{Remedy: "tags", Touched: []change.Touch{touch}}
		seal := Seal(c)
		if was, taken := names[seal]; taken || len(seal) != 16 || Seal(c) != seal {
			t.Errorf("%s has the name %q, that of %q", name, seal, was)
		}
		names[seal] = name
	}
}

// TestService holds that a resource whose ARN is not known is of its type's service.
func TestService(t *testing.T) {
	for _, test := range []struct {
		name, want string
		r          finding.Resource
	}{
		{"by its ARN", "s3", finding.Resource{ARN: "arn:aws:s3:::b"}},
		{"by its ARN, whatever the type", "brandnew", finding.Resource{Type: "AWS::S3::Bucket", ARN: "arn:aws:brandnew:::b"}},
		{"by its type", "ec2", finding.Resource{Type: "AWS::EC2::Volume", ID: "vol-1"}},
		{"of no type", "", finding.Resource{ID: "vol-1"}},
	} {
		if got := (Entry{Resource: test.r}).Service(); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// TestDisplaced holds that only an undo that came to nothing leaves a violation behind that nobody looks at, and only where the entry before it was not over.
func TestDisplaced(t *testing.T) {
	for _, undo := range []struct {
		undoes string
		state  State
		want   bool
	}{{"tw-1", Refused, true}, {"tw-1", Failed, true}, {"tw-1", Fixed, false}, {"tw-1", Open, false}, {"", Refused, false}, {"", Failed, false}} {
		for prior, open := range map[State]bool{Waiting: true, Exempted: true, Told: true, Proposed: true, Observed: true, Fixed: false, Compliant: false, Gone: false} {
			e := Entry{Undoes: undo.undoes, State: undo.state, Prior: &Prior{ID: "tw-2", State: prior}}
			if got := e.Displaced(); got != (undo.want && open) {
				t.Errorf("%s, undoes %q, after one that was %s: got %v", undo.state, undo.undoes, prior, got)
			}
		}
		if (Entry{Undoes: undo.undoes, State: undo.state}).Displaced() {
			t.Errorf("%s, undoes %q: it took no place", undo.state, undo.undoes)
		}
	}
}

// TestBudgetOf holds that a notice names the counter that it tells of.
func TestBudgetOf(t *testing.T) {
	for about, want := range map[string]string{AboutRule("tags"): "budget/tags", AboutRule("sweep"): "budget/sweep", AboutSweep: SweepBudget} {
		if got := BudgetOf(about); got != want {
			t.Errorf("%s: got %q, want %q", about, got, want)
		}
	}
}
