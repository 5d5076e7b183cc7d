package main

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// The demonstration, below the repository's root.
const (
	demoPolicy = "testdata/demo/policy.yaml"
	demoSeed   = "testdata/demo/seed.yaml"
	demoEvents = "testdata/events"
	demoSeeded = "testdata/demo/events" // about what the seed makes
	demoLater  = "testdata/demo/later"  // what people do when these are answered
	demoAgain  = "testdata/demo/again"  // and then
	demoLast   = "testdata/demo/last"

	demoPassed = 2 * time.Minute // after which the clock has gathered what a budget holds back
)

func newLocal() *cobra.Command {
	c := &cobra.Command{
		Use:   "local [PATH...]",
		Short: "Run the whole line on this machine, without an AWS account: emulator, queues, the real functions",
		Long: "local starts an emulator of AWS, makes the resources of the seed, sends the events through the rules' patterns, the queues and the real function binaries, and shows " +
			"what became of every resource. Without PATH, --policy and --seed it is the repository's demonstration.\n\n" +
			"A seed is a YAML or JSON list of {type, name, tags}. In events, policy and seed, {{NAME}} stands for the id of what was made, {{NAME.arn}} for its ARN, and " +
			"{{NAME.interface}} for an instance's network interface; in events, {{now}} for the time when they are sent. Findings in Security Hub's events are put into the emulator's Security Hub first.\n\n" +
			"The events of all PATHs are sent together, those of --then when all of these are answered, such as the press of a button that undoes. " +
			"Beside events there may be what people do: {\"edit\": ARN, \"tags\": {...}} sets tags by hand, before the events beside it, " +
			"and {\"operator\": ARN, \"do\": {\"undo\": {\"entry\": \"{{NAME.entry}}\"}}} asks the operator function under that name, after them. " +
			"When they are answered the clock ticks once; --later 72h lets it tick again as if it were 72 hours later, so that what waits (after, window, freeze) is taken up.\n\n" +
			"With --keep the emulator goes on, and the last line names its endpoint: look at it with `aws --endpoint-url`, take changes back with `tagwarden undo ENTRY --policy FILE --endpoint URL`. " +
			"It runs until you end its process.\n\nThe exit code is 1 if anything failed or was lost, 2 if something was no event.",
	}
	f, directory := addFormat(c), addDirectory(c)
	o := local.Options{}
	c.Flags().StringVar(&o.Policy, "policy", "", "the policy file (default: the demonstration's)")
	c.Flags().StringVar(&o.Seed, "seed", "", "the seed file (default: the demonstration's)")
	c.Flags().StringArrayVar(&o.Then, "then", nil, "events to send when all before are answered; may be given again (default: the demonstration's, if no PATH is given)")
	c.Flags().Var((*span)(&o.Later), "later", "let so much time pass for the functions when all is answered, and their clock tick once more: 72h, 3d")
	c.Flags().BoolVar(&o.Keep, "keep", false, "leave the emulator running")
	all := c.Flags().Bool("all", false, "show in the table also what no rule wants (JSON always has it)")
	c.RunE = func(c *cobra.Command, paths []string) error {
		o.Paths = paths
		if err := locate(&o); err != nil {
			return err
		}
		var err error
		if o.Accounts, err = readDirectory(*directory); err != nil {
			return err
		}
		o.Environ, o.Stdin, o.Stderr = os.Environ(), c.InOrStdin(), c.ErrOrStderr()
		steps := newSteps(c.ErrOrStderr())
		o.Progress = steps.show
		became, err := local.Run(c.Context(), o)
		steps.done()
		var wrong *policy.Errors
		if errors.As(err, &wrong) {
			printProblems(c.ErrOrStderr(), wrong.List)
			return errFault
		}
		if err != nil {
			return err
		}
		return showLocal(c.OutOrStdout(), became, f.json(), *all)
	}
	return c
}

// locate finds the repository around the working directory, or around the program, and in it whatever was not named.
func locate(o *local.Options) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if o.Root = rootOf(here); o.Root == "" {
		o.Root = rootOf(filepath.Dir(program))
	}
	o.Beside = filepath.Join(filepath.Dir(program), "functions")
	if o.Root != "" {
		o.Beside = filepath.Join(o.Root, "bin", "functions")
	}
	if o.Policy == "" {
		o.Policy = filepath.Join(o.Root, filepath.FromSlash(demoPolicy))
	}
	if seed := filepath.Join(o.Root, filepath.FromSlash(demoSeed)); o.Seed == "" && (o.Root != "" || len(o.Paths) == 0) {
		o.Seed = seed
	}
	if len(o.Paths) == 0 {
		demonstrate(o)
	}
	return nil
}

// demonstrate names the events of the demonstration.
func demonstrate(o *local.Options) {
	for _, folder := range []string{demoEvents, demoSeeded} {
		o.Paths = append(o.Paths, filepath.Join(o.Root, filepath.FromSlash(folder)))
	}
	if len(o.Then) > 0 {
		return
	}
	for _, folder := range []string{demoLater, demoAgain, demoLast} {
		o.Then = append(o.Then, filepath.Join(o.Root, filepath.FromSlash(folder)))
	}
	o.Later = cmp.Or(o.Later, demoPassed)
}

// rootOf is the folder of the repository that a folder is in; "" if it is in none.
func rootOf(folder string) string {
	for {
		data, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err == nil && bytes.HasPrefix(data, []byte("module github.com/tagwarden/tagwarden\n")) {
			return folder
		}
		up := filepath.Dir(folder)
		if up == folder {
			return ""
		}
		folder = up
	}
}
