package act

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/tagwarden/tagwarden/internal/notify"
)

// announced keeps what was announced, or fails.
type announced struct {
	events []notify.Event
	fail   error
}

func (a *announced) Put(_ context.Context, e notify.Event) error {
	if a.fail != nil {
		return a.fail
	}
	a.events = append(a.events, e)
	return nil
}

func TestEachOutcomeIsAnnouncedOnce(t *testing.T) {
	w, bus := newWorld(t, policyText), &announced{}
	w.tags, w.actor.Events, w.actor.Prefix = maps.Clone(wrong), bus, "acme"
	entry := w.open(t, clock)
	for range 2 {
		if err := w.act(entry, false); err != nil {
			t.Fatal(err)
		}
	}
	if len(bus.events) != 1 || bus.events[0].Entry != entry.ID || bus.events[0].Outcome != "fixed" || bus.events[0].Deployment != "acme" {
		t.Errorf("announced %+v, want one that %s is fixed", bus.events, entry.ID)
	}
}

// TestABusThatFailsKeepsNobodyFromHearing holds that what may pass is tried again, and what does not pass is no reason to keep the message back.
func TestABusThatFailsKeepsNobodyFromHearing(t *testing.T) {
	throttled, denied := errors.New("slow down"), fmt.Errorf("%w: denied", notify.ErrNotTaken)
	for _, test := range []struct {
		name string
		fail error
		last bool
		told int
	}{
		{"may pass", throttled, false, 0},
		{"may pass, but nobody delivers it again", throttled, true, 1},
		{"does not pass", denied, false, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, bus := newWorld(t, policyText), &announced{fail: test.fail}
			w.tags, w.actor.Events = maps.Clone(wrong), bus
			entry := w.open(t, clock)
			err := w.act(entry, test.last)
			if (err == nil) != (test.told == 1) || len(w.told) != test.told {
				t.Fatalf("told %d times and gave %v, want %d", len(w.told), err, test.told)
			}
			bus.fail = nil
			if err := w.act(entry, false); err != nil {
				t.Fatal(err)
			}
			if len(w.told) != 1 || len(bus.events) != 1-test.told {
				t.Errorf("in the end told %d times and announced %d", len(w.told), len(bus.events))
			}
		})
	}
}
