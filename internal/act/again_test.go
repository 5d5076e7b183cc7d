package act

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// counted is how many a counter of the rule counts now.
func (w *world) counted(t *testing.T, name string) journal.Counter {
	t.Helper()
	rails, err := w.journal.Rails(context.Background(), "", name)
	if err != nil {
		t.Fatal(err)
	}
	return rails.Counters[name]
}

// TestAFindingHearsOfEachState holds that the finding for which a button was pressed says that the change waits, once, and then what became of it.
func TestAFindingHearsOfEachState(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	w.actor.Policy = parseBucket(t, fmt.Sprintf(bucketPolicy, "fix")+"freeze: [{from: 2026-11-20, until: 2026-11-24, reason: year-end}]\n", w.undo)
	e := w.report(t, "1", press("Fix all"), func(e *journal.Entry) { e.Fingerprint = "fix:1" })
	if e = w.must(t, e); e.State != journal.Waiting || len(w.notes) != 1 || !strings.Contains(w.notes[0].Text, "year-end") {
		t.Fatalf("%s, noted %+v; want waiting, and the freeze noted", e.State, w.notes)
	}
	if e = w.due(t, e.ID); e.State != journal.Waiting || len(w.notes) != 1 || len(w.told) != 1 {
		t.Fatalf("looked at too early, %s, noted %d times, told %d times; want waiting, and no more said", e.State, len(w.notes), len(w.told))
	}
	w.later(48 * time.Hour)
	if e = w.due(t, e.ID); e.State != journal.Fixed || len(w.notes) != 2 || w.notes[1].Workflow != "NOTIFIED" || len(w.told) != 2 {
		t.Errorf("%s, noted %+v, told %d times; want fixed, and noted so", e.State, w.notes, len(w.told))
	}
}

// TestAForcedUndoIsFinished holds that a forced undo that was cut short after it was recorded is made by the next delivery.
func TestAForcedUndoIsFinished(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	w.tags["Owner"] = "you"
	undo := journal.Undo(fixed, "me", "u")
	undo.Override.Force = true
	undo = w.begin(t, undo)
	w.failWrite = errors.New("connection lost")
	if err := w.act(undo, false); err == nil {
		t.Fatal("the lost write gave no error")
	}
	w.failWrite = nil
	if got := w.must(t, undo); got.State != journal.Fixed || !reflect.DeepEqual(w.tags, wrong) {
		t.Errorf("it is %s with %v; want %v: %s", got.State, w.tags, wrong, got.Reason)
	}
}

// TestAnUndoWithoutAnythingLeftIsTold holds that who asks for an undo hears that it is so already, and that it stays so.
func TestAnUndoWithoutAnythingLeftIsTold(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	w.tags = maps.Clone(wrong)
	if got := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u"))); got.State != journal.Compliant || len(w.told) != 2 || !got.Due.Equal(clock.Add(undoneFor)) {
		t.Errorf("%s, told %d times, due %s; want compliant, told of fix and undo, and looked at a week later", got.State, len(w.told), got.Due)
	}
	if got := w.entry(t, fixed.ID).State; got != journal.Undone {
		t.Errorf("the fix is %s, want undone", got)
	}
	if got := w.must(t, w.violate(t, "2", "vol-1")); got.State != journal.Exempted {
		t.Errorf("seen again, it is %s, want exempt", got.State)
	}
}

// TestUndoRedoUndo holds that what was made again and is taken back once more is not done again by the rule, and is looked at when that exemption ends.
func TestUndoRedoUndo(t *testing.T) {
	w := newWorld(t, policyText)
	last := w.must(t, w.violate(t, "1", "vol-1"))
	for i := range 3 {
		w.later(time.Minute)
		last = w.must(t, w.begin(t, journal.Undo(last, "me", fmt.Sprint("u", i))))
		if last.State != journal.Fixed {
			t.Fatalf("undo %d is %s: %s", i, last.State, last.Reason)
		}
	}
	if last.Redoes || !last.Due.Equal(w.actor.Now().Add(undoneFor)) {
		t.Errorf("the last is due %s, want a week later", last.Due)
	}
	if got := w.must(t, w.violate(t, "2", "vol-1")); got.State != journal.Exempted {
		t.Errorf("violated again, it is %s, want exempt", got.State)
	}
}

