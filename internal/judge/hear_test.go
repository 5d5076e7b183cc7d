package judge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A diary counts what is written into it.
type diary struct {
	heard []journal.Hearing
	fault error
}

func (d *diary) Hear(_ context.Context, h journal.Hearing) error {
	if d.fault == nil {
		d.heard = append(d.heard, h)
	}
	return d.fault
}

// A thousand events that comply cost one write in half an hour, and another in the next; and no line of log, nor one of metrics.
func TestHearingCostsNoWriteAnEvent(t *testing.T) {
	l, d, now := newLine(t, "fix"), &diary{}, clock
	l.judge.Diary, l.judge.Now = &Diary{Keep: d}, func() time.Time { return now }
	for i := range 1000 {
		l.judgeAll(t, tagEvent(fmt.Sprint("e", i), "vol-1", i+1, `{"Owner":"ann"}`))
		now = now.Add(journal.HeardEvery / 1000)
	}
	if want := (journal.Hearing{Kind: "tags", At: clock}); len(d.heard) != 1 || d.heard[0] != want {
		t.Errorf("heard %v, want once %v", d.heard, want)
	}
	var lines bytes.Buffer
	if err := l.judge.Meter.Flush(&lines, now); err != nil || lines.Len()+l.log.Len() > 0 {
		t.Errorf("wrote %q and %q, %v; want no line", l.log.String(), lines.String(), err)
	}
	l.judgeAll(t, tagEvent("next", "vol-1", 2000, `{"Owner":"ann"}`), configEvent("other", "OK", "", `{"Owner":"ann"}`, "2026-11-23T11:59:00Z"))
	if len(d.heard) != 3 || d.heard[1].Kind != "tags" || d.heard[2].Kind != "config" {
		t.Errorf("heard %v, want tags again, and config", d.heard)
	}
}

// What could not be written down keeps no event from being judged, and is tried again with the next one.
func TestADiaryThatFailsHoldsNothingUp(t *testing.T) {
	l, d := newLine(t, "fix"), &diary{fault: errors.New("no table")}
	l.judge.Diary = &Diary{Keep: d}
	l.judgeAll(t, tagEvent("e1", "vol-1", 1, `{}`))
	if len(l.sent) != 1 || !strings.Contains(l.log.String(), "event not written down as heard") {
		t.Errorf("handed over %d, logged %s", len(l.sent), l.log.String())
	}
	d.fault = nil
	l.judgeAll(t, tagEvent("e2", "vol-2", 1, `{"Owner":"ann"}`))
	if len(d.heard) != 1 {
		t.Errorf("heard %v, want the second event", d.heard)
	}
}

// Who presses no button for a week is no source that fell silent.
func TestPressesAreNotHeard(t *testing.T) {
	for _, kind := range events.All() {
		l, d := newLine(t, "fix"), &diary{}
		l.judge.Diary = &Diary{Keep: d}
		l.judge.hear(context.Background(), kind)
		if got, want := len(d.heard) == 1 && d.heard[0].Kind == kind.Name(), kind.Pressed == nil; got != want {
			t.Errorf("%s: written down: %t, want %t", kind.ID, got, want)
		}
	}
}
