package clock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

const day = 24 * time.Hour

// quiets are the notices about sources, in the order in which they were begun: "source/KIND: what".
func (l *line) quiets(t *testing.T) []string {
	t.Helper()
	all, err := l.Memory.Recent(t.Context(), time.Time{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b journal.Entry) int { return a.Since.Compare(b.Since) })
	var list []string
	for _, e := range all {
		if e.Key.Noticed() == journal.Quiet {
			list = append(list, e.Key.Resource+": "+e.Control)
		}
	}
	return list
}

// hears writes down that a kind was heard, each of some days ago.
func (l *line) hears(t *testing.T, kind string, ago ...time.Duration) {
	t.Helper()
	for _, d := range ago {
		if err := l.Hear(t.Context(), journal.Hearing{Kind: kind, At: l.now.Add(-d)}); err != nil {
			t.Fatal(err)
		}
	}
}

// ticks has the clock tick, each so long after the one before.
func (l *line) ticks(t *testing.T, n int, every time.Duration) {
	t.Helper()
	for range n {
		if err := l.do(wiring.Tick); err != nil {
			t.Fatal(err)
		}
		l.now = l.now.Add(every)
	}
}

func watchedLine(t *testing.T) *line {
	t.Helper()
	l := newLine(t, "")
	l.clock.Watched = l
	return l
}

// TestWhatFallsSilentIsTold holds from when on silence is news, and for whom.
func TestWhatFallsSilentIsTold(t *testing.T) {
	for name, test := range map[string]struct {
		kind string
		ago  []time.Duration
		want bool
	}{
		"heard today":                    {"config", []time.Duration{5 * day, 3 * day, 23 * time.Hour}, false},
		"silent for a day":               {"config", []time.Duration{5 * day, 3 * day, day}, true},
		"silent for days":                {"config", []time.Duration{6 * day, 5 * day, 4 * day}, true},
		"speaks rarely":                  {"config", []time.Duration{5 * day, 2 * day}, false},
		"was silent for long":            {"config", []time.Duration{9 * day, 8 * day, 7 * day, 6 * day, 5 * day}, false},
		"never spoke":                    {"config", nil, false},
		"is not heard by the policy":     {"tags", []time.Duration{5 * day, 3 * day, 2 * day}, false},
		"of a clock that is ahead of us": {"config", []time.Duration{5 * day, 3 * day, -time.Minute}, false},
	} {
		l := watchedLine(t)
		l.hears(t, test.kind, test.ago...)
		l.ticks(t, 3, time.Minute)
		want := []string(nil)
		if test.want {
			want = []string{"source/" + test.kind + ": quiet"}
		}
		if got := l.quiets(t); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if handed := len(l.sent) > 0; handed != test.want {
			t.Errorf("%s: act tells of it: %t, want %t", name, handed, test.want)
		}
	}
}

