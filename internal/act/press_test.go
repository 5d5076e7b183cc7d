package act

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

const bucketPolicy = `
version: 1
mode: %s
buttons:
  - {name: Fix, do: fix}
  - {name: Fix all, do: fix, trust: true}
  - {name: Undo, do: undo, trust: true}
rules:
  - {name: bucket, on: [securityhub, guardduty], do: [block]}
`

// A bucketWorld is a world whose resource is a bucket with a setting that Security Hub reports, and Security Hub beside it.
type bucketWorld struct {
	doings bool // the finding is of what somebody does
	*world
	undo    remedy.UndoKind
	notes   []notify.Note
	posts   []notify.Posting
	failHub error
	own     ownTags // what a read of the bucket's tags shows
	onNote  func(ctx context.Context)
}

func (w *bucketWorld) Post(ctx context.Context, p notify.Posting) error {
	if w.failHub != nil {
		return w.failHub
	}
	w.posts = append(w.posts, p)
	return ctx.Err()
}

func (w *bucketWorld) Note(ctx context.Context, n notify.Note) error {
	if w.onNote != nil {
		w.onNote(ctx)
	}
	if w.failHub != nil {
		return w.failHub
	}
	w.notes = append(w.notes, n)
	return ctx.Err()
}

// parseBucket gives the policy of a bucketWorld.
func parseBucket(t *testing.T, text string, undo remedy.UndoKind) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), policy.Catalog{
		Kinds: []string{"securityhub", "guardduty"},
		Remedies: []policy.CatalogRemedy{
			{ID: "block", Setting: "s3:block", Answers: []string{"securityhub:S3.8", "guardduty:Policy:S3/*"}, Resource: "AWS::S3::Bucket", Undo: undo.String()},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newBucketWorld(t *testing.T, mode string, undo remedy.UndoKind) *bucketWorld {
	t.Helper()
	w := &bucketWorld{world: newWorld(t, policyText), undo: undo}
	w.tags = map[string]string{"acl": "open", "policy": "open", "name": "a"}
	w.actor.Policy, w.actor.Hub = parseBucket(t, fmt.Sprintf(bucketPolicy, mode), undo), w
	w.actor.Remedies = []remedy.Remedy{{
		ID: "block", Setting: "s3:block", Undo: undo, Schema: 1,
		Lens: remedy.Erase(remedy.Setting[map[string]string]{Read: w.read, Fix: closed, Write: w.write}),
	}, w.own.reader()}
	return w
}

// closed is the bucket's setting as it should be.
func closed(s map[string]string, _ remedy.Params) (map[string]string, error) {
	to := maps.Clone(s)
	to["acl"], to["policy"] = "closed", "closed"
	return to, nil
}

var shut = map[string]string{"acl": "closed", "policy": "closed", "name": "a"}

// report begins an entry about the bucket, as a judge does; change changes it.
func (w *bucketWorld) report(t *testing.T, event string, change ...func(*journal.Entry)) journal.Entry {
	t.Helper()
	r := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b"}
	key := journal.KeyOf(r, "s3:block")
	e := journal.Entry{
		ID: journal.NewID(key, event, "block"), Key: key, Event: event, Kind: "securityhub", Control: "securityhub:S3.8", Rule: "bucket", Remedy: "block", Mode: "propose",
		Severity: "high", Resource: r, Since: clock, Reason: "S3.8 is reported.", Reporters: []journal.Reporter{hubReporter(event, "securityhub:S3.8", "f1")},
	}
	for _, c := range change {
		c(&e)
	}
	return w.begin(t, e)
}

func hubReporter(event, control, id string) journal.Reporter {
	return journal.Reporter{
		Kind: "securityhub", Event: event, Control: control,
		Report: finding.Report{Service: "securityhub", ID: id, Product: "arn:aws:securityhub:eu-west-1::product/aws/securityhub", Region: "eu-west-1"},
	}
}

func press(button string) func(*journal.Entry) {
	return func(e *journal.Entry) { e.Press = button }
}

// threat makes an entry that of a GuardDuty finding.
func threat(id string) func(*journal.Entry) {
	return func(e *journal.Entry) {
		e.Kind, e.Control, e.Once = "guardduty", "guardduty:Policy:S3/BucketAnonymousAccessGranted", id
		e.Reporters = []journal.Reporter{{Kind: e.Kind, Event: e.Event, Control: e.Control, Report: finding.Report{Service: "guardduty", ID: id}}}
	}
}

// approve is what a judge records of a press for a proposal.
func (w *bucketWorld) approve(t *testing.T, id string) journal.Entry {
	t.Helper()
	e := w.entry(t, id)
	e.State, e.Approved, e.Noted, e.Press = journal.Open, true, false, "Fix"
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestWhatIsApproved holds that exactly what was shown is made, where all of it is still as it was shown; else it is shown anew.
func TestWhatIsApproved(t *testing.T) {
	tests := []struct {
		name     string
		meddle   func(w *bucketWorld)
		state    journal.State
		after    map[string]string
		writes   int
		told     int // the first for the proposal
		approved bool
	}{
		{"as it was shown", func(*bucketWorld) {}, journal.Fixed, shut, 1, 2, true},
		{"an unrelated edit is kept", func(w *bucketWorld) { w.tags["name"] = "b" }, journal.Fixed, map[string]string{"acl": "closed", "policy": "closed", "name": "b"}, 1, 2, true},
		{"part of it is so already", func(w *bucketWorld) { w.tags["acl"] = "closed" }, journal.Fixed, shut, 1, 2, true},
		{"all of it is so already", func(w *bucketWorld) { w.tags = maps.Clone(shut) }, journal.Compliant, shut, 0, 1, true},
		{"part of it changed", func(w *bucketWorld) { w.tags["acl"] = "half" }, journal.Proposed, map[string]string{"acl": "half", "policy": "open", "name": "a"}, 0, 2, false},
		{
			"the policy only tells by now, and has no button", func(w *bucketWorld) {
				w.actor.Policy = parseBucket(t, strings.Replace(fmt.Sprintf(bucketPolicy, "notify"), "{name: Fix, ", "{name: Mend, ", 1), w.undo)
			},
			journal.Told,
			map[string]string{"acl": "open", "policy": "open", "name": "a"},
			0, 2, true,
		},
		{
			"the policy only tells by now, and the button is there", func(w *bucketWorld) { w.actor.Policy = parseBucket(t, fmt.Sprintf(bucketPolicy, "notify"), w.undo) },
			journal.Fixed, shut, 1, 2, true,
		},
		{
			"another version of the remedy wants the same", func(w *bucketWorld) { w.actor.Remedies[0].Schema = 2 },
			journal.Proposed,
			map[string]string{"acl": "open", "policy": "open", "name": "a"},
			0, 2, false,
		},
		{"it is gone", func(w *bucketWorld) { w.tags = nil; w.actor.Now = func() time.Time { return clock.Add(time.Hour) } }, journal.Gone, nil, 0, 1, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newBucketWorld(t, "propose", remedy.Exact)
			entry := w.must(t, w.report(t, "1"))
			if entry.State != journal.Proposed || len(w.told) != 1 || w.writes != 0 {
				t.Fatalf("at first %s, told %d times after %d writes; want proposed, told once", entry.State, len(w.told), w.writes)
			}
			test.meddle(w)
			entry = w.must(t, w.approve(t, entry.ID))
			got := []any{entry.State, w.tags, w.writes, len(w.told), entry.Approved}
			if want := []any{test.state, test.after, test.writes, test.told, test.approved}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if len(w.notes) != 1 || w.notes[0].Fields["tagwardenOutcome"] != notify.Outcome(entry) || !entry.Noted {
				t.Errorf("noted %+v, want the outcome once", w.notes)
			}
		})
	}
}

// TestWhatCannotBeUndoneIsOnlyProposed holds that a press alone, trusted or not, does not make what cannot be undone; the approval of what was shown does.
func TestWhatCannotBeUndoneIsOnlyProposed(t *testing.T) {
	w := newBucketWorld(t, "propose", remedy.None)
	entry := w.must(t, w.report(t, "1", press("Fix all")))
	if entry.State != journal.Proposed || w.writes != 0 {
		t.Fatalf("a press alone made it %s after %d writes, want proposed after none", entry.State, w.writes)
	}
	if entry = w.must(t, w.approve(t, entry.ID)); entry.State != journal.Fixed || !reflect.DeepEqual(w.tags, shut) {
		t.Errorf("approved, it is %s with %v; want fixed", entry.State, w.tags)
	}
}

// TestPressedEntries holds what a press does where nothing was proposed, by the rule's mode and the button.
func TestPressedEntries(t *testing.T) {
	for _, test := range []struct {
		mode, button string
		state        journal.State
		workflow     string
	}{
		{"notify", "Fix", journal.Proposed, ""},
		{"propose", "Fix", journal.Proposed, ""},
		{"fix", "Fix", journal.Fixed, "NOTIFIED"},
		{"notify", "Fix all", journal.Fixed, "NOTIFIED"},
		{"propose", "Fix all", journal.Fixed, "NOTIFIED"},
		{"notify", "Undo", journal.Told, ""}, // a button that takes back asks for nothing
	} {
		w := newBucketWorld(t, test.mode, remedy.Exact)
		entry := w.must(t, w.report(t, "1", press(test.button)))
		want := notify.Note{Findings: []finding.Report{entry.Reporters[0].Report}, Workflow: test.workflow}
		if entry.State != test.state || len(w.told) != 1 || len(w.notes) != 1 || !reflect.DeepEqual(w.notes[0].Findings, want.Findings) || w.notes[0].Workflow != want.Workflow {
			t.Errorf("%s, %s: %s, told %d times, noted %+v; want %s and %+v", test.mode, test.button, entry.State, len(w.told), w.notes, test.state, want)
		}
	}
}

// TestWhatWasUndoneIsDoneAgainForAPress holds that what a person took back is left alone when it is reported again, and made when somebody asks for it.
func TestWhatWasUndoneIsDoneAgainForAPress(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	fixed := w.must(t, w.report(t, "1"))
	w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
	if got := w.must(t, w.report(t, "2")); got.State != journal.Exempted || w.tags["acl"] != "open" {
		t.Fatalf("reported again, it is %s with %v; want exempt, and nothing made", got.State, w.tags)
	}
	if got := w.must(t, w.report(t, "3", press("Fix"))); got.State != journal.Fixed || !reflect.DeepEqual(w.tags, shut) {
		t.Errorf("pressed, it is %s with %v; want fixed", got.State, w.tags)
	}
}

// TestAnotherThreatAfterAnUndo holds that an undo stands for the threat whose answer was taken back: its repeat makes nothing, and another threat is answered.
func TestAnotherThreatAfterAnUndo(t *testing.T) {
	doings := func(e *journal.Entry) {
		e.Control, e.Reporters[0].Control = "guardduty:Impact:S3/X", "guardduty:Impact:S3/X"
	}
	w := newBucketWorld(t, "fix", remedy.Exact)
	fixed := w.must(t, w.report(t, "1", threat("g1"), doings))
	w.must(t, w.begin(t, journal.Undo(fixed, "me", "u")))
	if w.must(t, w.report(t, "2", threat("g1"), doings)); w.tags["acl"] != "open" {
		t.Fatalf("its repeat made %v", w.tags)
	}
	if got := w.must(t, w.report(t, "3", threat("g2"), doings)); got.State != journal.Fixed || !reflect.DeepEqual(w.tags, shut) {
		t.Errorf("another threat: %s with %v; want fixed", got.State, w.tags)
	}
}

// TestAPressWhileItIsJudgedIsJudgedToo holds that a press for the finding that act has just read is not swallowed.
func TestAPressWhileItIsJudgedIsJudgedToo(t *testing.T) {
	w := newBucketWorld(t, "propose", remedy.Exact)
	entry := w.report(t, "1")
	w.onRead = func() {
		w.onRead = nil
		w.report(t, "2", press("Fix all"))
	}
	if entry = w.must(t, entry); entry.State != journal.Fixed || len(w.told) != 1 || len(w.notes) != 1 {
		t.Errorf("%s, told %d times, noted %d times; want fixed, told and noted once", entry.State, len(w.told), len(w.notes))
	}
}

// TestAPressBetweenTheFixAndItsNote holds that both the fix and the press are answered in the finding.
func TestAPressBetweenTheFixAndItsNote(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	var second journal.Entry
	w.onNote = func(context.Context) {
		w.onNote = nil
		second = w.report(t, "2", press("Fix"))
	}
	first := w.must(t, w.report(t, "1"))
	second = w.must(t, second)
	if first.State != journal.Fixed || !first.Noted || second.State != journal.Compliant || !second.Noted || len(w.notes) != 2 || len(w.told) != 1 || w.writes != 1 {
		t.Errorf("%s and %s, noted %d times, told %d times after %d writes", first.State, second.State, len(w.notes), len(w.told), w.writes)
	}
}

// TestAPressBetweenTheProposalAndItsNote holds that a press that comes while a proposal is being told is answered in the finding, and nobody is told twice.
func TestAPressBetweenTheProposalAndItsNote(t *testing.T) {
	w := newBucketWorld(t, "propose", remedy.Exact)
	entry := w.report(t, "1")
	w.actor.Topic = topic(func(m notify.Message) error {
		w.actor.Topic = w
		w.report(t, "2", press("Fix"), func(e *journal.Entry) { e.Fingerprint = w.entry(t, entry.ID).Fingerprint })
		return w.Tell(context.Background(), m)
	})
	entry = w.must(t, entry)
	entry = w.must(t, entry) // the judge handed it over again
	if entry.State != journal.Proposed || !entry.Noted || len(w.notes) != 1 || len(w.told) != 1 {
		t.Errorf("%s, noted %v %d times, told %d times; want proposed, noted once, told once", entry.State, entry.Noted, len(w.notes), len(w.told))
	}
}

type topic func(m notify.Message) error

func (f topic) Tell(_ context.Context, m notify.Message) error { return f(m) }

// TestAThreatThatNeedsNothing holds that people hear of a threat also where nothing is to be changed, or nothing is there any more, unless we changed it and told them.
func TestAThreatThatNeedsNothing(t *testing.T) {
	later := func() time.Time { return clock.Add(time.Hour) }
	for _, test := range []struct {
		name    string
		arrange func(w *bucketWorld)
		state   journal.State
		told    int
	}{
		{"it was so", func(w *bucketWorld) { w.tags = maps.Clone(shut) }, journal.Told, 1},
		{"we fixed it and told so", func(w *bucketWorld) { w.must(t, w.report(t, "0")) }, journal.Compliant, 1},
		{
			"we fixed it and told so, and it was looked at since", func(w *bucketWorld) {
				w.must(t, w.report(t, "0"))
				w.must(t, w.report(t, "00"))
			}, journal.Compliant, 1,
		},
		{
			"another entry saw that nothing was to be done", func(w *bucketWorld) {
				w.tags = maps.Clone(shut)
				w.must(t, w.report(t, "0"))
			}, journal.Told, 1,
		},
		{"it is gone", func(w *bucketWorld) { w.tags = nil; w.actor.Now = later }, journal.Told, 1},
		{
			"it joined what was no threat", func(w *bucketWorld) {
				w.tags = maps.Clone(shut)
				w.report(t, "0")
			}, journal.Told, 1,
		},
		{"somebody's doings are told, whoever fixed it", func(w *bucketWorld) { w.must(t, w.report(t, "0")); w.doings = true }, journal.Told, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newBucketWorld(t, "fix", remedy.Exact)
			test.arrange(w)
			report := []func(*journal.Entry){threat("g1")}
			if w.doings {
				report = append(report, func(e *journal.Entry) {
					e.Control, e.Reporters[0].Control = "guardduty:Impact:S3/X", "guardduty:Impact:S3/X"
				})
			}
			if entry := w.must(t, w.report(t, "1", report...)); entry.State != test.state || len(w.told) != test.told {
				t.Errorf("%s, told %d times; want %s, told %d times", entry.State, len(w.told), test.state, test.told)
			}
		})
	}
}

// TestWhatARemedyIsAbout holds that a remedy that works on something else than the finding's resource reads and writes that, and that the entry is about the resource.
func TestWhatARemedyIsAbout(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	list := finding.Resource{
		Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::WAFv2::IPSet", ID: "list", ARN: "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/list/1",
	}
	var targets []string
	note := func(r finding.Resource) { targets = append(targets, r.ID) }
	r := &w.actor.Remedies[0]
	r.About = func(r finding.Resource, p remedy.Params) (finding.Resource, error) {
		if r.ID != "b" || p.Control != "securityhub:S3.8" || p.Subject["address"] != "203.0.113.7" {
			t.Errorf("it is asked about %s, %s, %v", r, p.Control, p.Subject)
		}
		return list, nil
	}
	r.Lens = remedy.Erase(remedy.Setting[map[string]string]{
		Read: func(ctx context.Context, cfg aws.Config, r finding.Resource) (map[string]string, error) {
			note(r)
			return w.read(ctx, cfg, r)
		},
		Fix: closed,
		Write: func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to map[string]string) error {
			note(r)
			return w.write(ctx, cfg, r, from, to)
		},
	})
	w.actor.Reach = func(_ context.Context, _ remedy.Remedy, r finding.Resource, _ string) (aws.Config, error) {
		note(r)
		return aws.Config{}, nil
	}
	subject := func(e *journal.Entry) { e.Subject = finding.Subject{"address": "203.0.113.7"} }
	entry := w.must(t, w.report(t, "1", subject))
	undone := w.must(t, w.begin(t, journal.Undo(entry, "me", "u")))
	if len(targets) == 0 || slices.ContainsFunc(targets, func(id string) bool { return id != "list" }) {
		t.Errorf("reached, read and written: %q, want list alone", targets)
	}
	if entry.State != journal.Fixed || undone.State != journal.Fixed || entry.Resource.ID != "b" || undone.Resource.ID != "b" || entry.Key.Resource != "arn:aws:s3:::b" {
		t.Errorf("got %s of %s and %s of %s; want both fixed, about the bucket", entry.State, entry.Resource, undone.State, undone.Resource)
	}
	r.About = func(finding.Resource, remedy.Params) (finding.Resource, error) {
		return finding.Resource{}, &remedy.RefusedError{Why: "The finding names no address."}
	}
	if entry := w.must(t, w.report(t, "2", press("Fix"))); entry.State != journal.Refused || entry.Reason != "The finding names no address." {
		t.Errorf("without an address it is %s: %s", entry.State, entry.Reason)
	}
}

