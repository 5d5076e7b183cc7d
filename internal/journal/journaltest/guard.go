package journaltest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

func spend(counter string, limit int) journal.Mark {
	return journal.Mark{Counter: counter, Limit: limit, Per: time.Hour, Kind: journal.Spend}
}

func trip(counter string, limit int) journal.Mark {
	return journal.Mark{Counter: counter, Limit: limit, Per: time.Hour, Kind: journal.Trip}
}

func keep(counter string) journal.Mark {
	return journal.Mark{Counter: counter, Per: time.Hour, Kind: journal.Keep}
}

// another is an entry on a key of its own.
func (b *bench) another(name string) journal.Entry {
	b.Helper()
	k := bucket
	k.Resource += "-" + name
	return b.begin(entry(k, "e1", config(5), "f1"), journal.Started)
}

// mark records an entry as planned, a second later, with marks.
func (b *bench) mark(e journal.Entry, marks ...journal.Mark) (journal.Entry, error) {
	b.pass(time.Second)
	e.State, e.Updated = journal.Planned, b.now
	return b.j.Record(b.Context(), e, marks...)
}

// marked is mark, which must be possible.
func (b *bench) marked(e journal.Entry, marks ...journal.Mark) journal.Entry {
	b.Helper()
	e, err := b.mark(e, marks...)
	if err != nil {
		b.Fatalf("record with marks: %v", err)
	}
	return e
}

// spent says that a counter was at its limit, and since when there is room again.
func (b *bench) spent(what string, err error, counter string) time.Time {
	b.Helper()
	var spent *journal.SpentError
	if !errors.As(err, &spent) || spent.Counter != counter {
		b.Fatalf("%s: got error %v, want that %s is spent", what, err, counter)
	}
	return spent.Free
}

// counters are some counters as they are kept.
func (b *bench) counters(names ...string) map[string]journal.Counter {
	b.Helper()
	rails, err := b.j.Rails(b.Context(), bucket.Account, names...)
	if err != nil {
		b.Fatalf("rails: %v", err)
	}
	return rails.Counters
}

// counted is how many each counter has in the span that ends now; -1 where it is not kept.
func (b *bench) counted(names ...string) []int {
	b.Helper()
	kept := b.counters(names...)
	counts := make([]int, len(names))
	for i, name := range names {
		c, ok := kept[name]
		if counts[i] = -1; ok {
			counts[i] = c.Count(b.now)
		}
	}
	return counts
}

