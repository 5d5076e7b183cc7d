package act

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

const settling = 5 * time.Minute

// TestWhatSettlesIsNotWrittenTwice holds that AWS is given the time that a remedy says, and no longer, and that the clock takes the entry up again meanwhile.
func TestWhatSettlesIsNotWrittenTwice(t *testing.T) {
	busy := func(w *world) { w.failRead = errors.New("the cluster is being updated") }
	back := func(w *world) { w.tags, w.lag = maps.Clone(wrong), 0 }
	for _, test := range []struct {
		name   string
		later  time.Duration // until the next delivery
		then   func(w *world)
		again  bool // delivered again
		state  journal.State
		writes int
	}{
		{"shown in time", time.Minute, func(w *world) { w.lag = 0 }, false, journal.Fixed, 1},
		{"not shown yet", time.Minute, func(*world) {}, false, journal.Settling, 1},
		{"not readable yet", time.Minute, busy, false, journal.Settling, 1},
		{"not readable for too long", settling, busy, true, journal.Settling, 1},
		{"never shown", settling, back, false, journal.Fixed, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.actor.Remedies[0].Settle = settling
			w.tags, w.lag = maps.Clone(wrong), 99
			entry := w.open(t, clock)
			w.settles(t, entry)
			test.then(w)
			w.actor.Now = func() time.Time { return clock.Add(test.later) }
			err := w.act(entry, false)
			got := w.entry(t, entry.ID)
			if got.State != test.state || w.writes != test.writes || (err != nil) != test.again {
				t.Errorf("%s after %d writes, %v; want %s after %d", got.State, w.writes, err, test.state, test.writes)
			}
		})
	}
}

// settles acts on an entry and sees it settle, due a minute later.
func (w *world) settles(t *testing.T, entry journal.Entry) {
	t.Helper()
	err := w.act(entry, false)
	if got := w.entry(t, entry.ID); err != nil || got.State != journal.Settling || !got.Due.Equal(w.actor.Now().Add(glance)) {
		t.Fatalf("%s, due %s, %v; want settling, and due a minute later", got.State, got.Due, err)
	}
}

// TestWhatNeverShowsIsToldAtLast holds that a change that AWS takes and undoes is written a few times, and then people are told.
func TestWhatNeverShowsIsToldAtLast(t *testing.T) {
	w := newWorld(t, policyText)
	w.actor.Remedies[0].Settle = settling
	w.tags, w.lag = maps.Clone(wrong), 99
	entry := w.open(t, clock)
	for range mostTries {
		w.settles(t, entry)
		w.tags, w.shown = maps.Clone(wrong), maps.Clone(wrong)
		now := w.actor.Now().Add(settling)
		w.actor.Now = func() time.Time { return now }
	}
	if err := w.act(entry, false); err != nil || w.entry(t, entry.ID).State != journal.Failed || w.writes != mostTries || len(w.told) != 1 {
		t.Errorf("%s after %d writes, told %d times, %v; want failed after %d, told once", w.entry(t, entry.ID).State, w.writes, len(w.told), err, mostTries)
	}
	if reason := w.entry(t, entry.ID).Reason; !strings.HasPrefix(reason, "AWS took the change") {
		t.Errorf("people are told %q", reason)
	}
}

// TestAWriteThatCannotBeReadSettles holds that a resource which AWS does not show while it works on it is waited for.
func TestAWriteThatCannotBeReadSettles(t *testing.T) {
	w := newWorld(t, policyText)
	w.actor.Remedies[0].Settle = settling
	w.tags = maps.Clone(wrong)
	entry := w.open(t, clock)
	w.onWrite = func(map[string]string) { w.failRead = errors.New("the cluster is being updated") }
	w.settles(t, entry)
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
	w.actor.Remedies[0].Settle, w.lag = settling, 99
	w.shown, w.onWrite = maps.Clone(w.tags), nil
	for range 2 {
		if w.settles(t, begun); w.writes != 2 {
			t.Fatalf("%d writes; want it settling after 2", w.writes)
		}
	}
	w.lag = 0
	if err := w.act(begun, false); err != nil || w.entry(t, begun.ID).State != journal.Fixed || w.writes != 2 {
		t.Errorf("%s after %d writes, %v; want fixed after 2", w.entry(t, begun.ID).State, w.writes, err)
	}
}
