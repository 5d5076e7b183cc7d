package journaltest

import (
	"strconv"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

func (b *bench) hear(kind string) journal.Hearing {
	b.Helper()
	h := journal.Hearing{Kind: kind, At: b.now}
	b.is("hear "+kind, b.j.Hear(b.Context(), h), nil)
	return h
}

func (b *bench) heard(what string, want ...journal.Hearing) {
	b.Helper()
	got, err := b.j.Heard(b.Context())
	b.is(what, err, nil)
	b.same(what, got, want)
}

func (b *bench) pending(what string, limit, want int) {
	b.Helper()
	got, err := b.j.Pending(b.Context(), limit)
	b.is(what, err, nil)
	b.same(what, got, want)
}

var watchedCases = []testCase{
	{"what was heard is told by kind and day, the last time of each", func(b *bench) {
		b.heard("at first")
		b.hear("tags")
		b.pass(time.Hour)
		tags := b.hear("tags")
		config := b.hear("config")
		b.heard("on the first day", config, tags)
		b.pass(24 * time.Hour)
		next := b.hear("tags")
		b.heard("on the next day", config, tags, next)
		b.hear("tags")
		b.heard("heard twice at once", config, tags, next)
	}},
	{"a day ends at midnight in UTC", func(b *bench) {
		b.now = time.Date(2026, 3, 2, 0, 30, 0, 0, time.FixedZone("", 3600))
		first := b.hear("config")
		b.pass(time.Hour)
		second := b.hear("config")
		first.At, second.At = first.At.UTC(), second.At.UTC()
		b.heard("before and after", first, second)
	}},
	{"what is due at some time is pending, whenever that is", func(b *bench) {
		b.pending("at first", 10, 0)
		for i, k := range []journal.Key{bucket, volume} {
			e := b.begin(entry(k, "e1", config(1), "f"), journal.Started)
			e.Due = b.now.Add(time.Duration(1-2*i) * 24 * time.Hour)
			b.record(e, journal.Waiting)
		}
		b.pending("two", 10, 2)
		b.pending("as many as are asked for", 1, 1)
		for i := range 20 {
			k := volume
			k.Resource += strconv.Itoa(i)
			e := b.begin(entry(k, "e1", config(1), "f"), journal.Started)
			e.Due = b.now
			b.record(e, journal.Waiting)
			b.pending("as many as are asked for, of more", 1, 1)
		}
		b.pending("all", 100, 22)
		e, _, err := b.j.Open(b.Context(), bucket)
		b.is("open", err, nil)
		e.Due = time.Time{}
		b.record(e, journal.Told)
		b.pending("one is done", 100, 21)
	}},
}