// TestNotes holds that the findings say what became of them, whatever Security Hub does meanwhile, and that the change is made once and told once.
func TestNotes(t *testing.T) {
	down, refused := errors.New("down"), &remedy.RefusedError{Why: "Security Hub is not enabled."}
	for _, test := range []struct {
		name        string
		arrange     func(w *bucketWorld)
		last, again bool // the first delivery is the last; it is to be delivered again
		notes       int  // at the end
		noted       bool
	}{
		{"noted", func(*bucketWorld) {}, false, false, 1, true},
		{"it fails for a while", func(w *bucketWorld) { w.failHub = down }, false, true, 1, true},
		{"it fails at the last delivery", func(w *bucketWorld) { w.failHub = down }, true, false, 0, true},
		{"it refuses", func(w *bucketWorld) { w.failHub = refused }, false, false, 0, true},
		{"there is none", func(w *bucketWorld) { w.actor.Hub = nil }, false, false, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newBucketWorld(t, "fix", remedy.Exact)
			test.arrange(w)
			entry := w.report(t, "1")
			if err := w.act(entry, test.last); err != nil != test.again {
				t.Fatalf("got %v, want an error: %v", err, test.again)
			}
			if told := len(w.told); test.again == (told == 1) {
				t.Errorf("told %d times at first", told)
			}
			w.failHub = nil
			for range 2 {
				entry = w.must(t, entry)
			}
			if entry.State != journal.Fixed || !entry.Told || entry.Noted != test.noted || len(w.notes) != test.notes || len(w.told) != 1 || w.writes != 1 {
				t.Errorf("%s, noted %v with %d notes, told %d times after %d writes", entry.State, entry.Noted, len(w.notes), len(w.told), w.writes)
			}
		})
	}
}

