package clock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// most is how many entries one tick takes up: the rest is due at the next one, too.
const most = 500

// due takes up what is due. What one entry meets with holds up no other, nor does one that cannot be read: after a release was taken back, a newer version may have written it.
func (c *Clock) due(ctx, working context.Context) error {
	entries, failed := c.Journal.Due(ctx, c.Now(), most)
	if failed != nil {
		c.Log.ErrorContext(ctx, "entry not taken up", "err", failed)
	}
	braked, err := c.braked(ctx, entries)
	if err != nil {
		return errors.Join(failed, err)
	}
	for i, e := range entries {
		if working.Err() != nil {
			c.Log.InfoContext(ctx, "time is short: the rest is taken up at the next tick", "left", len(entries)-i)
			break
		}
		switch err := c.takeUp(ctx, e, braked); {
		case busy(err):
			c.Log.InfoContext(ctx, "entry left to the next tick", append(about(e), "err", err)...)
		case err != nil:
			c.Log.ErrorContext(ctx, "entry not taken up", append(about(e), "err", err)...)
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// braked tells whether the brake of all accounts is on. It is read only if something waits for a brake. Nobody put on the one that a restore puts on, so people hear of it here.
func (c *Clock) braked(ctx context.Context, entries []journal.Entry) (bool, error) {
	if !slices.ContainsFunc(entries, func(e journal.Entry) bool { return e.Held == journal.Braked }) {
		return false, nil
	}
	rails, err := c.Journal.Rails(ctx, "")
	if err != nil {
		return false, fmt.Errorf("look for a brake: %w", err)
	}
	if rails.Brake == nil || rails.Brake.Reason != journal.Restored {
		return rails.Brake != nil, nil
	}
	return true, c.restored(ctx)
}

// restored begins the notice that the brake is on because the journal is not in the table that it was written to: once a day, until somebody takes it off.
func (c *Clock) restored(ctx context.Context) error {
	n := journal.Notice("brake/all", "brake", "restored "+c.Now().UTC().Format(time.DateOnly), "high", "The brake is on: "+journal.Restored+".", c.Now())
	n.Due = c.Now()
	if _, err := c.Journal.Begin(ctx, n, c.Now()); err != nil {
		return fmt.Errorf("begin the notice about a restored journal: %w", err)
	}
	return nil
}

// takeUp does what is due about one entry: it writes that down, and has act take it up. If it is cut short in between, the entry is due again a little later.
func (c *Clock) takeUp(ctx context.Context, e journal.Entry, braked bool) error {
	k, err := c.look(ctx, e)
	if err != nil {
		return err
	}
	k.braked = braked
	t, err := turnOf(e, c.Now(), k)
	if err != nil {
		return err
	}
	written, err := c.write(ctx, e, t)
	if err != nil {
		return err
	}
	c.Log.InfoContext(ctx, "entry due", append(about(e), "held", e.Held, "outcome", string(written.State), "taken up", written.ID)...)
	c.Meter.Outcome("due")
	if !t.hand || t.anew && written.State.Answered() { // somebody else's entry may hold the claim by now
		return nil
	}
	return c.handOver(ctx, written)
}

// look reads what the turn of an entry depends on beside the entry.
func (c *Clock) look(ctx context.Context, e journal.Entry) (known, error) {
	var k known
	switch {
	case e.TookBack() || e.Displaced():
		undone, err := c.Journal.Get(ctx, e.Undoes)
		if errors.Is(err, journal.ErrUnknown) {
			return k, nil // not kept any more
		}
		k.undone = undone
		return k, err
	case e.Key.Noticed() == "budget":
		name := journal.BudgetOf(e.Key.Resource)
		rails, err := c.Journal.Rails(ctx, "", name)
		if err != nil {
			return k, fmt.Errorf("count what is held back: %w", err)
		}
		if counter := rails.Counters[name]; c.Now().Sub(counter.HeldAt) < counter.Per {
			k.heldBack = counter.Held
		}
	}
	return k, nil
}

// write records a turn, if nobody is at the entry.
func (c *Clock) write(ctx context.Context, e journal.Entry, t turn) (journal.Entry, error) {
	if t.anew {
		begun, err := c.Journal.Begin(ctx, t.next, c.Now())
		return begun.Entry, err
	}
	if !e.State.Answered() && e.State != journal.Waiting { // act may be at it
		if _, err := c.Journal.Take(ctx, e.ID, source, c.Now(), time.Time{}); err != nil { // a lease that is over at once: act takes it next
			return journal.Entry{}, err
		}
	}
	t.next.Updated = c.Now()
	return c.Journal.Record(ctx, t.next)
}

func about(e journal.Entry) []any {
	return []any{
		"finding", e.ID, "control", e.Control, "account", e.Key.Account, "region", e.Key.Region, "resource", e.Key.Resource, "rule", e.Rule, "remedy", e.Remedy,
		"state", string(e.State),
	}
}
