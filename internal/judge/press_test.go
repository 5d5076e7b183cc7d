package judge

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

var errNo = errors.New("no")

// TestPresses holds what becomes of a press, by what stands when it comes.
func TestPresses(t *testing.T) {
	s38, s31 := hub("1", "S3.8", "one"), hub("1", "S3.1", "one")
	before, after := clock.Add(-time.Second), clock.Add(time.Minute)
	tests := []struct {
		name, mode string
		events     []occurrence
		stands     journal.State // as act leaves the entry; "": nothing was reported
		press      occurrence
		want       journal.State // of the latest entry
		entries    int
		approved   bool
		reason     string // a part of what is said of a press that came to nothing
	}{
		{"approves what stands", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix", after, s38), journal.Open, 1, true, ""},
		{"approves for another finding of it", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix", after, hub("2", "S3.8", "two")), journal.Open, 1, true, ""},
		{"not what was not shown yet", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix", before, s38), journal.Proposed, 1, false, ""},
		{"unless it is trusted", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix all", before, s38), journal.Open, 1, true, ""},
		{"with no proposal", "notify", nil, "", pressed("p", "Fix", after, s38), journal.Open, 1, false, ""},
		{"on what was told", "notify", []occurrence{s38}, journal.Told, pressed("p", "Fix", after, s38), journal.Open, 2, false, ""},
		{"on what was told in mode fix", "fix", []occurrence{s38}, journal.Told, pressed("p", "Fix", after, s38), journal.Open, 2, false, ""},
		{"on what was only observed", "observe", []occurrence{s38}, journal.Observed, pressed("p", "Fix", after, s38), journal.Open, 2, false, ""},
		{"on what is worked on", "propose", []occurrence{s38}, journal.Open, pressed("p", "Fix", after, s38), journal.Open, 1, false, ""},
		{"on what is written", "propose", []occurrence{s38}, journal.Applying, pressed("p", "Fix", after, s38), journal.Applying, 1, false, ""},
		{"on what was refused", "propose", []occurrence{s38}, journal.Refused, pressed("p", "Fix", after, s38), journal.Open, 2, false, ""},
		{"what cannot be undone, without trust", "propose", []occurrence{s31}, journal.Proposed, pressed("p", "Fix", after, s31), journal.Refused, 2, false, "cannot be undone"},
		{"what cannot be undone, with trust", "propose", []occurrence{s31}, journal.Proposed, pressed("p", "Fix all", after, s31), journal.Open, 1, true, ""},
		{"what cannot be undone and was not shown, with trust", "propose", []occurrence{s31}, journal.Proposed, pressed("p", "Fix all", before, s31), journal.Proposed, 1, false, ""},
		{"one of two remedies answers it", "propose", nil, "", pressed("p", "Fix", after, hub("1", "S3.9", "one")), journal.Open, 1, false, ""},
		{"an unknown button", "fix", []occurrence{s38}, journal.Proposed, pressed("p", "Delete", after, s38), journal.Refused, 2, false, `no button "Delete"`},
		{"no rule", "fix", nil, "", pressed("p", "Fix", after, hub("1", "KMS.4", "one")), journal.Refused, 1, false, "No rule"},
		{"a rule that only tells", "fix", nil, "", pressed("p", "Fix", after, hub("1", "S3.22", "one")), journal.Refused, 1, false, "only tells"},
		{"exempt", "fix", nil, "", pressed("p", "Fix", after, hub("1", "S3.8", "one", exempt)), journal.Refused, 1, false, "It is exempt"},
		{"passed", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix", after, hub("1", "S3.8", "one", passed)), journal.Refused, 2, false, "nothing wrong"},
		{"undo of nothing", "fix", nil, "", pressed("p", "Undo", after, s38), journal.Refused, 1, false, "no change of Tagwarden's"},
		{"undo", "fix", []occurrence{s38}, journal.Fixed, pressed("p", "Undo", after, s38), journal.Open, 2, false, ""},
		{"undo of what came later than the press", "fix", []occurrence{s38}, journal.Fixed, pressed("p", "Undo", before, s38), journal.Refused, 2, false, "pressed before"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, test.mode)
			l.judgeThe(t, test.events...)
			if test.stands != "" {
				l.acted(t, test.stands)
			}
			l.judge.Now = func() time.Time { return after.Add(time.Second) }
			l.sent, l.told = nil, nil
			l.judgeThe(t, test.press)
			all := l.entries(t)
			latest := all[0]
			got := []any{latest.State, len(all), latest.Approved, latest.Press, len(l.told)}
			if want := []any{test.want, test.entries, test.approved, l.named(test.press), 0}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if !strings.Contains(latest.Reason, test.reason) || latest.Noted {
				t.Errorf("the reason is %q and noted is %v, want %q in it, to be noted", latest.Reason, latest.Noted, test.reason)
			}
			if handed := l.handed(); !slices.Equal(handed, []string{latest.ID}) || l.sent[len(l.sent)-1].Revision != latest.Revision {
				t.Errorf("handed over %v, want %s in revision %d", l.sent, latest.ID, latest.Revision)
			}
			for range 2 { // and it is delivered again
				l.judgeThe(t, test.press)
			}
			if again := l.entries(t); !reflect.DeepEqual(again, all) || len(l.told) != 0 {
				t.Errorf("delivered again, there is\n%+v\nwant\n%+v", again, all)
			}
		})
	}
}

// named is the name of a press's button.
func (*line) named(o occurrence) string { return o.detail["actionName"].(string) }

// TestWhatNobodyWasToldIsNotApproved holds that a press after a proposal, of which the message was not sent yet, approves nothing: act shows it.
func TestWhatNobodyWasToldIsNotApproved(t *testing.T) {
	s38 := hub("1", "S3.8", "one")
	l := newServices(t, "propose")
	l.judgeThe(t, s38)
	proposed := l.acted(t, journal.Proposed)
	proposed.Told = false
	if _, err := l.Memory.Record(context.Background(), proposed); err != nil {
		t.Fatal(err)
	}
	l.judgeThe(t, pressed("p", "Fix", clock.Add(time.Minute), s38))
	if got := l.entries(t)[0]; got.State != journal.Proposed || got.Approved || got.Noted {
		t.Errorf("it is %s, approved: %v, noted: %v; want the proposal, to be noted", got.State, got.Approved, got.Noted)
	}
}

// TestAPressIsNoReportTwice holds that the press which led to a proposal does not approve it when it is delivered again after people were shown the proposal, and neither
// does the one for the other of two findings that were chosen together; and that the next press does.
func TestAPressIsNoReportTwice(t *testing.T) {
	at := clock.Add(time.Minute)
	one, two := pressed("p1", "Fix", at, hub("1", "S3.8", "one")), pressed("p2", "Fix", at, hub("2", "S3.8", "two"))
	l := newServices(t, "notify")
	l.judgeThe(t, one)
	l.judge.Now = func() time.Time { return at.Add(3 * time.Second) }
	l.acted(t, journal.Proposed)
	l.sent = nil
	l.judgeThe(t, one, two)
	if got := l.entries(t); len(got) != 1 || got[0].State != journal.Proposed || got[0].Noted || len(got[0].Reporters) != 2 || len(l.sent) != 2 {
		t.Fatalf("got %+v, handed over %d times; want one proposal that both findings are to say", got, len(l.sent))
	}
	l.acted(t, journal.Proposed)
	l.judgeThe(t, one.named("p3").at(at.Add(time.Minute)))
	if got := l.entries(t); len(got) != 1 || got[0].State != journal.Open || !got[0].Approved {
		t.Errorf("got %+v, want it approved", got)
	}
}

// TestPressesAreAnsweredEachTime holds that a press that came to nothing is answered in its finding every time that somebody presses, and blocks no other.
func TestPressesAreAnsweredEachTime(t *testing.T) {
	l := newServices(t, "fix")
	one, two := hub("1", "S3.22", "one"), hub("2", "S3.22", "two")
	both := pressed("p2", "Fix", clock.Add(time.Hour), one, two)
	l.judge.Journal = struct{ Journal }{failing{l}}
	if err := l.judge.Event(context.Background(), []byte(pressed("p0", "Fix", clock, one).String())); err == nil {
		t.Fatal("a failed record gave no error")
	}
	l.judge.Journal = l
	l.judgeThe(t, pressed("p1", "Fix", clock, one), both, pressed("p3", "Delete", clock.Add(time.Hour), one))
	if len(l.handed()) != 4 {
		t.Errorf("handed over %v, want an answer for each of four", l.handed())
	}
	for _, id := range l.handed() {
		if e, err := l.Get(context.Background(), id); err != nil || len(e.Reporters) != 1 || e.State != journal.Refused {
			t.Errorf("got %+v, %v; want a refusal for one finding", e, err)
		}
	}
}

// TestAnUndoWaitsForNobody holds that an undo that is pressed while something is on its way is no report of that.
func TestAnUndoWaitsForNobody(t *testing.T) {
	l := newServices(t, "propose")
	l.judgeThe(t, hub("1", "S3.8", "one"))
	l.acted(t, journal.Fixed)
	l.judgeThe(t, hub("2", "S3.8", "one"))
	working := l.entries(t)
	l.judge.Now = func() time.Time { return clock.Add(time.Hour) }
	l.judgeThe(t, pressed("p", "Undo", clock.Add(time.Hour), hub("3", "S3.8", "one")))
	all := l.entries(t)
	if all[0].State != journal.Refused || !strings.Contains(all[0].Reason, "on its way") || !reflect.DeepEqual(all[1:], working) {
		t.Errorf("got %+v, want a refusal, and the others as they were", all)
	}
}

// TestAnApprovedEntryIsActs holds that reports after the approval leave it to act.
func TestAnApprovedEntryIsActs(t *testing.T) {
	l := newServices(t, "propose")
	l.judgeThe(t, hub("1", "S3.8", "one"))
	l.acted(t, journal.Proposed)
	l.judgeThe(t, pressed("p", "Fix", clock.Add(time.Minute), hub("1", "S3.8", "one")))
	want := l.entries(t)[0]
	for _, mode := range []string{"observe", "notify", "propose", "fix"} {
		l.judge.Policy = newServices(t, mode).judge.Policy
		l.judgeThe(t, hub("2 "+mode, "S3.8", "one"))
	}
	if got := l.entries(t); len(got) != 1 || !reflect.DeepEqual(got[0], want) || len(l.told) != 0 {
		t.Errorf("got %+v, told %d times; want %+v", got, len(l.told), want)
	}
}

// A faulty line fails one call, the n-th, before or after it took effect.
type faulty struct {
	*line
	calls, at int
	after     bool
	done      string
}

func (f *faulty) fault(name string, call func() error) error {
	f.calls++
	if f.calls != f.at {
		return call()
	}
	f.done = name
	if f.after {
		if err := call(); err != nil {
			return err
		}
	}
	return errNo
}

func (f *faulty) Begin(ctx context.Context, e journal.Entry, now time.Time) (begun journal.Begun, err error) {
	err = f.fault("begin", func() error { begun, err = f.line.Begin(ctx, e, now); return err })
	return begun, err
}

func (f *faulty) Open(ctx context.Context, k journal.Key) (e journal.Entry, open bool, err error) {
	err = f.fault("open", func() error { e, open, err = f.line.Open(ctx, k); return err })
	return e, open, err
}

func (f *faulty) Last(ctx context.Context, k journal.Key) (e journal.Entry, found bool, err error) {
	err = f.fault("last", func() error { e, found, err = f.line.Last(ctx, k); return err })
	return e, found, err
}

func (f *faulty) Get(ctx context.Context, id string) (e journal.Entry, err error) {
	err = f.fault("get", func() error { e, err = f.line.Get(ctx, id); return err })
	return e, err
}

func (f *faulty) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (recorded journal.Entry, err error) {
	err = f.fault("record "+string(e.State), func() error { recorded, err = f.line.Record(ctx, e, marks...); return err })
	return recorded, err
}

func (f *faulty) Send(ctx context.Context, h handover.Handover) error {
	return f.fault("send", func() error { return f.line.Send(ctx, h) })
}

func (f *faulty) Tell(ctx context.Context, m notify.Message) error {
	return f.fault("tell", func() error { return f.line.Tell(ctx, m) })
}

// TestNothingIsLostOrDoubled holds that a fault at any one call, before or after it took effect, changes nothing of what becomes of an event once it was delivered again.
func TestNothingIsLostOrDoubled(t *testing.T) {
	s38, after := hub("1", "S3.8", "one"), clock.Add(time.Minute)
	type scene struct {
		name, mode string
		events     []occurrence
		stands     journal.State
		last       occurrence
		change     []func(*journal.Entry) // of the entry that stands
	}
	reported := guardDuty("1", "f1", "Policy:S3/BucketAnonymousAccessGranted", opened)
	waits := func(e *journal.Entry) { e.Held, e.Due = journal.Grace, after.Add(time.Hour) }
	scenes := []scene{
		{"a finding to be fixed", "fix", nil, "", s38, nil},
		{"a finding to be told", "notify", nil, "", s38, nil},
		{"a reporter more", "fix", []occurrence{s38}, "", configRule("2", "s3-bucket-level-public-access-prohibited"), nil},
		{"another threat", "notify", []occurrence{guardDuty("1", "f1", "Recon:EC2/Portscan", instance)}, "", guardDuty("2", "f2", "Recon:EC2/Portscan", instance), nil},
		{"a forged finding", "fix", nil, "", hub("x", "S3.8", "one", object{"AwsAccountId": "444455556666"}), nil},
		{"what passes", "propose", []occurrence{s38}, journal.Proposed, hub("2", "S3.8", "one", passed).at(after), nil},
		{"an approval", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix", after, s38), nil},
		{"a press on what was told", "notify", []occurrence{s38}, journal.Told, pressed("p", "Fix", after, s38), nil},
		{"a press too early", "propose", []occurrence{s38}, journal.Proposed, pressed("p", "Fix", clock.Add(-time.Second), s38), nil},
		{"a press that comes to nothing", "propose", nil, "", pressed("p", "Delete", after, s38, hub("2", "S3.8", "two")), nil},
		{"an undo", "fix", []occurrence{s38}, journal.Fixed, pressed("p", "Undo", after, s38), nil},
		{"an undo of nothing", "fix", nil, "", pressed("p", "Undo", after, s38), nil},
		{"what passes and waits", "fix", []occurrence{s38}, journal.Waiting, hub("2", "S3.8", "one", passed).at(after), []func(*journal.Entry){waits}},
		{
			"what passes and is shown by a finding of ours", "propose",
			[]occurrence{configRule("1", bucketRule)},
			journal.Proposed,
			compliant("2", bucketRule).at(after),
			[]func(*journal.Entry){shown},
		},
		{"a press on what waits", "fix", []occurrence{s38}, journal.Waiting, pressed("p", "Fix", after, s38), []func(*journal.Entry){waits}},
		{"an approval by a finding of ours", "propose", []occurrence{reported}, journal.Proposed, ourPress("p", "Fix", after, entryOfBucket, "seal"), []func(*journal.Entry){shown}},
		{"an exemption by a finding of ours", "propose", []occurrence{reported}, journal.Proposed, ourPress("p", "Exempt", after, entryOfBucket, "seal"), []func(*journal.Entry){shown}},
		{"an undo by a finding of ours", "propose", []occurrence{reported}, journal.Fixed, ourPress("p", "Undo", after, entryOfBucket, "seal"), []func(*journal.Entry){shown}},
		{"what takes the place of a proposal and is only told", "notify", []occurrence{portscan("1", "one")}, journal.Proposed, portscan("2", "two"), []func(*journal.Entry){shown}},
	}
	set := func(t *testing.T, s scene) *faulty {
		l := newServices(t, s.mode)
		l.judgeThe(t, s.events...)
		if s.stands != "" {
			l.acted(t, s.stands, s.change...)
		}
		l.sent, l.told = nil, nil
		f := &faulty{line: l}
		l.judge.Journal, l.judge.Queue, l.judge.Topic = f, f, f
		return f
	}
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			calm := set(t, s)
			calm.judgeThe(t, s.last)
			for at := range 2 * calm.calls {
				f := set(t, s)
				f.at, f.after = at/2+1, at%2 == 1
				if err := f.judge.Event(context.Background(), []byte(s.last.String())); err == nil {
					t.Fatalf("call %d: the fault gave no error", f.at)
				}
				f.judgeThe(t, s.last, s.last)
				where := fmt.Sprintf("%s, after its effect: %v", f.done, f.after)
				if got, want := f.summary(t), calm.summary(t); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got\n%v\nwant\n%v", where, got, want)
				}
				// What was sent and is not known to be sent is sent again: the only two places where a message may go out twice.
				twice := f.done == "tell" && f.after || strings.HasPrefix(f.done, "record") && !f.after && len(calm.told) == 1
				if len(f.told) != len(calm.told) && (!twice || len(f.told) != 2) {
					t.Errorf("%s: told %d times, want %d", where, len(f.told), len(calm.told))
				}
			}
		})
	}
}

