package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// errSettling says that AWS took the writes, and that a read does not show them yet: the queue delivers again later, and nothing is written until then.
var errSettling = errors.New("AWS took the change and is still at it")

// settle writes down that AWS took the writes of a remedy whose settings take their time, and gives the error with which the queue is to deliver again. unseen is why a
// read does not show them; where that is final, or the remedy's settings show at once, it is the error itself.
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
	return entry, fmt.Errorf("%w: %w", errSettling, unseen)
}

// unsettled stops an entry whose writes AWS took and may still be at: what is not seen yet is not written once more before the remedy's time is over. nil where it may be.
func (a *Actor) unsettled(p planned) error {
	if p.entry.State != journal.Settling || !a.Now().Before(p.entry.Updated.Add(p.remedy.Settle)) {
		return nil
	}
	return errSettling
}
