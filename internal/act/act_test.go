package act

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

const policyText = `
version: 1
mode: fix
tags:
  - key: Owner
    required: true
    pattern: '[a-z]+'
    fill: [{value: nobody}]
  - key: Cost
    required: true
    values: [A, B]
  - {key: 'tmp-*', forbid: true}
rules:
  - name: tags
    on: [config]
    do: [tags]
`

var clock = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A world is one resource with tags, and the line's second half around it.
type world struct {
	actor   *Actor
	journal *journal.Memory
	tags    map[string]string // of the resource; nil if there is none
	reads   int
	writes  int
	told    []notify.Message

	failRead, failWrite, failTell error
	lag                           int                        // how many reads after a write still show the old tags
	onRead                        func()                     // after the read
	onWrite                       func(to map[string]string) // before the write takes effect
	shown                         map[string]string
}

func newWorld(t *testing.T, text string) *world {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), policy.Catalog{
		Kinds: []string{"config"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{journal: journal.NewMemory()}
	w.actor = &Actor{
		Policy: p, Journal: w.journal, Topic: w,
		Remedies: []remedy.Remedy{{
			ID: "tags", Setting: "tags", Undo: remedy.Exact, Schema: 1, Show: show,
			Lens: remedy.Erase(remedy.Setting[map[string]string]{Read: w.read, Fix: fix, Write: w.write}),
		}},
		Reach: func(context.Context, remedy.Remedy, finding.Resource, string) (aws.Config, error) {
			return aws.Config{}, nil
		},
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Meter: &meter.Meter{Function: "act"},
		Now:  func() time.Time { return clock },
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	return w
}

func show(s remedy.State, r finding.Resource) (finding.Resource, error) {
	return r, json.Unmarshal(s, &r.Tags)
}

func fix(s map[string]string, p remedy.Params) (map[string]string, error) { return p.Tags(s), nil }

func (w *world) read(context.Context, aws.Config, finding.Resource) (map[string]string, error) {
	w.reads++
	if w.onRead != nil {
		defer w.onRead()
	}
	if w.failRead != nil {
		return nil, w.failRead
	}
	if w.tags == nil {
		return nil, remedy.ErrGone
	}
	if w.lag > 0 && w.writes > 0 {
		w.lag--
		return maps.Clone(w.shown), nil
	}
	return maps.Clone(w.tags), nil
}

func (w *world) write(_ context.Context, _ aws.Config, _ finding.Resource, _, to map[string]string) error {
	w.writes++
	if w.onWrite != nil {
		w.onWrite(to)
	}
	if w.failWrite != nil {
		return w.failWrite
	}
	w.shown, w.tags = w.tags, maps.Clone(to)
	return nil
}

func (w *world) Tell(_ context.Context, m notify.Message) error {
	if w.failTell != nil {
		return w.failTell
	}
	w.told = append(w.told, m)
	return nil
}

// template is an entry for the resource, as a judge makes it.
func (w *world) template(since time.Time) journal.Entry {
	const arn = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"
	key := journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: arn, Setting: "tags"}
	return journal.Entry{
		ID: journal.NewID(key, "event", "tags"), Key: key, Event: "event", Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "fix", Severity: "low",
		Fingerprint: "fix:1", Resource: finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-1", ARN: arn},
		Seen: finding.Version{Source: "config", Number: 1}, Since: since,
	}
}

// open begins an entry for the resource, whose tags the event did not show, as a judge does.
func (w *world) open(t *testing.T, since time.Time) journal.Entry {
	t.Helper()
	e := w.template(since)
	e.Fingerprint = ""
	return w.begin(t, e)
}

// begin has the journal take an entry, as a judge does, and gives what holds the claim then.
func (w *world) begin(t *testing.T, e journal.Entry) journal.Entry {
	t.Helper()
	begun, err := w.journal.Begin(context.Background(), e, clock)
	if err != nil {
		t.Fatal(err)
	}
	return begun.Entry
}

func (w *world) act(e journal.Entry, last bool) error {
	ctx := context.Background()
	return w.actor.Act(ctx, ctx, Delivery{Handover: handover.Handover{Entry: e.ID, Revision: e.Revision, Source: "config"}, Holder: "message", Last: last})
}

func (w *world) entry(t *testing.T, id string) journal.Entry {
	t.Helper()
	e, err := w.journal.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var wrong = map[string]string{"Cost": "A", "tmp-x": "1", "Name": "a"}

func TestOutcomes(t *testing.T) {
	denied := &remedy.RefusedError{Why: "The role may not tag volumes."}
	tests := []struct {
		name     string
		policy   string
		tags     map[string]string
		since    time.Time
		sabotage func(*world)
		last     bool
		again    bool
		state    journal.State
		after    map[string]string
		told     int
		writes   int
	}{
		{"fixed", policyText, wrong, clock, nil, false, false, journal.Fixed, map[string]string{"Cost": "A", "Owner": "nobody", "Name": "a"}, 1, 1},
		{"put right meanwhile", policyText, map[string]string{"Cost": "A", "Owner": "me"}, clock, nil, false, false, journal.Compliant, map[string]string{"Cost": "A", "Owner": "me"}, 0, 0},
		{"nothing of it can be fixed", policyText, map[string]string{"Owner": "me"}, clock, nil, false, false, journal.Told, map[string]string{"Owner": "me"}, 1, 0},
		{"mode notify", policyText + "    mode: notify\n", wrong, clock, nil, false, false, journal.Told, wrong, 1, 0},
		{"mode propose", policyText + "    mode: propose\n", wrong, clock, nil, false, false, journal.Proposed, wrong, 1, 0},
		{"mode observe", policyText + "    mode: observe\n", wrong, clock, nil, false, false, journal.Observed, wrong, 0, 0},
		{
			"exempt", policyText + "exempt: [{resources: ['arn:aws:ec2:*'], reason: r, owner: o, until: 2027-01-01}]\n", wrong, clock, nil, false, false,
			journal.Exempted, wrong, 0, 0,
		},
		{"not there yet", policyText, nil, clock.Add(-time.Minute), nil, false, true, journal.Open, nil, 0, 0},
		{"not there at the last delivery", policyText, nil, clock.Add(-time.Minute), nil, true, false, journal.Gone, nil, 0, 0},
		{"gone", policyText, nil, clock.Add(-time.Hour), nil, false, false, journal.Gone, nil, 0, 0},
		{"refused while reading", policyText, wrong, clock, func(w *world) { w.failRead = denied }, false, false, journal.Refused, wrong, 1, 0},
		{"refused while writing", policyText, wrong, clock, func(w *world) { w.failWrite = denied }, false, false, journal.Refused, wrong, 1, 1},
		{"an error is tried again", policyText, wrong, clock, func(w *world) { w.failRead = errors.New("throttled") }, false, true, journal.Open, wrong, 0, 0},
		{"and fails at the last delivery", policyText, wrong, clock, func(w *world) { w.failRead = errors.New("throttled") }, true, false, journal.Failed, wrong, 1, 0},
		{"reads lag behind", policyText, wrong, clock, func(w *world) { w.lag = 3 }, false, false, journal.Fixed, map[string]string{"Cost": "A", "Owner": "nobody", "Name": "a"}, 1, 1},
		{"reads lag too far behind", policyText, wrong, clock, func(w *world) { w.lag = 9 }, false, true, journal.Applying, map[string]string{"Cost": "A", "Owner": "nobody", "Name": "a"}, 0, 1},
		{"no such remedy", policyText, wrong, clock, func(w *world) { w.actor.Remedies = nil }, false, false, journal.Refused, wrong, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.policy)
			w.tags = maps.Clone(test.tags)
			if test.sabotage != nil {
				test.sabotage(w)
			}
			entry := w.open(t, test.since)
			err := w.act(entry, test.last)
			got := []any{err != nil, w.entry(t, entry.ID).State, w.tags, len(w.told), w.writes}
			if want := []any{test.again, test.state, test.after, test.told, test.writes}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v (err %v)", got, want, err)
			}
		})
	}
}

