package journaltest

import (
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// wait records an entry as waiting until a time.
func (b *bench) wait(e journal.Entry, until time.Time) journal.Entry {
	b.Helper()
	e.Held, e.Due = journal.Grace, until
	return b.record(e, journal.Waiting)
}

// due says what is due at a time.
func (b *bench) due(what string, at time.Time, limit int, want ...journal.Entry) {
	b.Helper()
	got, err := b.j.Due(b.Context(), at, limit)
	b.is(what, err, nil)
	b.same(what, ids(got), ids(want))
}

var dueCases = []testCase{
	{"nothing is due in an empty journal, nor what waits for nothing", func(b *bench) {
		b.due("empty", b.now.Add(1000*time.Hour), 10)
		b.another("a")
		b.due("open", b.now.Add(1000*time.Hour), 10)
	}},
	{"what is due, the longest first, within the limit", func(b *bench) {
		at := start.Add(time.Hour)
		var want []journal.Entry // the longest due first
		for n := range 20 {
			want = append(want, b.wait(b.another(fmt.Sprint(n)), at.Add(time.Duration(n)*time.Minute)))
		}
		for _, c := range []struct {
			name  string
			at    time.Time
			limit int
			want  []journal.Entry
		}{
			{"all", at.Add(time.Hour), 100, want},
			{"limit", at.Add(time.Hour), 7, want[:7]},
			{"limit 1", at.Add(time.Hour), 1, want[:1]},
			{"limit 0", at.Add(time.Hour), 0, nil},
			{"below 0", at.Add(time.Hour), -1, nil},
			{"on time", at.Add(3 * time.Minute), 100, want[:4]},
			{"just before", at.Add(3*time.Minute - time.Nanosecond), 100, want[:3]},
			{"another zone", at.Add(3 * time.Minute).In(time.FixedZone("somewhere", -3600)), 100, want[:4]},
			{"none yet", at.Add(-time.Nanosecond), 100, nil},
		} {
			b.due(c.name, c.at, c.limit, c.want...)
		}
		got, err := b.j.Due(b.Context(), at, 1)
		b.is("whole", err, nil)
		b.same("whole", got, want[:1])
	}},
	{"a begun entry may be due", func(b *bench) {
		e := entry(bucket, "e1", config(5), "f1")
		e.Due = b.now.Add(time.Minute).In(time.FixedZone("somewhere", 3600))
		e = b.begin(e, journal.Started)
		b.due("then", b.now.Add(time.Minute), 10, e)
	}},
	{"a later time takes the place of the one before", func(b *bench) {
		at := start.Add(time.Hour)
		e := b.wait(b.another("a"), at)
		e = b.wait(e, at.Add(time.Hour))
		b.due("at first", at, 10)
		b.due("then", at.Add(time.Hour), 10, e)
		e = b.wait(e, at)
		b.due("and sooner again", at, 10, e)
	}},
	{"what is recorded without a time is not due", func(b *bench) {
		at := start.Add(time.Hour)
		e := b.wait(b.another("a"), at)
		e.Due = time.Time{}
		e = b.record(e, journal.Planned)
		b.due("planned", at, 10)
		b.record(e, journal.Compliant)
		b.due("compliant", at, 10)
	}},
	{"what ended may be due", func(b *bench) {
		e := b.another("a")
		e.Due = start.Add(time.Hour)
		e = b.record(e, journal.Exempted)
		b.closed(e.Key)
		b.due("then", e.Due, 10, e)
	}},
	{"reports and leases leave the time, and reports are in what is due", func(b *bench) {
		at := start.Add(time.Hour)
		e := b.wait(b.another("a"), at)
		b.take(e.ID, "clock", nil)
		joined := b.begin(entry(e.Key, "e2", tags(9), "f1"), journal.Repeated)
		got, err := b.j.Due(b.Context(), at, 10)
		b.is("due", err, nil)
		b.same("due", got, []journal.Entry{joined})
		b.same("reporters", len(joined.Reporters), 2)
	}},
	{"another entry that takes the claim is due at its own time", func(b *bench) {
		at := start.Add(time.Hour)
		stands := b.another("a")
		stands.Due = at
		stands = b.record(stands, journal.Proposed)
		b.due("at first", at, 10, stands)
		b.begin(entry(stands.Key, "e2", config(6), "f2"), journal.Started)
		b.due("after", at, 10)
		old := b.get(stands.ID) // who tells of it records it once more, with its time
		old.Told = true
		b.record(old, journal.Lapsed)
		b.due("told", at, 10)
	}},
	{"of two clocks one takes it up", func(b *bench) {
		e := b.wait(b.another("a"), start.Add(time.Minute))
		var errs [functions]error
		together(func(n int) {
			mine := e
			mine.State, mine.Due = journal.Open, b.now.Add(10*time.Minute)
			_, errs[n] = b.j.Record(b.Context(), mine)
		})
		only(b, errs[:], journal.ErrConflict)
		b.due("now", b.now.Add(9*time.Minute), 10)
	}},
}
