package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/policyfile"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// newBundle is what `make dist` calls: each function carries the policy that its rights are made of.
func newBundle() *cobra.Command {
	c := &cobra.Command{
		Use:    "bundle FOLDER...",
		Short:  "Put the policy, and the files that it names, beside the functions' binaries",
		Hidden: true,
		Args:   takes(1, 0, "the folders of the functions"),
	}
	file := addPolicy(c)
	c.RunE = func(c *cobra.Command, folders []string) error {
		p, err := policyfile.Read(*file)
		var wrong *policy.Errors
		if errors.As(err, &wrong) {
			printProblems(c.ErrOrStderr(), wrong.List)
			return errWrong
		}
		if err != nil {
			return err
		}
		for _, folder := range folders {
			for i, from := range p.Paths {
				to := p.Names[i]
				if i == 0 {
					to = wiring.PolicyFile
				}
				if err := copyFile(from, filepath.Join(folder, to)); err != nil {
					return fmt.Errorf("bundle the policy: %w", err)
				}
			}
		}
		return nil
	}
	return c
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