// TestAKeyThatWaitsForAFactStays holds that a fix leaves a tag alone, in all its spellings, whose value depends on what nobody knows.
func TestAKeyThatWaitsForAFactStays(t *testing.T) {
	w := newWorld(t, strings.Replace(policyText, "fill: [{value: nobody}]", "fill: [{from: attribute, path: configuration.owner}, {value: nobody}]", 1))
	w.tags = map[string]string{"owner": "BAD", "Owner": "WORSE", "Cost": "A", "tmp-x": "1"}
	entry := w.open(t, clock)
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"owner": "BAD", "Owner": "WORSE", "Cost": "A"}
	if got := w.entry(t, entry.ID); got.State != journal.Fixed || !reflect.DeepEqual(w.tags, want) {
		t.Errorf("%s, and the tags are %v; want fixed and %v", got.State, w.tags, want)
	}
}

// TestAnExemptEntryIsNotRead holds that the cheap checks come first.
func TestAnExemptEntryIsNotRead(t *testing.T) {
	w := newWorld(t, policyText+"exempt: [{resources: ['arn:aws:ec2:*'], reason: r, owner: o, until: 2027-01-01}]\n")
	w.tags = maps.Clone(wrong)
	if err := w.act(w.open(t, clock), false); err != nil || w.reads != 0 {
		t.Errorf("%d reads, %v; want none", w.reads, err)
	}
}

