package act

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestExhausted holds what people are told of what the queue delivers no more.
func TestExhausted(t *testing.T) {
	for _, test := range []struct {
		state journal.State
		err   error
		event journal.Event
		want  string
	}{
		{journal.Applying, errNo, journal.Fail, "Every attempt failed"},
		{journal.Settling, errNo, journal.Fail, "a read does not show it yet"},
		{journal.Applying, fmt.Errorf("x: %w", errMore), journal.Verify, ""},
	} {
		if got := exhausted(journal.Entry{State: test.state}, test.err); got.event != test.event || !strings.Contains(got.reason, test.want) {
			t.Errorf("%s by %v: %s, %q; want %s, %q", test.state, test.err, got.event, got.reason, test.event, test.want)
		}
	}
}

// TestRefusal holds that what cannot be read is only told, or written down, where nothing was to be changed; and that an undo, and what was begun, is refused whatever the mode.
func TestRefusal(t *testing.T) {
	refused := &remedy.RefusedError{Why: "No."}
	for _, test := range []struct {
		name  string
		e     journal.Entry
		event journal.Event
		mark  string
	}{
		{"observe", journal.Entry{Mode: "observe"}, journal.Watch, unjudged},
		{"notify", journal.Entry{Mode: "notify"}, journal.Tell, unjudged},
		{"propose", journal.Entry{Mode: "propose"}, journal.Refuse, unjudged},
		{"fix", journal.Entry{Mode: "fix"}, journal.Refuse, unjudged},
		{"fix, seen", journal.Entry{Mode: "fix", Fingerprint: "fix:1"}, journal.Refuse, ""},
		{"begun under a mode that was lowered", journal.Entry{Mode: "observe", State: journal.Applying, Fingerprint: "fix:1"}, journal.Refuse, ""},
		{"an undo, observe", journal.Entry{Mode: "observe", Undoes: "tw-1"}, journal.Refuse, ""},
		{"an undo, notify", journal.Entry{Mode: "notify", Undoes: "tw-1"}, journal.Refuse, ""},
	} {
		if got := refusal(test.e, refused, errNo); got.event != test.event || got.mark != test.mark || !strings.Contains(got.reason, "No.") || got.cause == nil {
			t.Errorf("%s: %+v; want %s, %q", test.name, got, test.event, test.mark)
		}
	}
}

func TestInJournal(t *testing.T) {
	for err, want := range map[error]bool{journal.ErrConflict: true, journal.ErrBusy: true, errJournal: true, errNo: false, remedy.ErrGone: false} {
		if got := inJournal(fmt.Errorf("x: %w", err)); got != want {
			t.Errorf("%v: got %v, want %v", err, got, want)
		}
	}
}

