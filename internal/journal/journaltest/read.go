package journaltest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

var readCases = []testCase{
	{"an empty journal", func(b *bench) {
		b.closed(bucket)
		_, err := b.j.Get(b.Context(), "tw-nothing")
		b.is("get", err, journal.ErrUnknown)
		_, err = b.j.History(b.Context(), "tw-nothing")
		b.is("history", err, journal.ErrUnknown)
		got, err := b.j.Recent(b.Context(), time.Time{}, 10)
		b.is("recent", err, nil)
		b.same("recent", len(got), 0)
	}},
	{"last: who holds the claim, or held it last", func(b *bench) {
		last := func(want journal.Entry, there bool) {
			b.Helper()
			got, found, err := b.j.Last(b.Context(), bucket)
			b.is("last", err, nil)
			b.same("found", found, there)
			b.same("last", got, want)
		}
		last(journal.Entry{}, false)
		first := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		last(first, true)
		first = b.record(first, journal.Compliant)
		last(first, true)
		last(b.begin(entry(bucket, "e2", config(6), "f1"), journal.Started), true)
	}},
	{"recent: newest revisions, the latest first, within since and limit", func(b *bench) {
		var want []journal.Entry // the latest last
		for n := range 20 {
			k := bucket
			k.Resource = fmt.Sprintf("%s-%d", bucket.Resource, n)
			b.pass(time.Second)
			want = append(want, b.begin(entry(k, "e", config(5), "f1"), journal.Started))
		}
		again := b.record(b.record(want[3], journal.Planned), journal.Applying)
		want = append(append(want[:3:3], want[4:]...), again)
		for _, c := range []struct {
			name  string
			since time.Time
			limit int
			want  []journal.Entry
		}{
			{"all", time.Time{}, 100, want},
			{"limit", time.Time{}, 7, want[13:]},
			{"since is included", want[10].Updated, 100, want[10:]},
			{"just after", want[10].Updated.Add(time.Nanosecond), 100, want[11:]},
			{"another zone", want[10].Updated.In(time.FixedZone("somewhere", 3600)), 100, want[10:]},
			{"none", again.Updated.Add(time.Hour), 100, nil},
			{"limit 0", time.Time{}, 0, nil},
		} {
			got, err := b.j.Recent(b.Context(), c.since, c.limit)
			b.is(c.name, err, nil)
			b.same(c.name, ids(got), reversed(ids(c.want)))
		}
		got, err := b.j.Recent(b.Context(), time.Time{}, 1)
		b.is("whole", err, nil)
		b.same("whole", got, []journal.Entry{again})
	}},
	{"more than fits one page", func(b *bench) {
		e := entry(bucket, "e1", config(5), "f1")
		e.Violations = json.RawMessage(`"` + strings.Repeat("x", 300_000) + `"`)
		e = b.begin(e, journal.Started)
		want := []journal.State{journal.Open}
		for range 8 { // 2.7 MB; a page of DynamoDB ends at 1 MB
			e = b.record(e, journal.Waiting)
			want = append(want, journal.Waiting)
		}
		b.same("life", b.life(e.ID), want)
		b.pass(time.Second)
		other := b.begin(entry(volume, "e1", config(5), "f1"), journal.Started)
		got, err := b.j.Recent(b.Context(), start, 10)
		b.is("recent", err, nil)
		b.same("recent", ids(got), ids([]journal.Entry{other, e}))
	}},
}

// ids are the entries as id and revision.
func ids(all []journal.Entry) []string {
	names := []string{}
	for _, e := range all {
		names = append(names, fmt.Sprintf("%s %d", e.ID, e.Revision))
	}
	return names
}

func reversed(s []string) []string {
	back := []string{}
	for i := range s {
		back = append(back, s[len(s)-1-i])
	}
	return back
}
