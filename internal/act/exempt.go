package act

import (
	"context"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// undoneFor is for how long what was taken back is not done again by the same rule, unless somebody asks for it.
const undoneFor = 7 * 24 * time.Hour

// wanted ends an entry of which nothing is wanted by now: the policy says so, or somebody exempted the resource.
func (a *Actor) wanted(ctx context.Context, entry journal.Entry, d policy.Decision) error {
	switch d.Verdict {
	case policy.Exempt:
		return &end{event: journal.Excuse, reason: d.Reason, due: d.Until}
	case policy.Ignored:
		return &end{event: journal.Nothing, reason: d.Reason}
	}
	k, known := journal.ExemptionKey(entry.Resource)
	if !known {
		return nil
	}
	granted, kept, err := a.grants(ctx, k)
	if err != nil {
		return err
	}
	if why := journal.Disputed(kept, a.Now()); why != "" {
		return &remedy.RefusedError{Why: why}
	}
	g, exempt := journal.Exempting(granted, entry.Rule, asked(entry) || finding.Threat(entry.Control), a.Now())
	if !exempt {
		return nil
	}
	return &end{event: journal.Excuse, due: g.Until, reason: g.Sentence()}
}

// grants are a resource's exemptions, and the entry that keeps them; its ID is "" where there is none. Of one that nothing proves there are no exemptions.
func (a *Actor) grants(ctx context.Context, k journal.Key) ([]journal.Grant, journal.Entry, error) {
	kept, found, err := a.Journal.Open(ctx, k)
	if err != nil {
		return nil, kept, fmt.Errorf("look for exemptions of %s: %w: %w", k.Resource, errJournal, err)
	}
	list, _, _, err := journal.Kept(kept, found)
	return list, kept, err
}

// excuse keeps what an undo took back from being done again by the same rule for a while; and where the undo took an undo back, ends what that one had excused. It may be done
// twice.
func (a *Actor) excuse(ctx context.Context, undo, original journal.Entry) error {
	k, known := journal.ExemptionKey(undo.Resource)
	if !known {
		return nil
	}
	list, kept, err := a.grants(ctx, k)
	if err != nil {
		return err
	}
	next := journal.Without(list, original.ID, undo.ID)
	if !undo.Redoes {
		next = journal.Granted(next, journal.Grant{
			Rules: []string{undo.Rule}, Until: undo.Due, Owner: undo.Actor, By: undo.Actor, Undo: undo.ID, Event: undo.Event,
			Reason: "entry " + original.ID + " was taken back",
		}, a.Now())
	}
	return a.keep(ctx, undo, k, kept, next)
}

// keep writes the exemptions of a resource down. Nobody is told of them by themselves: the undo's own message says so.
func (a *Actor) keep(ctx context.Context, undo journal.Entry, k journal.Key, kept journal.Entry, list []journal.Grant) error {
	now := a.Now()
	if kept.ID != "" && !kept.Unproved {
		next, err := kept.Regrant(list, now)
		if err != nil {
			return err
		}
		_, err = a.Journal.Record(ctx, next)
		return wrapJournal("keep the exemption of an undo", err)
	}
	if len(list) == 0 {
		return nil
	}
	e, err := journal.Exempt(undo.Resource, k, list, now)
	if err != nil {
		return err
	}
	begun, err := a.Journal.Begin(ctx, e, now)
	if err == nil && begun.Entry.ID != e.ID {
		err = journal.ErrConflict // somebody granted another in this moment: this one is to stand beside it
	}
	if err != nil || begun.Entry.State != journal.Open {
		return wrapJournal("keep the exemption of an undo", err)
	}
	stands, _ := begun.Entry.Next(journal.Tell)
	begun.Entry.State, begun.Entry.Told, begun.Entry.Updated = stands.To, true, now
	_, err = a.Journal.Record(ctx, begun.Entry)
	return wrapJournal("keep the exemption of an undo", err)
}

func wrapJournal(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: %w", doing, errJournal, err)
}
