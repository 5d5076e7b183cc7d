package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
)

func newApprove() *cobra.Command {
	c := &cobra.Command{
		Use:   "approve ENTRY",
		Short: "Have the change made that an entry proposes, or that waits for its time",
		Long: "approve shows the change and asks. What is approved is exactly that: the setting is read again first, and where something of it has changed since, nothing is made, " +
			"and the change is planned anew and proposed again: exit code 1.",
		Args: takes(1, 1, "the id of one entry, as `tagwarden journal` lists it"),
	}
	at, f := addPlace(c), addFormat(c)
	var ask operator.Approve
	c.Flags().BoolVar(&ask.DuringFreeze, "during-freeze", false, "make it although the policy's freeze holds changes back")
	c.Flags().StringVar(&ask.Shown, "shown", "", "approve only the change with this `HASH`, which a message or `tagwarden journal ENTRY` showed")
	yes := c.Flags().Bool("yes", false, "do not ask")
	c.RunE = func(c *cobra.Command, args []string) error {
		d, done, err := at.open(c)
		if err != nil {
			return err
		}
		defer done()
		ask.Entry = args[0]
		got, err := d.Do(c.Context(), operator.Request{Get: &operator.Get{Entry: ask.Entry}})
		if err != nil {
			return answered(c, err)
		}
		if err := showProposal(c.ErrOrStderr(), *got.Entry); err != nil {
			return err
		}
		if err := confirm(c, *yes, "Make this change?"); err != nil {
			return err
		}
		if ask.Shown == "" {
			ask.Shown = got.Entry.Shown
		}
		said, err := d.Do(c.Context(), operator.Request{Approve: &ask})
		if err != nil {
			return answered(c, err)
		}
		v, err := await(c.Context(), d, ask.Entry)
		if err != nil {
			return err
		}
		return showApproved(c.OutOrStdout(), said.Message, v, f.json())
	}
	return c
}

// showProposal shows people what they approve.
func showProposal(out io.Writer, v operator.View) error {
	fmt.Fprintf(out, "%s: %s by rule %q. %s\n", v.Resource, v.Outcome, v.Rule, v.Reason)
	if v.Changes == 0 {
		_, err := fmt.Fprintln(out, "It was not planned yet: what is changed is known when the setting is read.")
		return err
	}
	return showSides(out, v.Before, v.After)
}

// showApproved shows what became of an approval. What was not made, and does not wait either, is something wrong.
func showApproved(out io.Writer, said string, v operator.View, asJSON bool) error {
	var err error
	if asJSON {
		err = writeLine(out, v)
	} else {
		_, err = fmt.Fprintf(out, "%s\n%s: %s. %s\n", said, v.Resource, v.Outcome, v.Reason)
	}
	if err == nil && !slices.Contains([]journal.State{journal.Fixed, journal.Compliant, journal.Waiting}, journal.State(v.State)) {
		return errWrong
	}
	return err
}