func TestTheBeforeImageIsRecordedBeforeTheWrite(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	var seen journal.Entry
	w.onWrite = func(map[string]string) { seen = w.entry(t, entry.ID) }
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	want := change.Change{Remedy: "tags", Schema: 1, Touched: []change.Touch{
		{Path: "Owner", After: json.RawMessage(`"nobody"`)}, {Path: "tmp-x", Before: json.RawMessage(`"1"`)},
	}}
	if seen.State != journal.Applying || !reflect.DeepEqual(seen.Change, want) {
		t.Errorf("while it was written, the journal had %s %v; want applying %v", seen.State, seen.Change, want)
	}
}

func TestTellingFailsAndIsMadeUpForWithoutTouchingTheResource(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	w.failTell = errors.New("no topic")
	entry := w.open(t, clock)
	if err := w.act(entry, false); err == nil {
		t.Fatal("the failed telling gave no error")
	}
	reads, writes := w.reads, w.writes
	w.failTell = nil
	for range 2 { // and a further delivery tells nothing more
		if err := w.act(entry, false); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.told) != 1 || w.reads != reads || w.writes != writes || !w.entry(t, entry.ID).Told {
		t.Errorf("told %d times, %d more reads, %d more writes; want 1, 0, 0", len(w.told), w.reads-reads, w.writes-writes)
	}
}

func TestACrashAfterTheWriteKeepsTheFirstBeforeImage(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	w.onWrite = func(to map[string]string) { // the write takes effect, and the process never hears of it
		w.tags = maps.Clone(to)
		w.failWrite = errors.New("connection lost")
	}
	if err := w.act(entry, false); err == nil {
		t.Fatal("the lost answer gave no error")
	}
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	got := w.entry(t, entry.ID)
	want := []change.Touch{{Path: "Owner", After: json.RawMessage(`"nobody"`)}, {Path: "tmp-x", Before: json.RawMessage(`"1"`)}}
	if got.State != journal.Fixed || !reflect.DeepEqual(got.Change.Touched, want) || w.writes != 1 || len(w.told) != 1 {
		t.Errorf("got %s %v after %d writes, told %d times; want fixed %v after 1, told once", got.State, got.Change.Touched, w.writes, len(w.told), want)
	}
}

