package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestOpen holds that what is open is asked of the deployment, and that nothing to show is said.
func TestOpen(t *testing.T) {
	d := newDeployed(t)
	if got, code := playCommand([]string{"open"}); code != exitDone || got != "Nothing is open.\n" {
		t.Errorf("got %d, %q", code, got)
	}
	entry := d.plant("b", journal.Proposed, 5)
	d.plant("c", journal.Fixed, 5)
	if err := d.SetBrake(t.Context(), journal.Brake{On: true, Reason: "a bad day", Since: time.Now()}); err != nil {
		t.Fatal(err)
	}
	got, code := playCommand([]string{"open"})
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if code != exitDone || len(lines) != 4 || lines[3] != "2 open." {
		t.Fatalf("got %d, %s", code, got)
	}
	for i, words := range [][]string{{"WHAT", "SINCE", "ENTRY"}, {"proposal", entry, "tags"}, {"brake", "all accounts", "a bad day"}} {
		for _, word := range words {
			if !strings.Contains(lines[i], word) {
				t.Errorf("line %d is %q, want %q in it", i, lines[i], word)
			}
		}
	}
	got, _ = playCommand([]string{"open", "--format", "json"})
	if lines = strings.Split(strings.TrimSpace(got), "\n"); len(lines) != 3 || lines[2] != `{"summary":{"brake":1,"proposal":1}}` || !strings.HasPrefix(lines[0], `{"what":"proposal","entry":"`+entry+`","account":`) {
		t.Errorf("got %s", got)
	}
}
