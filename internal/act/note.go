package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A Hub writes into findings of Security Hub. A *remedy.RefusedError says that no retry helps.
type Hub interface {
	Note(ctx context.Context, n notify.Note) error
}

// note writes an outcome into the findings that reported it, if that is still owed, and tells whether it is settled now. Where Security Hub will not take it, or the queue
// delivers no more, that is logged and people are told all the same.
func (a *Actor) note(ctx context.Context, d Delivery, entry journal.Entry) (settled bool, err error) {
	if entry.Noted || a.Hub == nil {
		return false, nil
	}
	notes := notify.Notes(entry)
	for _, n := range notes {
		err := a.Hub.Note(ctx, n)
		refused := (*remedy.RefusedError)(nil)
		switch {
		case err == nil:
		case errors.As(err, &refused), d.Last:
			a.Log.WarnContext(ctx, "findings not updated", append(about(entry), "err", err)...)
		default:
			return false, fmt.Errorf("note entry %s in its findings: %w", entry.ID, err)
		}
	}
	return len(notes) > 0, nil
}
