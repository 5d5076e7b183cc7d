// Command tagwarden is the operators' command line: prove a policy, replay events against it, run the whole line on one machine, and ask a deployment: approve, undo, exempt, brake.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes. Source: the command line's contract in docs/cli.md.
const (
	exitDone  = 0
	exitWrong = 1 // something is wrong in what was to be judged
	exitFault = 2 // it could not be done: bad input, no credentials
)

// errWrong says that what was to be judged is wrong; it was said already, so nothing more is printed.
var errWrong = errors.New("something is wrong in what was judged")

// errFault says that something could not be done; it was said already, so nothing more is printed.
var errFault = errors.New("something could not be done")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command and gives its exit code.
func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	return exitOf(root.ExecuteContext(ctx), os.Stderr)
}

// exitOf is the exit code of how a command ended; what was not said yet is.
func exitOf(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errWrong):
		return exitWrong
	case errors.Is(err, errFault):
		return exitFault
	}
	fmt.Fprintln(stderr, "tagwarden: "+oneLine(err.Error()))
	return exitFault
}

// takes is a check of how many arguments a command has, at least and at most. what says what they are ("an event: a file, or -"); most is 0 where there is no limit.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return misused(c, fmt.Errorf("%s needs %s", c.CommandPath(), what))
		case most > 0 && len(args) > most:
			return misused(c, fmt.Errorf("%s takes %s, and nothing else: leave %q out", c.CommandPath(), what, args[most]))
		}
		return nil
	}
}

// takesNothing is the check of a command without arguments: what people give one most often is the policy.
func takesNothing(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case c.LocalNonPersistentFlags().Lookup("policy") != nil:
		return misused(c, fmt.Errorf("%s takes no argument: name the policy with --policy %s", c.CommandPath(), args[0]))
	}
	return misused(c, fmt.Errorf("%s takes no argument: leave %q out", c.CommandPath(), args[0]))
}

// known is the check of a program that only its commands do something: what it is given is none of them.
func known(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		meant = ", but there is " + strings.Join(near, " or ")
	}
	return misused(c, fmt.Errorf("there is no command %q%s", args[0], meant))
}

// misused adds to an error about how a command was called where to read how it is.
func misused(c *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
}

// oneLine keeps an error to one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tagwarden",
		Short: "Keep AWS resources to a policy of tags and controls: prove it, replay it, run it, undo it",
		Long: "Tagwarden keeps an AWS account to its rules. It hears AWS's events, judges resources against one policy file, and puts them right, proposes to, or tells people.\n\n" +
			"Exit codes: 0 done, 1 something is wrong in what was judged, 2 it could not be done.",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.Args, root.SuggestionsMinimumDistance = known, 2
	root.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	root.SetFlagErrorFunc(misused)
	root.AddCommand(newValidate(), newReplay(), newExplain(), newMatch(), newPatterns(), newIAM(), newRemedies(), newBundle(), newStage(), newLocal(), newJournal(), newUndo(), newApprove(), newExempt(),
		newBrake(), newBreaker(), newOpen(), newPreflight(), newMembers(), newCost())
	return root
}

// addFormat adds the flag --format and gives where its value will stand.
func addFormat(c *cobra.Command) *format {
	f := format("table")
	c.Flags().Var(&f, "format", "table or json; json is one object a line")
	return &f
}

// A format is how a command prints.
type format string

func (f *format) String() string { return string(*f) }
func (f *format) Type() string   { return "format" }

// Set takes table or json.
func (f *format) Set(value string) error {
	if value != "table" && value != "json" {
		return fmt.Errorf("unknown format %q: use table or json", value)
	}
	*f = format(value)
	return nil
}

func (f *format) json() bool { return *f == "json" }

// addPolicy adds the flag --policy.
func addPolicy(c *cobra.Command) *string {
	return c.Flags().String("policy", "policy.yaml", "the policy file")
}
