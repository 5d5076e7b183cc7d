package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/operator"
)

func newOpen() *cobra.Command {
	c := &cobra.Command{
		Use:   "open",
		Short: "List what is open: threats that are contained, proposals, what waits, exemptions, brakes. Look at it before a deployment is removed",
		Long: "open lists what nobody sees to any more once the deployment is removed: instances that are isolated and keys that are off (containment), changes that were shown (proposal), " +
			"changes that wait for their time (waiting) or are being made (underway), exemptions that were granted, brakes that are on. `tagwarden undo ENTRY` takes a containment back.",
		Args: takesNothing,
	}
	at, f := addPlace(c), addFormat(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		at.looks, at.without = true, "which changes contain a threat is not known, and they are left out"
		d, done, err := at.open(c)
		if err != nil {
			return err
		}
		defer done()
		answer, err := d.Do(c.Context(), operator.Request{Open: &operator.Standing{}})
		if err != nil {
			return answered(c, err)
		}
		if answer.More {
			fmt.Fprintln(c.ErrOrStderr(), answer.Message)
		}
		return showOpen(c.OutOrStdout(), answer, f.json())
	}
	return c
}

// showOpen prints what is open, and how much of each.
func showOpen(out io.Writer, answer operator.Response, asJSON bool) error {
	counts := map[string]int{}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if !asJSON && len(answer.Open) > 0 {
		fmt.Fprintln(table, "WHAT\tSINCE\tUNTIL\tENTRY\tRESOURCE\tRULE\tREMEDY\tREASON")
	}
	for _, x := range answer.Open {
		counts[x.What]++
		if asJSON {
			if err := writeLine(out, x); err != nil {
				return err
			}
			continue
		}
		where, reason := x.Resource, x.Reason
		if x.What == operator.BrakePut {
			where = "account " + x.Account
			if x.Account == "" {
				where = "all accounts"
			}
		}
		if x.Stuck != "" {
			reason += " It must be taken back by hand: " + x.Stuck
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.What, when(x.Since), when(x.Due), dash(x.Entry), where, dash(x.Rule), dash(x.Remedy), reason)
	}
	if asJSON {
		return writeLine(out, map[string]any{"summary": counts})
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, answer.Message)
	return err
}

// when is a time as tables show it; "-" for none.
func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}
