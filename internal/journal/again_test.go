package journal

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// TestAgain holds that a violation is taken up again as if nothing had been done or said about it, and of its resource and reports all is kept.
func TestAgain(t *testing.T) {
	end := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	was := Entry{
		ID: "tw-1", Revision: 7, State: Exempted, Key: Key{Account: "1", Region: "r", Resource: "arn", Setting: "tags"}, Event: "e1", Kind: "config", Control: "tags", Rule: "tags",
		Remedy: "tags", Mode: "fix", Severity: "low", Resource: finding.Resource{ID: "vol-1"}, Seen: finding.Version{Source: "config", Number: 7}, Since: end.Add(-time.Hour),
		Actor: "web", Reporters: []Reporter{{Kind: "config", Event: "e1"}}, Once: "x", Reason: "r", Violations: json.RawMessage(`[]`), Fingerprint: "fix:1", With: json.RawMessage(`{}`),
		Err: "no", Told: true, Undoes: "tw-0", Prior: &Prior{ID: "tw-0"}, Held: Grace, Due: end, Tries: 2, Spent: true, Left: "1", Shown: "2", Redoes: true, Owner: "web", Approver: "ops", Gathered: true, Press: "p", Approved: true,
	}
	again := Again(was, end)
	want := Entry{
		ID: again.ID, State: Open, Key: was.Key, Event: "again tw-1 1795435200", Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "fix", Severity: "low",
		Resource: was.Resource, Since: end, Actor: "web", Reporters: was.Reporters, Reason: again.Reason, With: was.With, Owner: "web",
	}
	if !reflect.DeepEqual(again, want) || again.ID == was.ID || again.Reason == "" {
		t.Errorf("got %+v\nwant %+v", again, want)
	}
	if Again(was, end).ID != again.ID || Again(was, end.Add(time.Hour)).ID == again.ID {
		t.Error("the id does not tell one end from another")
	}
}

// TestWhatWasUndoneIsForgottenWhenItsExemptionEnds holds that the entry which is begun then knows of no undo, and one that is begun before does.
func TestWhatWasUndoneIsForgottenWhenItsExemptionEnds(t *testing.T) {
	end := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	key := Key{Account: "1", Region: "r", Resource: "arn", Setting: "tags"}
	for now, want := range map[time.Time]string{end.Add(-time.Second): "tw-1", end: ""} {
		m := NewMemory()
		undo := Entry{ID: "tw-2", Key: key, Event: "e2", Undoes: "tw-1"}
		begun, err := m.Begin(t.Context(), undo, end.Add(-7*24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		begun.Entry.State, begun.Entry.Due = Fixed, end
		if _, err := m.Record(t.Context(), begun.Entry); err != nil {
			t.Fatal(err)
		}
		next, err := m.Begin(t.Context(), Again(Entry{ID: "tw-1", Key: key, Event: "e1", Remedy: "tags"}, end), now)
		if err != nil || next.Entry.Prior == nil || next.Entry.Prior.Undone != want {
			t.Errorf("%s: got %v, %+v; want %q", now, err, next.Entry.Prior, want)
		}
	}
}
