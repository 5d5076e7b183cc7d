package act

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestSure holds when something is known to be wrong before anything is read: tags that the event showed, or what a service reports.
func TestSure(t *testing.T) {
	reports := []journal.Reporter{{Kind: "config", Event: "e"}, {Kind: "securityhub", Report: finding.Report{ID: "f"}}}
	for _, test := range []struct {
		name string
		e    journal.Entry
		want bool
	}{
		{"tags that were shown", journal.Entry{Fingerprint: "fix:1", Remedy: "tags"}, true},
		{"what a service reports", journal.Entry{Fingerprint: "fix:1", Remedy: "s3-block", Reporters: reports}, true},
		{"what an event showed of a setting", journal.Entry{Fingerprint: "fix:1", Remedy: "s3-block", Reporters: reports[:1]}, false},
		{"tags that nobody saw", journal.Entry{Remedy: "tags", Reporters: reports}, false},
		{"tags that were not in the event", journal.Entry{Fingerprint: "fix:1", Remedy: "tags", Unread: "oversized", Reporters: reports}, false},
	} {
		if got := sure(test.e); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// TestChanges holds when it is known before anything is read that something is to be changed, so that a brake, or a window, saves the read.
func TestChanges(t *testing.T) {
	for _, test := range []struct {
		name string
		e    journal.Entry
		want bool
	}{
		{"an undo", journal.Entry{State: journal.Open, Undoes: "tw-1"}, true},
		{"what was begun", journal.Entry{State: journal.Applying}, true},
		{"a fix of what is sure", journal.Entry{Mode: "fix", Fingerprint: "fix:1", Remedy: "tags"}, true},
		{"a fix of what is not", journal.Entry{Mode: "fix", Remedy: "tags"}, false},
		{"a proposal", journal.Entry{Mode: "propose", Fingerprint: "fix:1", Remedy: "tags"}, false},
	} {
		if got := changes(test.e); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestJoin(t *testing.T) {
	for _, test := range [][3]string{{"", "b", "b"}, {"a", "b", "a b"}, {"a b", "b", "a b"}} {
		if got := join(test[0], test[1]); got != test[2] {
			t.Errorf("%q and %q: got %q, want %q", test[0], test[1], got, test[2])
		}
	}
	if got := because(journal.Brake{}) + because(journal.Brake{Reason: "a bad day"}); got != " (a bad day)" {
		t.Errorf("the brake is on%s", got)
	}
}

// TestAFreezeHoldsNoUndo holds that what a person takes back waits for no freeze.
func TestAFreezeHoldsNoUndo(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	w.actor.Policy = newWorld(t, policyText+"freeze: [{from: 2026-11-20, until: 2026-11-24, reason: year-end}]\n").actor.Policy
	if got := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u"))); got.State != journal.Fixed {
		t.Errorf("it is %s, want fixed: %s", got.State, got.Reason)
	}
}

// TestAWindowThatClosesLeavesNothingHalfDone holds that what was begun in a window is finished after it.
func TestAWindowThatClosesLeavesNothingHalfDone(t *testing.T) {
	w := newWorld(t, policyText+"    window: {hours: 11:00-13:00, zone: UTC}\n")
	e := w.violate(t, "1", "vol-1")
	w.failWrite = errNo
	if err := w.act(e, false); err == nil {
		t.Fatal("the cut write gave no error")
	}
	w.failWrite = nil
	w.later(3 * time.Hour)
	if got := w.must(t, e); got.State != journal.Fixed {
		t.Errorf("after the window it is %s, want fixed", got.State)
	}
}

// TestCosts holds what a change counts in which budgets, and which of them hold it back.
func TestCosts(t *testing.T) {
	w := newWorld(t, tight)
	key := journal.Key{Account: "111122223333"}
	mark := func(counter string, limit int) journal.Mark {
		return journal.Mark{Counter: counter, Limit: limit, Per: time.Hour}
	}
	const account, total = "budget in 111122223333/tags", "budget/tags"
	for _, test := range []struct {
		name string
		e    journal.Entry
		want []journal.Mark
	}{
		{"a change", journal.Entry{Rule: "tags", Key: key}, []journal.Mark{mark(account, 2), mark(total, 3)}},
		{"one that was approved", journal.Entry{Rule: "tags", Key: key, Approved: true}, []journal.Mark{mark(account, 0), mark(total, 0)}},
		{"one that was pressed for", journal.Entry{Rule: "tags", Key: key, Press: "Fix"}, []journal.Mark{mark(account, 0), mark(total, 0)}},
		{"over the budget", journal.Entry{Rule: "tags", Key: key, Override: journal.Override{All: true}}, []journal.Mark{mark(account, 0), mark(total, 0)}},
		{"an undo", journal.Entry{Rule: "tags", Key: key, Undoes: "tw-1"}, nil},
		{"one undo of many", journal.Entry{Rule: "tags", Key: key, Undoes: "tw-1", Override: journal.Override{Bulk: true}}, []journal.Mark{mark("undo/tags", 3)}},
		{"a change, by mistake one of many", journal.Entry{Rule: "tags", Key: key, Override: journal.Override{Bulk: true}}, []journal.Mark{mark(account, 2), mark(total, 3)}},
	} {
		if got := w.actor.costs(test.e); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
	if got := w.actor.costs(journal.Entry{Rule: "tags", Key: key, Kind: "clock"}); len(got) != 3 {
		t.Errorf("what a sweep found counts %+v, want in three budgets", got)
	}
}

// TestWhatPaidIsNotHeldAgain holds that neither what was begun nor what was counted already is looked at once more, or counted twice.
func TestWhatPaidIsNotHeldAgain(t *testing.T) {
	w := newWorld(t, tight)
	w.brake(t, "", true)
	for _, e := range []journal.Entry{{State: journal.Applying}, {State: journal.Settling}, {State: journal.Open, Spent: true}} {
		e.Rule, e.Mode = "tags", "propose"
		r, err := w.actor.reserve(context.Background(), planned{admitted: admitted{entry: e}})
		if err != nil || len(r.marks) != 0 {
			t.Errorf("%s, counted %v: %+v, %v; want that it goes on for nothing", e.State, e.Spent, r.marks, err)
		}
	}
}

// trip opens the breaker of rule tags.
func (w *world) trip(t *testing.T) {
	t.Helper()
	for i := range 2 {
		e := w.violate(t, "trip", fmt.Sprintf("vol-8%d", i))
		w.failWrite = errNo
		if err := w.act(e, true); err != nil {
			t.Fatal(err)
		}
		w.failWrite = nil
	}
}

const fragile = policyText + "    breaker: {failed: 2, undone: 1, flips: 2, window: 1h}\n"

// TestABreakerHoldsNoPerson holds that an open breaker stops neither an undo nor what somebody asks for.
func TestABreakerHoldsNoPerson(t *testing.T) {
	w := newWorld(t, fragile)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	after := w.tags
	w.trip(t)
	w.tags = after
	if got := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u"))); got.State != journal.Fixed {
		t.Errorf("the undo is %s, want fixed: %s", got.State, got.Reason)
	}
	e := w.must(t, w.violate(t, "2", "vol-2"))
	if e.State != journal.Proposed || e.Held != journal.Broken {
		t.Fatalf("%s for %q, want proposed", e.State, e.Held)
	}
	e.State, e.Approved = journal.Open, true
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.must(t, e); got.State != journal.Fixed {
		t.Errorf("approved, it is %s, want fixed: %s", got.State, got.Reason)
	}
}

// TestPeopleHearAtOnceThatABreakerOpened holds that they do so by the outcome that opened it, and do not wait for the next change.
func TestPeopleHearAtOnceThatABreakerOpened(t *testing.T) {
	for name, bad := range map[string]func(w *world){
		"failed": func(w *world) { w.trip(t) },
		"undone": func(w *world) { w.must(t, w.begin(t, journal.Undo(w.must(t, w.violate(t, "1", "vol-1")), "me", "u"))) },
		"fought": func(w *world) {
			for i := range 6 { // each third change of one volume is a fight
				w.must(t, w.violate(t, fmt.Sprint(i), fmt.Sprintf("vol-%d", i/3)))
			}
		},
	} {
		w := newWorld(t, fragile)
		bad(w)
		if notices := w.dueNotices(t, "breaker", 0); len(notices) != 1 {
			t.Errorf("%s: noticed %d times, want once", name, len(notices))
		}
	}
}

// mute is a journal that takes no notice.
type mute struct{ *journal.Memory }

func (m mute) Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error) {
	if e.Key.Noticed() != "" {
		return journal.Begun{}, errNo
	}
	return m.Memory.Begin(ctx, e, now)
}

// TestANoticeIsNotLost holds that what cannot be noticed now is delivered again.
func TestANoticeIsNotLost(t *testing.T) {
	w := newWorld(t, fragile)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	undo := w.begin(t, journal.Undo(fixed, "me", "u"))
	w.actor.Journal = mute{w.journal}
	if err := w.act(undo, false); err == nil {
		t.Error("a notice that was not taken gave no error")
	}
	w.actor.Journal = w.journal
	w.must(t, undo)
	if notices := w.dueNotices(t, "breaker", 0); len(notices) != 1 {
		t.Errorf("delivered again, noticed %d times, want once", len(notices))
	}
}

// TestWhatABudgetHoldsBackIsCounted holds that it is, each change once, and that what was made is not.
func TestWhatABudgetHoldsBackIsCounted(t *testing.T) {
	w := newWorld(t, tight)
	for i, want := range []int{0, 0, 1, 2} {
		w.must(t, w.violate(t, "1", fmt.Sprintf("vol-%d", i)))
		rails, err := w.journal.Rails(context.Background(), "", "budget/tags")
		if got := rails.Counters["budget/tags"].Held; err != nil || got != want {
			t.Errorf("after %d changes %d are held back, %v; want %d", i+1, got, err, want)
		}
	}
}

// TestWhatWasUndoneIsNoFight holds that a change which is made again when the exemption of its undo is over was not changed back by others.
func TestWhatWasUndoneIsNoFight(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
	w.later(8 * 24 * time.Hour)
	if got := w.must(t, w.violate(t, "2", "vol-1")); got.State != journal.Fixed || len(got.Flips) != 0 {
		t.Errorf("%s with %d flips; want fixed with none: %s", got.State, len(got.Flips), got.Reason)
	}
}

// TestTheExemptionOfAnUndoStands holds that it is kept as one that people know of, for as long as the undo says, for the rule alone.
func TestTheExemptionOfAnUndoStands(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	undo := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
	k, _ := journal.ExemptionKey(undo.Resource)
	kept, found, err := w.journal.Open(context.Background(), k)
	if err != nil || !found || kept.State != journal.Told || !kept.Told {
		t.Fatalf("%s, told %v, found %v, %v; want told", kept.State, kept.Told, found, err)
	}
	grants, err := journal.Grants(kept)
	if err != nil || len(grants) != 1 || grants[0].Undo != undo.ID || !reflect.DeepEqual(grants[0].Rules, []string{"tags"}) || !grants[0].Until.Equal(undo.Due) {
		t.Errorf("got %+v, %v", grants, err)
	}
}

// TestWhatPeopleKnowToWaitFor holds that they are told of a wait that they do not know, or know for another reason, and of no other.
func TestWhatPeopleKnowToWaitFor(t *testing.T) {
	w := newWorld(t, policyText)
	for _, test := range []struct {
		name string
		told bool
		held string
		want bool
	}{
		{"they know", true, journal.Freeze, true},
		{"they know of another reason", true, journal.Grace, false},
		{"nobody told them", false, journal.Freeze, false},
		{"they know of something else", true, "", false},
	} {
		e := journal.Entry{State: journal.Open, Told: test.told, Held: test.held}
		got, err := w.actor.ended(e, &end{event: journal.Hold, held: journal.Freeze, due: clock.Add(time.Hour)})
		if err != nil || got.Told != test.want || got.Held != journal.Freeze || !got.Due.Equal(clock.Add(time.Hour)) {
			t.Errorf("%s: told %v, held for %q until %s, %v; want told %v", test.name, got.Told, got.Held, got.Due, err, test.want)
		}
	}
}

// TestTheBrakeIsLookedAtAgain holds when what it stops is: soon, but not at once.
func TestTheBrakeIsLookedAtAgain(t *testing.T) {
	w := newWorld(t, policyText)
	w.brake(t, "", true)
	if got := w.must(t, w.violate(t, "1", "vol-1")); !got.Due.Equal(clock.Add(5 * time.Minute)) {
		t.Errorf("it is due %s, want 5 minutes later", got.Due)
	}
}