// TestWhatSettlesAndCannotBeRead holds that an error of a read is waited out while AWS is at a write, but none that no wait helps.
func TestWhatSettlesAndCannotBeRead(t *testing.T) {
	w := newWorld(t, policyText)
	for _, test := range []struct {
		name  string
		state journal.State
		err   error
		waits bool
	}{
		{"unreadable for now", journal.Settling, errNo, true},
		{"not settling", journal.Applying, errNo, false},
		{"refused", journal.Settling, &remedy.RefusedError{Why: "No."}, false},
		{"gone", journal.Settling, remedy.ErrGone, false},
		{"an undeclared call", journal.Settling, guard.ErrRefused, false},
	} {
		p := planned{admitted: admitted{entry: journal.Entry{State: test.state, Updated: clock}, remedy: remedy.Remedy{Settle: time.Hour}}}
		var waits *end
		got := w.actor.unreadable(p, test.err)
		if errors.As(got, &waits) != test.waits || !test.waits && !errors.Is(got, test.err) {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}

// TestWhatHasNoTime holds that the clock takes up an entry that ended only where there is something to be done about it then.
func TestWhatHasNoTime(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	if fixed.State != journal.Fixed || !fixed.Due.IsZero() || fixed.Left != "" {
		t.Errorf("%s, due %s, with %q left; want fixed, never due, and nothing left", fixed.State, fixed.Due, fixed.Left)
	}
	w.tags["Owner"] = "you"
	if undo := w.must(t, w.begin(t, journal.Undo(fixed, "me", "u"))); undo.State != journal.Refused || !undo.Due.IsZero() {
		t.Errorf("the undo is %s, due %s; want refused, never due", undo.State, undo.Due)
	}
}

// TestWhatIsGathered holds that a digest takes only what is told because the policy wants it told, and that nobody asked for.
func TestWhatIsGathered(t *testing.T) {
	w := newWorld(t, policyText+"notify: {digest: 24h}\n")
	for _, test := range []struct {
		name string
		e    journal.Entry
		want bool
	}{
		{"observed", journal.Entry{State: journal.Observed, Mode: "observe"}, true},
		{"told", journal.Entry{State: journal.Told, Mode: "notify"}, true},
		{"a fight", journal.Entry{State: journal.Told, Mode: "notify", Held: journal.Fight}, false},
		{"what could not be fixed", journal.Entry{State: journal.Told, Mode: "fix"}, false},
		{"a press", journal.Entry{State: journal.Told, Mode: "notify", Press: "Fix"}, false},
		{"what failed", journal.Entry{State: journal.Failed, Mode: "notify"}, false},
	} {
		w.actor.gather(&test.e)
		if test.e.Gathered != test.want || test.e.Told != test.want {
			t.Errorf("%s: gathered %v, told %v; want %v", test.name, test.e.Gathered, test.e.Told, test.want)
		}
	}
}

// TestTheLogSaysWhy holds that the line of an outcome has the error that led to it, and none where there was none.
func TestTheLogSaysWhy(t *testing.T) {
	for _, fails := range []bool{false, true} {
		w := newWorld(t, policyText)
		var log bytes.Buffer
		w.actor.Log = slog.New(slog.NewJSONHandler(&log, nil))
		if fails {
			w.failRead = errNo
		}
		if err := w.act(w.violate(t, "1", "vol-1"), true); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(log.String(), `"err":`); got != fails {
			t.Errorf("failing %v: %s", fails, log.String())
		}
	}
}

// TestOnlyErrorsOfAWSAreCounted holds that neither an outcome nor an error of the journal's counts as one of AWS's.
func TestOnlyErrorsOfAWSAreCounted(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{{errNo, true}, {&end{event: journal.Tell}, false}, {fmt.Errorf("x: %w", errJournal), false}} {
		w := newWorld(t, policyText)
		w.actor.count(test.err)
		var out bytes.Buffer
		if err := w.actor.Meter.Flush(&out, clock); err != nil || (out.Len() > 0) != test.want {
			t.Errorf("%v: counted %q, %v", test.err, out.String(), err)
		}
	}
}

// TestTheReadsThatVerify holds between which pauses a write is looked for.
func TestTheReadsThatVerify(t *testing.T) {
	w := newWorld(t, policyText)
	var waited []time.Duration
	w.actor.Wait = func(ctx context.Context, d time.Duration) error {
		waited = append(waited, d)
		return ctx.Err()
	}
	w.lag = 3
	want := []time.Duration{0, 300 * time.Millisecond, time.Second, 3 * time.Second}
	if got := w.must(t, w.violate(t, "1", "vol-1")); got.State != journal.Fixed || !reflect.DeepEqual(waited, want) {
		t.Errorf("%s after waits of %v, want fixed after %v", got.State, waited, want)
	}
}

// TestTakenBack holds that where no exemption can keep it from that, what was undone is not done again but for a press or another threat.
func TestTakenBack(t *testing.T) {
	undone := &journal.Prior{ID: "tw-2", Undone: "tw-1"}
	const threat = "guardduty:UnauthorizedAccess:IAMUser/MaliciousIPCaller"
	for _, test := range []struct {
		name string
		e    journal.Entry
		want bool
	}{
		{"undone", journal.Entry{Prior: undone}, true},
		{"the first", journal.Entry{}, false},
		{"not undone", journal.Entry{Prior: &journal.Prior{ID: "tw-2"}}, false},
		{"a press", journal.Entry{Prior: undone, Press: "Fix"}, false},
		{"a threat", journal.Entry{Prior: undone, Control: threat}, false},
		{"it can be exempt", journal.Entry{Prior: undone, Resource: finding.Resource{ARN: "arn:aws:s3:::b"}}, false},
	} {
		if got := takenBack(test.e); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// TestAProposalThatWasOnlyToldInTheEndIsOver holds that its finding says so also where the entry that took its place has none.
func TestAProposalThatWasOnlyToldInTheEndIsOver(t *testing.T) {
	w := newBucketWorld(t, "propose", remedy.Exact)
	first := w.must(t, w.standing(t, w.report(t, "1", outside), journal.Proposed))
	second := w.report(t, "2", outside, func(e *journal.Entry) { e.Fingerprint = "fix:other" })
	w.posts = nil
	w.must(t, w.standing(t, second, journal.Told))
	if got, want := w.states(), map[string]bool{first.ID: true}; !reflect.DeepEqual(got, want) {
		t.Errorf("over: %v, want %v", got, want)
	}
}

// TestAFixOfASettingLeavesNothing holds that a report of a setting which comes again after it was put right is no echo of our own write.
func TestAFixOfASettingLeavesNothing(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	fixed := w.must(t, w.report(t, "1"))
	if fixed.State != journal.Fixed || fixed.Left != "" {
		t.Fatalf("%s, with %q left; want fixed, and nothing left", fixed.State, fixed.Left)
	}
	if again := w.report(t, "2", func(e *journal.Entry) { e.Fingerprint = fixed.Fingerprint }); again.ID == fixed.ID {
		t.Error("reported again, it is taken for what the write left")
	}
}

// TestAFixThatWasCutLeavesNothing holds the same where the write took effect and its answer was lost.
func TestAFixThatWasCutLeavesNothing(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	e := w.report(t, "1")
	w.onWrite, w.failWrite = func(to map[string]string) { w.tags = to }, errNo
	if err := w.act(e, false); err == nil {
		t.Fatal("the cut write gave no error")
	}
	w.onWrite, w.failWrite = nil, nil
	if got := w.must(t, e); got.State != journal.Fixed || got.Left != "" || w.writes != 1 {
		t.Errorf("%s after %d writes, with %q left; want fixed after 1, and nothing left", got.State, w.writes, got.Left)
	}
}

// TestWhoseBudgetIsSpent holds that people hear whether it is a rule's budget or the sweep's.
func TestWhoseBudgetIsSpent(t *testing.T) {
	for counter, want := range map[string]string{"budget/tags": `Rule "tags" has made`, journal.SweepBudget: "The sweep of all that exists has made"} {
		var ended *end
		if err := spent(journal.Entry{Rule: "tags"}, &journal.SpentError{Counter: counter}); !errors.As(err, &ended) || !strings.Contains(ended.reason, want) {
			t.Errorf("%s: got %v, want %q", counter, err, want)
		}
	}
}
