package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
)

func newUndo() *cobra.Command {
	c := &cobra.Command{
		Use:   "undo ENTRY | undo --rule NAME --since 2h",
		Short: "Take the change of an entry, or all changes of a rule, back exactly, and keep what others have changed since",
		Long: "undo puts back what an entry of the journal changed. Where one of the very values has changed since, it is refused, and nothing is touched: exit code 1. " +
			"An undo is an entry of the journal, too, under your name; what was undone is not done again by the same rule for seven days.\n\n" +
			"With --rule and --since it takes back all that a rule changed lately: first it lists that, and asks; then it goes from the newest to the oldest, within the rule's budget. " +
			"Cut short, or at the budget, it goes on when it is run again.",
		Args: takes(0, 1, "the id of one entry, as `tagwarden journal` lists it"),
	}
	at, f := addPlace(c), addFormat(c)
	var many bulk
	c.Flags().BoolVar(&many.Force, "force", false, "put back what stood before, whatever others changed since")
	c.Flags().BoolVar(&many.DuringBrake, "during-brake", false, "undo although the brake is on")
	c.Flags().StringVar(&many.rule, "rule", "", "take back the changes of this rule")
	c.Flags().StringVar(&many.since, "since", "", "with --rule: those since then, such as 2h, 3d or 2026-11-23")
	c.Flags().BoolVar(&many.All, "all", false, "with --rule: beyond the rule's budget, too")
	c.Flags().BoolVar(&many.yes, "yes", false, "with --rule: do not ask")
	c.RunE = func(c *cobra.Command, args []string) error {
		one := len(args) == 1
		if err := many.check(c, one); err != nil {
			return err
		}
		d, done, err := at.open(c)
		if err != nil {
			return err
		}
		defer done()
		if !one {
			return many.run(c, d, f.json())
		}
		u, err := undoOne(c, d, operator.Undo{Entry: args[0], Force: many.Force, DuringBrake: many.DuringBrake})
		if err != nil {
			return answered(c, err)
		}
		if err := showUndo(c.OutOrStdout(), u, f.json()); err != nil {
			return err
		}
		return u.err()
	}
	return c
}

// undoOne takes one entry back and waits for what becomes of it.
func undoOne(c *cobra.Command, d desk, u operator.Undo) (undone, error) {
	begun, err := d.Do(c.Context(), operator.Request{Undo: &u})
	if err != nil {
		return undone{}, err
	}
	v, err := await(c.Context(), d, begun.Entry.Entry)
	return undoneOf(v), err
}

// An undone is what became of an undo, as programs read it.
type undone struct {
	Entry    string `json:"entry"` // of the undo
	Undoes   string `json:"undoes"`
	Resource string `json:"resource"`
	Outcome  string `json:"outcome"` // undone, refused, failed or gone; of many also: left
	Reason   string `json:"reason"`
	By       string `json:"by"`
	// Before and After are the values that went back; a key that is in one of them only came, or went.
	Before map[string]string `json:"before"`
	After  map[string]string `json:"after"`
}

func undoneOf(v operator.View) undone {
	u := undone{
		Entry: v.Entry, Undoes: v.Undoes, Resource: v.Resource, Outcome: v.State, Reason: v.Reason, By: v.Actor,
		Before: map[string]string{}, After: map[string]string{},
	}
	if v.State == string(journal.Fixed) || v.State == string(journal.Compliant) {
		u.Outcome = string(journal.Undone)
	}
	if v.State == string(journal.Fixed) || v.State == string(journal.Failed) {
		maps.Copy(u.Before, v.Before)
		maps.Copy(u.After, v.After)
	}
	return u
}

// err is nil where the change is taken back.
func (u undone) err() error {
	if u.Outcome == string(journal.Undone) {
		return nil
	}
	return errWrong
}

func showUndo(out io.Writer, u undone, asJSON bool) error {
	if asJSON {
		return writeLine(out, u)
	}
	if err := showSides(out, u.Before, u.After); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s: %s. %s (entry %s, by %s)\n", u.Resource, u.Outcome, u.Reason, u.Entry, u.By)
	return err
}

// showSides shows what changes, a row a key.
func showSides(out io.Writer, before, after map[string]string) error {
	keys := maps.Clone(before)
	if keys == nil {
		keys = map[string]string{}
	}
	maps.Copy(keys, after)
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(keys) > 0 {
		fmt.Fprintln(table, "KEY\tBEFORE\tAFTER")
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		fmt.Fprintf(table, "%s\t%s\t%s\n", key, valueOf(before, key), valueOf(after, key))
	}
	return table.Flush()
}

func valueOf(values map[string]string, key string) string {
	if value, ok := values[key]; ok {
		return value
	}
	return "(none)"
}
