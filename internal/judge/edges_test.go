package judge

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// TestAdvice holds that people are shown what would be changed, as long as what it is made of is no larger than an entry keeps.
func TestAdvice(t *testing.T) {
	of := func(size int) policy.Decision { // of so many bytes before and after
		before, after := map[string]string{"a": "1"}, map[string]string{"a": ""}
		after["a"] = strings.Repeat("x", size-len(`{"a":"1"}`)-len(`{"a":""}`))
		return policy.Decision{Remedy: "tags", Before: before, After: after}
	}
	for size, want := range map[int]bool{1000: true, mostKept - 1: true, mostKept: true, mostKept + 1: false} {
		if got := advice(of(size)); got.Empty() == want {
			t.Errorf("%d bytes: shown %v, want %v", size, !got.Empty(), want)
		}
	}
	large := strings.Repeat("x", mostKept*2/3)
	both := policy.Decision{Remedy: "tags", Before: map[string]string{"a": large}, After: map[string]string{"a": large, "b": "1"}}
	if got := advice(both); !got.Empty() {
		t.Errorf("before and after are too large together, and %d paths are shown", len(got.Touched))
	}
}

// TestEntryKeepsWhatFits holds how much of an event's violations and reason an entry keeps, and that it knows of a resource which has no tags.
func TestEntryKeepsWhatFits(t *testing.T) {
	violations := func(size int) []tag.Violation {
		made := []tag.Violation{{Key: "a"}}
		data := len(entryOf(finding.Finding{}, policy.Decision{Violations: made}).Violations)
		made[0].Key = strings.Repeat("x", size-data+1)
		return made
	}
	for size, want := range map[int]bool{100: true, mostKept: true, mostKept + 1: false} {
		if got := entryOf(finding.Finding{}, policy.Decision{Violations: violations(size)}).Violations; (len(got) == size) != want || (got == nil) == want {
			t.Errorf("of %d bytes %d are kept, want all: %v", size, len(got), want)
		}
	}
	for n, want := range map[int]string{3999: "é", 4000: "é", 4001: "…"} {
		if got := short(strings.Repeat("é", n)); !strings.HasSuffix(got, want) || n <= 4000 && len([]rune(got)) != n {
			t.Errorf("of %d characters %d are kept, the last %q", n, len([]rune(got)), got[len(got)-3:])
		}
	}
	for _, test := range []struct {
		name string
		tags map[string]string
		want bool // that there are none is kept
	}{{"unknown", nil, false}, {"none", map[string]string{}, true}, {"some", map[string]string{"a": "1"}, false}} {
		e := entryOf(finding.Finding{Resource: finding.Resource{Tags: test.tags}}, policy.Decision{})
		if got := e.Resource.Tags != nil; got != test.want || len(e.Resource.Tags) > 0 {
			t.Errorf("%s: kept %v, want %v", test.name, e.Resource.Tags, test.want)
		}
	}
}

// TestAnExemptResourceIsCountedOnce holds that it is together with its line in the log, and what complies without one: a batch of nothing else leaves no line at all.
func TestAnExemptResourceIsCountedOnce(t *testing.T) {
	for verdict, want := range map[policy.Verdict]string{policy.Exempt: `"outcomes":{"stale":1}`, policy.Compliant: `"outcomes":{"compliant":1,"stale":1}`} {
		l := newLine(t, "fix")
		var alone, out bytes.Buffer
		l.judge.count(policy.Decision{Verdict: verdict})
		err := l.judge.Meter.Flush(&alone, clock)
		l.judge.count(policy.Decision{Verdict: verdict})
		l.judge.Meter.Outcome("stale")
		if err := errors.Join(err, l.judge.Meter.Flush(&out, clock)); err != nil || alone.Len() > 0 || !strings.Contains(out.String(), want) || l.log.Len() > 0 {
			t.Errorf("%s: counted %q and %q, %v, logged %q; want no line, then %s", verdict, alone.String(), out.String(), err, l.log.String(), want)
		}
	}
}

