package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
)

// A bulk takes back all that a rule changed lately.
type bulk struct {
	operator.Undo
	rule, since string
	yes         bool

	from  time.Time // what since means
	rows  []undone
	count bulkCount
}

// A bulkCount sums a bulk up.
type bulkCount struct {
	Changes int `json:"changes"` // that were to be taken back
	Undone  int `json:"undone"`
	Refused int `json:"refused"`
	Failed  int `json:"failed"` // those whose resource is gone among them
	Left    int `json:"left"`   // not tried, as over the budget, or not answered yet
}

// left is what became of a change that was not taken back yet: running the command again goes on with it.
const left = "left"

// check holds what the flags owe to one another.
func (b *bulk) check(c *cobra.Command, one bool) error {
	switch {
	case one && (b.rule != "" || b.since != "" || b.All || b.yes):
		return misused(c, errors.New("--rule, --since, --all and --yes are for many changes: leave them out, or the entry"))
	case !one && b.rule == "":
		return misused(c, fmt.Errorf("%s needs the id of one entry, as `tagwarden journal` lists it, or --rule NAME --since 2h", c.CommandPath()))
	case !one && b.since == "":
		return misused(c, errors.New("--rule needs --since: how far back the rule's changes are to be undone, such as 2h"))
	}
	if one {
		return nil
	}
	var err error
	b.from, err = parseSince(b.since, time.Now())
	return misused(c, err)
}

// run lists what would be taken back, asks, and takes it back one by one, the newest first, so that changes of one setting unwind.
func (b *bulk) run(c *cobra.Command, d desk, asJSON bool) error {
	found, err := d.Do(c.Context(), operator.Request{List: &operator.List{Rule: b.rule, Since: b.from, Undoable: true}})
	if err != nil {
		return answered(c, err)
	}
	if b.count.Changes = len(found.Entries); b.count.Changes == 0 {
		fmt.Fprintf(c.ErrOrStderr(), "Rule %q changed nothing since %s that could be taken back.\n", b.rule, b.from.UTC().Format(time.RFC3339))
		return b.show(c.OutOrStdout(), asJSON)
	}
	if err := listUndo(c.ErrOrStderr(), found); err != nil {
		return err
	}
	if err := confirm(c, b.yes, fmt.Sprintf("Take %s back?", changes(len(found.Entries)))); err != nil {
		return err
	}
	stopped := b.undo(c, d, found.Entries)
	if err := b.show(c.OutOrStdout(), asJSON); err != nil {
		return err
	}
	switch {
	case stopped != nil:
		return answered(c, fmt.Errorf("%d undone, %d left: run the command again to go on. %w", b.count.Undone, b.count.Left, stopped))
	case b.count.Undone < b.count.Changes:
		return errWrong
	}
	return nil
}

// changes says how many changes there are.
func changes(n int) string {
	if n == 1 {
		return "1 change"
	}
	return fmt.Sprintf("%d changes", n)
}

// undo takes changes back. The error is why it stopped before the end.
func (b *bulk) undo(c *cobra.Command, d desk, changes []operator.View) (stopped error) {
	bar := newProgress(c.ErrOrStderr(), "undoing", len(changes))
	defer bar.done()
	for _, v := range changes {
		if stopped == nil && c.Context().Err() != nil {
			stopped = errors.New("it was interrupted")
		}
		row := undone{Undoes: v.Entry, Resource: v.Resource, Outcome: left, Before: map[string]string{}, After: map[string]string{}}
		if stopped == nil {
			row, stopped = b.one(c, d, row)
		}
		if stopped != nil {
			row.Reason = oneLine(stopped.Error())
		}
		b.add(row)
		bar.step()
	}
	return stopped
}

// one takes one change back. The error is why no other is to be tried either.
func (b *bulk) one(c *cobra.Command, d desk, row undone) (undone, error) {
	ask := b.Undo
	ask.Entry, ask.Bulk = row.Undoes, true
	u, err := undoOne(c, d, ask)
	var refused *operator.Error
	switch {
	case err == nil:
		return u, nil
	case errors.As(err, &refused) && refused.Code == operator.Refused:
		row.Outcome, row.Reason = string(journal.Refused), refused.Why
		return row, nil
	case errors.As(err, &refused) && refused.Code == operator.Busy:
		row.Reason = refused.Why
		return row, nil
	case u.Entry != "":
		row.Entry, row.Reason = u.Entry, oneLine(err.Error()) // not answered in time
		return row, nil
	}
	return row, err
}

func (b *bulk) add(u undone) {
	switch u.Outcome {
	case string(journal.Undone):
		b.count.Undone++
	case left:
		b.count.Left++
	case string(journal.Refused):
		b.count.Refused++
	default:
		b.count.Failed++
	}
	b.rows = append(b.rows, u)
}

// show prints what became of each change, and sums it up.
func (b *bulk) show(out io.Writer, asJSON bool) error {
	if asJSON {
		for _, row := range b.rows {
			if err := writeLine(out, row); err != nil {
				return err
			}
		}
		return writeLine(out, map[string]bulkCount{"summary": b.count})
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(b.rows) > 0 {
		fmt.Fprintln(table, "OUTCOME\tRESOURCE\tUNDOES\tENTRY\tREASON")
	}
	for _, row := range b.rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", row.Outcome, row.Resource, row.Undoes, dash(row.Entry), row.Reason)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s: %d undone, %d refused, %d failed, %d left\n", changes(b.count.Changes), b.count.Undone, b.count.Refused, b.count.Failed, b.count.Left)
	return err
}

// listUndo shows people what would be taken back.
func listUndo(out io.Writer, found operator.Response) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tENTRY\tRESOURCE\tVALUES\tWHAT")
	for _, v := range found.Entries {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", v.Time.Format(time.RFC3339), v.Entry, v.Resource, v.Changes, v.Remedy)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if found.More {
		fmt.Fprintf(out, "There are more than these %d: run the command again for the rest.\n", len(found.Entries))
	}
	return nil
}
