// Package journaltest is the one suite that every journal passes: it says what a journal owes.
package journaltest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
)

// A Journal is everything that a journal does. Who uses one declares the few methods that it needs.
type Journal interface {
	Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error)
	Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	Last(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	Changed(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	Take(ctx context.Context, id, holder string, now, until time.Time) (journal.Entry, error)
	Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error)
	Get(ctx context.Context, id string) (journal.Entry, error)
	History(ctx context.Context, id string) ([]journal.Entry, error)
	Recent(ctx context.Context, since time.Time, limit int) ([]journal.Entry, error)
	Due(ctx context.Context, now time.Time, limit int) ([]journal.Entry, error)
	Rails(ctx context.Context, account string, counters ...string) (journal.Rails, error)
	SetBrake(ctx context.Context, b journal.Brake) error
	Brakes(ctx context.Context) ([]journal.Brake, error)
	Reset(ctx context.Context, now time.Time, counters ...string) error
	members.Store
}

// Run runs the suite. It calls open once a case, for a journal that is empty.
func Run(t *testing.T, open func(t *testing.T) Journal) {
	for _, group := range []struct {
		name  string
		cases []testCase
	}{
		{"begin", beginCases},
		{"record", recordCases},
		{"take", takeCases},
		{"report", reportCases},
		{"read", readCases},
		{"marks", markCases},
		{"brake", brakeCases},
		{"due", dueCases},
		{"standing", standingCases},
		{"concurrent", concurrentCases},
		{"members", memberCases},
	} {
		for _, c := range group.cases {
			t.Run(group.name+"/"+c.name, func(t *testing.T) {
				c.run(&bench{T: t, j: open(t), now: start})
			})
		}
	}
}

type testCase struct {
	name string
	run  func(b *bench)
}

// start is the suite's first moment. Its fraction has trailing zeros, so that order as text and order in time must agree.
var start = time.Date(2026, 3, 1, 9, 30, 0, 120_000_000, time.UTC)

// A bench is one case at work: the journal, and a clock that moves when the case says so.
type bench struct {
	*testing.T
	j   Journal
	now time.Time
}

func (b *bench) pass(d time.Duration) { b.now = b.now.Add(d) }

var (
	bucket = journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:s3:::bucket", Setting: "tags"}
	volume = journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0abc", Setting: "tags"}
)

func config(n int64) finding.Version { return finding.Version{Source: "config", Number: n} }
func tags(n int64) finding.Version   { return finding.Version{Source: "tags", Number: n} }

// entry is the report of a violation by an event.
func entry(k journal.Key, event string, seen finding.Version, fingerprint string) journal.Entry {
	return journal.Entry{
		ID: journal.NewID(k, event, "tags"), Key: k, Event: event, Kind: seen.Source, Control: "tags", Rule: "tags", Remedy: "tags", Mode: "notify",
		Seen: seen, Since: start.Add(-time.Minute), Reason: "Owner is missing", Fingerprint: fingerprint,
	}
}

// by are reporters, each as "KIND EVENT".
func by(reporters ...string) []journal.Reporter {
	list := make([]journal.Reporter, len(reporters))
	for i, r := range reporters {
		kind, event, _ := strings.Cut(r, " ")
		list[i] = journal.Reporter{Kind: kind, Event: event, Control: "tags"}
	}
	return list
}

// begin reports a violation and says how it must be taken.
func (b *bench) begin(e journal.Entry, want journal.BegunKind) journal.Entry {
	b.Helper()
	got, err := b.j.Begin(b.Context(), e, b.now)
	if err != nil {
		b.Fatalf("begin by %s: %v", e.Event, err)
	}
	if got.Kind != want {
		b.Fatalf("begin by %s: got %s, want %s", e.Event, kind(got.Kind), kind(want))
	}
	return got.Entry
}

func kind(k journal.BegunKind) string {
	return map[journal.BegunKind]string{journal.Started: "started", journal.Repeated: "repeated", journal.Stale: "stale"}[k]
}

// record records the entry in a state, a second later.
func (b *bench) record(e journal.Entry, s journal.State) journal.Entry {
	b.Helper()
	b.pass(time.Second)
	e.State, e.Updated = s, b.now
	got, err := b.j.Record(b.Context(), e)
	if err != nil {
		b.Fatalf("record %s: %v", s, err)
	}
	return got
}

// opened is the entry that holds the claim; it must be there.
func (b *bench) opened(k journal.Key) journal.Entry {
	b.Helper()
	e, ok, err := b.j.Open(b.Context(), k)
	if err != nil || !ok {
		b.Fatalf("open: got %v, %v; want an entry", ok, err)
	}
	return e
}

// closed says that no entry holds the claim.
func (b *bench) closed(k journal.Key) {
	b.Helper()
	e, ok, err := b.j.Open(b.Context(), k)
	if err != nil || ok || !reflect.DeepEqual(e, journal.Entry{}) {
		b.Fatalf("open: got %v, %v, %+v; want nothing", ok, err, e)
	}
}

func (b *bench) get(id string) journal.Entry {
	b.Helper()
	e, err := b.j.Get(b.Context(), id)
	if err != nil {
		b.Fatalf("get: %v", err)
	}
	return e
}

// life is the states of an entry's revisions, in order, whose numbers must count from 1.
func (b *bench) life(id string) []journal.State {
	b.Helper()
	all, err := b.j.History(b.Context(), id)
	if err != nil {
		b.Fatalf("history: %v", err)
	}
	var states []journal.State
	for i, e := range all {
		if e.Revision != i+1 || e.ID != id {
			b.Errorf("history: at place %d stands revision %d of %s", i, e.Revision, e.ID)
		}
		states = append(states, e.State)
	}
	return states
}

func (b *bench) same(what string, got, want any) {
	b.Helper()
	if !reflect.DeepEqual(got, want) {
		b.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func (b *bench) is(what string, err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("%s: got error %v, want %v", what, err, want)
	}
}
