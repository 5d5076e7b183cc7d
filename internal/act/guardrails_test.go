package act

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// later moves the world's clock on.
func (w *world) later(d time.Duration) {
	now := w.actor.Now().Add(d)
	w.actor.Now = func() time.Time { return now }
}

// due takes an entry up as the clock does.
func (w *world) due(t *testing.T, id string) journal.Entry {
	t.Helper()
	e := w.entry(t, id)
	move, possible := e.Next(journal.Resume)
	if !possible {
		t.Fatalf("an entry that is %s cannot be taken up", e.State)
	}
	e.State, e.Due = move.To, w.actor.Now().Add(10*time.Minute)
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return w.must(t, e)
}

// must acts on an entry, and gives it as it is then.
func (w *world) must(t *testing.T, e journal.Entry) journal.Entry {
	t.Helper()
	if err := w.act(e, false); err != nil {
		t.Fatal(err)
	}
	return w.entry(t, e.ID)
}

// violate opens an entry by an event on a resource of its own, or of an earlier one's name, whose tags are wrong again.
func (w *world) violate(t *testing.T, event, resource string) journal.Entry {
	t.Helper()
	w.tags = maps.Clone(wrong)
	e := w.template(clock)
	e.Event, e.Seen.Number = event, w.actor.Now().UnixNano()
	e.Resource.ID, e.Resource.ARN = resource, strings.TrimSuffix(e.Resource.ARN, "vol-1")+resource
	e.Key.Resource = e.Resource.ARN
	e.ID = journal.NewID(e.Key, event, "tags")
	e.Since = w.actor.Now()
	if d := w.actor.Policy.DecideRead(w.actor.known(e), e.Resource, tag.Facts{}); d.Verdict.Violates() {
		e.Mode = string(d.Verdict)
	}
	return w.begin(t, e)
}

// subjects are what people were told, by outcome.
func (w *world) outcomes() []string {
	var all []string
	for _, m := range w.told {
		all = append(all, m.Attributes["outcome"])
	}
	return all
}

// TestWhatWaits holds that a change that may not be made yet waits, is told once, and is made when its time has come.
func TestWhatWaits(t *testing.T) {
	const freeze = "freeze: [{from: 2026-11-20, until: 2026-11-24, reason: year-end}]\n"
	for _, test := range []struct {
		name, policy, held string
		wait               time.Duration // until it is due
	}{
		{"grace", policyText + "    after: 72h\n", journal.Grace, 72 * time.Hour},
		{"window", policyText + "    window: {hours: 14:00-15:00, zone: UTC}\n", journal.Window, 2 * time.Hour},
		{"freeze", policyText + freeze, journal.Freeze, 36 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.policy)
			got := w.must(t, w.violate(t, "1", "vol-1"))
			if want := clock.Add(test.wait); got.State != journal.Waiting || got.Held != test.held || !got.Due.Equal(want) || w.writes != 0 || len(w.told) != 1 {
				t.Fatalf("%s for %q until %s after %d writes, told %d times; want waiting until %s, told once", got.State, got.Held, got.Due, w.writes, len(w.told), want)
			}
			if got = w.must(t, got); w.writes != 0 || len(w.told) != 1 {
				t.Errorf("delivered again: %d writes, told %d times; want none, told once", w.writes, len(w.told))
			}
			w.later(test.wait / 2)
			if got = w.due(t, got.ID); got.State != journal.Waiting || len(w.told) != 1 {
				t.Errorf("looked at too early, it is %s, told %d times; want waiting, told once", got.State, len(w.told))
			}
			w.later(test.wait)
			if got = w.due(t, got.ID); got.State != journal.Fixed && test.held != journal.Window || len(w.told) > 2 {
				t.Errorf("when due, it is %s, told %d times; want fixed, told twice", got.State, len(w.told))
			}
		})
	}
}

