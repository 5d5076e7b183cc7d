package operator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// hastened is how many entries one request has looked at sooner, so that it ends within the function's time. The others are looked at when they are due.
const hastened = 300

// hasten has the clock look at its next tick at what was held back and need not wait any more, of what is due before a time. Where somebody else is at an entry, that one looks.
func (o *Operator) hasten(ctx context.Context, before time.Time, free func(journal.Entry) bool) error {
	waiting, err := o.Journal.Due(ctx, before, due)
	if err != nil {
		return fmt.Errorf("look for what was held back: %w", err)
	}
	count := 0
	for _, e := range waiting {
		now := o.Now()
		if !free(e) || e.State.Final() || !e.Due.After(now) {
			continue
		}
		if count++; count > hastened {
			break
		}
		e.Due, e.Updated = now, now
		if _, err := o.Journal.Record(ctx, e); err != nil && !errors.Is(err, journal.ErrConflict) {
			return fmt.Errorf("record that entry %s is due: %w", e.ID, err)
		}
	}
	return nil
}
