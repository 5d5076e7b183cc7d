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
	against := c.Flags().String("against", "policy.yaml", "of a shadow policy: the policy with which it is compared")
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
			if err := bundle(p, folder); err != nil {
				return err
			}
			if err := bundleAgainst(p, *against, folder); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// bundle puts a policy, and the files that it names, into a folder.
func bundle(p policyfile.File, folder string) error {
	for i, from := range p.Paths {
		to := p.Names[i]
		if i == 0 {
			to = wiring.PolicyFile
		}
		if err := copyFile(from, filepath.Join(folder, to)); err != nil {
			return fmt.Errorf("bundle the policy: %w", err)
		}
	}
	return nil
}

// bundleAgainst puts beside a shadow policy the one with which it is compared, and beside any other none.
func bundleAgainst(p policyfile.File, against, folder string) error {
	beside := filepath.Join(folder, filepath.Dir(wiring.AgainstFile))
	if err := os.RemoveAll(beside); err != nil || !p.Shadow() {
		return err
	}
	old, err := policyfile.Read(against)
	if err != nil {
		return fmt.Errorf("--against: %w", err)
	}
	if old.Shadow() {
		return fmt.Errorf("--against: %s has shadow: true itself: name the policy that is deployed", against)
	}
	return bundle(old, beside)
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
