package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/operator"
)

func newJournal() *cobra.Command {
	c := &cobra.Command{
		Use:   "journal [ENTRY]",
		Short: "List the entries of the journal, the newest first, or show one with its values and its history",
		Long:  "journal lists what was found and what became of it, at most 1,000 entries. With an entry's id it shows that one: what was, or would be, changed, and each step of its life.",
		Args:  takes(0, 1, "the id of one entry, or none"),
	}
	at, f := addPlace(c), addFormat(c)
	at.looks = true
	var ask operator.List
	since := c.Flags().String("since", "", "only what was updated since then, such as 2h, 3d or 2026-11-23")
	c.Flags().StringVar(&ask.Rule, "rule", "", "only entries of this rule")
	c.Flags().StringVar(&ask.State, "state", "", "only entries with this `OUTCOME`, as the list shows it: observed, told, proposed, waiting, fixed, compliant, exempt, gone, refused, failed, lapsed or undone")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *since != "" {
			var err error
			if ask.Since, err = parseSince(*since, time.Now()); err != nil {
				return misused(c, err)
			}
		}
		d, done, err := at.open(c)
		if err != nil {
			return err
		}
		defer done()
		if len(args) == 1 {
			got, err := d.Do(c.Context(), operator.Request{Get: &operator.Get{Entry: args[0]}})
			if err != nil {
				return answered(c, err)
			}
			return showEntry(c.OutOrStdout(), got, f.json())
		}
		got, err := d.Do(c.Context(), operator.Request{List: &ask})
		if err != nil {
			return answered(c, err)
		}
		if got.More {
			fmt.Fprintln(c.ErrOrStderr(), "There are more: narrow the list with --since, --rule or --state.")
		}
		return listJournal(c.OutOrStdout(), got.Entries, f.json())
	}
	return c
}

func listJournal(out io.Writer, entries []operator.View, asJSON bool) error {
	if asJSON {
		for _, v := range entries {
			if err := writeLine(out, v); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tENTRY\tRESOURCE\tRULE\tOUTCOME\tTOLD")
	for _, v := range entries {
		told := "yes"
		if !v.Told {
			told = "not yet"
		}
		outcome := v.Outcome
		if v.Undoes != "" {
			outcome += " (undo of " + v.Undoes + ")"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", v.Time.UTC().Format(time.RFC3339), v.Entry, v.Resource, v.Rule, outcome, told)
	}
	return table.Flush()
}

// An entry is one entry with its history, as programs read it.
type entry struct {
	operator.View
	History []operator.Step `json:"history"`
}

func showEntry(out io.Writer, got operator.Response, asJSON bool) error {
	v := *got.Entry
	if asJSON {
		return writeLine(out, entry{v, got.History})
	}
	fmt.Fprintf(out, "%s: %s by rule %q. %s\n", v.Resource, v.Outcome, v.Rule, v.Reason)
	if v.Shown != "" {
		fmt.Fprintf(out, "Change %s:\n", v.Shown)
	}
	if err := showSides(out, v.Before, v.After); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "\nTIME\tSTATE\tBY\tREASON")
	for _, s := range got.History {
		by := s.Approver
		if by == "" {
			by = s.Actor
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.Time.UTC().Format(time.RFC3339), s.State, dash(by), s.Reason)
	}
	return table.Flush()
}
