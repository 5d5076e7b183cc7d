package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/operator"
)

func newBrake() *cobra.Command {
	c := &cobra.Command{
		Use:   "brake [on|off]",
		Short: "Stop every change, in one account or in all, or let them go on; without on or off, show which brakes are on",
		Long: "brake on stops every change within seconds; messages go on, and what would be changed waits. brake off lets it go on. " +
			"After the journal's table was restored the brake is on by itself: look at what was changed since, then take it off.",
		Args: takes(0, 1, "on or off"),
	}
	at, f := addPlace(c), addFormat(c)
	var ask operator.Brake
	c.Flags().StringVar(&ask.Account, "account", "", "only in this account (default: in all)")
	c.Flags().StringVar(&ask.Reason, "reason", "", "why; it stands in the journal and in messages (needed for on)")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return showBrakes(c, at, f.json())
		}
		if args[0] != "on" && args[0] != "off" {
			return misused(c, fmt.Errorf("%s takes on or off, not %q", c.CommandPath(), args[0]))
		}
		ask.On = args[0] == "on"
		return tellDesk(c, at, f, operator.Request{Brake: &ask})
	}
	return c
}

// showBrakes prints the brakes that are on.
func showBrakes(c *cobra.Command, at *place, asJSON bool) error {
	at.looks = true
	d, done, err := at.open(c)
	if err != nil {
		return err
	}
	defer done()
	answer, err := d.Do(c.Context(), operator.Request{Brakes: &operator.Brakes{}})
	if err != nil {
		return answered(c, err)
	}
	return printBrakes(c.OutOrStdout(), answer, asJSON)
}

func printBrakes(out io.Writer, answer operator.Response, asJSON bool) error {
	if len(answer.Brakes) == 0 && !asJSON {
		_, err := fmt.Fprintln(out, answer.Message)
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if !asJSON {
		fmt.Fprintln(table, "ACCOUNT\tSINCE\tBY\tREASON")
	}
	for _, b := range answer.Brakes {
		if asJSON {
			if err := writeLine(out, b); err != nil {
				return err
			}
			continue
		}
		account, since := b.Account, "-"
		if account == "" {
			account = "all"
		}
		if !b.Since.IsZero() {
			since = b.Since.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", account, since, dash(b.By), b.Reason)
	}
	return table.Flush()
}
