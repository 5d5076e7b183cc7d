package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/preflight"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

func newPreflight() *cobra.Command {
	c := &cobra.Command{
		Use:   "preflight",
		Short: "Look at an account for what would keep a policy from working there, each with the way out",
		Long: "preflight looks, with your own credentials, at the account and region in which a deployment is or is to be: services that are off, quotas, rights that something refuses, people who " +
			"would hear nothing. It reads, and changes nothing. What it cannot read is unknown, and names the right that is missing.\n\n" +
			"Exit codes: 0 nothing fails, 1 some check fails, 2 nothing could be looked at. With --deploy, 1 only where the deployment itself would fail: a service that is off keeps part of " +
			"the policy from working, and nothing from being deployed.",
		Args: takesNothing,
	}
	file, f, prefix := addPolicy(c), addFormat(c), addPrefix(c)
	stack := c.Flags().String("stack", "Tagwarden", "the `NAME` of the CloudFormation stack")
	offline := c.Flags().Bool("offline-list", false, "list the checks and whether the policy needs them, and ask AWS nothing")
	deploy := c.Flags().Bool("deploy", false, "fail only where a deployment would fail now: what \"make deploy\" asks")
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		a := accountOf(p, rights.Names{Prefix: *prefix}, *stack)
		if *offline {
			return listChecks(c.OutOrStdout(), a, f.json())
		}
		if a.Config, err = loadAWS(c.Context()); err != nil {
			return err
		}
		if err := a.Open(c.Context()); err != nil {
			return err
		}
		if at := os.Getenv("TAGWARDEN_URL"); at != "" {
			a.Tagged = func(ctx context.Context) (time.Time, error) { return lastTagged(ctx, at, *prefix) }
		}
		return showResults(c, a, preflight.Run(c.Context(), a, preflight.Checks), *deploy, f.json())
	}
	return c
}

// accountOf is what a policy needs of an account.
func accountOf(p *policy.Policy, names rights.Names, stack string) *preflight.Account {
	const others = 2 // act and the clock take from queues, too
	judges := len(listen.Functions(p, events.All(), names))
	return &preflight.Account{Policy: p, Names: names, Stack: stack, Roles: rights.Roles(p, remedies.All), Queues: judges + others, Calls: 1}
}

// lastTagged asks a deployment when an event of a tag last led to an entry.
func lastTagged(ctx context.Context, at, prefix string) (time.Time, error) {
	r, err := newRemote(ctx, at, prefix)
	if err != nil {
		return time.Time{}, err
	}
	got, err := r.Do(ctx, operator.Request{List: &operator.List{}})
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range got.Entries { // the latest first
		if e.Kind == "tags" {
			return e.Time, nil
		}
	}
	return time.Time{}, nil
}

// A listed is a check as programs read it in the list.
type listed struct {
	Check   string `json:"check"`
	What    string `json:"what"`
	Why     string `json:"why"`
	Needs   string `json:"needs,omitempty"` // what of a policy makes it apply; missing for always
	Applies bool   `json:"applies"`         // whether this policy has it
}

// listChecks prints all checks.
func listChecks(out io.Writer, a *preflight.Account, asJSON bool) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if !asJSON {
		fmt.Fprintln(table, "CHECK\tAPPLIES\tWHAT\tWHY")
	}
	for _, c := range preflight.Checks {
		row := listed{c.ID, c.What, c.Why, c.Needs, c.Applies == nil || c.Applies(a)}
		if asJSON {
			if err := writeLine(out, row); err != nil {
				return err
			}
			continue
		}
		applies := "yes"
		if !row.Applies {
			applies = "no: needs " + c.Needs
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Check, applies, row.What, row.Why)
	}
	return table.Flush()
}

// showResults prints what was found, and gives how the command ends.
func showResults(c *cobra.Command, a *preflight.Account, results []preflight.Result, deploy, asJSON bool) error {
	counts, blocked := map[preflight.Status]int{}, 0
	out := c.OutOrStdout()
	if !asJSON {
		fmt.Fprintf(out, "Account %s, %s\n", a.ID(), a.Config.Region)
	}
	for _, r := range results {
		counts[r.Status]++
		stops := ""
		if r.Blocks {
			blocked, stops = blocked+1, " This would stop the deployment."
		}
		if asJSON {
			if err := writeLine(out, r); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(out, "%-8s%-27s%s\n", r.Status, r.Check, r.Says+stops)
		if r.Way != "" && r.Status != preflight.OK {
			fmt.Fprintf(out, "%35s%s\n", "", r.Way)
		}
	}
	if !asJSON {
		fmt.Fprintf(out, "%d ok, %d warn, %d fail, %d unknown\n", counts[preflight.OK], counts[preflight.Warn], counts[preflight.Fail], counts[preflight.Unknown])
		if blocked > 0 {
			fmt.Fprintf(out, "%d of the failures would stop the deployment\n", blocked)
		}
	}
	switch {
	case blocked > 0 || counts[preflight.Fail] > 0 && !deploy:
		return errWrong
	case counts[preflight.Unknown] == len(results):
		return errors.New("nothing could be looked at: allow what the findings name, or ask somebody who may")
	}
	return nil
}
