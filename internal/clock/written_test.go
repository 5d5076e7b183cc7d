package clock

import (
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestExemptionsOfThePolicy holds that people are reminded of each a week before its end, once, and told when it is over, once; and of none that is far from its end.
func TestExemptionsOfThePolicy(t *testing.T) {
	l := newLine(t, `exempt: [{resources: ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::c", "arn:aws:s3:::d", "arn:aws:s3:::e", "arn:aws:s3:::f"], rules: [tags], reason: a site, owner: web, until: 2026-12-01},
		{resources: ["arn:aws:s3:::far"], reason: r, owner: o, until: 2027-06-01}, {resources: ["arn:aws:s3:::past"], reason: r, owner: o, until: 2026-01-01}]`)
	end := time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
	var said []string
	tick := func(at time.Time) {
		t.Helper()
		l.now = at
		for range 3 {
			if err := l.do(`{"do":"tick"}`); err != nil {
				t.Fatal(err)
			}
		}
		for _, h := range l.sent {
			e, err := l.Memory.Get(t.Context(), h.Entry)
			if err != nil || e.State != journal.Told || e.Told || e.Owner != "web" {
				t.Fatalf("handed over %+v, %v; want a notice for its owner", e, err)
			}
			if over := strings.Contains(e.Reason, "in force again"); over != (e.Control == journal.ExemptionOver) {
				t.Errorf("%q is told as %q", e.Reason, e.Control)
			}
			said = append(said, e.Reason)
			e.Told = true // by act
			if _, err := l.Memory.Record(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		l.sent = nil
	}
	for _, at := range []time.Duration{-8 * 24 * time.Hour, -7*24*time.Hour - time.Second} {
		if tick(end.Add(at)); len(said) != 0 {
			t.Fatalf("%s before its end, people are told %q", at, said)
		}
	}
	for _, at := range []time.Duration{-7 * 24 * time.Hour, -7*24*time.Hour + time.Hour, -time.Second} {
		tick(end.Add(at))
	}
	if len(said) != 1 || !strings.Contains(said[0], `from rule "tags" by web ends at 2026-12-02 00:00 UTC (a site)`) || !strings.Contains(said[0], "and 1 more") {
		t.Fatalf("within the week before its end, people are told %q; want one reminder", said)
	}
	for _, at := range []time.Duration{0, time.Hour, 6 * 24 * time.Hour, 8 * 24 * time.Hour} {
		tick(end.Add(at))
	}
	if len(said) != 2 || !strings.Contains(said[1], "in force again") {
		t.Errorf("after its end, people are told %q; want that it is over, once", said)
	}
}
