package operator

import (
	"errors"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
)

func proposed(e *journal.Entry) { e.Rule, e.Mode, e.Fingerprint = "shown", "propose", "propose:f" }

func TestApprove(t *testing.T) {
	for _, state := range []journal.State{journal.Proposed, journal.Waiting} {
		d := newDesk(t)
		e := d.plant("e1", state, proposed)
		answer := d.ask(ops, Request{Approve: &Approve{Entry: e.ID, Shown: seal(e)}})
		got := d.kept(e.ID)
		if got.State != journal.Open || !got.Approved || got.Approver != ops || got.Noted || got.Due.Before(clock.Add(journal.Overdue)) || got.Override != (journal.Override{}) {
			t.Errorf("%s: got %+v, want it open and approved by ops, due in case the hand-over is lost", state, got)
		}
		if answer.Entry.Approver != ops || answer.Entry.After["Owner"] != "nobody" {
			t.Errorf("answered %+v, want who approved and what changes", answer.Entry)
		}
		d.handed(got)
		d.ask(ops, Request{Approve: &Approve{Entry: e.ID}}) // asked twice: handed over again, recorded once
		d.handed(got, got)
	}
}

func TestApproveIsRefused(t *testing.T) {
	for _, test := range []struct {
		name  string
		state journal.State
		more  func(*journal.Entry)
		shown string
		later time.Duration
		words []string
	}{
		{"what is fixed", journal.Fixed, proposed, "", 0, []string{"is fixed since 2026-11-23 11:00 UTC", "only what is proposed"}},
		{"what is on its way", journal.Open, proposed, "", 0, []string{"is open since"}},
		{"what is exempt", journal.Exempted, func(e *journal.Entry) { e.Due = clock.Add(time.Hour) }, "", 0, []string{"is exempt since", "the next event about the resource, or when the clock takes it up at 2026-11-23 13:00 UTC, and"}},
		{"what was exempt", journal.Exempted, func(e *journal.Entry) { e.Due = clock.Add(time.Hour) }, "", time.Hour, []string{"or when the clock takes it up, within minutes, and"}},
		{"what is exempt without an end", journal.Exempted, nil, "", 0, []string{"the next event about the resource, and"}},
		{"what is only told", journal.Told, proposed, "", 0, []string{"is told since"}},
		{"another change than was shown", journal.Proposed, proposed, "0123456789abcdef", 0, []string{"another change", "look at it again"}},
		{"what expired", journal.Proposed, func(e *journal.Entry) { proposed(e); e.Due = clock.Add(time.Hour) }, "", time.Hour, []string{"expired at 2026-11-23 13:00"}},
		{"what expired without a date", journal.Proposed, proposed, "", 14 * 24 * time.Hour, []string{"expired at 2026-12-07 11:00"}},
		{"a rule that is gone", journal.Proposed, func(e *journal.Entry) { e.Rule = "gone" }, "", 0, []string{`no rule "gone"`}},
		{"a rule that only tells by now", journal.Proposed, func(e *journal.Entry) { e.Rule = "quiet" }, "", 0, []string{`mode of rule "quiet" is notify`, "set it to propose or fix"}},
		{"a notice", journal.Waiting, func(e *journal.Entry) { e.Remedy = "" }, "", 0, []string{"only tells"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			e := d.plant("e1", test.state, test.more)
			d.now = d.now.Add(test.later)
			d.refused(ops, Request{Approve: &Approve{Entry: e.ID, Shown: test.shown}}, Refused, test.words...)
			if got := d.kept(e.ID); got.Revision != e.Revision || len(d.sent) > 0 {
				t.Errorf("got revision %d and hand-overs %v, want nothing done", got.Revision, d.sent)
			}
		})
	}
	d := newDesk(t)
	d.refused(ops, Request{Approve: &Approve{Entry: "tw-none"}}, Unknown, "tw-none", "tagwarden journal")
}

// TestApproveAllTheSame holds what is approved though it looks otherwise at first.
func TestApproveAllTheSame(t *testing.T) {
	const made = "The setting is read again, and the change is made if all that it touches is as it was shown."
	for name, test := range map[string]struct {
		more func(*journal.Entry)
		said string
	}{
		"what a budget holds back does not expire": {func(e *journal.Entry) { proposed(e); e.Held, e.Due = journal.Budget, clock.Add(-time.Minute) }, made},
		"what a button asked for":                  {func(e *journal.Entry) { proposed(e); e.Rule, e.Press = "quiet", "Remediate" }, made},
		"what was not planned yet":                 {func(e *journal.Entry) { e.Change = change.Change{} }, "The setting is read, and what is wrong is planned and put right at once."},
	} {
		d := newDesk(t)
		e := d.plant("e1", journal.Proposed, test.more)
		said := d.ask(ops, Request{Approve: &Approve{Entry: e.ID, Shown: seal(e)}}).Message
		if got := d.kept(e.ID); got.State != journal.Open || len(d.sent) != 1 || said != "Entry "+e.ID+" is approved. "+test.said {
			t.Errorf("%s: got %s, %d hand-overs and %q; want it approved, and %q", name, got.State, len(d.sent), said, test.said)
		}
	}
}