// TestPutRightWhileItWaited holds that people who were told to wait hear that nothing is left to be done.
func TestPutRightWhileItWaited(t *testing.T) {
	w := newWorld(t, policyText+"    after: 72h\n")
	entry := w.must(t, w.violate(t, "1", "vol-1"))
	w.tags = map[string]string{"Cost": "A", "Owner": "me"}
	w.later(72 * time.Hour)
	if got := w.due(t, entry.ID); got.State != journal.Compliant || len(w.told) != 2 || w.writes != 0 {
		t.Errorf("%s after %d writes, told %d times; want compliant, told twice", got.State, w.writes, len(w.told))
	}
}

// TestTheBrakeStopsEveryChange holds that nothing is changed while the brake is on, not what was begun, and that all goes on when it is off.
func TestTheBrakeStopsEveryChange(t *testing.T) {
	for _, account := range []string{"", "111122223333"} {
		t.Run("of "+account, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.brake(t, account, true)
			got := w.must(t, w.violate(t, "1", "vol-1"))
			if got.State != journal.Waiting || got.Held != journal.Braked || w.writes != 0 || w.reads != 0 || len(w.told) != 1 {
				t.Fatalf("%s for %q after %d reads and %d writes, told %d times; want waiting for the brake, told once", got.State, got.Held, w.reads, w.writes, len(w.told))
			}
			for range 3 {
				w.later(journal.BrakePause)
				if got = w.due(t, got.ID); got.State != journal.Waiting || len(w.told) != 1 {
					t.Fatalf("while it is on, %s, told %d times; want waiting, told once", got.State, len(w.told))
				}
			}
			w.brake(t, account, false)
			if got = w.due(t, got.ID); got.State != journal.Fixed || w.writes != 1 {
				t.Errorf("when it is off, %s after %d writes; want fixed after 1", got.State, w.writes)
			}
		})
	}
}

func (w *world) brake(t *testing.T, account string, on bool) {
	t.Helper()
	if err := w.journal.SetBrake(context.Background(), journal.Brake{Account: account, On: on, By: "me", Reason: "a bad day"}); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherAccountsBrakeHoldsNothing(t *testing.T) {
	w := newWorld(t, policyText)
	w.brake(t, "444455556666", true)
	if got := w.must(t, w.violate(t, "1", "vol-1")); got.State != journal.Fixed {
		t.Errorf("it is %s, want fixed", got.State)
	}
}

// TestTheBrakeStopsWhatWasBegun holds that a change that was cut in two is finished only when the brake is off.
func TestTheBrakeStopsWhatWasBegun(t *testing.T) {
	w := newWorld(t, policyText)
	entry := w.violate(t, "1", "vol-1")
	w.failWrite = fmt.Errorf("throttled")
	if err := w.act(entry, false); err == nil {
		t.Fatal("the cut write gave no error")
	}
	w.failWrite = nil
	w.brake(t, "", true)
	if got := w.must(t, entry); got.State != journal.Applying || got.Due.IsZero() || w.writes != 1 {
		t.Fatalf("%s, due %s, after %d writes; want applying, due later, after 1", got.State, got.Due, w.writes)
	}
	w.brake(t, "", false)
	if got := w.must(t, entry); got.State != journal.Fixed || got.Change.Empty() || w.writes != 2 {
		t.Errorf("%s after %d writes; want fixed after 2", got.State, w.writes)
	}
}

// TestTheBrakeStopsWhatWasApproved holds that an approval waits for the brake, and for a freeze unless who approves says otherwise; a press waits and says so.
func TestTheBrakeStopsWhatWasApproved(t *testing.T) {
	const freeze = "freeze: [{from: 2026-11-20, until: 2026-11-24, reason: year-end}]\n"
	for _, test := range []struct {
		name, policy string
		brake        bool
		allow        journal.Override
		want         journal.State
	}{
		{"the brake", policyText + "    mode: propose\n", true, journal.Override{}, journal.Waiting},
		{"a freeze", policyText + "    mode: propose\n" + freeze, false, journal.Override{}, journal.Waiting},
		{"a freeze, approved all the same", policyText + "    mode: propose\n" + freeze, false, journal.Override{Freeze: true}, journal.Fixed},
		{"grace", policyText + "    mode: propose\n    after: 72h\n", false, journal.Override{}, journal.Fixed},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.policy)
			e := w.must(t, w.violate(t, "1", "vol-1"))
			if e.State != journal.Proposed {
				t.Fatalf("it is %s, want proposed", e.State)
			}
			w.brake(t, "", test.brake)
			e.State, e.Approved, e.Override = journal.Open, true, test.allow
			e, err := w.journal.Record(context.Background(), e)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.must(t, e); got.State != test.want || (got.State == journal.Waiting) != (w.writes == 0) {
				t.Errorf("approved, it is %s after %d writes; want %s: %s", got.State, w.writes, test.want, got.Reason)
			}
		})
	}
}

