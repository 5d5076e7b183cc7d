package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/policyfile"
)

// readPolicy reads and proves a policy. What is wrong with it is printed on stderr, a line a problem; what cannot be read is an error.
func readPolicy(file string, stderr io.Writer) (*policy.Policy, error) {
	read, err := policyfile.Read(file)
	var wrong *policy.Errors
	switch {
	case errors.As(err, &wrong):
		printProblems(stderr, wrong.List)
		return nil, errWrong
	case err != nil:
		return nil, unread(err)
	}
	return read.Policy, nil
}

// unread is the error of a policy that cannot be read.
func unread(err error) error {
	return fmt.Errorf("%w; name a policy file that is there (--policy FILE)", err)
}

// usePolicy is readPolicy for commands whose input the policy is: a policy that is wrong keeps them from working. What it does not carry out yet is only mentioned.
func usePolicy(file string, stderr io.Writer) (*policy.Policy, error) {
	p, err := readPolicy(file, stderr)
	if errors.Is(err, errWrong) {
		return nil, errFault
	}
	if err != nil {
		return nil, err
	}
	for _, problem := range p.Validate(time.Now()) {
		fmt.Fprintln(stderr, "warning:", problem)
	}
	return p, nil
}

func printProblems(w io.Writer, problems []policy.Problem) {
	for _, problem := range problems {
		fmt.Fprintln(w, problem)
	}
}
