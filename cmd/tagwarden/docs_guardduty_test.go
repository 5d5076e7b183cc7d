package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/threat"
)

// guardDutyDocument says of each type of findings which remedies answer it, or why none does.
func guardDutyDocument(types []threat.Type, list []remedy.Remedy) string {
	answered := 0
	for _, t := range types {
		if len(t.Answers(list)) > 0 {
			answered++
		}
	}
	var b strings.Builder
	b.WriteString("# GuardDuty\n\n")
	fmt.Fprintf(&b, generated, "the lists threat.Types and remedies.All")
	fmt.Fprintf(&b, "Which remedies answer which findings of GuardDuty. Of its %d types some remedy answers %d; of the others it is said why none does. Every finding is\n"+
		"told, whatever its type, by a rule `on: [guardduty]` that names no remedy; one of a type that is new since this list was written, too.\n\n", len(types), answered)
	b.WriteString("A remedy works on one of the resources that a finding names. Findings of runtime monitoring are about an instance, a cluster or a task, and those of\n" +
		"credentials about a user or a role: there the remedies for what it is not about do nothing. The severity is the default; the finding's own counts.\n")
	if ids := threat.ForAny(list); len(ids) > 0 {
		fmt.Fprintf(&b, "\nFor findings of any type: %s.\n", remedyLinks(ids))
	}
	for _, about := range abouts(types) {
		writeThreats(&b, about, types, list)
	}
	return b.String()
}

// abouts are what types are about, in their order.
func abouts(types []threat.Type) []string {
	var list []string
	for _, t := range types {
		list = append(list, t.About())
	}
	return slices.Compact(list)
}

// writeThreats writes the types that are about one thing, and below them the reasons why some have no remedy.
func writeThreats(b *strings.Builder, about string, types []threat.Type, list []remedy.Remedy) {
	fmt.Fprintf(b, "\n## %s\n\n| type | severity | names | answered by |\n|---|---|---|---|\n", about)
	var reasons []string
	for _, t := range types {
		if t.About() != about {
			continue
		}
		answer := remedyLinks(t.Answers(list))
		if answer == "" {
			if !slices.Contains(reasons, t.Why()) {
				reasons = append(reasons, t.Why())
			}
			answer = fmt.Sprintf("none (%d)", slices.Index(reasons, t.Why())+1)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", t.Name, t.Severity, backquoted(t.Resources), answer)
	}
	for i, why := range reasons {
		if i == 0 {
			b.WriteString("\nWhy none:\n\n")
		}
		fmt.Fprintf(b, "%d. %s\n", i+1, why)
	}
}

// remedyLinks are remedies with links to where they are described.
func remedyLinks(ids []string) string {
	links := make([]string, len(ids))
	for i, id := range ids {
		links[i] = fmt.Sprintf("[`%s`](remedies.md#%s)", id, id)
	}
	return strings.Join(links, ", ")
}