// TestAnUndoUnderTheBrake holds that an undo is refused under the brake, unless who asks for it says that it is to be made all the same.
func TestAnUndoUnderTheBrake(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		w := newWorld(t, policyText)
		fixed := w.must(t, w.violate(t, "1", "vol-1"))
		w.brake(t, "", true)
		undo := journal.Undo(fixed, "me", "u")
		undo.Override.Brake = allowed
		want := map[bool]journal.State{false: journal.Refused, true: journal.Fixed}[allowed]
		if got := w.must(t, w.begin(t, undo)); got.State != want {
			t.Errorf("allowed %v: it is %s, want %s: %s", allowed, got.State, want, got.Reason)
		}
	}
}

const tight = policyText + "    budget: {account: 2/h, total: 3/h}\n"

// TestABudget holds that a rule makes no more changes than its budget allows, proposes the others, says so once with their count, and makes them when there is room again.
func TestABudget(t *testing.T) {
	w := newWorld(t, tight)
	var held []journal.Entry
	for i := range 5 {
		if got := w.must(t, w.violate(t, "1", fmt.Sprintf("vol-%d", i))); got.State == journal.Proposed {
			held = append(held, got)
		} else if got.State != journal.Fixed {
			t.Fatalf("change %d is %s", i, got.State)
		}
	}
	if len(held) != 3 || w.writes != 2 || !reflect.DeepEqual(w.outcomes(), []string{"fixed", "fixed"}) {
		t.Fatalf("%d held back after %d writes, told %v; want 3 after 2, and only of those two", len(held), w.writes, w.outcomes())
	}
	for _, e := range held {
		if e.Held != journal.Budget || !e.Told || e.Change.Empty() || e.Spent || e.Due.Sub(clock) < time.Hour {
			t.Errorf("held back for %q until %s, told %v, with %v", e.Held, e.Due, e.Told, e.Change)
		}
	}
	notices := w.dueNotices(t, "budget", time.Minute)
	if len(notices) != 1 || !strings.Contains(notices[0].Reason, "2/h") {
		t.Fatalf("noticed %+v, want once, with the budget", notices)
	}
	w.later(held[0].Due.Sub(clock))
	if got := w.due(t, held[0].ID); got.State != journal.Fixed || w.writes != 3 {
		t.Errorf("when there is room, it is %s after %d writes; want fixed after 3", got.State, w.writes)
	}
}

// dueNotices are the notices of a kind that are due after a while.
func (w *world) dueNotices(t *testing.T, what string, after time.Duration) []journal.Entry {
	t.Helper()
	due, err := w.journal.Due(context.Background(), w.actor.Now().Add(after), 100)
	if err != nil {
		t.Fatal(err)
	}
	var found []journal.Entry
	for _, e := range due {
		if e.Key.Noticed() == what {
			found = append(found, e)
		}
	}
	return found
}

