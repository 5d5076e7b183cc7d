package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/policy"
)

func newValidate() *cobra.Command {
	c := &cobra.Command{
		Use:   "validate",
		Short: "Parse and prove a policy: fixing converges, no two rules disagree, nothing passes AWS's limits",
		Long: "validate parses a policy strictly and proves it: what a fix writes satisfies every rule, no two rules want different things, nothing passes AWS's own limits.\n\n" +
			"Each problem is one line, FILE:LINE:COL: what is wrong; what would do. Exit code 1 if there is one, 2 if the file cannot be read.",
		Args: takes(cobra.NoArgs),
	}
	file, f := addPolicy(c), addFormat(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := readPolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		now := time.Now()
		if problems := p.Validate(now); len(problems) > 0 {
			printProblems(c.ErrOrStderr(), problems)
			return errWrong
		}
		for _, warning := range p.Warnings(now) {
			fmt.Fprintln(c.ErrOrStderr(), "warning:", warning)
		}
		return proved(c, *file, p, f.json())
	}
	return c
}

// proved says that a policy is right, and what it comes to.
func proved(c *cobra.Command, file string, p *policy.Policy, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"file": file, "valid": true, "policy": p.Hash()})
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "%s is proved: policy %s\n", file, p.Hash())
	return err
}
