package operator

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// unproved is an entry that nothing proves to be ours.
func unproved(e *journal.Entry) { proposed(e); e.Unproved = true }

// TestWhatNothingProves holds that such an entry is shown, and neither approved nor taken back: nothing of it is changed or handed over.
func TestWhatNothingProves(t *testing.T) {
	d := newDesk(t)
	e := d.plant("e1", journal.Proposed, unproved)
	d.refused(ops, Request{Approve: &Approve{Entry: e.ID}}, Refused, "It was not approved.", "Nothing proves that Tagwarden wrote entry "+e.ID, "docs/security.md")
	if got := d.ask(ops, Request{Get: &Get{Entry: e.ID}}); got.Entry == nil || got.Entry.Entry != e.ID {
		t.Errorf("got %+v, want the entry shown", got)
	}
	d = newDesk(t)
	e = d.plant("e1", journal.Fixed, unproved)
	d.refused(ops, Request{Undo: &Undo{Entry: e.ID}}, Refused, "Nothing proves that Tagwarden wrote entry "+e.ID)
	d = newDesk(t)
	e = d.plant("e1", journal.Open, func(e *journal.Entry) { unproved(e); e.Approved, e.Approver = true, ops })
	d.refused(ops, Request{Approve: &Approve{Entry: e.ID}}, Refused, "It was not approved.")
	if got := d.kept(e.ID); got.Revision != e.Revision || len(d.sent) > 0 {
		t.Errorf("got revision %d and hand-overs %v, want nothing done", got.Revision, d.sent)
	}
}

// TestExemptionsThatNothingProves holds how people get rid of them: by a new one in their place, or by ending them all.
func TestExemptionsThatNothingProves(t *testing.T) {
	doubted := func() (*desk, journal.Entry) {
		d := newDesk(t)
		d.ask(ops, Request{Exempt: exempting("tags", "shown")})
		e := d.kept(d.ask(ops, Request{Exempt: exempting("quiet")}).Entry.Entry)
		e.Unproved = true
		e, err := d.Memory.Record(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		return d, e
	}
	d, old := doubted()
	list := d.ask(ops, Request{Exemptions: &Exemptions{}}).Exemptions
	if len(list) < 2 || !strings.HasPrefix(list[0].Reason, "nothing proves who granted it") {
		t.Errorf("got %+v, want it said that nothing proves them", list)
	}
	next := d.ask(ops, Request{Exempt: exempting("tags")}).Entry.Entry
	if got := d.granted(); len(got) != 1 || len(got[0].Rules) != 1 || got[0].Rules[0] != "tags" || next == old.ID || d.kept(next).Unproved {
		t.Errorf("got %+v in entry %s, want the new one alone, in an entry of its own", got, next)
	}
	if got := d.kept(old.ID); got.State != journal.Lapsed {
		t.Errorf("the old entry is %s, want lapsed", got.State)
	}

	d, old = doubted()
	d.refused(ops, Request{End: &End{Resource: bucket, Rule: "shown"}}, Refused, "Nothing proves", "without --rule")
	d.ask(ops, Request{End: &End{Resource: bucket}})
	if got := d.kept(old.ID); got.State != journal.Lapsed || len(d.granted()) != 0 {
		t.Errorf("the old entry is %s with %d grants, want it ended", got.State, len(d.granted()))
	}
}
