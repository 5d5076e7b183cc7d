package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os/user"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/report"
)

func newUndo() *cobra.Command {
	c := &cobra.Command{
		Use:   "undo ENTRY",
		Short: "Take the change of an entry back exactly, and keep what others have changed since",
		Long: "undo puts back what an entry of the journal changed. Where one of the very values has changed since, it is refused, and nothing is touched: exit code 1. " +
			"An undo is an entry of the journal, too, under your name.\n\nFor now it works on one machine: on an emulator that `tagwarden local --keep` left running.",
		Args: takes(1, 1, "the id of one entry, as `tagwarden journal` lists it"),
	}
	endpoint, file, f := addEndpoint(c), addPolicy(c), addFormat(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		deployment, err := deploymentAt(*endpoint)
		if err != nil {
			return err
		}
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		entry, err := deployment.Undo(c.Context(), args[0], caller(), p)
		if errors.Is(err, journal.ErrUnknown) {
			return fmt.Errorf("there is no entry %s in the journal at %s: `tagwarden journal` lists them", args[0], *endpoint)
		}
		var refused *remedy.RefusedError
		if errors.As(err, &refused) {
			fmt.Fprintf(c.ErrOrStderr(), "tagwarden: refused: %s\n", refused.Why)
			return errWrong
		}
		if err != nil {
			return fmt.Errorf("undo entry %s: %w", args[0], err)
		}
		if err := showUndo(c.OutOrStdout(), undoneOf(entry), f.json()); err != nil {
			return err
		}
		if entry.State != journal.Fixed && entry.State != journal.Compliant {
			return errWrong
		}
		return nil
	}
	return c
}

// caller is the name of who runs the command.
func caller() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// An undone is what became of an undo, as programs read it.
type undone struct {
	Entry    string `json:"entry"` // of the undo
	Undoes   string `json:"undoes"`
	Resource string `json:"resource"`
	Outcome  string `json:"outcome"` // undone, refused, failed or gone
	Reason   string `json:"reason"`
	By       string `json:"by"`
	// Before and After are the values that went back; a key that is in one of them only came, or went.
	Before map[string]string `json:"before"`
	After  map[string]string `json:"after"`
}

func undoneOf(e journal.Entry) undone {
	u := undone{
		Entry: e.ID, Undoes: e.Undoes, Resource: e.Key.Resource, Outcome: string(e.State), Reason: e.Reason, By: e.Actor,
		Before: map[string]string{}, After: map[string]string{},
	}
	if e.State == journal.Fixed || e.State == journal.Compliant {
		u.Outcome = string(journal.Undone)
	}
	if e.State == journal.Fixed || e.State == journal.Failed {
		u.Before, u.After = report.Sides(e.Change)
	}
	return u
}

func showUndo(out io.Writer, u undone, asJSON bool) error {
	if asJSON {
		return writeLine(out, u)
	}
	keys := maps.Clone(u.Before)
	maps.Copy(keys, u.After)
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(keys) > 0 {
		fmt.Fprintln(table, "KEY\tBEFORE\tAFTER")
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		fmt.Fprintf(table, "%s\t%s\t%s\n", key, valueOf(u.Before, key), valueOf(u.After, key))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s: %s. %s (entry %s, by %s)\n", u.Resource, u.Outcome, u.Reason, u.Entry, u.By)
	return err
}

func valueOf(values map[string]string, key string) string {
	if value, ok := values[key]; ok {
		return value
	}
	return "(none)"
}