// TestASlowHubHoldsUpNoMessage holds that a call of Security Hub that takes all the time there is for work leaves enough to tell.
func TestASlowHubHoldsUpNoMessage(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	working, cancel := context.WithCancel(context.Background())
	w.onNote = func(ctx context.Context) {
		cancel()
		if ctx.Err() == nil {
			t.Error("the call may take the time that is kept for telling")
		}
	}
	entry := w.report(t, "1")
	d := Delivery{Holder: "message", Last: true}
	d.Handover.Entry, d.Handover.Revision = entry.ID, entry.Revision
	if err := w.actor.Act(context.Background(), working, d); err != nil || len(w.told) != 1 {
		t.Errorf("told %d times, %v; want once", len(w.told), err)
	}
}

// TestNotesOfAnUndo holds that findings are open again when the change that settled them is taken back.
func TestNotesOfAnUndo(t *testing.T) {
	w := newBucketWorld(t, "fix", remedy.Exact)
	entry := w.must(t, w.report(t, "1"))
	undo := journal.Undo(entry, "button Undo", "u")
	undo.Press = "Undo"
	w.must(t, w.begin(t, undo))
	if len(w.notes) != 2 || w.notes[0].Workflow != "NOTIFIED" || w.notes[1].Workflow != "NEW" || len(w.notes[1].Findings) != 1 || w.tags["acl"] != "open" {
		t.Errorf("noted %+v, and it is %v", w.notes, w.tags)
	}
	again := w.must(t, w.report(t, "2"))
	if again.State != journal.Exempted || w.writes != 2 || !strings.Contains(again.Reason, entry.ID) {
		t.Errorf("reported again it is %s after %d writes: %s", again.State, w.writes, again.Reason)
	}
}