// TestTheTotalHoldsAcrossAccounts holds that the total of a budget counts all accounts together.
func TestTheTotalHoldsAcrossAccounts(t *testing.T) {
	w := newWorld(t, tight)
	for i, want := range []journal.State{journal.Fixed, journal.Fixed, journal.Fixed, journal.Proposed} {
		w.tags = maps.Clone(wrong)
		e := w.template(clock)
		e.Key.Account, e.Resource.Account = fmt.Sprintf("11112222333%d", i), fmt.Sprintf("11112222333%d", i)
		e.ID = journal.NewID(e.Key, "event", "tags")
		if got := w.must(t, w.begin(t, e)); got.State != want {
			t.Errorf("change %d is %s, want %s", i, got.State, want)
		}
	}
}

// TestWhatAPersonWantsIsNotHeldByABudget holds that an approval goes over the budget, and that it counts in it.
func TestWhatAPersonWantsIsNotHeldByABudget(t *testing.T) {
	w := newWorld(t, tight)
	for i := range 2 {
		w.must(t, w.violate(t, "1", fmt.Sprintf("vol-%d", i)))
	}
	held := w.must(t, w.violate(t, "1", "vol-2"))
	held.State, held.Approved = journal.Open, true
	held, err := w.journal.Record(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.must(t, held); got.State != journal.Fixed || !got.Spent {
		t.Errorf("approved, it is %s, counted %v; want fixed, counted", got.State, got.Spent)
	}
}

// TestACrashPaysOnce holds that what is delivered again after its plan was recorded does not spend the budget twice.
func TestACrashPaysOnce(t *testing.T) {
	w := newWorld(t, policyText)
	entry := w.violate(t, "1", "vol-1")
	w.failWrite = fmt.Errorf("throttled")
	for range 3 {
		if err := w.act(entry, false); err == nil {
			t.Fatal("the cut write gave no error")
		}
	}
	w.failWrite = nil
	w.must(t, entry)
	rails, err := w.journal.Rails(context.Background(), "", journal.RuleBudget("tags"))
	if got := rails.Counters[journal.RuleBudget("tags")].Count(clock); err != nil || got != 1 {
		t.Errorf("%d changes are counted, %v; want 1", got, err)
	}
}

// TestTheBreaker holds that a rule whose changes fail, or are undone, too often only proposes until the breaker's time is over, and that people are told once.
func TestTheBreaker(t *testing.T) {
	fail := func(w *world, i int) {
		e := w.violate(t, "1", fmt.Sprintf("vol-%d", i))
		w.failWrite = fmt.Errorf("no")
		if err := w.act(e, true); err != nil {
			t.Fatal(err)
		}
		w.failWrite = nil
	}
	undo := func(w *world, i int) {
		fixed := w.must(t, w.violate(t, "1", fmt.Sprintf("vol-%d", i)))
		w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
	}
	for name, test := range map[string]struct {
		bad   func(w *world, i int)
		times int
	}{"failed": {fail, 2}, "undone": {undo, 3}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, policyText+"    breaker: {failed: 2, undone: 3, window: 1h}\n")
			for i := range test.times {
				if got := w.must(t, w.violate(t, "0", fmt.Sprintf("vol-9%d", i))); got.State != journal.Fixed {
					t.Fatalf("before the breaker opens, it is %s", got.State)
				}
				test.bad(w, i)
			}
			got := w.must(t, w.violate(t, "1", "vol-100"))
			if got.State != journal.Proposed || got.Held != journal.Broken || !got.Due.Equal(clock.Add(time.Hour)) {
				t.Fatalf("%s for %q until %s; want proposed for an hour", got.State, got.Held, got.Due)
			}
			w.must(t, w.violate(t, "1", "vol-101"))
			if notices := w.dueNotices(t, "breaker", 0); len(notices) != 1 || !strings.Contains(notices[0].Reason, name) {
				t.Errorf("noticed %+v, want once", notices)
			}
			w.later(time.Hour)
			if got := w.due(t, got.ID); got.State != journal.Fixed {
				t.Errorf("an hour later it is %s, want fixed", got.State)
			}
		})
	}
}

