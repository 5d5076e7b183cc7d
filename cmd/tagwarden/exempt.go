package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/operator"
)

func newExempt() *cobra.Command {
	c := &cobra.Command{
		Use:   "exempt ARN --for 30d --reason TEXT --owner WHO",
		Short: "Take a resource out of the rules for a while; list and end such exemptions",
		Long: "exempt takes one resource out of all rules, or out of those that --rule names, until it ends. The owner is reminded a week before the end, and told at the end. " +
			"One for the same rules takes the place of the one before it. What is to stand for more than 400 days, or for many resources, belongs into the policy (exempt).",
		Args: takes(1, 1, "the ARN of one resource"),
	}
	at, f := addPlace(c), addFormat(c)
	var ask operator.Exempt
	c.Flags().StringArrayVar(&ask.Rules, "rule", nil, "the rule that it is exempt from; may be given again (default: all rules)")
	span := c.Flags().String("for", "", "how long, such as 30d")
	day := c.Flags().String("until", "", "its last `DAY`, UTC, such as 2027-01-31")
	c.Flags().StringVar(&ask.Reason, "reason", "", "why; it stands in the journal and in messages")
	c.Flags().StringVar(&ask.Owner, "owner", "", "who answers for it")
	c.RunE = func(c *cobra.Command, args []string) error {
		var err error
		ask.Resource = args[0]
		if ask.Until, err = parseUntil(*span, *day, time.Now()); err != nil {
			return misused(c, err)
		}
		return tellDesk(c, at, f, operator.Request{Exempt: &ask})
	}
	c.AddCommand(newExemptList(at), newExemptEnd(at))
	return c
}

func newExemptEnd(at *place) *cobra.Command {
	c := &cobra.Command{
		Use:   "end ARN",
		Short: "End the exemptions of a resource before their time",
		Args:  takes(1, 1, "the ARN of one resource"),
	}
	f := addFormat(c)
	rule := c.Flags().String("rule", "", "end only the exemption from this rule")
	c.RunE = func(c *cobra.Command, args []string) error {
		return tellDesk(c, at, f, operator.Request{End: &operator.End{Resource: args[0], Rule: *rule}})
	}
	return c
}

func newExemptList(at *place) *cobra.Command {
	c := &cobra.Command{
		Use:   "list",
		Short: "List the exemptions that hold: those that were granted, and those of the policy",
		Args:  takesNothing,
	}
	f := addFormat(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		at.looks, at.without = true, "the policy's own exemptions are left out"
		d, done, err := at.open(c)
		if err != nil {
			return err
		}
		defer done()
		answer, err := d.Do(c.Context(), operator.Request{Exemptions: &operator.Exemptions{}})
		if err != nil {
			return answered(c, err)
		}
		return showExemptions(c.OutOrStdout(), answer.Exemptions, f.json())
	}
	return c
}

func showExemptions(out io.Writer, list []operator.Exemption, asJSON bool) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if !asJSON {
		fmt.Fprintln(table, "UNTIL\tRESOURCE\tRULES\tOWNER\tBY\tREASON")
	}
	for _, x := range list {
		if asJSON {
			if err := writeLine(out, x); err != nil {
				return err
			}
			continue
		}
		rules, by := strings.Join(x.Rules, ", "), x.By
		if rules == "" {
			rules = "all"
		}
		if by == "" {
			by = "the policy"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", x.Until.UTC().Format(time.RFC3339), x.Resource, rules, x.Owner, by, x.Reason)
	}
	return table.Flush()
}

// tellDesk asks for something that is done at once, and prints what was done.
func tellDesk(c *cobra.Command, at *place, f *format, r operator.Request) error {
	d, done, err := at.open(c)
	if err != nil {
		return err
	}
	defer done()
	answer, err := d.Do(c.Context(), r)
	if err != nil {
		return answered(c, err)
	}
	if f.json() {
		return writeLine(c.OutOrStdout(), answer)
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), answer.Message)
	return err
}