// TestWhatIsHeldBackIsCountedOnce holds that a change which is tried again while its budget is still spent is no further one.
func TestWhatIsHeldBackIsCountedOnce(t *testing.T) {
	w := newWorld(t, policyText+"    budget: {account: 1/h, total: 1/h}\n")
	w.must(t, w.violate(t, "1", "vol-0"))
	w.later(50 * time.Minute)
	held := []journal.Entry{w.must(t, w.violate(t, "1", "vol-1")), w.must(t, w.violate(t, "1", "vol-2"))}
	for range 3 {
		w.later(time.Minute)
		w.tags = maps.Clone(wrong)
		if got := w.due(t, held[0].ID); got.State != journal.Proposed || got.Held != journal.Budget {
			t.Fatalf("it is %s for %q, want proposed for the budget", got.State, got.Held)
		}
	}
	if got := w.counted(t, journal.RuleBudget("tags")).Held; got != 2 {
		t.Errorf("%d are held back, want 2", got)
	}
	w.later(time.Hour) // the budget is spent anew, by another, and what was held back meets it once more
	w.must(t, w.violate(t, "1", "vol-3"))
	w.tags = maps.Clone(wrong)
	w.due(t, held[0].ID)
	if notices := w.dueNotices(t, "budget", time.Hour); len(notices) != 1 || !notices[0].Since.Equal(clock.Add(50*time.Minute)) {
		t.Errorf("noticed %+v, want once", notices)
	}
}

// TestOnlyChangesThatFailOpenABreaker holds that what could not be read, and was never written, does not count.
func TestOnlyChangesThatFailOpenABreaker(t *testing.T) {
	w := newWorld(t, policyText+"    mode: propose\n")
	e := w.must(t, w.violate(t, "1", "vol-1"))
	e.State, e.Approved = journal.Open, true
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	w.failRead = errors.New("throttled")
	if err := w.act(e, true); err != nil {
		t.Fatal(err)
	}
	got := w.counted(t, journal.FailedOf("tags")).Count(w.actor.Now())
	if e = w.entry(t, e.ID); e.State != journal.Failed || e.Change.Empty() || got != 0 {
		t.Errorf("%s, and %d failed changes are counted; want failed, and none", e.State, got)
	}
}

// TestAPressEndsNoFight holds that what somebody asks for in a fight is made, and left alone when it is changed back once more.
func TestAPressEndsNoFight(t *testing.T) {
	w := newWorld(t, policyText)
	for i := range 3 {
		w.must(t, w.violate(t, fmt.Sprint(i), "vol-1"))
		w.later(time.Minute)
	}
	fight := w.must(t, w.violate(t, "3", "vol-1"))
	if fight.Held != journal.Fight {
		t.Fatalf("it is %s for %q, want a fight", fight.State, fight.Held)
	}
	asked := w.template(w.actor.Now())
	asked.Event, asked.ID, asked.Press, asked.Seen = "press", journal.NewID(asked.Key, "press", "tags"), "Fix", fight.Seen
	if got := w.must(t, w.begin(t, asked)); got.State != journal.Fixed {
		t.Fatalf("asked for, it is %s, want fixed: %s", got.State, got.Reason)
	}
	w.later(time.Minute)
	if got := w.must(t, w.violate(t, "4", "vol-1")); got.State != journal.Told || got.Held != journal.Fight {
		t.Errorf("changed back once more, it is %s for %q; want told, a fight", got.State, got.Held)
	}
}

