package journaltest

import (
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// notice is one of Tagwarden's own.
func notice(which, reason string) journal.Entry {
	return journal.Notice("rule/tags", "budget", which, "medium", reason, start)
}

// granting is the entry of the bucket's exemptions.
func (b *bench) granting(grants ...journal.Grant) journal.Entry {
	b.Helper()
	r := finding.Resource{Partition: "aws", Account: bucket.Account, Region: bucket.Region, Type: "AWS::S3::Bucket", ARN: bucket.Resource}
	k, ok := journal.ExemptionKey(r)
	if !ok {
		b.Fatalf("no key for %s", r.ARN)
	}
	e, err := journal.Exempt(r, k, grants, b.now)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func grant(event, rule string) journal.Grant {
	return journal.Grant{Rules: []string{rule}, Until: start.Add(30 * 24 * time.Hour), Reason: "why", Owner: "team", By: "me", Event: event}
}

// grants are what the bucket is exempt by; nil if nothing is kept.
func (b *bench) grants() []journal.Grant {
	b.Helper()
	e, ok, err := b.j.Open(b.Context(), b.granting(grant("any", "any")).Key)
	if err != nil || !ok {
		b.is("open", err, nil)
		return nil
	}
	all, err := journal.Grants(e)
	b.is("grants", err, nil)
	return all
}

// leaving is a fix after which something stayed wrong.
func (b *bench) leaving(k journal.Key, left string) journal.Entry {
	b.Helper()
	e := b.begin(entry(k, "e1", config(5), "fix:a b"), journal.Started)
	e.Left = left
	return b.record(b.record(e, journal.Applying), journal.Fixed)
}

var standingCases = []testCase{
	{"a notice is begun once for what it is about", func(b *bench) {
		first := b.begin(notice("today", "50 are made"), journal.Started)
		b.same("again", b.begin(notice("today", "51 are made"), journal.Repeated), first)
		told := b.record(first, journal.Told)
		b.same("told", b.begin(notice("today", "52 are made"), journal.Repeated), told)
	}},
	{"a newer notice takes the place of one that is told", func(b *bench) {
		first := b.begin(notice("today", "50 are made"), journal.Started)
		first.Told = true
		first = b.record(first, journal.Told)
		second := b.begin(notice("tomorrow", "60 are made"), journal.Started)
		b.same("open", b.opened(second.Key), second)
		b.same("the first", b.life(first.ID), []journal.State{journal.Open, journal.Told, journal.Lapsed})
		b.same("begun again", b.begin(notice("today", "50 are made"), journal.Repeated).ID, first.ID)
	}},
	{"a newer notice takes the place of one that nobody told yet", func(b *bench) {
		for _, s := range []journal.State{journal.Open, journal.Waiting} {
			about := "brake/" + string(s)
			first := b.record(b.begin(journal.Notice(about, "brake", "on", "high", "on", start), journal.Started), s)
			second := b.begin(journal.Notice(about, "brake", "off", "high", "off", start), journal.Started)
			b.same(string(s), []any{b.opened(first.Key).Reason, b.get(first.ID).State, b.get(first.ID).Told}, []any{"off", journal.Lapsed, true})
			b.same("who hears of it", len(second.Reporters), 2)
		}
	}},
	{"notices of different things are apart, and hold nothing of a resource", func(b *bench) {
		b.begin(notice("today", "50 are made"), journal.Started)
		b.begin(journal.Notice("rule/tags", "breaker", "today", "high", "open", start), journal.Started)
		b.begin(journal.Notice("rule/other", "budget", "today", "high", "full", start), journal.Started)
		b.closed(bucket)
	}},
	{"an exemption is granted, joined by another, and over", func(b *bench) {
		b.same("at first", b.grants(), []journal.Grant(nil))
		one, two := grant("act 1", "tags"), grant("act 2", "other")
		e := b.record(b.begin(b.granting(one), journal.Started), journal.Told)
		e.With = b.granting(one, two).With
		e = b.record(e, journal.Told)
		b.same("both", b.grants(), []journal.Grant{one, two})
		b.record(e, journal.Lapsed)
		b.same("over", b.grants(), []journal.Grant(nil))
		b.begin(b.granting(two), journal.Started)
		b.same("anew", b.grants(), []journal.Grant{two})
	}},
	{"of two who grant at once, neither takes the other's place", func(b *bench) {
		one, two := grant("act 1", "tags"), grant("act 2", "other")
		first := b.begin(b.granting(one), journal.Started)
		b.same("while it moves", b.begin(b.granting(two), journal.Repeated), first)
		first = b.record(first, journal.Told)
		b.same("while it stands", b.begin(b.granting(two), journal.Repeated), first)
		b.same("kept", b.grants(), []journal.Grant{one})
	}},
	{"an event that shows just what our own write left makes nothing", func(b *bench) {
		fixed := b.leaving(bucket, "b")
		b.same("left", b.begin(entry(bucket, "e2", config(6), "notify:b"), journal.Repeated), fixed)
		b.same("whatever the event makes of it", b.begin(entry(bucket, "e3", config(7), "fix:b"), journal.Repeated), fixed)
		later := entry(bucket, "e5", config(7), "notify:b")
		later.Mode, later.Since = "notify", b.now.Add(24*time.Hour)
		b.same("long after", b.begin(later, journal.Repeated), fixed)
		b.closed(bucket)
		b.begin(entry(bucket, "e4", config(8), "fix:a b"), journal.Started)
	}},
	{"what nobody knows to be our own is looked at", func(b *bench) {
		press := entry(bucket, "e2", config(6), "fix:b")
		press.Press = "Remediate"
		for name, e := range map[string]journal.Entry{"other violations": entry(bucket, "e2", config(6), "fix:c"), "unread": entry(bucket, "e2", config(6), ""), "a press": press} {
			k := bucket
			k.Setting = name
			b.leaving(k, "b")
			e.Key = k
			e.ID = journal.NewID(k, e.Event, name)
			b.begin(e, journal.Started)
		}
		k := bucket
		k.Setting = "nothing left"
		b.leaving(k, "")
		b.begin(entry(k, "e2", config(6), ""), journal.Started)
	}},
	{"what our own write left is looked at again when the policy can put it right by now", func(b *bench) {
		b.leaving(bucket, "b")
		e := entry(bucket, "e2", config(6), "fix:b")
		e.Mode, e.Since = "fix", b.now.Add(24*time.Hour)
		b.begin(e, journal.Started)
	}},
	{"an undo is no event that shows our own write", func(b *bench) {
		fixed := b.leaving(bucket, "")
		fixed.Left = "b"
		fixed = b.record(fixed, journal.Fixed)
		undo := journal.Undo(fixed, "me", "u1")
		undo.Fingerprint = "b"
		b.begin(undo, journal.Started)
	}},
}
