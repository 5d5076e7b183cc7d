package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/operator"
)

func newBreaker() *cobra.Command {
	c := &cobra.Command{
		Use:   "breaker",
		Short: "Show which breakers of rules are open, because their changes went wrong too often, or close one",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return misused(c, fmt.Errorf("%s takes nothing, or close RULE, not %q", c.CommandPath(), args[0]))
		},
	}
	at, f := addPlace(c), addFormat(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return showBreakers(c, at, f.json()) }
	c.AddCommand(newBreakerClose(at))
	return c
}

func newBreakerClose(at *place) *cobra.Command {
	c := &cobra.Command{
		Use:   "close RULE",
		Short: "Let a rule change things again: what its changes came to is forgotten",
		Args:  takes(1, 1, "the name of one rule"),
	}
	f := addFormat(c)
	reason := c.Flags().String("reason", "", "why; it stands in the journal and in messages")
	c.RunE = func(c *cobra.Command, args []string) error {
		return tellDesk(c, at, f, operator.Request{Breaker: &operator.Breaker{Rule: args[0], Reason: *reason}})
	}
	return c
}

// showBreakers prints the breakers that are open.
func showBreakers(c *cobra.Command, at *place, asJSON bool) error {
	d, done, err := at.open(c)
	if err != nil {
		return err
	}
	defer done()
	answer, err := d.Do(c.Context(), operator.Request{Breakers: &operator.Breakers{}})
	if err != nil {
		return answered(c, err)
	}
	return printBreakers(c.OutOrStdout(), answer, asJSON)
}

func printBreakers(out io.Writer, answer operator.Response, asJSON bool) error {
	if asJSON {
		for _, b := range answer.Breakers {
			if err := writeLine(out, b); err != nil {
				return err
			}
		}
		return nil
	}
	if len(answer.Breakers) == 0 {
		_, err := fmt.Fprintln(out, answer.Message)
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tBECAUSE\tSINCE\tUNTIL")
	for _, b := range answer.Breakers {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", b.Rule, b.Because, b.Since.Format(time.RFC3339), b.Until.Format(time.RFC3339))
	}
	return table.Flush()
}
