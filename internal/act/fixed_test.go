package act

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestAFixIsMeasured holds that each fix is measured once, from its event on, and counts with the source of the event; a delivery that only tells measures nothing.
func TestAFixIsMeasured(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	w.actor.Now = func() time.Time { return clock.Add(90 * time.Second) }
	entry := w.open(t, clock)
	for _, want := range []string{`"fixed":[90000]`, ""} {
		if err := w.act(entry, false); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := w.actor.Meter.Flush(&out, clock); err != nil || !strings.Contains(out.String(), want) || want == "" && out.Len() > 0 {
			t.Errorf("got %q, %v; want %s", out.String(), err, want)
		}
	}
}

// TestWhatWaitsOnPurposeIsNotSlow holds from when on a fix is measured.
func TestWhatWaitsOnPurposeIsNotSlow(t *testing.T) {
	since, taken := clock, clock.Add(72*time.Hour)
	for name, test := range map[string]struct {
		e    journal.Entry
		want time.Time
	}{
		"at once":                   {journal.Entry{Since: since, Updated: taken}, since},
		"after a grace":             {journal.Entry{Since: since, Updated: taken, Held: journal.Grace}, taken},
		"when a button was pressed": {journal.Entry{Since: since, Updated: taken, Press: "Remediate"}, taken},
		"when somebody approved it": {journal.Entry{Since: since, Updated: taken, Approved: true}, taken},
		"an undo that was undone":   {journal.Entry{Since: since, Updated: taken, Undoes: "tw-1"}, taken},
		"by a clock that is behind": {journal.Entry{Since: since, Updated: since.Add(-time.Minute), Held: journal.Grace}, since},
	} {
		if got := beginning(test.e); !got.Equal(test.want) {
			t.Errorf("%s: measured from %s, want %s", name, got, test.want)
		}
	}
}