// TestALeaseIsWaitedFor holds that an entry that act may still work on is not handed over once more.
func TestALeaseIsWaitedFor(t *testing.T) {
	for after, want := range map[time.Duration]int{journal.Lease: 1, journal.Lease + 1: 2} {
		l := newLine(t, "fix")
		l.applying(t)
		l.judge.Now = func() time.Time { return clock.Add(after) }
		l.judgeAll(t, tagEvent("2", "vol-1", 2, `{"Owner":"nobody"}`))
		if len(l.sent) != want {
			t.Errorf("%s after the last sign of life it was handed over %d times, want %d", after, len(l.sent), want)
		}
	}
}

// TestWhatEndsAnEntryIsWhatItSaw holds that an entry knows the event that ended it; and one that was ended by a report, which shows no version, the newest before it.
func TestWhatEndsAnEntryIsWhatItSaw(t *testing.T) {
	l := newLine(t, "notify")
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`), tagEvent("3", "vol-1", 3, `{"Owner":"me"}`))
	e := l.entries(t)[0]
	if e.State != journal.Compliant || e.Seen.Number != 3 {
		t.Fatalf("%s, seen %+v; want compliant, by the third", e.State, e.Seen)
	}
	l = newLine(t, "notify")
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`))
	e = l.entries(t)[0]
	move, _ := e.Next(journal.Nothing)
	if err := l.judge.conclude(context.Background(), finding.Finding{Kind: "securityhub"}, policy.Decision{}, e, move); err != nil {
		t.Fatal(err)
	}
	if got := l.entries(t)[0]; got.State != journal.Compliant || got.Seen != e.Seen {
		t.Errorf("%s, seen %+v; want compliant, by %+v", got.State, got.Seen, e.Seen)
	}
}

// TestWhatActWritesForIsNotRenewed holds that what is reported while act is at an entry changes nothing of it, though the policy wants more by then.
func TestWhatActWritesForIsNotRenewed(t *testing.T) {
	l := newLine(t, "fix")
	entry := l.applying(t)
	entry, err := l.Get(context.Background(), entry.ID)
	if err != nil {
		t.Fatal(err)
	}
	entry.Mode = "propose"
	if entry, err = l.Memory.Record(context.Background(), entry); err != nil {
		t.Fatal(err)
	}
	l.judgeAll(t, tagEvent("2", "vol-1", 2, `{"Owner":"BAD"}`))
	got, err := l.Get(context.Background(), entry.ID)
	if err != nil || got.Mode != "propose" || got.Event != entry.Event || got.Revision != entry.Revision || len(l.sent) != 2 {
		t.Errorf("%s by %s, revision %d, handed over %d times, %v; want it as it was, handed over", got.Mode, got.Event, got.Revision, len(l.sent), err)
	}
}

