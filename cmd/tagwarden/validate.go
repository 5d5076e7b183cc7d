package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/policyfile"
)

func newValidate() *cobra.Command {
	c := &cobra.Command{
		Use:   "validate",
		Short: "Parse and prove a policy: fixing converges, no two rules disagree, nothing passes AWS's limits",
		Long: "validate parses a policy strictly and proves it: what a fix writes satisfies every rule, no two rules want different things, nothing passes AWS's own limits.\n\n" +
			"Each problem is one line, FILE:LINE:COL: what is wrong; what would do. Exit code 1 if there is one, 2 if the file cannot be read.",
		Args: takesNothing,
	}
	file, f := addPolicy(c), addFormat(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, problems, err := proof(*file, time.Now())
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			return refused(c, problems, f.json())
		}
		for _, warning := range p.Warnings(time.Now()) {
			fmt.Fprintln(c.ErrOrStderr(), "warning:", warning)
		}
		return proved(c, *file, p, f.json())
	}
	return c
}

// refused prints what is wrong with a policy: for people on standard error, for programs on standard output.
func refused(c *cobra.Command, problems []policy.Problem, asJSON bool) error {
	if !asJSON {
		printProblems(c.ErrOrStderr(), problems)
		return errWrong
	}
	for _, p := range problems {
		if err := writeLine(c.OutOrStdout(), problemRow{p.File, p.Line, p.Col, p.Problem, p.Way}); err != nil {
			return err
		}
	}
	return errWrong
}

// A problemRow is a problem of a policy as programs read it.
type problemRow struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Problem string `json:"problem"`
	Way     string `json:"way"`
}

// proof is a policy, or everything that is wrong with it; an error where it cannot be read.
func proof(file string, now time.Time) (*policy.Policy, []policy.Problem, error) {
	read, err := policyfile.Read(file)
	var wrong *policy.Errors
	switch {
	case errors.As(err, &wrong):
		return nil, wrong.List, nil
	case err != nil:
		return nil, nil, unread(err)
	}
	return read.Policy, read.Validate(now), nil
}

// proved says that a policy is right, and what it comes to.
func proved(c *cobra.Command, file string, p *policy.Policy, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"file": file, "valid": true, "policy": p.Hash()})
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "%s is proved: policy %s\n", file, p.Hash())
	return err
}
