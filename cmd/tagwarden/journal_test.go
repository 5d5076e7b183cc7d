package main

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestJournalTellsTheCause holds that of what failed programs can read why.
func TestJournalTellsTheCause(t *testing.T) {
	var out strings.Builder
	if err := writeLine(&out, listedOf(journal.Entry{ID: "tw-1", State: journal.Failed, Err: "it broke"})); err != nil || !strings.Contains(out.String(), `"error":"it broke"`) {
		t.Errorf("got %v, %swant the error", err, out.String())
	}
}
