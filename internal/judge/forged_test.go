package judge

import (
	"context"
	"os"
	"strings"
	"testing"
)

// TestForgedIsToldOnce holds that a finding that is forged is told once, however often Security Hub sends it, and that another one is told of its own.
func TestForgedIsToldOnce(t *testing.T) {
	l := newLine(t, "notify")
	forged, err := os.ReadFile("../../testdata/events/securityhub_forged.json")
	if err != nil {
		t.Fatal(err)
	}
	event := func(id, findingID string) []byte {
		return []byte(strings.NewReplacer("7bf73129-1428-4cd3-a780-000000000209", id, `"own-scanner/2"`, `"`+findingID+`own-scanner/2"`).Replace(string(forged)))
	}
	for i, test := range []struct {
		event []byte
		told  int
	}{{event("a", ""), 1}, {event("a", ""), 1}, {event("b", ""), 1}, {event("c", "other-"), 2}, {event("d", ""), 2}} {
		if err := l.judge.Event(context.Background(), test.event); err != nil {
			t.Fatal(err)
		}
		if len(l.told) != test.told || len(l.sent) != 0 {
			t.Errorf("after event %d: %d messages told and %d entries handed over; want %d and none", i, len(l.told), len(l.sent), test.told)
		}
	}
}