// TestApproveIsHandedOver holds that what is approved is worked on in the group of its like, and the answer to a threat before all else.
func TestApproveIsHandedOver(t *testing.T) {
	for kind, urgent := range map[string]bool{"config": false, "guardduty": true} {
		d := newDesk(t)
		e := d.plant("e1", journal.Proposed, func(e *journal.Entry) {
			proposed(e)
			e.Kind, e.Resource.Type, e.Resource.ARN = kind, "AWS::EC2::Instance", ""
		})
		d.ask(ops, Request{Approve: &Approve{Entry: e.ID}})
		if len(d.sent) != 1 || d.sent[0].Service != "ec2" || d.sent[0].Urgent != urgent {
			t.Errorf("%s: handed over %+v, want it once, of ec2, urgent: %v", kind, d.sent, urgent)
		}
	}
}

func TestAnotherApprovesWhatIsApproved(t *testing.T) {
	d := newDesk(t)
	e := d.plant("e1", journal.Proposed, proposed)
	d.ask(ops, Request{Approve: &Approve{Entry: e.ID}})
	d.o.May = func(string, string) bool { return true }
	d.refused(guest, Request{Approve: &Approve{Entry: e.ID}}, Refused, "is open since", "approved by "+ops)
	done := d.kept(e.ID)
	done.State, done.Told = journal.Fixed, true
	if _, err := d.Memory.Record(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	if got := d.ask(ops, Request{Approve: &Approve{Entry: e.ID}}); got.Message != "Entry "+e.ID+" was approved by you before, and is fixed." || len(d.sent) != 1 {
		t.Errorf("got %q and %d hand-overs, want that nothing is done", got.Message, len(d.sent))
	}
}

// TestApproveWaits holds that who approves is told what the change waits for, and can let a freeze go.
func TestApproveWaits(t *testing.T) {
	d := newDesk(t)
	d.now = time.Date(2026, 12, 21, 0, 0, 0, 0, time.UTC)
	e := d.plant("e1", journal.Proposed, func(e *journal.Entry) { proposed(e); e.Due = d.now.AddDate(0, 0, 1) })
	want := "Entry " + e.ID + " is approved. No changes are made until 2027-01-04 00:00 UTC (year-end): approve it again with --during-freeze, or it is made then."
	if got := d.ask(ops, Request{Approve: &Approve{Entry: e.ID}}).Message; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	held := d.kept(e.ID)
	held.State, held.Held = journal.Waiting, journal.Freeze
	if _, err := d.Memory.Record(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	d.ask(ops, Request{Approve: &Approve{Entry: e.ID, DuringFreeze: true}})
	if got := d.kept(e.ID); got.State != journal.Open || !got.Override.Freeze {
		t.Errorf("got %s and %+v, want it open, without the freeze", got.State, got.Override)
	}
	if err := d.SetBrake(t.Context(), journal.Brake{On: true, Reason: "a bad day"}); err != nil {
		t.Fatal(err)
	}
	braked := "Entry " + e.ID + " is approved. The brake is on (a bad day): the change is made when it is off."
	if got := d.ask(ops, Request{Approve: &Approve{Entry: e.ID}}).Message; got != braked {
		t.Errorf("got %q, want %q", got, braked)
	}
	held = d.kept(e.ID)
	held.Override.Freeze = false
	if _, err := d.Memory.Record(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	want = braked + " No changes are made until 2027-01-04 00:00 UTC (year-end): approve it again with --during-freeze, or it is made then."
	if got := d.ask(ops, Request{Approve: &Approve{Entry: e.ID}}).Message; got != want {
		t.Errorf("got %q, want brake and freeze: %q", got, want)
	}
}

// TestApproveIsCutShort holds that asking again takes up what was cut short after any call.
func TestApproveIsCutShort(t *testing.T) {
	for _, call := range []string{"record", "send"} {
		d := newDesk(t)
		e := d.plant("e1", journal.Proposed, proposed)
		d.fail[call] = errors.New("cut")
		if _, err := d.o.Do(t.Context(), ops, Request{Approve: &Approve{Entry: e.ID}}); err == nil {
			t.Fatalf("%s: got no error", call)
		}
		d.ask(ops, Request{Approve: &Approve{Entry: e.ID}})
		got := d.kept(e.ID)
		if got.State != journal.Open || got.Revision != e.Revision+1 {
			t.Errorf("%s: got %s in revision %d, want it approved once", call, got.State, got.Revision)
		}
		d.handed(got)
	}
	d := newDesk(t)
	e := d.plant("e1", journal.Proposed, proposed)
	d.fail["record"] = journal.ErrConflict
	d.ask(ops, Request{Approve: &Approve{Entry: e.ID}})
	d.handed(d.kept(e.ID))
}
