package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// tell says what is owed of a recorded outcome, in findings and in a message, and then records that it was said.
func (a *Actor) tell(ctx, working context.Context, d Delivery, entry journal.Entry) error {
	if entry.TookBack() && !entry.Unproved {
		if err := a.takeBack(ctx, entry); err != nil {
			return err
		}
	}
	if err := a.warn(ctx, entry); err != nil {
		return err
	}
	noted, err := a.note(working, d, entry)
	if err != nil {
		return err
	}
	if entry.Told && !noted {
		return nil
	}
	if entry.Unproved && !entry.Told {
		entry.Reason = journal.Doubt(entry)
	}
	if err := a.announce(ctx, d, entry); err != nil {
		return err
	}
	if err := a.message(ctx, entry); err != nil {
		return err
	}
	entry.Told, entry.Noted, entry.Updated = true, entry.Noted || noted, a.Now()
	if _, err := a.Journal.Record(ctx, entry); err != nil {
		return fmt.Errorf("record that entry %s was told: %w", entry.ID, err)
	}
	return nil
}

// announce tells programs of an outcome, if that is still owed. What the bus will not take, or the queue delivers no more, is logged, and people are told all the same.
func (a *Actor) announce(ctx context.Context, d Delivery, entry journal.Entry) error {
	if entry.Told || a.Events == nil {
		return nil
	}
	err := a.Events.Put(ctx, notify.EventOf(entry, a.Prefix))
	if err != nil && (d.Last || errors.Is(err, notify.ErrNotTaken)) {
		a.Log.WarnContext(ctx, "outcome not announced", append(about(entry), "err", err)...)
		return nil
	}
	return err
}

// message tells people of an outcome, if that is still owed and wanted.
func (a *Actor) message(ctx context.Context, entry journal.Entry) error {
	if entry.Told || silent(entry) || !notify.Wanted(entry, a.Policy.MinSeverity()) {
		return nil
	}
	if err := a.Topic.Tell(ctx, notify.Render(entry, notify.AboutOf(a.Policy, entry))); err != nil {
		return fmt.Errorf("tell entry %s: %w", entry.ID, err)
	}
	return nil
}

// takeBack records on the entry that was undone that it was. It may be done twice.
func (a *Actor) takeBack(ctx context.Context, undo journal.Entry) error {
	entry, err := a.Journal.Get(ctx, undo.Undoes)
	if err != nil {
		return fmt.Errorf("read entry %s, which was undone: %w", undo.Undoes, err)
	}
	move, possible := journal.Next(entry.State, journal.TakeBack)
	if !possible {
		return nil // recorded already
	}
	if err := a.excuse(ctx, undo, entry); err != nil {
		return err
	}
	entry.State, entry.Updated, entry.Reason = move.To, a.Now(), "Taken back by entry "+undo.ID+"."
	if _, err := a.Journal.Record(ctx, entry, a.regret(entry)...); err != nil {
		return fmt.Errorf("record that entry %s was undone: %w", entry.ID, err)
	}
	return nil
}
