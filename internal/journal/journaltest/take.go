package journaltest

import (
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// take takes the entry for holder from now on for the length of a lease.
func (b *bench) take(id, holder string, want error) journal.Entry {
	b.Helper()
	e, err := b.j.Take(b.Context(), id, holder, b.now, b.now.Add(journal.Lease))
	b.is("take for "+holder, err, want)
	return e
}

var takeCases = []testCase{
	{"one holder at a time, who may take it again", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.same("taken", b.take(e.ID, "a", nil), e)
		b.take(e.ID, "b", journal.ErrBusy)
		b.pass(time.Minute)
		b.take(e.ID, "a", nil)
		b.pass(journal.Lease - time.Minute)
		b.take(e.ID, "b", journal.ErrBusy) // the second take made it longer
		b.same("life", b.life(e.ID), []journal.State{journal.Open})
	}},
	{"a lease ends with its time", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.take(e.ID, "a", nil)
		b.pass(journal.Lease - time.Nanosecond)
		b.take(e.ID, "b", journal.ErrBusy)
		b.pass(time.Nanosecond)
		b.take(e.ID, "b", nil)
		b.take(e.ID, "a", journal.ErrBusy)
	}},
	{"a lease ends where nobody works on", func(b *bench) {
		for s, want := range map[journal.State]error{
			journal.Planned: journal.ErrBusy, journal.Applying: journal.ErrBusy, journal.Settling: journal.ErrBusy,
			journal.Waiting: nil, journal.Told: nil, journal.Proposed: nil, journal.Fixed: nil, journal.Failed: nil, journal.Gone: nil,
		} {
			k := bucket
			k.Setting = string(s)
			e := b.begin(entry(k, "e1", config(5), "f1"), journal.Started)
			b.take(e.ID, "a", nil)
			e = b.record(e, s)
			if got := b.take(e.ID, "b", want); want == nil {
				b.same(string(s), got, e)
			}
		}
	}},
	{"a lease ends where a write is left to the clock", func(b *bench) {
		for _, s := range []journal.State{journal.Applying, journal.Settling} {
			k := bucket
			k.Setting = string(s)
			e := b.begin(entry(k, "e1", config(5), "f1"), journal.Started)
			b.take(e.ID, "a", nil)
			e.Due = b.now.Add(time.Minute)
			e = b.record(e, s)
			b.take(e.ID, "b", nil)
		}
	}},
	{"what waits for its time is nobody's before that", func(b *bench) {
		e := b.wait(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), b.now.Add(time.Hour))
		b.take(e.ID, "a", nil)
		b.take(e.ID, "b", nil)
		b.pass(time.Hour)
		b.take(e.ID, "a", nil)
		b.take(e.ID, "b", journal.ErrBusy)
	}},
	{"a report leaves the lease, and who takes it sees the report", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.take(e.ID, "a", nil)
		b.begin(entry(bucket, "e2", tags(1), "f2"), journal.Repeated)
		b.take(e.ID, "b", journal.ErrBusy)
		b.same("reporters", b.take(e.ID, "a", nil).Reporters, by("config e1", "tags e2"))
	}},
	{"a new entry is free, and the old one's holder has no hold on it", func(b *bench) {
		old := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Told)
		b.take(old.ID, "a", nil)
		e := b.begin(entry(bucket, "e2", config(6), "f2"), journal.Started)
		b.take(e.ID, "b", nil)
		b.same("the old one", b.take(old.ID, "a", nil).State, journal.Lapsed)
		b.take(e.ID, "a", journal.ErrBusy)
	}},
	{"an unknown entry", func(b *bench) {
		b.take("tw-nothing", "a", journal.ErrUnknown)
		b.take("", "a", journal.ErrUnknown)
	}},
}
