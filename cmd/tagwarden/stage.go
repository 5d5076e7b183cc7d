package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/local"
)

// newStage is what `make deploy-local` calls.
func newStage() *cobra.Command {
	c := &cobra.Command{
		Use:    "stage --template FILE [PATH...]",
		Short:  "Put a synthesized template through CloudFormation on the emulator, compare what was made, and have events answered by it",
		Hidden: true,
		Long: "stage deploys the template on an emulator of its own, asks each service whether what it made is what the template says, runs the functions of the template's assets " +
			"with the environment that Lambda shows, sends the events through the rules that are deployed, asks the resources themselves whether they are put right, deletes the stack, " +
			"and tries the update from the last release's template. It is for this machine's binaries: `make deploy-local` synthesizes with them. How it works: docs/deploy-local.md.\n\n" +
			"The exit code is 1 if anything is not as it should be.",
	}
	o := local.StageOptions{}
	answered := false
	c.Flags().StringVar(&o.Template, "template", "", "the template that cdk synth wrote, with its assets beside it")
	c.Flags().StringVar(&o.Released, "released", "", "the last release's template, to try the update from")
	c.Flags().StringVar(&o.Seed, "seed", "", "what to make in the emulator beside the stack")
	c.Flags().BoolVar(&answered, "answered", false, "it is enough that no event fails; without it each has to end with a resource that is put right")
	c.RunE = func(c *cobra.Command, paths []string) error {
		if o.Template == "" {
			return misused(c, fmt.Errorf("tagwarden stage needs --template FILE"))
		}
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		steps := newSteps(c.ErrOrStderr())
		o.Paths, o.Fixed, o.Root = paths, !answered, rootOf(here)
		o.Environ, o.Stderr, o.Progress = os.Environ(), c.ErrOrStderr(), steps.show
		found, err := local.Stage(c.Context(), o)
		steps.done()
		if err != nil {
			return err
		}
		if err := showStaged(c.OutOrStdout(), found); err != nil {
			return err
		}
		if found.Bad() {
			return errWrong
		}
		return nil
	}
	return c
}

// showStaged prints what was seen of a template on the emulator.
func showStaged(out io.Writer, found local.Staged) error {
	types := sheet{head: []string{"TYPE", "COMPARED", "NOT MADE BY THE EMULATOR"}, most: []int{40, 10}}
	for _, typ := range found.Made.Types() {
		types.row(typ, count(found.Made.Compared[typ]), count(found.Made.NotMade[typ]))
	}
	if err := types.print(out); err != nil {
		return err
	}
	compared, not := found.Made.Resources()
	fmt.Fprintf(out, "\n%s: %d resources compared with what the services show (%d properties), %d not made by the emulator and held by the template's tests.\n",
		found.Template, compared, found.Made.Properties, not)
	fmt.Fprintf(out, "Made without: %s.\n\n", strings.Join(found.Made.Dropped, ", "))
	if err := showSent(out, found); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d functions ran with the environment that they are deployed with: %s.\n", len(found.Functions), strings.Join(found.Functions, ", "))
	fmt.Fprintf(out, "Deleting the stack leaves: %s.\n", strings.Join(found.Left, ", "))
	showUpdate(out, found.Update)
	for _, wrong := range slices.Concat(found.Made.Differences, found.Update.Made.Differences, found.Problems) {
		fmt.Fprintln(out, "WRONG: "+wrong)
	}
	return nil
}

func showUpdate(out io.Writer, u local.Update) {
	if u.From == "" {
		return
	}
	fmt.Fprintf(out, "Update from %s: %d entry of its journal is there, %d new resources are as the template says; what the emulator does not update: %s.\n",
		u.From, u.Kept, len(u.New), dash(strings.Join(u.Frozen, ", ")))
	if len(u.Drain) > 0 {
		fmt.Fprintf(out, "Before that update, take off what lies in: %s.\n", strings.Join(u.Drain, ", "))
	}
}

// showSent is a row an event and resource.
func showSent(out io.Writer, found local.Staged) error {
	events := sheet{head: []string{"EVENT", "BY", "RULE", "RESOURCE", "REMEDY", "OUTCOME", "MESSAGE"}, most: []int{22, 8, 24, 34, 24, 10}}
	fixed := 0
	for _, sent := range found.Sent {
		for _, r := range sent.Results {
			if r.Outcome == "fixed" {
				fixed++
			}
			events.row(kindOf(r), sent.By, dash(strings.Join(sent.Rules, ", ")), shortName(r.Resource), dash(r.Remedy), r.Outcome, dash(r.Message))
		}
	}
	if err := events.print(out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%d events sent, %d fixed.\n", len(found.Sent), fixed)
	return err
}

// count is a number in a table; nothing is a dash.
func count(n int) string {
	if n == 0 {
		return dash("")
	}
	return fmt.Sprint(n)
}
