package act

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

const settles = 5 * time.Minute

// TestWhatSettlesIsNotWrittenTwice holds that AWS is given the time that a remedy says, and no longer.
func TestWhatSettlesIsNotWrittenTwice(t *testing.T) {
	for _, test := range []struct {
		name   string
		later  time.Duration // until the second delivery
		then   func(w *world)
		last   bool
		state  journal.State
		writes int
	}{
		{"shown in time", time.Minute, func(w *world) { w.lag = 0 }, false, journal.Fixed, 1},
		{"not shown yet", time.Minute, func(*world) {}, false, journal.Settling, 1},
		{"not readable yet", time.Minute, func(w *world) { w.failRead = errors.New("the cluster is being updated") }, false, journal.Settling, 1},
		{"not shown at the last delivery", time.Minute, func(*world) {}, true, journal.Failed, 1},
		{"not readable at the last delivery", time.Minute, func(w *world) { w.failRead = errors.New("the cluster is being updated") }, true, journal.Failed, 1},
		{"never shown", settles, func(w *world) { w.tags, w.lag = maps.Clone(wrong), 0 }, false, journal.Fixed, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.actor.Remedies[0].Settle = settles
			w.tags, w.lag = maps.Clone(wrong), 99
			entry := w.open(t, clock)
			if err := w.act(entry, false); !errors.Is(err, errSettling) || w.entry(t, entry.ID).State != journal.Settling {
				t.Fatalf("%s, %v; want settling", w.entry(t, entry.ID).State, err)
			}
			test.then(w)
			w.actor.Now = func() time.Time { return clock.Add(test.later) }
			err := w.act(entry, test.last)
			got := w.entry(t, entry.ID)
			if got.State != test.state || w.writes != test.writes || (err == nil) != got.State.Final() {
				t.Errorf("%s after %d writes, %v; want %s after %d", got.State, w.writes, err, test.state, test.writes)
			}
			if got.State == journal.Failed && !strings.HasPrefix(got.Reason, "AWS took the change") {
				t.Errorf("people are told %q", got.Reason)
			}
		})
	}
}

// TestAWriteThatCannotBeReadSettles holds that a resource which AWS does not show while it works on it is waited for.
func TestAWriteThatCannotBeReadSettles(t *testing.T) {
	w := newWorld(t, policyText)
	w.actor.Remedies[0].Settle = settles
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	w.onWrite = func(map[string]string) { w.failRead = errors.New("the cluster is being updated") }
	if err := w.act(entry, false); !errors.Is(err, errSettling) || w.entry(t, entry.ID).State != journal.Settling {
		t.Fatalf("%s, %v; want settling", w.entry(t, entry.ID).State, err)
	}
	w.failRead = nil
	if err := w.act(entry, false); err != nil || w.entry(t, entry.ID).State != journal.Fixed || w.writes != 1 {
		t.Errorf("%s after %d writes, %v; want fixed after 1", w.entry(t, entry.ID).State, w.writes, err)
	}
}

func TestAnUndoSettlesToo(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	begun := w.begin(t, journal.Undo(w.entry(t, entry.ID), "me", "press"))
	w.actor.Remedies[0].Settle, w.lag = settles, 99
	w.shown, w.onWrite = maps.Clone(w.tags), nil
	for range 2 {
		if err := w.act(begun, false); !errors.Is(err, errSettling) || w.writes != 2 {
			t.Fatalf("after %d writes, %v; want it settling after 2", w.writes, err)
		}
	}
	w.lag = 0
	if err := w.act(begun, false); err != nil || w.entry(t, begun.ID).State != journal.Fixed || w.writes != 2 {
		t.Errorf("%s after %d writes, %v; want fixed after 2", w.entry(t, begun.ID).State, w.writes, err)
	}
}