// TestACutWriteIsFinished holds that what an earlier try wrote in part is carried through as recorded, and what somebody else changed meanwhile is planned anew.
func TestACutWriteIsFinished(t *testing.T) {
	renamed := strings.Replace(policyText, "fill: [{value: nobody}]", "aliases: [OwnerName]", 1)
	before := map[string]string{"Cost": "A", "OwnerName": "me"}
	tests := []struct {
		name   string
		cut    func(w *world) // what the failed write left behind
		state  journal.State
		tags   map[string]string
		undone map[string]string // nil where nothing is to be undone
	}{
		{"after the old key was removed", func(w *world) { delete(w.tags, "OwnerName") }, journal.Fixed, map[string]string{"Cost": "A", "Owner": "me"}, before},
		{"before anything was written", func(*world) {}, journal.Fixed, map[string]string{"Cost": "A", "Owner": "me"}, before},
		{
			"and somebody set the new key meanwhile", func(w *world) { delete(w.tags, "OwnerName"); w.tags["Owner"] = "you" }, journal.Fixed,
			map[string]string{"Cost": "A", "Owner": "you"},
			map[string]string{"Cost": "A", "Owner": "you", "OwnerName": "me"},
		},
		{
			"and somebody spoilt the new key meanwhile", func(w *world) { delete(w.tags, "OwnerName"); w.tags["Owner"] = "1" }, journal.Failed,
			map[string]string{"Cost": "A", "Owner": "1"},
			map[string]string{"Cost": "A", "Owner": "1", "OwnerName": "me"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, renamed)
			w.tags = maps.Clone(before)
			entry := w.open(t, clock)
			w.failWrite = errors.New("throttled")
			if err := w.act(entry, false); err == nil {
				t.Fatal("the cut write gave no error")
			}
			w.failWrite = nil
			test.cut(w)
			if err := w.act(entry, false); err != nil {
				t.Fatal(err)
			}
			if got := w.entry(t, entry.ID); got.State != test.state || !reflect.DeepEqual(w.tags, test.tags) {
				t.Errorf("%s with %v; want %s with %v", got.State, w.tags, test.state, test.tags)
			}
			begun := w.begin(t, journal.Undo(w.entry(t, entry.ID), "me", "press"))
			if err := w.act(begun, false); err != nil || !reflect.DeepEqual(w.tags, test.undone) {
				t.Errorf("undone, the tags are %v, %v; want %v", w.tags, err, test.undone)
			}
		})
	}
}

// TestWhatIsSpoiltWhileItIsWrittenIsPutRightToo holds that a tag that somebody adds during the write is not left behind a message that all is fixed.
func TestWhatIsSpoiltWhileItIsWrittenIsPutRightToo(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	w.onWrite = func(to map[string]string) {
		if w.writes == 1 {
			to["tmp-new"] = "1"
		}
	}
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	got := w.entry(t, entry.ID)
	if want := (map[string]string{"Cost": "A", "Owner": "nobody", "Name": "a"}); got.State != journal.Fixed || !reflect.DeepEqual(w.tags, want) || len(w.told) != 1 {
		t.Errorf("%s with %v, told %d times; want fixed with %v, told once", got.State, w.tags, len(w.told), want)
	}
}

// TestWhatIsSpoiltEachTimeIsToldAsWritten holds that the last delivery tells of the change that was made, though somebody adds to the violation with each write.
func TestWhatIsSpoiltEachTimeIsToldAsWritten(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	w.onWrite = func(to map[string]string) { to["tmp-new"] = "1" }
	if err := w.act(entry, true); err != nil {
		t.Fatal(err)
	}
	if got := w.entry(t, entry.ID); got.State != journal.Fixed || len(w.told) != 1 {
		t.Errorf("%s, told %d times; want fixed, told once", got.State, len(w.told))
	}
}