// TestAFightIsStopped holds that what is changed back again and again is left alone after three times, and told, and that a person may ask for it all the same.
func TestAFightIsStopped(t *testing.T) {
	w := newWorld(t, policyText)
	for i := range 3 {
		if got := w.must(t, w.violate(t, fmt.Sprint(i), "vol-1")); got.State != journal.Fixed || len(got.Flips) != i {
			t.Fatalf("time %d: %s with %d flips; want fixed with %d", i, got.State, len(got.Flips), i)
		}
		w.later(time.Hour)
	}
	got := w.must(t, w.violate(t, "3", "vol-1"))
	if got.State != journal.Told || got.Held != journal.Fight || len(got.Flips) != 3 || w.writes != 3 || got.Due.Sub(w.actor.Now()) != fightSpan {
		t.Fatalf("%s for %q with %d flips after %d writes, due %s; want told after 3, due in a day", got.State, got.Held, len(got.Flips), w.writes, got.Due)
	}
	if got := w.must(t, w.violate(t, "4", "vol-2")); got.State != journal.Fixed {
		t.Errorf("another resource is %s, want fixed", got.State)
	}
	w.tags = maps.Clone(wrong)
	w.later(fightSpan)
	if got := w.due(t, got.ID); got.State != journal.Fixed {
		t.Errorf("a day later it is %s, want fixed", got.State)
	}
}

// TestAThreatIsNoFight holds that who opens a bucket again and again is shut out each time.
func TestAThreatIsNoFight(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	for i := range 5 {
		id := fmt.Sprint("g", i)
		w.tags = map[string]string{"acl": "open", "policy": "open", "name": "a"}
		doings := func(e *journal.Entry) {
			e.Control, e.Reporters[0].Control = "guardduty:Impact:S3/X", "guardduty:Impact:S3/X"
		}
		if got := w.must(t, w.report(t, id, threat(id), doings)); got.State != journal.Fixed {
			t.Fatalf("time %d: %s, want fixed: %s", i, got.State, got.Reason)
		}
		w.later(time.Minute)
	}
}

// TestAnotherViolationIsNoFight holds that a setting that goes wrong in another way each time is put right each time.
func TestAnotherViolationIsNoFight(t *testing.T) {
	w := newWorld(t, policyText)
	w.must(t, w.violate(t, "first", "vol-1"))
	for i := range 5 {
		e := w.violate(t, fmt.Sprint(i), "vol-1")
		w.tags = map[string]string{"Cost": "A", "Owner": "me", fmt.Sprintf("tmp-%d", i): "1"}
		if got := w.must(t, e); got.State != journal.Fixed || len(got.Flips) != 0 {
			t.Fatalf("time %d: %s with %d flips; want fixed with none", i, got.State, len(got.Flips))
		}
		w.later(time.Minute)
	}
}

// TestOurOwnWriteMakesNothing holds that an event that shows just what our own write left, part of which no fix can make right, opens no entry.
func TestOurOwnWriteMakesNothing(t *testing.T) {
	w := newWorld(t, policyText)
	entry := w.violate(t, "1", "vol-1")
	w.tags = map[string]string{"Owner": "me", "tmp-x": "1"} // Cost is missing, and nothing fills it
	fixed := w.must(t, entry)
	if fixed.State != journal.Fixed || fixed.Left == "" {
		t.Fatalf("%s, and %q is left; want fixed, and something left", fixed.State, fixed.Left)
	}
	echo := w.template(clock)
	echo.Event, echo.ID, echo.Fingerprint, echo.Seen.Number = "echo", journal.NewID(echo.Key, "echo", "tags"), "notify:"+fixed.Left, clock.UnixNano()+1
	begun, err := w.journal.Begin(context.Background(), echo, clock)
	if err != nil || begun.Kind != journal.Repeated || begun.Entry.ID != fixed.ID {
		t.Errorf("the echo: %v of %s, %v; want it repeated", begun.Kind, begun.Entry.ID, err)
	}
	echo.Event, echo.ID, echo.Fingerprint = "other", journal.NewID(echo.Key, "other", "tags"), "notify:other"
	if begun, err = w.journal.Begin(context.Background(), echo, clock); err != nil || begun.Kind != journal.Started {
		t.Errorf("another violation: %v, %v; want it started", begun.Kind, err)
	}
}

