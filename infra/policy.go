package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/policyfile"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// loadPolicy reads the policy that is deployed. What is wrong with it, or has no effect yet, is refused with the lines of `validate`; what is over is a warning of the stack.
func loadPolicy(s Settings) (*policy.Policy, error) {
	file, err := policyfile.Read(s.Policy)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; name another file by -c policy=FILE", err)
	}
	if err != nil {
		return nil, err
	}
	if problems := file.Unbuilt(); len(problems) > 0 {
		return nil, &policy.Errors{List: problems}
	}
	functions := listen.Functions(file.Policy, events.All(), rights.Names{Prefix: s.Prefix})
	if len(functions) == 0 {
		return nil, fmt.Errorf("%s: no rule hears any event, so there is nothing to deploy; add a rule such as {name: tags, on: [config, tags], do: [tags]}", s.Policy)
	}
	return file.Policy, checkFunctions(s, file, functions)
}

// checkFunctions finds what would make a deployment that does not work: a function that is not built, or that carries another policy than the rights are made of.
func checkFunctions(s Settings, file policyfile.File, judges []listen.Function) error {
	names := []string{rights.ActName, rights.OperatorName, rights.ClockName}
	for _, f := range judges {
		names = append(names, f.Name)
	}
	if s.Buttons == customButtons {
		names = append(names, rights.ButtonsName)
	}
	var problems []error
	for _, name := range names {
		folder := filepath.Join(s.Dist, name)
		if _, err := os.Stat(filepath.Join(folder, "bootstrap")); err != nil {
			problems = append(problems, fmt.Errorf("look for the function %s: %w; run make dist", name, err))
			continue
		}
		problems = append(problems, checkCarried(name, folder, file))
	}
	return errors.Join(problems...)
}

// checkCarried compares what a function carries with the policy's files.
func checkCarried(name, folder string, file policyfile.File) error {
	for i, path := range file.Paths {
		carried := filepath.Join(folder, wiring.PolicyFile)
		if i > 0 {
			carried = filepath.Join(folder, file.Names[i])
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read the policy: %w", err)
		}
		got, err := os.ReadFile(carried)
		switch {
		case err != nil:
			return fmt.Errorf("look for the policy of function %s: %w; run make dist", name, err)
		case !bytes.Equal(got, want):
			return fmt.Errorf("%s is not the same as %s, of which the rights are made; run make dist POLICY=%s", carried, path, file.Paths[0])
		}
	}
	return nil
}