// summary is what there is of each entry, and which were handed over.
func (l *line) summary(t testing.TB) []string {
	var all []string
	for _, e := range l.entries(t) {
		all = append(all, fmt.Sprint(e.ID, e.State, e.Told, e.Approved, e.Noted, e.Press, len(e.Reporters), e.Undoes, e.Due, string(e.With), slices.Contains(l.handed(), e.ID)))
	}
	slices.Sort(all)
	return all
}

// TestTwoPressesAtOnce holds that of two presses for one proposal, judged at the same time, one approves it and the other finds it approved.
func TestTwoPressesAtOnce(t *testing.T) {
	after := clock.Add(time.Minute)
	one, two := pressed("p1", "Fix", after, hub("1", "S3.8", "one")), pressed("p2", "Fix", after, hub("2", "S3.8", "two"))
	l := newServices(t, "propose")
	l.judgeThe(t, hub("1", "S3.8", "one"))
	l.acted(t, journal.Proposed)
	l.sent = nil
	other := *l.judge
	l.judge.Journal = between{l, func() { l.judge = &other; l.judgeThe(t, two) }}
	if err := l.judge.Event(context.Background(), []byte(one.String())); !errors.Is(err, journal.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	l.judgeThe(t, one)
	if got := l.entries(t); len(got) != 1 || !got[0].Approved || got[0].State != journal.Open || len(got[0].Reporters) != 2 || !slices.Equal(l.handed(), []string{got[0].ID}) {
		t.Errorf("got %+v, handed over %v; want one approval", got, l.sent)
	}
}

// between does something before a revision is recorded.
type between struct {
	*line
	do func()
}

func (b between) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error) {
	b.do()
	return b.line.Record(ctx, e, marks...)
}

// TestAnApprovalOfWhatIsGoneIsAnApprovalOfNothing holds that a proposal that another report replaced meanwhile is not approved.
func TestAnApprovalOfWhatIsGoneIsAnApprovalOfNothing(t *testing.T) {
	after := clock.Add(time.Minute)
	l := newServices(t, "propose")
	l.judgeThe(t, hub("1", "S3.8", "one"))
	old := l.acted(t, journal.Proposed)
	next := old
	next.ID, next.Fingerprint, next.Change, next.Seen = "tw-next", "fix:other", change.Change{}, finding.Version{}
	next.Mode = "fix"
	l.judge.Journal = between{l, func() {
		if _, err := l.Memory.Begin(context.Background(), next, after); err != nil {
			t.Error(err)
		}
	}}
	if err := l.judge.Event(context.Background(), []byte(pressed("p", "Fix", after, hub("1", "S3.8", "one")).String())); err == nil {
		t.Fatal("the approval of what was replaced gave no error")
	}
	if got, err := l.Get(context.Background(), old.ID); err != nil || got.State != journal.Lapsed || got.Approved || len(l.sent) != 1 {
		t.Errorf("got %+v, %v; want it lapsed, and nothing handed over", got, err)
	}
}