// TestAProposalHasAnEnd holds that a proposal is sealed and due when its time is over.
func TestAProposalHasAnEnd(t *testing.T) {
	w := newWorld(t, policyText+"    mode: propose\njournal: {proposal: 3d}\n")
	got := w.must(t, w.violate(t, "1", "vol-1"))
	if got.State != journal.Proposed || got.Shown != journal.Seal(got.Change) || got.Shown == "" || !got.Due.Equal(clock.Add(72*time.Hour)) {
		t.Errorf("%s, sealed %q, due %s; want proposed, sealed, due in three days", got.State, got.Shown, got.Due)
	}
}

// TestAForcedUndo holds that a forced undo writes the before-image over what others changed since, and can be undone itself.
func TestAForcedUndo(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	w.tags["Owner"] = "you"
	undo := journal.Undo(fixed, "me", "u")
	undo.Override.Force = true
	forced := w.must(t, w.begin(t, undo))
	if forced.State != journal.Fixed || !reflect.DeepEqual(w.tags, wrong) {
		t.Fatalf("forced, it is %s with %v; want %v", forced.State, w.tags, wrong)
	}
	again := w.must(t, w.begin(t, journal.Undo(forced, "me", "u2")))
	if want := (map[string]string{"Cost": "A", "Owner": "you", "Name": "a"}); again.State != journal.Fixed || !reflect.DeepEqual(w.tags, want) {
		t.Errorf("undone, it is %s with %v; want %v", again.State, w.tags, want)
	}
}

// TestAnUndoOfAnUndo holds that it makes the change again, and ends the exemption of the undo.
func TestAnUndoOfAnUndo(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	after := maps.Clone(w.tags)
	undo := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
	if !undo.Due.Equal(clock.Add(undoneFor)) {
		t.Errorf("the undo is due %s, want a week later", undo.Due)
	}
	redo := w.must(t, w.begin(t, journal.Undo(undo, "me", "u2")))
	if redo.State != journal.Fixed || !redo.Due.IsZero() || !reflect.DeepEqual(w.tags, after) || w.entry(t, undo.ID).State != journal.Undone {
		t.Fatalf("%s, due %s, with %v, and the undo is %s", redo.State, redo.Due, w.tags, w.entry(t, undo.ID).State)
	}
	w.later(time.Hour)
	if got := w.must(t, w.violate(t, "2", "vol-1")); got.State != journal.Fixed {
		t.Errorf("violated again, it is %s; want fixed, for the exemption has ended: %s", got.State, got.Reason)
	}
}

// TestQuiet holds that with a digest, what is only told is gathered and not sent, and all else is sent at once.
func TestQuiet(t *testing.T) {
	for mode, want := range map[string]int{"notify": 0, "observe": 0, "propose": 1, "fix": 1} {
		w := newWorld(t, policyText+"    mode: "+mode+"\nnotify: {digest: 24h}\n")
		got := w.must(t, w.violate(t, "1", "vol-1"))
		if len(w.told) != want || got.Gathered != (want == 0) || !got.Told {
			t.Errorf("%s: told %d times, gathered %v; want %d", mode, len(w.told), got.Gathered, want)
		}
	}
}
