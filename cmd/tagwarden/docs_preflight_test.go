package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/preflight"
)

// preflightBegin is where in docs/preflight.md the generated part begins: what stands before it is written by hand.
const preflightBegin = "<!-- From here on written by `make docs` from the list preflight.Checks. Change it there. -->\n"

// preflightDocument is a document whose last part says of each check what it is for and what it needs.
func preflightDocument(had string, checks []preflight.Check) string {
	written, _, _ := strings.Cut(had, preflightBegin)
	var b strings.Builder
	b.WriteString(written + preflightBegin + "\n## The checks\n\n| check | looks at | applies to a policy with | why | rights to read it |\n|---|---|---|---|---|\n")
	for _, c := range checks {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.ID, c.What, cmp.Or(c.Needs, "anything"), c.Why, cmp.Or(backquoted(c.Calls), "those of an operator"))
	}
	b.WriteString("\nBeside them `sts:GetCallerIdentity`, which needs no right.\n")
	return b.String()
}
