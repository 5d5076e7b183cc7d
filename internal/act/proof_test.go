package act

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// TestWhatNothingProvesIsRefused holds that an entry which nothing proves to be ours is refused wherever it stands, that people are told once, that nothing is read or written for it,
// and that no finding is noted.
func TestWhatNothingProvesIsRefused(t *testing.T) {
	for _, state := range []journal.State{journal.Open, journal.Planned, journal.Applying, journal.Settling} {
		t.Run(string(state), func(t *testing.T) {
			w := newWorld(t, policyText)
			w.tags = maps.Clone(wrong)
			hub := &noHub{}
			w.actor.Hub = hub
			e := w.template(clock)
			e.Unproved = true
			e = w.begin(t, e)
			if e.State = state; state != journal.Open {
				var err error
				if e, err = w.journal.Record(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if err := w.act(e, false); err != nil {
					t.Fatal(err)
				}
			}
			got := w.entry(t, e.ID)
			if got.State != journal.Refused || !got.Told || !strings.HasPrefix(got.Reason, "Nothing proves that Tagwarden wrote entry "+e.ID) {
				t.Errorf("got %s, told %v, %q", got.State, got.Told, got.Reason)
			}
			if len(w.told) != 1 || w.reads+w.writes+hub.notes > 0 {
				t.Errorf("%d messages, %d reads, %d writes, %d notes; want one message and nothing else", len(w.told), w.reads, w.writes, hub.notes)
			}
		})
	}
}

// A noHub counts what is written into findings.
type noHub struct{ notes int }

func (h *noHub) Note(context.Context, notify.Note) error    { h.notes++; return nil }
func (h *noHub) Post(context.Context, notify.Posting) error { h.notes++; return nil }

// TestUndoOfWhatNothingProves holds that no undo, however it was asked for, takes back what nothing proves to be our change.
func TestUndoOfWhatNothingProves(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	e := w.open(t, clock)
	if err := w.act(e, false); err != nil {
		t.Fatal(err)
	}
	e = w.entry(t, e.ID)
	e.Unproved = true
	if _, err := w.journal.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	undo := journal.Undo(e, "me", "asked")
	undo.Unproved, undo.Since = false, clock // it is asked for by a function of ours
	undo = w.begin(t, undo)
	before := w.writes
	if err := w.act(undo, false); err != nil {
		t.Fatal(err)
	}
	if got := w.entry(t, undo.ID); got.State != journal.Refused || w.writes != before || !strings.HasPrefix(got.Reason, "Nothing proves") {
		t.Errorf("got %s after %d writes, %q: want it refused", got.State, w.writes-before, got.Reason)
	}
}

// TestAnExemptionThatNothingProves holds that a resource whose exemption nothing proves is left as it is, and people are told; and that one which is over by now stands in no way.
func TestAnExemptionThatNothingProves(t *testing.T) {
	for name, test := range map[string]struct {
		until time.Time
		want  journal.State
	}{"in force": {clock.Add(time.Hour), journal.Refused}, "over": {clock, journal.Fixed}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.tags = maps.Clone(wrong)
			e := w.template(clock)
			key, _ := journal.ExemptionKey(e.Resource)
			x, err := journal.Exempt(e.Resource, key, []journal.Grant{{Until: test.until, Reason: "r", Owner: "o", Event: "x"}}, clock)
			if err != nil {
				t.Fatal(err)
			}
			x.Unproved = true
			w.begin(t, x)
			e = w.begin(t, e)
			if err := w.act(e, false); err != nil {
				t.Fatal(err)
			}
			got := w.entry(t, e.ID)
			if got.State != test.want || (got.State == journal.Refused) != (w.writes == 0) || got.State == journal.Refused && !strings.HasPrefix(got.Reason, "It may be exempt, and nothing proves") {
				t.Errorf("got %s after %d writes, %q: want %s", got.State, w.writes, got.Reason, test.want)
			}
		})
	}
}