// TestWhatWasBegunEndsUnderALowerMode holds that an entry whose write was cut is finished, refused or ended, and starts nothing new, whatever the policy says by now.
func TestWhatWasBegunEndsUnderALowerMode(t *testing.T) {
	tests := []struct {
		name    string
		policy  string
		arrange func(w *world)
		state   journal.State
		writes  int
	}{
		{"finished", policyText + "    mode: notify\n", func(*world) {}, journal.Fixed, 2},
		{"refused", policyText + "    mode: notify\n", func(w *world) { w.failWrite = &remedy.RefusedError{Why: "There is no role."} }, journal.Refused, 2},
		{"spoilt by somebody", policyText + "    mode: observe\n", func(w *world) { w.tags = map[string]string{"Owner": "BAD9", "Cost": "A"} }, journal.Failed, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.tags = maps.Clone(wrong)
			entry := w.open(t, clock)
			w.failWrite = errors.New("throttled")
			if err := w.act(entry, false); err == nil {
				t.Fatal("the cut write gave no error")
			}
			w.failWrite = nil
			w.actor.Policy = newWorld(t, test.policy).actor.Policy
			test.arrange(w)
			if err := w.act(entry, false); err != nil {
				t.Fatal(err)
			}
			if got := w.entry(t, entry.ID); got.State != test.state || w.writes != test.writes || len(w.told) != 1 {
				t.Errorf("%s after %d writes, told %d times; want %s after %d, told once", got.State, w.writes, len(w.told), test.state, test.writes)
			}
		})
	}
}

// TestAReportWhileItIsJudgedIsJudgedToo holds that what was reported between act's read and its answer is not swallowed.
func TestAReportWhileItIsJudgedIsJudgedToo(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = map[string]string{"Owner": "me", "Cost": "C"}
	entry := w.open(t, clock)
	again := entry
	again.ID, again.Event, again.Seen.Number, again.Reporters = journal.NewID(entry.Key, "later", "tags"), "later", 2, nil
	w.onRead = func() {
		w.onRead = nil
		if _, err := w.journal.Begin(context.Background(), again, clock); err != nil {
			t.Error(err)
		}
	}
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	if got := w.entry(t, entry.ID); got.State != journal.Told || w.reads != 2 || len(w.told) != 1 {
		t.Errorf("%s after %d reads, told %d times; want told after 2, told once", got.State, w.reads, len(w.told))
	}
}