var markCases = []testCase{
	{"marks move their counters with the revision", func(b *bench) {
		e := b.marked(b.another("a"), spend("made", 5), trip("failed", 5), keep("held"))
		b.same("kept", b.get(e.ID), e)
		b.same("counts", b.counted("made", "failed", "held", "other"), []int{1, 1, 0, -1})
		b.marked(b.another("b"), spend("made", 5))
		b.same("counts", b.counted("made", "failed"), []int{2, 1})
		made := b.counters("made")["made"]
		b.same("made", []any{made.Name, made.Version, made.Per, made.Touched}, []any{"made", int64(2), time.Hour, b.now})
	}},
	{"a spent budget refuses the whole", func(b *bench) {
		b.marked(b.another("a"), spend("made", 1))
		e, was := b.another("b"), b.counters("made")
		_, err := b.mark(e, trip("failed", 5), spend("made", 1), keep("held"))
		b.spent("the second", err, "made")
		b.same("kept", b.get(e.ID), e)
		b.same("life", b.life(e.ID), []journal.State{journal.Open})
		b.same("counters", b.counters("made", "failed", "held"), was)
	}},
	{"one budget of several that is spent refuses the whole", func(b *bench) {
		b.marked(b.another("a"), spend("total", 2), spend("account 1", 1))
		_, err := b.mark(b.another("b"), spend("total", 2), spend("account 1", 1))
		b.spent("the account's", err, "account 1")
		b.marked(b.another("c"), spend("total", 2), spend("account 2", 1))
		_, err = b.mark(b.another("d"), spend("total", 2), spend("account 3", 1))
		b.spent("the total", err, "total")
		b.same("counts", b.counted("total", "account 1", "account 2", "account 3"), []int{2, 1, 1, -1})
	}},
	{"what is not recorded is not counted", func(b *bench) {
		e := b.another("a")
		b.begin(entry(e.Key, "t2", tags(1), "f2"), journal.Repeated)
		for name, c := range map[string]struct {
			change func(e *journal.Entry)
			want   error
		}{
			"a revision ahead": {func(e *journal.Entry) { e.Revision = 7 }, journal.ErrConflict},
			"stale":            {func(e *journal.Entry) { e.State = journal.Refused }, journal.ErrStale},
			"unknown":          {func(e *journal.Entry) { e.ID = "tw-nothing" }, journal.ErrUnknown},
			"too large":        {func(e *journal.Entry) { e.Violations = json.RawMessage(`"` + string(make500KB()) + `"`) }, journal.ErrTooLarge},
		} {
			mine := e
			mine.State = journal.Planned
			c.change(&mine)
			_, err := b.j.Record(b.Context(), mine, spend("made", 5), trip("failed", 5), keep("held"))
			b.is(name, err, c.want)
			b.same(name, b.counters("made", "failed", "held"), map[string]journal.Counter{})
		}
	}},
	{"a revision that is delivered again is counted once", func(b *bench) {
		e := b.another("a")
		b.marked(e, spend("made", 5))
		_, err := b.mark(e, spend("made", 5))
		b.is("again", err, journal.ErrConflict)
		b.same("counts", b.counted("made"), []int{1})
	}},
	{"two marks of one counter follow one another", func(b *bench) {
		_, err := b.mark(b.another("a"), spend("made", 1), spend("made", 1))
		b.spent("two of one", err, "made")
		b.marked(b.another("b"), spend("made", 2), keep("made"), spend("made", 2))
		made := b.counters("made")["made"]
		b.same("made", []any{made.Count(b.now), made.Held, made.Version}, []any{2, 1, int64(1)})
	}},
	{"an entry that lost its claim counts, too", func(b *bench) {
		old := b.record(b.another("a"), journal.Told)
		b.begin(entry(old.Key, "e2", config(6), "f2"), journal.Started)
		old = b.get(old.ID)
		_, err := b.j.Record(b.Context(), old, trip("undone", 3))
		b.is("record", err, nil)
		b.same("counts", b.counted("undone"), []int{1})
	}},
	{"what is counted has the time of its revision, however wrong a clock is", func(b *bench) {
		e := b.another("a")
		e.State, e.Updated = journal.Planned, time.Time{}
		_, err := b.j.Record(b.Context(), e, spend("made", 1))
		b.is("record", err, nil)
		_, err = b.mark(b.another("b"), spend("made", 1))
		b.spent("the next", err, "made")
	}},
	{"a span in which nothing can be counted is refused", func(b *bench) {
		e := b.another("a")
		if got, err := b.mark(e, journal.Mark{Counter: "made", Limit: 1}); err == nil {
			b.Errorf("got %+v, want an error", got)
		}
		b.same("kept", b.get(e.ID), e)
	}},
	{"there is room again when the error says so, and not a moment before", func(b *bench) {
		for n := range 3 {
			b.marked(b.another(fmt.Sprint(n)), spend("made", 3))
			b.pass(10 * time.Minute)
		}
		e := b.another("next")
		_, err := b.mark(e, spend("made", 3))
		free := b.spent("the fourth", err, "made")
		if over := free.Sub(start.Add(time.Hour)); over < 0 || over > 2*time.Minute {
			b.Errorf("there is room %s after the first is an hour old", over)
		}
		b.now = free.Add(-time.Second - time.Nanosecond) // mark passes a second
		_, err = b.mark(e, spend("made", 3))
		b.spent("a moment before", err, "made")
		b.now = free.Add(-time.Second)
		e = b.marked(e, spend("made", 3))
		_, err = b.mark(e, spend("made", 3))
		b.spent("one more", err, "made")
	}},
	{"who records without a limit is only counted", func(b *bench) {
		for n := range 3 {
			b.marked(b.another(fmt.Sprint(n)), spend("made", 0), trip("failed", 0))
		}
		b.same("counts", b.counted("made", "failed"), []int{3, 3})
		b.same("open", b.counters("failed")["failed"].Open(b.now), false)
	}},
	{"what is held back is counted from the first of a span on", func(b *bench) {
		b.marked(b.another("a"), keep("made"))
		first := b.now
		b.marked(b.another("b"), keep("made"), spend("made", 5))
		c := b.counters("made")["made"]
		b.same("held", []any{c.Held, c.HeldAt, c.Count(b.now)}, []any{2, first, 1})
		b.now = first.Add(time.Hour - time.Second)
		b.marked(b.another("c"), keep("made"))
		c = b.counters("made")["made"]
		b.same("the next span", []any{c.Held, c.HeldAt}, []any{1, first.Add(time.Hour)})
	}},
	{"a breaker opens at its limit, and closes by time", func(b *bench) {
		b.marked(b.another("a"), trip("failed", 2))
		b.same("below", b.counters("failed")["failed"].Open(b.now), false)
		b.marked(b.another("b"), trip("failed", 2))
		opened := b.now
		b.marked(b.another("c"), trip("failed", 2))
		c := b.counters("failed")["failed"]
		b.same("open", []any{c.Opened, c.Until(), c.Open(b.now), c.Open(opened.Add(-time.Second))}, []any{opened, opened.Add(time.Hour), true, true})
		b.same("at its end", []any{c.Open(c.Until().Add(-time.Nanosecond)), c.Open(c.Until())}, []any{true, false})
		b.now = c.Until()
		b.marked(b.another("d"), trip("failed", 2))
		b.same("what opened it counts no more", []any{b.counters("failed")["failed"].Open(b.now), b.counted("failed")}, []any{false, []int{1}})
		b.marked(b.another("e"), trip("failed", 2))
		b.same("open again", b.counters("failed")["failed"].Opened, b.now)
	}},
	{"a reset closes, and counts from nothing", func(b *bench) {
		b.marked(b.another("a"), trip("failed", 1), trip("undone", 1), spend("made", 1), keep("made"))
		b.is("reset", b.j.Reset(b.Context(), b.now, "failed", "made", "nothing"), nil)
		kept := b.counters("failed", "undone", "made", "nothing")
		b.same("open", []any{len(kept), kept["failed"].Open(b.now), kept["undone"].Open(b.now), kept["made"].Held}, []any{3, false, true, 0})
		b.same("counts", b.counted("failed", "undone", "made", "nothing"), []int{0, 1, 0, -1})
		b.marked(b.another("b"), spend("made", 1), trip("failed", 2))
		b.same("counts", b.counted("failed", "made"), []int{1, 1})
		b.is("reset of nothing", b.j.Reset(b.Context(), b.now), nil)
	}},
	{"counters are nobody's memory", func(b *bench) {
		b.marked(b.another("a"), spend("made", 5))
		for end := range b.counters("made")["made"].Slots {
			b.counters("made")["made"].Slots[end] = 100
		}
		b.same("counts", b.counted("made"), []int{1})
	}},
	{"many counters at once", func(b *bench) {
		var names []string
		for n := range 230 {
			names = append(names, fmt.Sprintf("failed/rule %d", n))
		}
		b.marked(b.another("a"), trip(names[0], 5), trip(names[229], 5))
		b.same("kept", len(b.counters(append(names, names...)...)), 2)
	}},
	{"however many record at once, no more than the limit pass", func(b *bench) { b.crowd(24, 5) }},
	{"of many who record at once, all pass below the limit", func(b *bench) { b.crowd(16, 100) }},
}

