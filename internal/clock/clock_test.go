package clock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
)

var errFault = errors.New("a fault")

// A line is a clock with all that it calls. Its fault-th call fails, before it or after it took effect, and so does every one that follows until revive, unless it is to fail
// once.
type line struct {
	*journal.Memory
	clock *Clock
	log   bytes.Buffer
	now   time.Time

	mu      sync.Mutex
	calls   []string
	fault   int
	after   bool // the fault-th call takes effect
	once    bool // the calls behind it go well
	dead    bool
	sent    []handover.Handover
	told    []notify.Message
	pages   []string
	judged  []finding.Finding
	unsound error // of the judge
}

func policyOf(t testing.TB, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), policy.Catalog{
		Kinds: []string{"config"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newLine(t testing.TB, more string) *line {
	t.Helper()
	p := policyOf(t, `
version: 1
mode: fix
tags: [{key: Owner, required: true, types: ["AWS::EC2::Volume", "AWS::EC2::Instance", "AWS::SQS::Queue"]}]
rules: [{name: tags, on: [config, clock], do: [tags]}]
`+more)
	l := &line{Memory: journal.NewMemory(), now: noon}
	l.clock = &Clock{
		Policy: p, Journal: l, Queue: l, Topic: l, Self: pages{l}, Judge: l, Log: slog.New(slog.NewJSONHandler(&l.log, nil)), Meter: &meter.Meter{Function: "test"},
		Now: func() time.Time { return l.now },
	}
	return l
}

func (l *line) call(name string, do func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, name)
	switch {
	case l.dead:
		return errFault
	case len(l.calls) != l.fault:
		return do()
	case l.after:
		_ = do() // whoever called does not hear of it
	}
	l.dead = !l.once
	return errFault
}

func (l *line) revive() { l.fault, l.dead = 0, false }

func (l *line) Begin(ctx context.Context, e journal.Entry, now time.Time) (begun journal.Begun, err error) {
	err = l.call("begin "+e.Key.Resource, func() error { begun, err = l.Memory.Begin(ctx, e, now); return err })
	return begun, err
}

func (l *line) Open(ctx context.Context, k journal.Key) (e journal.Entry, open bool, err error) {
	err = l.call("open", func() error { e, open, err = l.Memory.Open(ctx, k); return err })
	return e, open, err
}

func (l *line) Take(ctx context.Context, id, holder string, now, until time.Time) (e journal.Entry, err error) {
	err = l.call("take", func() error { e, err = l.Memory.Take(ctx, id, holder, now, until); return err })
	return e, err
}

func (l *line) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (recorded journal.Entry, err error) {
	err = l.call("record "+string(e.State), func() error { recorded, err = l.Memory.Record(ctx, e, marks...); return err })
	return recorded, err
}

func (l *line) Get(ctx context.Context, id string) (e journal.Entry, err error) {
	err = l.call("get", func() error { e, err = l.Memory.Get(ctx, id); return err })
	return e, err
}

func (l *line) Due(ctx context.Context, now time.Time, limit int) (due []journal.Entry, err error) {
	err = l.call("due", func() error { due, err = l.Memory.Due(ctx, now, limit); return err })
	return due, err
}

func (l *line) Recent(ctx context.Context, since time.Time, limit int) (all []journal.Entry, err error) {
	err = l.call("recent", func() error { all, err = l.Memory.Recent(ctx, since, limit); return err })
	return all, err
}

func (l *line) Rails(ctx context.Context, account string, counters ...string) (rails journal.Rails, err error) {
	err = l.call("rails", func() error { rails, err = l.Memory.Rails(ctx, account, counters...); return err })
	return rails, err
}

func (l *line) Send(_ context.Context, h handover.Handover) error {
	return l.call("send", func() error { l.sent = append(l.sent, h); return nil })
}

func (l *line) Tell(_ context.Context, m notify.Message) error {
	return l.call("tell", func() error { l.told = append(l.told, m); return nil })
}

func (l *line) Findings(_ context.Context, list []finding.Finding) error {
	return l.call("judge", func() error { l.judged = append(l.judged, list...); return l.unsound })
}

// pages is the clock's own queue.
type pages struct{ *line }

func (p pages) Send(_ context.Context, body string) error {
	return p.call("page", func() error { p.pages = append(p.pages, body); return nil })
}

func (l *line) do(body string) error {
	return l.clock.Do(context.Background(), context.Background(), Delivery{Body: []byte(body), Holder: "m1"})
}

// put brings an entry into the journal as others leave it.
func (l *line) put(t testing.TB, e journal.Entry, states ...journal.State) journal.Entry {
	t.Helper()
	told, due, updated := e.Told, e.Due, e.Updated
	begun, err := l.Memory.Begin(t.Context(), e, e.Since)
	if err != nil || begun.Kind != journal.Started {
		t.Fatalf("begin %s: %v, %v", e.ID, begun.Kind, err)
	}
	e = begun.Entry
	for _, s := range states {
		e.State, e.Told, e.Due, e.Updated = s, told, due, updated
		if e, err = l.Memory.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// at gives an entry a resource of its own.
func at(volume string) func(*journal.Entry) {
	return func(e *journal.Entry) {
		e.Resource.ID, e.Resource.ARN = volume, "arn:aws:ec2:eu-west-1:111122223333:volume/"+volume
		e.Key.Resource, e.ID = e.Resource.ARN, volume
	}
}

// fill puts one of each into the journal that is due.
func (l *line) fill(t testing.TB) {
	t.Helper()
	waiting := func(volume, why string) {
		l.put(t, with(with(violation("", journal.Open), at(volume)), held(why)), journal.Waiting)
	}
	waiting("vol-grace", journal.Grace)
	waiting("vol-brake", journal.Braked)
	l.put(t, with(violation("", journal.Open), at("vol-asked")), journal.Proposed)
	l.put(t, with(violation("", journal.Open), at("vol-exempt")), journal.Exempted)
	l.put(t, with(violation("", journal.Open), at("vol-lost")))
	fixed := l.put(t, with(with(violation("", journal.Open), at("vol-undone")), func(e *journal.Entry) { e.Due = time.Time{} }), journal.Fixed)
	undo := journal.Undo(fixed, "ops", "undo-1")
	undo.Due, undo.Told = noon, true
	l.put(t, undo, journal.Fixed)
	e := exempt(t, journal.Grant{Until: noon, Reason: "r", Owner: "o", By: "ops"})
	e.Due = noon
	l.put(t, e, journal.Told)
	notice := journal.Notice("rule/tags", "budget", "1", "medium", "Rule tags reached its budget.", noon)
	notice.Due = noon
	l.put(t, notice, journal.Waiting)
	l.put(t, with(violation("", journal.Open), gathered("vol-gathered", "web")), journal.Told)
}

// gathered makes an entry one of yesterday that the next digest tells.
func gathered(volume, owner string) func(*journal.Entry) {
	return func(e *journal.Entry) {
		at(volume)(e)
		e.Owner, e.Gathered, e.Due, e.Updated = owner, true, time.Time{}, noon.Add(-24*time.Hour)
	}
}

// outcome is what came of everything: the newest revision of each entry, and whether act has it in hand. Revisions and times may differ.
func (l *line) outcome(t testing.TB) []string {
	t.Helper()
	entries, err := l.Memory.Recent(t.Context(), time.Time{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	newest := map[string]int{}
	for _, h := range l.sent {
		newest[h.Entry] = max(newest[h.Entry], h.Revision)
	}
	var lines []string
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s %s: %s, told %v, handed over %v", e.Key.Resource, e.ID, e.State, e.Told, newest[e.ID] == e.Revision))
	}
	slices.Sort(lines)
	return lines
}

func TestATickTakesUpWhatIsDue(t *testing.T) {
	l := newLine(t, "")
	l.fill(t)
	if err := l.do(`{"do":"tick"}`); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(l.outcome(t), "\n")
	for _, want := range []string{
		"volume/vol-grace vol-grace: open, told true, handed over true", "volume/vol-brake vol-brake: open, told true, handed over true",
		"volume/vol-asked vol-asked: lapsed, told false, handed over true", "volume/vol-exempt vol-exempt: exempt, told true, handed over false",
		"volume/vol-lost vol-lost: open, told false, handed over true", "rule/tags tw-", ": told, told false, handed over true", ": lapsed, told false, handed over true",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if len(l.sent) != 8 {
		t.Errorf("%d are handed over, want 8:\n%s", len(l.sent), got)
	}
	for _, h := range l.sent {
		if _, err := h.Encode(); err != nil || h.Source != "clock" {
			t.Errorf("the hand-over %+v cannot be sent: %v", h, err)
		}
	}
	before := len(l.sent)
	if err := l.do(`{"do":"tick"}`); err != nil || len(l.sent) != before {
		t.Errorf("the next tick: %v, and %d more are handed over", err, len(l.sent)-before)
	}
}

func TestWhatWaitsForTheBrakeIsLeft(t *testing.T) {
	l := newLine(t, "")
	l.fill(t)
	if err := l.SetBrake(t.Context(), journal.Brake{On: true}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.do(`{"do":"tick"}`); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(l.outcome(t), "\n"); !strings.Contains(got, "vol-brake: waiting, told true, handed over false") || !strings.Contains(got, "vol-grace: open") {
		t.Errorf("got\n%s", got)
	}
}

// TestAClockThatDiesLosesNothing holds that a clock which dies before or after any of its calls, or in which one fails, leaves nothing that the ticks after it do not bring to the
// same end.
func TestAClockThatDiesLosesNothing(t *testing.T) {
	const digest = "notify: {digest: 24h}"
	whole := newLine(t, digest)
	whole.fill(t)
	if err := whole.do(`{"do":"tick"}`); err != nil {
		t.Fatal(err)
	}
	want, calls := whole.outcome(t), slices.Clone(whole.calls)
	for n := range calls {
		for _, fault := range []struct{ after, once bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
			l := newLine(t, digest)
			l.fill(t)
			l.fault, l.after, l.once = n+1, fault.after, fault.once
			point := fmt.Sprintf("%s (%d) %+v", calls[n], n, fault)
			if err := l.do(`{"do":"tick"}`); err == nil {
				t.Errorf("%s: the message is taken for done", point)
			}
			l.revive()
			for range 2 {
				l.now = l.now.Add(journal.Overdue)
				if err := l.do(`{"do":"tick"}`); err != nil {
					t.Fatalf("%s: %v", point, err)
				}
			}
			if got := l.outcome(t); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got\n%s\nwant\n%s", point, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if len(l.told) == 0 || l.told[len(l.told)-1].ID != whole.told[0].ID {
				t.Errorf("%s: the digests are %+v, want %+v", point, l.told, whole.told)
			}
		}
	}
	if len(calls) < 28 {
		t.Errorf("only %d calls: %v", len(calls), calls)
	}
}

func TestTwoClocksAtOnce(t *testing.T) {
	l := newLine(t, "notify: {digest: 24h}")
	for i := range 50 {
		l.put(t, with(with(violation("", journal.Open), at(fmt.Sprintf("vol-%d", i))), held(journal.Grace)), journal.Waiting)
		l.put(t, with(violation("", journal.Open), gathered(fmt.Sprintf("vol-told-%d", i), "web")), journal.Told)
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			err := l.clock.Do(context.Background(), context.Background(), Delivery{Body: []byte(`{"do":"tick"}`), Holder: fmt.Sprint("m", i)})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	resumed := map[string]int{}
	for _, h := range l.sent {
		resumed[h.Entry]++
	}
	for entry, n := range resumed {
		if n != 1 {
			t.Errorf("%s was handed over %d times", entry, n)
		}
	}
	if len(resumed) != 50 || len(l.told) != 1 {
		t.Errorf("%d entries were handed over, and %d digests sent; want 50 and 1", len(resumed), len(l.told))
	}
}

func TestOneEntryHoldsUpNoOther(t *testing.T) {
	l := newLine(t, "")
	e := exempt(t, journal.Grant{Until: noon, Reason: "r", Owner: "o", By: "ops"})
	e.With, e.Due = []byte(`{}`), noon.Add(-time.Hour)
	l.put(t, e, journal.Told)
	l.put(t, with(with(violation("", journal.Open), at("vol-1")), held(journal.Grace)), journal.Waiting)
	err := l.do(`{"do":"tick"}`)
	if err == nil || !strings.Contains(err.Error(), "read the exemptions") || len(l.sent) != 1 || l.sent[0].Entry != "vol-1" {
		t.Errorf("got %v, handed over %+v", err, l.sent)
	}
}

// partly is a journal in which one of the claims that are due cannot be read.
type partly struct{ Journal }

func (j partly) Due(ctx context.Context, now time.Time, limit int) ([]journal.Entry, error) {
	entries, err := j.Journal.Due(ctx, now, limit)
	return entries, errors.Join(err, journal.ErrNewer)
}

func (j partly) Recent(ctx context.Context, since time.Time, limit int) ([]journal.Entry, error) {
	entries, err := j.Journal.Recent(ctx, since, limit)
	return entries, errors.Join(err, journal.ErrUnread)
}

// TestADigestOfWhatCanBeRead holds that an entry which cannot be read keeps no owner from hearing of the others.
func TestADigestOfWhatCanBeRead(t *testing.T) {
	l := newLine(t, digestPolicy)
	l.put(t, with(violation("", journal.Open), gathered("vol-1", "web")), journal.Told)
	l.clock.Journal = partly{l.clock.Journal}
	if err := l.do(`{"do":"tick"}`); !errors.Is(err, journal.ErrNewer) || errors.Is(err, journal.ErrUnread) || len(l.told) != 1 || !strings.Contains(l.log.String(), "the digest is not complete") {
		t.Errorf("got %v, %d digests", err, len(l.told))
	}
}

// TestWhatCannotBeReadHoldsUpNoOther holds that what is due is taken up beside a claim that a newer version wrote, and that this claim is an error all the same.
func TestWhatCannotBeReadHoldsUpNoOther(t *testing.T) {
	l := newLine(t, "")
	l.put(t, with(with(violation("", journal.Open), at("vol-1")), held(journal.Grace)), journal.Waiting)
	l.clock.Journal = partly{l.clock.Journal}
	err := l.do(`{"do":"tick"}`)
	if !errors.Is(err, journal.ErrNewer) || len(l.sent) != 1 || l.sent[0].Entry != "vol-1" || !strings.Contains(l.log.String(), "a newer version wrote it") {
		t.Errorf("got %v, handed over %+v\n%s", err, l.sent, l.log.String())
	}
}

func TestWhatActIsAtIsLeftAlone(t *testing.T) {
	l := newLine(t, "")
	e := l.put(t, with(violation("", journal.Open), at("vol-1")), journal.Planned, journal.Applying)
	if _, err := l.Memory.Take(t.Context(), e.ID, "act", noon, noon.Add(journal.Lease)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{0, 1} {
		if err := l.do(`{"do":"tick"}`); err != nil || len(l.sent) != want {
			t.Errorf("%v, and %d are handed over; want %d", err, len(l.sent), want)
		}
		l.now = l.now.Add(journal.Lease)
	}
	if _, err := l.Memory.Take(t.Context(), e.ID, "act2", l.now, l.now.Add(journal.Lease)); err != nil {
		t.Errorf("act cannot take what was handed over: %v", err)
	}
}

// TestABudgetsNoticeCountsWhatIsHeldBackByThen holds that the count is that of the moment at which people are told, and of this span.
func TestABudgetsNoticeCountsWhatIsHeldBackByThen(t *testing.T) {
	for later, want := range map[time.Duration]string{time.Minute: "Spent. 3 changes are held back.", 2 * time.Hour: "Spent."} {
		l := newLine(t, "")
		e := l.put(t, with(violation("", journal.Open), at("vol-1")))
		for range 3 {
			e.Updated = noon
			var err error
			if e, err = l.Memory.Record(t.Context(), e, journal.Mark{Counter: "budget/tags", Per: time.Hour, Kind: journal.Keep}); err != nil {
				t.Fatal(err)
			}
		}
		notice := journal.Notice("rule/tags", "budget", "1", "medium", "Spent.", noon)
		notice.Due = noon
		l.put(t, notice)
		l.now = noon.Add(later)
		if err := l.do(`{"do":"tick"}`); err != nil {
			t.Fatal(err)
		}
		if got, err := l.Memory.Get(t.Context(), notice.ID); err != nil || got.Reason != want {
			t.Errorf("%s later: got %v, %q; want %q", later, err, got.Reason, want)
		}
	}
}

func TestShortOfTime(t *testing.T) {
	l := newLine(t, "")
	l.fill(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.clock.Do(t.Context(), over, Delivery{Body: []byte(`{"do":"tick"}`)}); err != nil || len(l.sent) != 0 {
		t.Errorf("%v, and %d are handed over", err, len(l.sent))
	}
}

func TestNoSuchMessage(t *testing.T) {
	for body, want := range map[string]string{
		`{"do":"tock"}`: `"tock"`, `{`: "decode", `{"do":"tick"} {}`: "behind", `{"do":"tick","what":1}`: "what", `{"do":"sweep"}`: "no id", ``: "decode",
	} {
		l := newLine(t, "")
		if err := l.do(body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	l := newLine(t, "")
	l.fill(t)
	if err := l.do(`{"do":"tick"}`); err != nil {
		t.Fatal(err)
	}
	if got := l.log.String(); !strings.Contains(got, "entry due") || strings.Contains(got, "Owner is missing") {
		t.Errorf("logged %s", got)
	}
}