// TestSilenceIsToldOnce holds that a silence is told once, its end once, and the next silence again.
func TestSilenceIsToldOnce(t *testing.T) {
	l := watchedLine(t)
	l.hears(t, "config", 3*day, 2*day, day+time.Hour)
	l.ticks(t, 30, time.Hour)
	silent := []string{"source/config: quiet"}
	if got := l.quiets(t); !slices.Equal(got, silent) {
		t.Errorf("got %q, want %q", got, silent)
	}
	l.ticks(t, 9, day) // by then nothing was heard in the last week at all
	if got := l.quiets(t); !slices.Equal(got, silent) {
		t.Errorf("silent for long: got %q, want %q", got, silent)
	}
	l.hears(t, "config", 2*day, day, 0)
	l.ticks(t, 10, time.Hour)
	back := append(silent, "source/config: heard again")
	if got := l.quiets(t); !slices.Equal(got, back) {
		t.Errorf("got %q, want %q", got, back)
	}
	l.ticks(t, 30, time.Hour)
	if got, want := l.quiets(t), append(back, "source/config: quiet"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	l.hears(t, "config", 0)
	l.now = l.now.Add(day + time.Hour) // the clock stood still meanwhile
	l.ticks(t, 2, time.Minute)
	if got, want := l.quiets(t), append(back, "source/config: quiet", "source/config: quiet"); !slices.Equal(got, want) {
		t.Errorf("a silence after one whose end nobody noticed: got %q, want %q", got, want)
	}
	last := l.sent[len(l.sent)-1]
	e, err := l.Memory.Get(t.Context(), last.Entry)
	if err != nil || !strings.HasPrefix(e.Reason, "No event of config has come since 2026-") || e.Severity != "medium" {
		t.Errorf("told %q, %s, %v", e.Reason, e.Severity, err)
	}
}

// counting counts what is asked of a journal, and fails if it is to.
type counting struct {
	*line
	asked map[string]int
	fault string
}

func (c counting) count(name string) error {
	c.asked[name]++
	if c.fault == name {
		return errFault
	}
	return nil
}

func (c counting) Brakes(ctx context.Context) ([]journal.Brake, error) {
	if err := c.count("brakes"); err != nil {
		return nil, err
	}
	return c.Memory.Brakes(ctx)
}

func (c counting) Heard(ctx context.Context) ([]journal.Hearing, error) {
	if err := c.count("heard"); err != nil {
		return nil, err
	}
	return c.Memory.Heard(ctx)
}

func (c counting) Pending(ctx context.Context, limit int) (int, error) {
	if err := c.count("pending"); err != nil {
		return 0, err
	}
	return c.Memory.Pending(ctx, limit)
}

// TestTheClockLooksNowAndThen holds what an hour of ticks reads beside what is due.
func TestTheClockLooksNowAndThen(t *testing.T) {
	l := newLine(t, "")
	c := counting{l, map[string]int{}, ""}
	l.clock.Watched = c
	l.ticks(t, 60, time.Minute)
	if got, want := fmt.Sprint(c.asked), "map[brakes:12 heard:4 pending:12]"; got != want {
		t.Errorf("asked %s in an hour, want %s", got, want)
	}
	l.now = l.now.Add(-24 * time.Hour) // a machine's clock that is put back must not stop it
	l.ticks(t, 1, time.Minute)
	if c.asked["heard"] != 5 {
		t.Errorf("a clock that was put back: asked %d times, want 5", c.asked["heard"])
	}
}

// TestWhatCannotBeReadIsNoZero holds that the clock says so where it cannot tell, and writes no gauge.
func TestWhatCannotBeReadIsNoZero(t *testing.T) {
	for _, call := range []string{"brakes", "heard", "pending"} {
		l := newLine(t, "")
		l.clock.Watched = counting{l, map[string]int{}, call}
		if err := l.do(wiring.Tick); !errors.Is(err, errFault) {
			t.Errorf("%s: got %v", call, err)
		}
	}
}

// TestGauges holds that what holds changes back and what waits is said, and nothing where there is none.
func TestGauges(t *testing.T) {
	l := watchedLine(t)
	flushed := func() string {
		var b bytes.Buffer
		l.now = l.now.Add(gaugeEvery)
		l.ticks(t, 1, 0)
		if err := l.clock.Meter.Flush(&b, l.now); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := flushed(); got != "" {
		t.Errorf("nothing waits, and nothing is stopped: wrote %s", got)
	}
	for _, account := range []string{"", "111122223333"} {
		if err := l.SetBrake(t.Context(), journal.Brake{Account: account, On: true, Reason: "a bad day"}); err != nil {
			t.Fatal(err)
		}
	}
	later := with(with(violation("", journal.Open), at("vol-later")), held(journal.Window))
	later.Due = l.now.Add(30 * day)
	later = l.put(t, later, journal.Waiting)
	later.Updated = l.now
	open := journal.Mark{Counter: journal.FailedOf("tags"), Limit: 1, Per: time.Hour, Kind: journal.Trip}
	if _, err := l.Memory.Record(t.Context(), later, open); err != nil {
		t.Fatal(err)
	}
	if got, want := flushed(), `"brake":2,"breaker":1,`; !strings.Contains(got, want) || !strings.Contains(got, `"waiting":1`) {
		t.Errorf("wrote %s, want %s and one that waits", got, want)
	}
	l.now = l.now.Add(time.Hour)
	if got := flushed(); strings.Contains(got, "breaker") || !strings.Contains(got, `"brake":2`) {
		t.Errorf("an hour later wrote %s; want no breaker", got)
	}
}