func make500KB() []byte {
	data := make([]byte, 500_000)
	for i := range data {
		data[i] = 'x'
	}
	return data
}

// crowd has n functions record an entry each against one limit; who conflicts comes again, as messages do.
func (b *bench) crowd(n, limit int) {
	b.Helper()
	entries := make([]journal.Entry, n)
	for i := range entries {
		entries[i] = b.another(fmt.Sprint(i))
		entries[i].State, entries[i].Updated = journal.Planned, b.now
	}
	var passed, spent atomic.Int64
	var wait sync.WaitGroup
	gate := make(chan struct{})
	for _, e := range entries {
		wait.Go(func() {
			<-gate
			_, err := b.j.Record(b.Context(), e, spend("made", limit), trip("all", 0))
			for again := 0; errors.Is(err, journal.ErrConflict) && again < 5; again++ {
				if is, err := b.j.Get(b.Context(), e.ID); err == nil && is.Revision > e.Revision { // it was recorded, and the answer lost
					passed.Add(1)
					return
				}
				_, err = b.j.Record(b.Context(), e, spend("made", limit), trip("all", 0))
			}
			var full *journal.SpentError
			switch {
			case err == nil:
				passed.Add(1)
			case errors.As(err, &full):
				spent.Add(1)
			default:
				b.Errorf("record: %v", err)
			}
		})
	}
	close(gate)
	wait.Wait()
	want := min(n, limit)
	b.same("passed and spent", []int64{passed.Load(), spent.Load()}, []int64{int64(want), int64(n - want)})
	b.same("counts", b.counted("made", "all"), []int{want, want})
	recorded := 0
	for _, e := range entries {
		recorded += b.get(e.ID).Revision - 1
	}
	b.same("recorded", recorded, want)
}