// A faulty world fails one call, the n-th, before or after it took effect.
type faulty struct {
	*bucketWorld
	calls, at int
	after     bool
	done      string
}

var errNo = errors.New("no")

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

func (f *faulty) Take(ctx context.Context, id, holder string, now, until time.Time) (e journal.Entry, err error) {
	err = f.fault("take", func() error { e, err = f.journal.Take(ctx, id, holder, now, until); return err })
	return e, err
}

func (f *faulty) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (recorded journal.Entry, err error) {
	err = f.fault("record "+string(e.State), func() error { recorded, err = f.journal.Record(ctx, e, marks...); return err })
	return recorded, err
}

func (f *faulty) Get(ctx context.Context, id string) (e journal.Entry, err error) {
	err = f.fault("get", func() error { e, err = f.journal.Get(ctx, id); return err })
	return e, err
}

func (f *faulty) Begin(ctx context.Context, e journal.Entry, now time.Time) (begun journal.Begun, err error) {
	err = f.fault("begin "+e.Control, func() error { begun, err = f.journal.Begin(ctx, e, now); return err })
	return begun, err
}

func (f *faulty) Open(ctx context.Context, k journal.Key) (e journal.Entry, ok bool, err error) {
	err = f.fault("open", func() error { e, ok, err = f.journal.Open(ctx, k); return err })
	return e, ok, err
}

