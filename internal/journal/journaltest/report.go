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

// press is a report for which somebody pressed a button.
func press(event, id string) journal.Entry {
	e := report(event, id, id)
	e.Press = "Remediate"
	return e
}

// tellOnly is a finding that people are only told of: each is a violation of its own.
func tellOnly(event, id string) journal.Entry {
	e := report(event, id, id)
	e.Fingerprint = "notify:" + id
	return e
}

var reportCases = []testCase{
	{"the worst severity that was reported stands, also for who works on it", func(b *bench) {
		low := report("e1", "a", "a")
		low.Severity = "medium"
		working := b.begin(low, journal.Started)
		high := report("e2", "b", "b")
		high.Severity = "high"
		b.begin(high, journal.Repeated)
		b.same("severity", b.record(working, journal.Fixed).Severity, "high")
	}},
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
	{"what failed, was exempt or gone is looked at again", func(b *bench) {
		for _, s := range []journal.State{journal.Failed, journal.Exempted, journal.Gone} {
			first, again := report("e1", "a", "a"), report("e2", "a", "a")
			first.Key.Setting, again.Key.Setting = string(s), string(s)
			first.ID, again.ID = first.ID+string(s), again.ID+string(s)
			b.record(b.begin(first, journal.Started), s)
			b.begin(again, journal.Started)
		}
	}},
	{"somebody who presses a button asks anew", func(b *bench) {
		b.record(b.begin(report("e1", "a", "a"), journal.Started), journal.Refused)
		b.begin(press("p1", "a"), journal.Started)
	}},
	{"what was told is not told again because another was told since", func(b *bench) {
		b.record(b.begin(tellOnly("e1", "a"), journal.Started), journal.Told)
		second := b.record(b.begin(tellOnly("e2", "b"), journal.Started), journal.Told)
		b.same("again", b.begin(tellOnly("e3", "a"), journal.Repeated).ID, second.ID)
	}},
	{"what asks for less than what stands is a repeat, what asks for more is not", func(b *bench) {
		for _, c := range []struct {
			mode string
			want journal.BegunKind
		}{{"observe", journal.Repeated}, {"notify", journal.Repeated}, {"propose", journal.Repeated}, {"fix", journal.Started}} {
			stands, next := report("e1", "a", ""), report("e2", "b", "")
			for _, e := range []*journal.Entry{&stands, &next} {
				e.Key.Setting, e.ID = c.mode, e.ID+c.mode
			}
			stands.Mode, stands.Fingerprint = "propose", "propose:f"
			next.Mode, next.Fingerprint = c.mode, c.mode+":f"
			b.record(b.begin(stands, journal.Started), journal.Proposed)
			b.begin(next, c.want)
		}
	}},
	{"a press is for what is proposed, and asks for more than all else that stands", func(b *bench) {
		for s, want := range map[journal.State]journal.BegunKind{journal.Observed: journal.Started, journal.Told: journal.Started, journal.Proposed: journal.Repeated} {
			stands, next := report("e1", "a", ""), press("p1", "a")
			for _, e := range []*journal.Entry{&stands, &next} {
				e.Key.Setting, e.ID = string(s), e.ID+string(s)
			}
			stands.Mode, stands.Fingerprint, next.Fingerprint = "fix", "fix:f", "propose:f"
			b.record(b.begin(stands, journal.Started), s)
			b.begin(next, want)
		}
	}},
	{"a press that came while an entry was judged has it judged again", func(b *bench) {
		judged := b.begin(report("e1", "a", ""), journal.Started)
		b.begin(press("p1", "a"), journal.Repeated)
		judged.State = journal.Proposed
		_, err := b.j.Record(b.Context(), judged)
		b.is("record", err, journal.ErrStale)
	}},
	{"an undo is no report of what is on its way, but for the same undo", func(b *bench) {
		fixed := b.record(b.begin(report("e1", "a", ""), journal.Started), journal.Fixed)
		working := b.begin(report("e2", "a", ""), journal.Started)
		b.same("working", b.begin(journal.Undo(fixed, "me", "u1"), journal.Repeated), working)
		b.same("open", b.opened(bucket), working)
		b.record(working, journal.Told)
		undo := b.begin(journal.Undo(fixed, "me", "u1"), journal.Started)
		again := b.begin(journal.Undo(fixed, "me", "u2"), journal.Repeated)
		b.same("pressed twice", again.ID, undo.ID)
		b.same("both presses are known", len(again.Reporters), len(undo.Reporters)+1)
	}},
	{"an undo takes the place of what only waits", func(b *bench) {
		fixed := b.record(b.begin(report("e1", "a", ""), journal.Started), journal.Fixed)
		waits := b.wait(b.begin(report("e2", "a", ""), journal.Started), b.now.Add(72*time.Hour))
		b.begin(journal.Undo(fixed, "me", "u1"), journal.Started)
		b.same("what waited", b.get(waits.ID).State, journal.Lapsed)
	}},
	{"people hear of a threat at once, though what answers it waits", func(b *bench) {
		waits := b.begin(report("e1", "a", ""), journal.Started)
		waits.Told = true
		waits = b.wait(waits, b.now.Add(72*time.Hour))
		b.same("another report", b.begin(report("e2", "b", ""), journal.Repeated).Told, true)
		threat := b.begin(report("e3", "c", "c"), journal.Repeated)
		b.same("a threat", []any{threat.ID, threat.Told}, []any{waits.ID, false})
		threat.Told = true
		b.record(threat, journal.Waiting)
		b.same("the threat again", b.begin(report("e4", "c", "c"), journal.Repeated).Told, true)
	}},
	{"who takes the place of what was not told yet names its reporters, too", func(b *bench) {
		b.record(b.begin(tellOnly("e1", "a"), journal.Started), journal.Told)
		b.same("not told", len(b.begin(tellOnly("e2", "b"), journal.Started).Reporters), 2)
		told := b.record(b.opened(bucket), journal.Told)
		told.Told = true
		b.record(told, journal.Told)
		b.same("told", len(b.begin(tellOnly("e3", "c"), journal.Started).Reporters), 1)
	}},
	{"a threat among the reports is remembered as one", func(b *bench) {
		working := b.begin(report("e1", "a", ""), journal.Started)
		b.same("joined", b.begin(report("e2", "b", "b"), journal.Repeated).Once, "b")
		b.same("after the work", b.record(working, journal.Fixed).Once, "b")
	}},
	{"an undo that a threat joins stays an undo", func(b *bench) {
		fixed := b.record(b.begin(report("e1", "a", ""), journal.Started), journal.Fixed)
		b.begin(journal.Undo(fixed, "me", "u1"), journal.Started)
		b.same("joined", b.begin(report("e2", "b", "b"), journal.Repeated).Once, "")
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
	{"what makes a change again is a change, and is taken back like one", func(b *bench) {
		fixed := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Fixed)
		undo := b.record(b.begin(journal.Undo(fixed, "me", "u1"), journal.Started), journal.Fixed)
		redo := b.record(b.begin(journal.Undo(undo, "me", "u2"), journal.Started), journal.Fixed)
		got, _, err := b.j.Changed(b.Context(), bucket)
		b.is("changed", err, nil)
		b.same("changed", got.ID, redo.ID)
		b.same("undo, redo, undo", []bool{undo.Redoes, redo.Redoes, journal.Undo(redo, "me", "u3").Redoes}, []bool{false, true, false})
		b.same("violated again", b.begin(entry(bucket, "e2", config(6), "f2"), journal.Started).Prior.Undone, "")
	}},
	{"an approved proposal is open again", func(b *bench) {
		proposed := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Proposed)
		proposed.Approved = true
		open := b.record(proposed, journal.Open)
		b.same("approved", b.get(open.ID).Approved, true)
		b.take(open.ID, "a", nil)
	}},
}