// TestWhoAnswers holds that a judge answers by itself only what it saw whole, and that nobody works on or asked for.
func TestWhoAnswers(t *testing.T) {
	for _, test := range []struct {
		name   string
		unread bool
		change func(*journal.Entry)
		act    bool
	}{
		{"seen", false, func(*journal.Entry) {}, false},
		{"not seen", true, func(*journal.Entry) {}, true},
		{"planned", false, func(e *journal.Entry) { e.State = journal.Planned }, true},
		{"approved", false, func(e *journal.Entry) { e.Approved = true }, true},
		{"pressed for", false, func(e *journal.Entry) { e.Press = "Fix" }, true},
	} {
		for _, verdict := range []policy.Verdict{policy.Observe, policy.Notify} {
			l := newLine(t, string(verdict))
			f := finding.Finding{Kind: "tags", Event: "1", Resource: finding.Resource{Account: "111122223333", Region: "eu-west-1", ARN: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"}}
			d := policy.Decision{Verdict: verdict, Rule: "tags", Remedy: "tags", Setting: "tags", Unread: test.unread}
			begun, err := l.Memory.Begin(context.Background(), entryOf(f, d), clock)
			if err != nil {
				t.Fatal(err)
			}
			e := begun.Entry
			test.change(&e)
			if e, err = l.Memory.Record(context.Background(), e); err != nil {
				t.Fatal(err)
			}
			if err := l.judge.carryOn(context.Background(), f, d, journal.Repeated, e); err != nil || (len(l.sent) == 1) != test.act || l.entries(t)[0].State.Standing() == test.act {
				t.Errorf("%s, %s: handed over %d times, it is %s, %v; want act to answer: %v", test.name, verdict, len(l.sent), l.entries(t)[0].State, err, test.act)
			}
		}
	}
}

// TestWhatWasUndoneIsExemptAnew holds that a violation which an undo's exemption takes out of its rule is written down, though the undo itself ends at the same moment: else nobody
// would look at it again then.
func TestWhatWasUndoneIsExemptAnew(t *testing.T) {
	l := newServices(t, "fix")
	grant := grantOf("bucket")
	grant.Undo = "tw-undo"
	l.judgeThe(t, hub("1", "S3.8", "one"))
	l.acted(t, journal.Fixed, func(e *journal.Entry) { e.Due = grant.Until })
	l.grants(t, grant)
	l.judgeThe(t, hub("2", "S3.8", "two"))
	if all := l.aboutBucket(t); len(all) != 2 || all[0].State != journal.Exempted || !all[0].Due.Equal(grant.Until) {
		t.Errorf("got %+v; want a second entry, exempt until %s", all, grant.Until)
	}
}

// TestAnotherButtonIsAnotherPress holds that a press for what another button approved is no repeat of that one: it comes to nothing, and is answered.
func TestAnotherButtonIsAnotherPress(t *testing.T) {
	for button, want := range map[string]int{"Fix": 0, "Fix all": 1} {
		l := newServices(t, "propose")
		l.judgeThe(t, guardDuty("1", "f1", "Policy:S3/BucketAnonymousAccessGranted", opened))
		l.acted(t, journal.Applying, shown, func(e *journal.Entry) { e.Press, e.Approved = "Fix", true })
		l.judgeThe(t, ourPress("p", button, clock.Add(time.Minute), entryOfBucket, "seal"))
		declined := 0
		for _, e := range l.entries(t) {
			if e.State == journal.Refused {
				declined++
			}
		}
		if declined != want {
			t.Errorf("%q was declined %d times, want %d", button, declined, want)
		}
	}
}

// TestWhatIsHastenedIsHandedOver holds that what waits is open again and act's at once, and that nothing is handed over which the journal did not take.
func TestWhatIsHastenedIsHandedOver(t *testing.T) {
	l := newLine(t, "fix")
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`))
	e := l.acted(t, journal.Waiting, func(e *journal.Entry) { e.Held, e.Due = journal.Grace, clock.Add(time.Hour) })
	l.sent = nil
	f, d := finding.Finding{Kind: "tags", Event: "2", Resource: e.Resource}, policy.Decision{Verdict: policy.Fix, Rule: "other", Remedy: "tags", Setting: "tags"}
	l.judge.Journal = failing{l}
	if err := l.judge.hasten(context.Background(), f, d, e); err == nil || len(l.sent) != 0 {
		t.Errorf("not recorded: %v, handed over %d times; want an error, and not", err, len(l.sent))
	}
	l.judge.Journal = l
	if err := l.judge.hasten(context.Background(), f, d, e); err != nil {
		t.Fatal(err)
	}
	if got := l.entries(t)[0]; got.ID != e.ID || got.State != journal.Open || got.Rule != "other" || !got.Due.IsZero() || len(l.sent) != 1 || l.sent[0].Entry != e.ID {
		t.Errorf("%s by %q, due %s, handed over %v; want it open by the other rule, handed over", got.State, got.Rule, got.Due, l.sent)
	}
}
