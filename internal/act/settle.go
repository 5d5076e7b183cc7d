package act

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// mostTries is how often a change is written that AWS takes and does not show, before people are told.
const mostTries = 3

// settle writes down that AWS took the writes of a remedy whose settings take their time, and leaves the rest to the clock. unseen is why a read does not show them; where
// that is final, or the remedy's settings show at once, it is the error itself.
func (a *Actor) settle(ctx context.Context, done applied, unseen error) (journal.Entry, error) {
	var refused *remedy.RefusedError
	move, possible := journal.Next(done.entry.State, journal.Wrote)
	if done.remedy.Settle == 0 || !possible || errors.As(unseen, &refused) || errors.Is(unseen, remedy.ErrGone) || errors.Is(unseen, guard.ErrRefused) {
		return done.entry, unseen
	}
	done.entry.State, done.entry.Updated = move.To, a.Now()
	entry, err := a.Journal.Record(ctx, done.entry)
	if err != nil {
		return done.entry, fmt.Errorf("record that entry %s settles: %w: %w", done.entry.ID, errJournal, err)
	}
	return entry, patience(a.Now())
}

// unsettled stops an entry whose writes AWS took and may still be at: what is not seen yet is not written once more before the remedy's time is over, and not for ever. nil
// where it may be.
func (a *Actor) unsettled(p planned) error {
	switch {
	case p.entry.State != journal.Settling:
		return nil
	case a.Now().Before(p.entry.Updated.Add(p.remedy.Settle)):
		return patience(a.Now())
	case p.entry.Tries >= mostTries:
		return &end{event: journal.Fail, reason: "AWS took the change, and a read does not show it. It is judged again when the next event about the resource comes."}
	}
	return nil
}

// unreadable is an error of a read; what settles may be unreadable while AWS is at it.
func (a *Actor) unreadable(p planned, err error) error {
	var refused *remedy.RefusedError
	final := errors.As(err, &refused) || errors.Is(err, remedy.ErrGone) || errors.Is(err, guard.ErrRefused)
	if waits := a.unsettled(p); !final && p.entry.State == journal.Settling && waits != nil {
		return waits
	}
	return err
}

// glance is how long what settles is left alone before it is looked at again.
const glance = time.Minute

func patience(now time.Time) error { return &end{due: now.Add(glance)} }
