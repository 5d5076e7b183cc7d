package journaltest

import (
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// report is a finding of a service that an event brings.
func report(event, id, once string) journal.Entry {
	e := entry(bucket, event, finding.Version{}, "f1")
	e.Kind, e.Once = "guardduty", once
	e.Reporters = []journal.Reporter{{Kind: e.Kind, Event: event, Control: "guardduty:T", Report: finding.Report{Service: "guardduty", ID: id}}}
	return e
}

var reportCases = []testCase{
	{"a finding that is sent again is the same reporter", func(b *bench) {
		first := b.begin(report("e1", "a", "a"), journal.Started)
		b.same("again", b.begin(report("e2", "a", "a"), journal.Repeated), first)
		b.same("another", len(b.begin(report("e3", "b", "b"), journal.Repeated).Reporters), 2)
	}},
	{"what is answered once is not answered again", func(b *bench) {
		first := b.begin(report("e1", "a", "a"), journal.Started)
		b.begin(report("e2", "b", "b"), journal.Repeated)
		fixed := b.record(b.opened(bucket), journal.Fixed)
		for _, once := range []string{"a", "b"} {
			b.same(once, b.begin(report("later "+once, once, once), journal.Repeated).ID, first.ID)
		}
		b.same("revision", b.get(fixed.ID).Revision, fixed.Revision)
		next := b.begin(report("e9", "c", "c"), journal.Started)
		b.record(next, journal.Refused)
		b.same("long ago", b.begin(report("e10", "a", "a"), journal.Repeated).ID, next.ID)
	}},
	{"what failed is tried again", func(b *bench) {
		b.record(b.begin(report("e1", "a", "a"), journal.Started), journal.Failed)
		b.begin(report("e2", "a", "a"), journal.Started)
	}},
	{"what may come again is looked at again", func(b *bench) {
		b.record(b.begin(report("e1", "a", ""), journal.Started), journal.Fixed)
		b.begin(report("e2", "a", ""), journal.Started)
	}},
	{"a press joins what is on its way, and is not lost by who works on it", func(b *bench) {
		working := b.begin(report("e1", "a", ""), journal.Started)
		pressed := report("e2", "a", "")
		pressed.Press = "Remediate"
		b.same("press", b.begin(pressed, journal.Repeated).Press, "Remediate")
		b.same("after the work", b.record(working, journal.Fixed).Press, "Remediate")
	}},
	{"the last change is known, whatever came since", func(b *bench) {
		if got, found, err := b.j.Changed(b.Context(), bucket); found || err != nil {
			b.Fatalf("got %+v, %v, %v from an empty journal", got, found, err)
		}
		fixed := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Fixed)
		b.record(b.begin(entry(bucket, "e2", config(6), "f1"), journal.Started), journal.Compliant)
		undo := b.begin(journal.Undo(fixed, "somebody", "u1"), journal.Started)
		b.record(undo, journal.Fixed)
		b.pass(time.Hour)
		got, found, err := b.j.Changed(b.Context(), bucket)
		if err != nil || !found {
			b.Fatalf("got %v, %v; want the entry", found, err)
		}
		b.same("changed", got, fixed)
	}},
	{"an approved proposal is open again", func(b *bench) {
		proposed := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Proposed)
		proposed.Approved = true
		open := b.record(proposed, journal.Open)
		b.same("approved", b.get(open.ID).Approved, true)
		b.take(open.ID, "a", nil)
	}},
}
