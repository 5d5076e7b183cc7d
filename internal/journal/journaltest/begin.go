package journaltest

import (
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

var beginCases = []testCase{
	{"the first report starts an entry", func(b *bench) {
		e := entry(bucket, "e1", config(5), "f1")
		want := e
		want.Revision, want.State, want.Updated, want.Reporters = 1, journal.Open, b.now, by("config e1")
		b.same("begun", b.begin(e, journal.Started), want)
		b.same("open", b.opened(bucket), want)
		b.same("get", b.get(e.ID), want)
		b.same("life", b.life(e.ID), []journal.State{journal.Open})
	}},
	{"an entry without id is refused", func(b *bench) {
		e := entry(bucket, "e1", config(5), "f1")
		e.ID = ""
		if got, err := b.j.Begin(b.Context(), e, b.now); err == nil {
			b.Errorf("got %+v, want an error", got)
		}
	}},
	{"keys are apart", func(b *bench) {
		b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		for name, k := range map[string]journal.Key{
			"resource": volume,
			"account":  {Account: "444455556666", Region: bucket.Region, Resource: bucket.Resource, Setting: bucket.Setting},
			"region":   {Account: bucket.Account, Region: "us-east-1", Resource: bucket.Resource, Setting: bucket.Setting},
			"setting":  {Account: bucket.Account, Region: bucket.Region, Resource: bucket.Resource, Setting: "s3:bucket-policy"},
		} {
			b.closed(k)
			b.same(name, b.begin(entry(k, "e1", config(1), "f1"), journal.Started).Key, k)
		}
	}},
	{"a second delivery repeats, while it moves", func(b *bench) {
		first := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.pass(time.Hour)
		b.same("again", b.begin(entry(bucket, "e1", config(5), "f1"), journal.Repeated), first)
		b.same("life", b.life(first.ID), []journal.State{journal.Open})
	}},
	{"a second delivery repeats, after it stands", func(b *bench) {
		e := b.record(b.begin(entry(bucket, "e1", config(5), ""), journal.Started), journal.Told)
		b.same("again", b.begin(entry(bucket, "e1", config(5), ""), journal.Repeated), e)
	}},
	{"a second delivery repeats, after it ended", func(b *bench) {
		e := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Refused)
		b.same("again", b.begin(entry(bucket, "e1", config(5), "f1"), journal.Repeated), e)
		b.closed(bucket)
		b.same("life", b.life(e.ID), []journal.State{journal.Open, journal.Refused})
	}},
	{"a second delivery repeats, after others took the claim and newer was seen", func(b *bench) {
		e := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Told)
		other := b.begin(entry(bucket, "e2", config(6), "f2"), journal.Started)
		got := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Repeated)
		b.same("again", []any{got.ID, got.State, got.Revision}, []any{e.ID, journal.Lapsed, 3})
		b.same("open", b.opened(bucket), other)
		b.record(other, journal.Refused)
		got = b.begin(entry(bucket, "e1", config(5), "f1"), journal.Repeated)
		b.same("and again", []any{got.ID, got.State, got.Revision}, []any{e.ID, journal.Lapsed, 3})
		b.closed(bucket)
	}},
	{"another report of an entry that moves joins it, whatever it saw", func(b *bench) {
		first := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		want := first
		want.Seen, want.Reporters = tags(9), by("config e1", "tags e2")
		b.same("joined", b.begin(entry(bucket, "e2", tags(9), "f2"), journal.Repeated), want)
		want.Seen, want.Reporters = config(6), by("config e1", "tags e2", "config e3")
		b.same("unread", b.begin(entry(bucket, "e3", config(6), ""), journal.Repeated), want)
		b.same("delivered again", b.begin(entry(bucket, "e3", config(6), ""), journal.Repeated), want)
		b.same("open", b.opened(bucket), want)
		b.same("get", b.get(first.ID), want)
		b.same("life", b.life(first.ID), []journal.State{journal.Open})
		_, err := b.j.Get(b.Context(), journal.NewID(bucket, "e2", "tags"))
		b.is("the joined report has no entry", err, journal.ErrUnknown)
	}},
	{"a report does not disturb who works on it, and is in the next revision", func(b *bench) {
		first := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.begin(entry(bucket, "e2", tags(9), "f1"), journal.Repeated)
		got := b.record(first, journal.Planned)
		b.same("reporters", got.Reporters, by("config e1", "tags e2"))
		b.same("kept", b.get(first.ID).Reporters, by("config e1", "tags e2"))
	}},
	{"only the latest 20 reporters are kept", func(b *bench) {
		b.begin(entry(bucket, "e1", config(1), "f1"), journal.Started)
		for n := 2; n <= 25; n++ {
			b.begin(entry(bucket, fmt.Sprintf("e%d", n), config(int64(n)), "f1"), journal.Repeated)
		}
		got := b.opened(bucket).Reporters
		b.same("reporters", []any{len(got), got[0], got[19]}, []any{20, by("config e6")[0], by("config e25")[0]})
	}},
	{"the same violations join an entry that stands", func(b *bench) {
		for _, s := range []journal.State{journal.Observed, journal.Told, journal.Proposed} {
			k := bucket
			k.Setting = string(s)
			stands := b.record(b.begin(entry(k, "e1", config(5), "f1"), journal.Started), s)
			got := b.begin(entry(k, "e2", config(6), "f1"), journal.Repeated)
			b.same(string(s), []any{got.ID, got.State, got.Revision}, []any{stands.ID, s, 2})
			b.begin(entry(k, "e0", config(5), "f1"), journal.Stale) // what was seen advanced
		}
	}},
	{"other violations supersede an entry that stands", func(b *bench) {
		stands := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Told)
		stands.Told = true
		stands = b.record(stands, journal.Told)
		b.pass(time.Minute)
		e := b.begin(entry(bucket, "e2", config(6), "f2"), journal.Started)
		b.same("prior", e.Prior, &journal.Prior{ID: stands.ID, State: journal.Told, Fingerprint: "f1", Told: true})
		b.same("open", b.opened(bucket), e)
		want := stands
		want.Revision, want.State, want.Told, want.Updated, want.Reason = 4, journal.Lapsed, true, b.now, "entry "+e.ID+" took its place"
		b.same("the old one", b.get(stands.ID), want)
		b.same("its life", b.life(stands.ID), []journal.State{journal.Open, journal.Told, journal.Told, journal.Lapsed})
	}},
	{"violations that are not known supersede an entry that stands", func(b *bench) {
		stands := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Proposed)
		e := b.begin(entry(bucket, "e2", config(6), ""), journal.Started)
		b.same("prior", e.Prior, &journal.Prior{ID: stands.ID, State: journal.Proposed, Fingerprint: "f1"})
		b.same("the old one", b.get(stands.ID).State, journal.Lapsed)
	}},
	{"two unknowns are not the same", func(b *bench) {
		b.record(b.begin(entry(bucket, "e1", config(5), ""), journal.Started), journal.Observed)
		b.begin(entry(bucket, "e2", config(6), ""), journal.Started)
	}},
	{"what act learned of the violations counts", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), ""), journal.Started)
		e.Fingerprint = "f1"
		b.record(e, journal.Told)
		b.begin(entry(bucket, "e2", config(6), "f1"), journal.Repeated)
	}},
	{"after an end, the same violations start anew and know how it ended", func(b *bench) {
		for _, s := range []journal.State{
			journal.Fixed, journal.Compliant, journal.Exempted, journal.Gone, journal.Refused, journal.Failed, journal.Lapsed, journal.Undone,
		} {
			k := bucket
			k.Setting = string(s)
			was := b.record(b.begin(entry(k, "e1", config(5), "f1"), journal.Started), s)
			was.Told = true
			b.record(was, s)
			e := b.begin(entry(k, "e2", config(6), "f1"), journal.Started)
			b.same(string(s), e.Prior, &journal.Prior{ID: was.ID, State: s, Fingerprint: "f1", Told: true, Settled: s == journal.Fixed})
			b.same("the old one's life", b.life(was.ID), []journal.State{journal.Open, s, s})
		}
	}},
	{"older than what was seen is stale", func(b *bench) {
		first := b.begin(entry(bucket, "e5", config(5), "f1"), journal.Started)
		b.same("config, while it moves", b.begin(entry(bucket, "e4", config(4), "f0"), journal.Stale), first)
		b.same("open", b.opened(bucket), first)
		b.begin(entry(bucket, "t2", tags(2), "f1"), journal.Repeated) // another source's numbers are another count
		b.begin(entry(bucket, "t1", tags(1), "f1"), journal.Stale)
		b.begin(entry(bucket, "e4", config(4), "f0"), journal.Stale)
		b.begin(entry(bucket, "e5b", config(5), "f1"), journal.Repeated) // as old is not older
		stands := b.record(b.opened(bucket), journal.Told)
		b.same("config, while it stands", b.begin(entry(bucket, "e4", config(4), "f0"), journal.Stale), stands)
		b.same("tags, while it stands", b.begin(entry(bucket, "t1", tags(1), ""), journal.Stale), stands)
		b.same("life", b.life(first.ID), []journal.State{journal.Open, journal.Told})
	}},
	{"older than what was seen is stale after the end, too", func(b *bench) {
		b.begin(entry(bucket, "e5", config(5), "f1"), journal.Started)
		b.begin(entry(bucket, "t2", tags(2), "f1"), journal.Repeated)
		b.record(b.opened(bucket), journal.Fixed)
		b.same("config", b.begin(entry(bucket, "e4", config(4), "f1"), journal.Stale), journal.Entry{})
		b.same("tags", b.begin(entry(bucket, "t1", tags(1), "f1"), journal.Stale), journal.Entry{})
		b.closed(bucket)
		b.begin(entry(bucket, "t3", tags(3), "f1"), journal.Started)
	}},
	{"sources are compared by their times, where these are apart", func(b *bench) {
		timed := func(v finding.Version, after time.Duration) finding.Version {
			v.Time = start.Add(after)
			return v
		}
		b.record(b.begin(entry(bucket, "t7", timed(tags(7), time.Minute), "f1"), journal.Started), journal.Told)
		e := b.opened(bucket)
		e.Seen = timed(tags(8), 2*time.Minute)
		b.record(e, journal.Compliant)
		b.begin(entry(bucket, "e5", timed(config(5), time.Minute), "f1"), journal.Stale) // AWS Config lags behind: it shows what was put right since
		b.begin(entry(bucket, "e6", timed(config(6), 2*time.Minute+time.Second), "f1"), journal.Started)
	}},
	{"a resource that was made anew counts its versions anew", func(b *bench) {
		old, anew := tags(37), tags(1)
		old.Time, anew.Time = start, start.Add(24*time.Hour)
		b.record(b.begin(entry(bucket, "t37", old, "f1"), journal.Started), journal.Fixed)
		b.begin(entry(bucket, "t1", anew, "f1"), journal.Started)
	}},
	{"what an older entry saw outlives it", func(b *bench) {
		b.record(b.begin(entry(bucket, "t9", tags(9), "f1"), journal.Started), journal.Told)
		b.begin(entry(bucket, "e5", config(5), "f2"), journal.Started)
		b.begin(entry(bucket, "t8", tags(8), "f3"), journal.Stale)
	}},
	{"an entry of nobody's sight is never stale", func(b *bench) {
		e := entry(bucket, "undo", config(0), "f1")
		e.Seen.Source = ""
		b.record(b.begin(e, journal.Started), journal.Refused)
		e.ID = journal.NewID(bucket, "undo2", "tags")
		e.Seen.Number = -1
		b.begin(e, journal.Started)
	}},
	{"names of any length and script", func(b *bench) {
		long := bucket
		long.Resource = "arn:aws:ssm:eu-west-1:111122223333:parameter/" + strings.Repeat("größe-資源-🏷/", 400)
		other := long
		other.Resource += "x"
		e := b.begin(entry(long, "é🏷", config(5), "f1"), journal.Started)
		b.closed(other)
		b.same("open", b.opened(long), e)
		b.same("reporters", e.Reporters, by("config é🏷"))
		b.begin(entry(other, "é🏷", config(5), "f1"), journal.Started)
	}},
}