// TestWhatACutFixLeftIsKnown holds that an event which shows what a fix left makes nothing, also where the fix was finished by a second delivery.
func TestWhatACutFixLeftIsKnown(t *testing.T) {
	w := newWorld(t, policyText)
	entry := w.violate(t, "1", "vol-1")
	w.tags = map[string]string{"Owner": "me", "tmp-x": "1"} // Cost is missing, and nothing fills it
	w.onWrite = func(to map[string]string) {
		w.tags, w.failWrite = maps.Clone(to), errors.New("connection lost")
	}
	if err := w.act(entry, false); err == nil {
		t.Fatal("the lost answer gave no error")
	}
	if got := w.must(t, entry); got.State != journal.Fixed || got.Left == "" {
		t.Errorf("it is %s, and %q is left; want fixed, and something left", got.State, got.Left)
	}
}

// rivals is a journal in which somebody else grants an exemption between another's look and its writing.
type rivals struct {
	*journal.Memory
	grant func()
}

func (r *rivals) Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error) {
	e, found, err := r.Memory.Open(ctx, k)
	if k.Exemption() && r.grant != nil {
		grant := r.grant
		r.grant = nil
		grant()
	}
	return e, found, err
}

// TestTwoWhoExemptAtOnce holds that neither an undo's exemption nor what somebody grants in the same moment is lost, and that the grant is still to be told.
func TestTwoWhoExemptAtOnce(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	k, _ := journal.ExemptionKey(fixed.Resource)
	grant := journal.Grant{Rules: []string{"other"}, Until: clock.Add(time.Hour), Reason: "r", Owner: "o", By: "me", Event: "grant"}
	begin := func(rival *rivals) func() {
		return func() {
			e, err := journal.Exempt(finding.Resource{ARN: fixed.Resource.ARN}, k, []journal.Grant{grant}, clock)
			if err != nil {
				t.Fatal(err)
			}
			w.begin(t, e)
		}
	}
	rival := &rivals{Memory: w.journal}
	undo := w.begin(t, journal.Undo(fixed, "me", "u"))
	first := true
	w.onWrite = func(map[string]string) { // behind admit's look
		if first {
			rival.grant, first = begin(rival), false
		}
	}
	w.actor.Journal = rival
	_ = w.act(undo, false)
	w.must(t, undo)
	kept, _, err := w.journal.Open(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	list, err := journal.Grants(kept)
	if err != nil || len(list) != 2 || kept.Told {
		t.Errorf("kept %+v, told %v, %v; want both, and that it is still to be told", list, kept.Told, err)
	}
}

// TestAPressIsNoWayAroundTheBrake holds that the brake and a freeze hold whatever a press makes of a proposal, or of what was only told.
func TestAPressIsNoWayAroundTheBrake(t *testing.T) {
	for _, mode := range []string{"notify", "propose", "fix"} {
		for _, button := range []string{"Fix", "Fix all"} {
			w := newBucketWorld(t, "fix", remedy.Exact)
			w.brake(t, "", true)
			e := w.must(t, w.report(t, "1", press(button), func(e *journal.Entry) { e.Mode, e.Fingerprint = mode, mode+":1" }))
			if w.writes != 0 || e.State == journal.Fixed {
				t.Errorf("%s, pressed %s: it is %s after %d writes, want none", mode, button, e.State, w.writes)
			}
		}
	}
}

// TestPutRightAgainWhileItWaited holds that people who were told to wait hear each time that it was put right.
func TestPutRightAgainWhileItWaited(t *testing.T) {
	w := newWorld(t, policyText+"    after: 72h\n")
	for i := range 3 {
		entry := w.must(t, w.violate(t, fmt.Sprint(i), "vol-1"))
		entry.State, entry.Told = journal.Compliant, false // as a judge concludes it
		entry, err := w.journal.Record(context.Background(), entry)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.must(t, entry); got.State != journal.Compliant || len(w.told) != 2*(i+1) {
			t.Errorf("time %d: %s, told %d times; want compliant, told %d times", i, got.State, len(w.told), 2*(i+1))
		}
	}
}

// TestTheRuleThatActsIsTheOneThatWaits holds that where a read shows that another rule than the one that opened an entry acts, its window counts.
func TestTheRuleThatActsIsTheOneThatWaits(t *testing.T) {
	const careful = "rules:\n  - {name: careful, on: [config], do: [tags], where: {tags: {Env: [Prod]}}, trust_tags: true, window: {hours: 14:00-15:00, zone: UTC}}\n"
	w := newWorld(t, strings.Replace(policyText, "rules:\n", careful, 1))
	w.tags = maps.Clone(wrong)
	w.tags["Env"] = "Prod"
	if got := w.must(t, w.begin(t, w.template(clock))); got.State != journal.Waiting || got.Held != journal.Window || got.Rule != "careful" || w.writes != 0 {
		t.Errorf("%s for %q by %q after %d writes; want waiting for the window, after none", got.State, got.Held, got.Rule, w.writes)
	}
}

// TestAnApprovalThatIsVoidIsTold holds that who approved what changed meanwhile hears that it is shown anew, once, also where a budget holds it back.
func TestAnApprovalThatIsVoidIsTold(t *testing.T) {
	w := newWorld(t, policyText+"    budget: {account: 1/h, total: 1/h}\n")
	w.must(t, w.violate(t, "1", "vol-0"))
	e := w.must(t, w.violate(t, "1", "vol-1"))
	told := len(w.told)
	e.State, e.Approved, e.Approver = journal.Open, true, "ops"
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	w.tags["tmp-x"] = "2"
	for range 3 {
		if e = w.must(t, e); e.State != journal.Proposed || e.Approved || len(w.told) != told+1 || w.writes != 1 {
			t.Fatalf("%s, approved %v, told %d times, %d writes; want proposed anew, and told so once", e.State, e.Approved, len(w.told)-told, w.writes)
		}
		w.later(time.Minute)
		e = w.due(t, e.ID)
	}
}

// TestTheSweepsBudget holds that what a sweep finds is held back by the sweep's budget beside the rule's, and that people hear of that one.
func TestTheSweepsBudget(t *testing.T) {
	w := newWorld(t, strings.Replace(policyText, "on: [config]", "on: [config, clock]", 1)+"sweep: {budget: 2/h}\n")
	swept := func(event, volume string) journal.State {
		e := w.violate(t, event+" taken", volume) // for its resource
		e.Event, e.Kind, e.Seen = event, "clock", finding.Version{}
		e.Key.Resource, e.Resource.ARN = e.Key.Resource+"-swept", e.Resource.ARN+"-swept"
		e.ID = journal.NewID(e.Key, event, "tags")
		return w.must(t, w.begin(t, e)).State
	}
	var got []journal.State
	for i := range 4 {
		got = append(got, swept("sweep", fmt.Sprintf("vol-%d", i)))
	}
	if want := []journal.State{journal.Fixed, journal.Fixed, journal.Proposed, journal.Proposed}; !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	if other := w.must(t, w.violate(t, "1", "vol-9")); other.State != journal.Fixed {
		t.Errorf("what an event shows is %s, want fixed", other.State)
	}
	notices := w.dueNotices(t, "budget", time.Minute)
	if len(notices) != 1 || notices[0].Key.Resource != journal.AboutSweep || !strings.Contains(notices[0].Reason, "sweep") || w.counted(t, journal.BudgetOf(journal.AboutSweep)).Held != 2 {
		t.Errorf("noticed %+v, want once, of the sweep", notices)
	}
}

// TestAnUndoThatIsRefusedForgetsNoViolation holds that what waited, or was proposed, where an undo took its place and came to nothing, is due to be looked at again.
func TestAnUndoThatIsRefusedForgetsNoViolation(t *testing.T) {
	for mode, want := range map[string]bool{"": false, "    mode: propose\n": true, "    after: 72h\n": true} {
		w := newWorld(t, policyText)
		fixed := w.must(t, w.violate(t, "1", "vol-1"))
		w.actor.Policy = newWorld(t, policyText+mode).actor.Policy
		if mode != "" {
			w.must(t, w.violate(t, "2", "vol-1"))
		}
		w.tags["Owner"] = "you"
		undo := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
		if undo.State != journal.Refused || undo.Due.IsZero() == want {
			t.Errorf("%q: the undo is %s, due %s; want refused, and something due: %v", mode, undo.State, undo.Due, want)
		}
	}
}