func (f *faulty) Changed(ctx context.Context, k journal.Key) (e journal.Entry, ok bool, err error) {
	err = f.fault("changed", func() error { e, ok, err = f.journal.Changed(ctx, k); return err })
	return e, ok, err
}

func (f *faulty) Rails(ctx context.Context, account string, counters ...string) (rails journal.Rails, err error) {
	err = f.fault("rails", func() error { rails, err = f.journal.Rails(ctx, account, counters...); return err })
	return rails, err
}

func (f *faulty) Note(ctx context.Context, n notify.Note) error {
	return f.fault("note", func() error { return f.bucketWorld.Note(ctx, n) })
}

func (f *faulty) Tell(ctx context.Context, m notify.Message) error {
	return f.fault("tell", func() error { return f.bucketWorld.Tell(ctx, m) })
}

// TestNothingIsLostOrDoubled holds that a fault at any one call, before or after it took effect, changes nothing of what becomes of an entry once it was delivered again:
// one write, one message, and every finding noted.
func TestNothingIsLostOrDoubled(t *testing.T) {
	scenes := map[string]func(w *bucketWorld) journal.Entry{
		"a fix":      func(w *bucketWorld) journal.Entry { return w.report(t, "1", func(e *journal.Entry) { e.Mode = "fix" }) },
		"a press":    func(w *bucketWorld) journal.Entry { return w.report(t, "1", press("Fix all")) },
		"a proposal": func(w *bucketWorld) journal.Entry { return w.report(t, "1", press("Fix")) },
		"an approval": func(w *bucketWorld) journal.Entry {
			return w.approve(t, w.must(t, w.report(t, "1")).ID)
		},
		"an undo": func(w *bucketWorld) journal.Entry {
			undo := journal.Undo(w.must(t, w.report(t, "1", press("Fix all"))), "button Undo", "u")
			undo.Press = "Undo"
			return w.begin(t, undo)
		},
		"a press that was declined": func(w *bucketWorld) journal.Entry {
			e := w.report(t, "1", press("Delete"))
			e.State = journal.Refused
			e, err := w.journal.Record(context.Background(), e)
			if err != nil {
				t.Fatal(err)
			}
			return e
		},
	}
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			set := func() (*faulty, journal.Entry) {
				w := newBucketWorld(t, "propose", remedy.Exact)
				entry := scene(w)
				w.told, w.notes, w.writes = nil, nil, 0
				f := &faulty{bucketWorld: w}
				w.actor.Journal, w.actor.Topic, w.actor.Hub = f, f, f
				return f, entry
			}
			calm, entry := set()
			want := calm.must(t, entry)
			for at := range 2 * calm.calls {
				f, entry := set()
				f.at, f.after = at/2+1, at%2 == 1
				if err := f.act(entry, false); err == nil {
					t.Fatalf("call %d: the fault gave no error", f.at)
				}
				for range 2 {
					f.must(t, entry)
				}
				where := fmt.Sprintf("%s, after its effect: %v", f.done, f.after)
				got := f.entry(t, entry.ID)
				if got.State != want.State || !got.Told || got.Noted != want.Noted || !reflect.DeepEqual(f.tags, calm.tags) || f.writes != calm.writes {
					t.Errorf("%s: %s, told %v, noted %v, %v after %d writes", where, got.State, got.Told, got.Noted, f.tags, f.writes)
				}
				// What was sent and is not known to be sent is sent again: the only places where a message, or a note, may go out twice.
				unknown := f.done == "tell" && f.after || strings.HasPrefix(f.done, "record "+string(want.State)) && !f.after
				if len(f.told) != len(calm.told) && !(unknown && len(f.told) == len(calm.told)+1) || len(f.notes) < len(calm.notes) {
					t.Errorf("%s: told %d times and noted %d times, want %d and %d", where, len(f.told), len(f.notes), len(calm.told), len(calm.notes))
				}
			}
		})
	}
}
