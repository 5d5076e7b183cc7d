package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
)

// TestJournalTellsTheCause holds that of what failed programs can read why.
func TestJournalTellsTheCause(t *testing.T) {
	var out strings.Builder
	if err := listJournal(&out, []operator.View{operator.Of(journal.Entry{ID: "tw-1", State: journal.Failed, Err: "it broke"})}, true); err != nil || !strings.Contains(out.String(), `"error":"it broke"`) {
		t.Errorf("got %v, %swant the error", err, out.String())
	}
}

func TestJournalTable(t *testing.T) {
	day := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	var out strings.Builder
	err := listJournal(&out, []operator.View{
		{Time: day, Entry: "tw-2", Resource: "r", Rule: "tags", Outcome: "undone", Undoes: "tw-1"}, {Time: day, Entry: "tw-1", Resource: "r", Rule: "tags", Outcome: "fixed", Told: true},
	}, false)
	const want = "TIME                  ENTRY  RESOURCE  RULE  OUTCOME                TOLD\n" +
		"2026-11-23T09:00:00Z  tw-2   r         tags  undone (undo of tw-1)  not yet\n" +
		"2026-11-23T09:00:00Z  tw-1   r         tags  fixed                  yes\n"
	if err != nil || out.String() != want {
		t.Errorf("got %v\n%swant\n%s", err, out.String(), want)
	}
}

func TestJournalOfOneEntry(t *testing.T) {
	day := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	got := operator.Response{
		Entry: &operator.View{Entry: "tw-1", Resource: "r", Rule: "tags", Outcome: "proposed", Reason: "Why.", Shown: "0123", Before: map[string]string{"owner": "ann"}, After: map[string]string{"Owner": "ann"}},
		History: []operator.Step{
			{Revision: 1, Time: day, State: "open", Reason: "Seen.", Actor: "ann"},
			{Revision: 2, Time: day, State: "proposed", Reason: "Why."},
			{Revision: 3, Time: day, State: "open", Reason: "Why.", Actor: "ann", Approver: "ops"},
		},
	}
	var out strings.Builder
	const want = "r: proposed by rule \"tags\". Why.\nChange 0123:\nKEY    BEFORE  AFTER\nOwner  (none)  ann\nowner  ann     (none)\n\n" +
		"TIME                  STATE     BY   REASON\n2026-11-23T09:00:00Z  open      ann  Seen.\n2026-11-23T09:00:00Z  proposed  -    Why.\n2026-11-23T09:00:00Z  open      ops  Why.\n"
	if err := showEntry(&out, got, false); err != nil || out.String() != want {
		t.Errorf("got %v\n%swant\n%s", err, out.String(), want)
	}
	out.Reset()
	if err := showEntry(&out, got, true); err != nil || !strings.HasPrefix(out.String(), `{"time":`) || !strings.Contains(out.String(), `"history":[{"revision":1`) {
		t.Errorf("got %v, %s", err, out.String())
	}
}
