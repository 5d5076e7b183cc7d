package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// loadPolicy reads the policy that is deployed. What `validate` refuses is refused here, with the same lines.
func loadPolicy(s Settings, known policy.Catalog, now time.Time) (*policy.Policy, error) {
	text, err := os.ReadFile(s.Policy)
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w; name another file by -c policy=FILE", err)
	}
	p, err := policy.Parse(s.Policy, text, known)
	if err != nil {
		return nil, err
	}
	if problems := p.Validate(now); len(problems) > 0 {
		return nil, &policy.Errors{List: problems}
	}
	if len(p.Kinds()) == 0 {
		return nil, fmt.Errorf("%s: no rule hears any event, so there is nothing to deploy; add a rule such as {name: tags, on: [config, tags], do: [tags]}", s.Policy)
	}
	return p, checkFunctions(s, p, text)
}

// checkFunctions finds what would make a deployment that does not work: a function that is not built, or that carries another policy than the rights are made of.
func checkFunctions(s Settings, p *policy.Policy, text []byte) error {
	var problems []error
	for _, name := range append(p.Kinds(), rights.ActName) {
		folder := filepath.Join(s.Dist, name)
		if _, err := os.Stat(filepath.Join(folder, "bootstrap")); err != nil {
			problems = append(problems, fmt.Errorf("look for the function %s: %w; run make dist", name, err))
			continue
		}
		carried, err := os.ReadFile(filepath.Join(folder, wiring.PolicyFile))
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("look for the policy of function %s: %w; run make dist", name, err))
		case !bytes.Equal(carried, text):
			problems = append(problems, fmt.Errorf("%s is not the same as %s, of which the rights are made; run make dist",
				filepath.Join(folder, wiring.PolicyFile), s.Policy))
		}
	}
	return errors.Join(problems...)
}
