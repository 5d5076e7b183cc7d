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
	// Post puts a finding of our own there, or brings it up to date. It may be done twice.
	Post(ctx context.Context, p notify.Posting) error
}

// note writes an outcome into the findings that reported it, and into our own, if that is still owed, and tells whether it is settled now. Where Security Hub will not take it,
// or the queue delivers no more, that is logged and people are told all the same.
func (a *Actor) note(ctx context.Context, d Delivery, entry journal.Entry) (settled bool, err error) {
	if entry.Noted || a.Hub == nil || entry.Unproved { // what nobody proves might name any finding
		return false, nil
	}
	posted, err := a.post(ctx, d, entry)
	if err != nil {
		return false, err
	}
	notes := notify.Notes(entry)
	for _, n := range notes {
		if err := a.pass(ctx, d, entry, a.Hub.Note(ctx, n)); err != nil {
			return false, fmt.Errorf("note entry %s in its findings: %w", entry.ID, err)
		}
	}
	return posted || len(notes) > 0, nil
}

// post shows a proposal in Security Hub by a finding of our own, where it has none there, or says what became of it; and so with the proposal whose place the entry took. It
// tells whether there was something to be said.
func (a *Actor) post(ctx context.Context, d Delivery, entry journal.Entry) (posted bool, err error) {
	if !a.Policy.Posts() || !notify.OwesPosting(entry) {
		return false, nil
	}
	told := []journal.Entry{entry}
	if id := notify.Replaces(entry); id != "" {
		replaced, err := a.Journal.Get(ctx, id)
		switch {
		case err == nil:
			told = append(told, replaced)
		case !errors.Is(err, journal.ErrUnknown): // not kept any more
			return false, fmt.Errorf("read entry %s, whose place %s took: %w: %w", id, entry.ID, errJournal, err)
		}
	}
	for _, e := range told {
		p, ok := notify.PostingOf(e)
		if !ok {
			continue
		}
		if err := a.pass(ctx, d, e, a.Hub.Post(ctx, p)); err != nil {
			return false, fmt.Errorf("show entry %s in a finding: %w", e.ID, err)
		}
	}
	return true, nil
}

// pass lets go of an error of Security Hub that no retry helps, or that nobody retries: it is logged.
func (a *Actor) pass(ctx context.Context, d Delivery, entry journal.Entry, err error) error {
	refused := (*remedy.RefusedError)(nil)
	if err == nil || !d.Last && !errors.As(err, &refused) {
		return err
	}
	a.Log.WarnContext(ctx, "findings not updated", append(about(entry), "err", err)...)
	return nil
}
