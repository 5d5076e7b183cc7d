package act

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// close records the outcome, and what it counts for its rule's breaker.
func (a *Actor) close(ctx context.Context, entry journal.Entry, o *end) (journal.Entry, error) {
	next, err := a.ended(entry, o)
	if err != nil {
		return entry, err
	}
	recorded, err := a.Journal.Record(ctx, next, a.trips(entry, next, o)...)
	if err != nil {
		return entry, fmt.Errorf("record entry %s as %s: %w", next.ID, next.State, err)
	}
	if recorded.TookBack() {
		return recorded, a.takeBack(ctx, recorded)
	}
	return recorded, nil
}

// ended is the entry as an outcome leaves it. One without an event stays where it is, and the clock takes it up again.
func (a *Actor) ended(entry journal.Entry, o *end) (journal.Entry, error) {
	if o.event == "" {
		entry.Held, entry.Due = o.held, o.due
		return entry, nil
	}
	move, possible := entry.Next(o.event)
	if !possible {
		return entry, fmt.Errorf("entry %s is %s and cannot %s", entry.ID, entry.State, o.event)
	}
	waited := entry.Told && o.held != "" && entry.Held == o.held && (o.event == journal.Hold || o.event == journal.Propose) // people know
	entry.State, entry.Told, entry.Noted, entry.Updated = move.To, !move.Tell || waited, entry.Noted && waited, a.Now()
	if !entry.State.Final() { // of what has ended it stays, so that people hear what became of what they were told to wait for
		entry.Held = o.held
	}
	entry.Due = a.dueOf(entry, o)
	if o.reason != "" {
		entry.Reason = o.reason
	}
	if o.mark != "" {
		entry.Fingerprint = o.mark
	}
	if o.cause != nil {
		entry.Err = o.cause.Error()
	}
	if errors.Is(o.cause, journal.ErrTooLarge) {
		entry.Change = change.Change{}
	}
	if entry.State == journal.Proposed {
		entry.Shown = journal.Seal(entry.Change)
	}
	a.gather(&entry)
	return entry, nil
}

// dueOf is when the clock takes an entry up that ended so; zero: never.
func (a *Actor) dueOf(entry journal.Entry, o *end) time.Time {
	switch {
	case !o.due.IsZero():
		return o.due
	case entry.State == journal.Proposed:
		return a.Now().Add(a.Policy.Journal().Proposal)
	case entry.TookBack() && !entry.Redoes:
		return a.Now().Add(undoneFor)
	case entry.Displaced():
		return a.Now()
	}
	return time.Time{}
}

// gather leaves to the digest what need not be told at once.
func (a *Actor) gather(e *journal.Entry) {
	quiet := e.State == journal.Observed || e.State == journal.Told && e.Held == "" && e.Mode == string(policy.Notify) && e.Press == ""
	if quiet && a.Policy.Digest() > 0 {
		e.Gathered, e.Told = true, true
	}
}
