package operator

import (
	"context"
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// announce has act tell people of something that is about Tagwarden itself. The entry takes the place of the one before it.
func (o *Operator) announce(ctx context.Context, e journal.Entry) (told journal.Entry, err error) {
	err = again(func() error {
		begun, err := o.Journal.Begin(ctx, e, o.Now())
		if err != nil {
			return fmt.Errorf("begin entry %s: %w", e.ID, err)
		}
		told, err = o.tell(ctx, begun.Entry, journal.Tell)
		return err
	})
	return told, err
}

// tell records an outcome that people are owed, and hands the entry over: act tells what is answered.
func (o *Operator) tell(ctx context.Context, e journal.Entry, on journal.Event) (journal.Entry, error) {
	move, possible := e.Next(on)
	switch {
	case possible:
		e.State = move.To
	case on != journal.Tell || e.State != journal.Told: // what stands as told is told again
		return e, fmt.Errorf("entry %s is %s and cannot %s", e.ID, e.State, on)
	}
	e.Told, e.Updated = false, o.Now()
	e, err := o.Journal.Record(ctx, e)
	if err != nil {
		return e, fmt.Errorf("record entry %s as %s: %w", e.ID, e.State, err)
	}
	return e, o.hand(ctx, e)
}

// maxText bounds what people write, in bytes.
const maxText = 1000

// sentence refuses a text that is missing, or too long to be kept.
func sentence(what, text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return refuse(Invalid, "There is no %s: give one with --%s; it stands in the journal and in the message.", what, what)
	case len(text) > maxText:
		return refuse(Invalid, "The %s has %d bytes, and %d are kept: shorten it.", what, len(text), maxText)
	}
	return nil
}
