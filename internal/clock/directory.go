package clock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
)

// An Organization is AWS Organizations, as far as a directory needs it.
type Organization interface {
	Roots(ctx context.Context) ([]string, error)
	// Units are the OUs right below a root or an OU.
	Units(ctx context.Context, parent string) ([]string, error)
	// Accounts is a page of the accounts right below a parent, with their tags if that is asked for, and the token of the next; "" is that of the first, and stands behind the last.
	Accounts(ctx context.Context, parent, token string, tags bool) ([]members.Account, string, error)
}

// pagesATurn is how many pages of accounts, of 20 each, one tick reads. With a call for each account's tags it takes about half a minute.
const pagesATurn = 10

// directory reads the directory of accounts, a few pages a tick, every six hours anew. What is found is written at once, and what is not found stays: a refresh that fails loses
// nothing. An error is the journal's; one of AWS Organizations ends the turn.
func (c *Clock) directory(ctx, working context.Context) error {
	now := c.Now().Round(0)
	w, err := c.Hub.Store.Walk(ctx)
	_, tags := c.Policy.NeedsDirectory()
	if err != nil || len(w.Todo) == 0 && !w.Begins(tags, now) {
		return err
	}
	told := w.Told
	walked, err := c.walk(working, w, tags)
	var kept *keptError
	switch {
	case err != nil && working.Err() != nil: // time is short: the same page is read at the next tick
		err = nil
	case errors.As(err, &kept):
		return kept.err
	case err != nil:
		c.Log.WarnContext(ctx, "directory of accounts not read", "err", err)
		c.Meter.Outcome("directory not read")
		walked = w.Failed(now)
	case len(walked.Todo) == 0:
		walked = walked.Done(now)
		c.Log.InfoContext(ctx, "directory of accounts read", "took", now.Sub(w.Began).String())
	}
	if err := c.tellDirectory(ctx, &walked, told, err); err != nil {
		return err
	}
	if err := c.Hub.Store.PutWalk(ctx, walked); !errors.Is(err, members.ErrConflict) {
		return err
	}
	return nil // another function goes on with it
}

// A keptError is an error of the journal's, which the queue delivers again.
type keptError struct{ err error }

func (e *keptError) Error() string { return e.err.Error() }

// walk goes some steps, and answers how far it came also with an error. One walk is depth first, so that little is left to be remembered.
func (c *Clock) walk(ctx context.Context, w members.Walk, tags bool) (members.Walk, error) {
	if len(w.Todo) == 0 {
		roots, err := c.Hub.Organization.Roots(ctx)
		if err != nil {
			return w, err
		}
		w.Began, w.Tags = c.Now().Round(0), tags
		for _, root := range roots {
			w.Todo = append(w.Todo, members.Step{Path: []string{root}})
		}
	}
	for range pagesATurn {
		if len(w.Todo) == 0 || ctx.Err() != nil {
			break
		}
		todo, err := c.step(ctx, w.Todo, tags)
		if err != nil {
			return w, err
		}
		w.Todo = todo
	}
	return w, nil
}

// step reads a page of accounts of the last parent of those that are left and, with its last page, the OUs below it.
func (c *Clock) step(ctx context.Context, todo []members.Step, tags bool) ([]members.Step, error) {
	last := len(todo) - 1
	at := todo[last]
	parent := at.Path[len(at.Path)-1]
	accounts, next, err := c.Hub.Organization.Accounts(ctx, parent, at.Token, tags)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		a.OUs, a.Seen = at.Path, c.Now().UTC().Round(0)
		if err := c.Hub.Store.PutAccount(ctx, a); err != nil {
			return nil, &keptError{err}
		}
	}
	left := slices.Clone(todo[:last])
	if next != "" {
		return append(left, members.Step{Path: at.Path, Token: next}), nil
	}
	units, err := c.Hub.Organization.Units(ctx, parent)
	if err != nil {
		return nil, err
	}
	for _, unit := range units {
		left = append(left, members.Step{Path: append(slices.Clone(at.Path), unit)})
	}
	return left, nil
}

// tellDirectory begins the notice that the directory cannot be read, and the one that it can again.
func (c *Clock) tellDirectory(ctx context.Context, w *members.Walk, told bool, cause error) error {
	var n journal.Entry
	switch now := c.Now(); {
	case w.Overdue(now):
		const reason = "The accounts of the organization cannot be read from AWS Organizations since %s (%s): accounts that are new, or moved, are not known, and what a rule asks of their OUs and tags is told and not done. " +
			"Deploy the hub in an account that is a delegated administrator of AWS Organizations, or name a role in the management account with -c directory."
		n = journal.Notice("organization/directory", "directory", "failing "+w.Failing.UTC().Format(time.RFC3339Nano), finding.High.String(), fmt.Sprintf(reason, stamp(w.Failing), cause), now)
		w.Told = true
	case told && w.Failing.IsZero():
		n = journal.Notice("organization/directory", "directory", "back "+w.Finished.UTC().Format(time.RFC3339Nano), finding.High.String(), "The accounts of the organization were read from AWS Organizations again.", now)
		n.Control = journal.DirectoryBack
	default:
		return nil
	}
	n.Due = c.Now()
	if _, err := c.Journal.Begin(ctx, n, c.Now()); err != nil {
		return fmt.Errorf("begin the notice about the directory of accounts: %w", err)
	}
	return nil
}