func TestUndo(t *testing.T) {
	tests := []struct {
		name     string
		meddle   func(tags map[string]string)
		state    journal.State // of the undo
		original journal.State
		tags     map[string]string
	}{
		{"exactly", nil, journal.Fixed, journal.Undone, wrong},
		{
			"an unrelated edit is kept", func(tags map[string]string) { tags["Name"], tags["New"] = "b", "1" }, journal.Fixed, journal.Undone,
			map[string]string{"Cost": "A", "tmp-x": "1", "Name": "b", "New": "1"},
		},
		{
			"refused where a touched tag has changed", func(tags map[string]string) { tags["Owner"] = "me" }, journal.Refused, journal.Fixed,
			map[string]string{"Cost": "A", "Owner": "me", "Name": "a"},
		},
		{
			"a touched tag that is back already is left", func(tags map[string]string) { tags["tmp-x"] = "1" }, journal.Fixed, journal.Undone, wrong,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.tags = maps.Clone(wrong)
			entry := w.open(t, clock)
			if err := w.act(entry, false); err != nil {
				t.Fatal(err)
			}
			if test.meddle != nil {
				test.meddle(w.tags)
			}
			begun, err := w.journal.Begin(context.Background(), journal.Undo(w.entry(t, entry.ID), "arn:aws:iam::111122223333:role/ops", "press"), clock)
			if err != nil || begun.Kind != journal.Started {
				t.Fatal(begun.Kind, err)
			}
			if err := w.act(begun.Entry, false); err != nil {
				t.Fatal(err)
			}
			if undo := w.entry(t, begun.Entry.ID); undo.State == journal.Refused && !strings.Contains(undo.Reason, `Owner (left as "nobody", now "me")`) {
				t.Errorf("it is refused without the difference: %s", undo.Reason)
			}
			got := []any{w.entry(t, begun.Entry.ID).State, w.entry(t, entry.ID).State, w.tags, len(w.told)}
			if want := []any{test.state, test.original, test.tags, 2}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestWhatWasUndoneIsNotDoneAgain holds that a rule leaves alone what a person took back, also when the violation has changed meanwhile, until the exemption of the undo ends.
func TestWhatWasUndoneIsNotDoneAgain(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	undo := w.begin(t, journal.Undo(w.entry(t, entry.ID), "me", "press"))
	if err := w.act(undo, false); err != nil {
		t.Fatal(err)
	}
	for i, event := range []string{"second", "third"} {
		again := w.entry(t, entry.ID)
		again.ID, again.Event, again.Prior, again.Change, again.Seen.Number = journal.NewID(entry.Key, event, "tags"), event, nil, change.Change{}, int64(i+2)
		begun := w.begin(t, again)
		if err := w.act(begun, false); err != nil {
			t.Fatal(err)
		}
		if got := w.entry(t, begun.ID); got.State != journal.Exempted || !got.Due.Equal(clock.Add(undoneFor)) || w.writes != 2 {
			t.Errorf("after the undo, the %s event is %s, due %s, after %d writes; want exempt for a week after 2", event, got.State, got.Due, w.writes)
		}
		w.tags["tmp-"+event] = "1"
	}
	w.actor.Now = func() time.Time { return clock.Add(undoneFor) }
	last := w.entry(t, entry.ID)
	last.ID, last.Event, last.Prior, last.Change, last.Seen.Number = journal.NewID(entry.Key, "last", "tags"), "last", nil, change.Change{}, 9
	begun := w.begin(t, last)
	if err := w.act(begun, false); err != nil || w.entry(t, begun.ID).State != journal.Fixed {
		t.Errorf("a week later it is %s, %v; want fixed", w.entry(t, begun.ID).State, err)
	}
}

func TestAnUndoHasItsTime(t *testing.T) {
	w := newWorld(t, policyText+"journal: {undo: 1d}\n")
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	begun := w.begin(t, journal.Undo(w.entry(t, entry.ID), "me", "press"))
	w.actor.Now = func() time.Time { return clock.Add(25 * time.Hour) }
	if err := w.act(begun, false); err != nil || w.entry(t, begun.ID).State != journal.Refused {
		t.Errorf("an undo after 25 hours is %s, %v; want refused", w.entry(t, begun.ID).State, err)
	}
}

// TestWhatCannotBeReadIsToldWhereNothingIsChanged holds that a rule that only notifies does not say that it could not fix.
func TestWhatCannotBeReadIsToldWhereNothingIsChanged(t *testing.T) {
	for mode, want := range map[string]journal.State{"notify": journal.Told, "observe": journal.Observed, "fix": journal.Refused} {
		w := newWorld(t, policyText)
		w.failRead = &remedy.RefusedError{Why: "There is no role."}
		entry := w.open(t, clock)
		entry.Mode = mode
		entry, err := w.journal.Record(context.Background(), entry)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.act(entry, false); err != nil || w.entry(t, entry.ID).State != want {
			t.Errorf("%s: %s, %v; want %s", mode, w.entry(t, entry.ID).State, err, want)
		}
	}
}

func TestAnUnknownEntryIsFinal(t *testing.T) {
	w := newWorld(t, policyText)
	if err := w.act(journal.Entry{ID: "tw-unknown", Revision: 1}, false); err != nil {
		t.Errorf("got %v, want no error: a retry would not help", err)
	}
}
