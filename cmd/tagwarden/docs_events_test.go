package main

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/events"
)

// eventsBegin is where in docs/events.md the generated part begins: what stands before it is written by hand.
const eventsBegin = "<!-- From here on written by `make docs` from the list events.All. Change it there. -->\n"

// eventsDocument is a document whose last part says of each kind of events all that stands in its value.
func eventsDocument(had string, kinds []events.Kind) string {
	written, _, _ := strings.Cut(had, eventsBegin)
	var b strings.Builder
	b.WriteString(written + eventsBegin + "\n## The kinds\n\n| kind | in `on` | function | what it tells |\n|---|---|---|---|\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "| [`%s`](#%s) | `%s` | `%s` | %s |\n", k.ID, k.ID, k.Name(), k.Judge(), k.Doc)
	}
	for _, k := range kinds {
		writeKind(&b, k)
	}
	return b.String()
}

func writeKind(b *strings.Builder, k events.Kind) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n", k.ID, k.Doc)
	if k.Grace > 0 {
		fmt.Fprintf(b, "Each event is held back %g minutes before it is judged.\n\n", k.Grace.Minutes())
	}
	if k.Window > 0 {
		fmt.Fprintf(b, "Events are gathered for up to %g seconds, at most ten, and judged together.\n\n", k.Window.Seconds())
	}
	pattern := k.Pattern.String()
	if len(pattern) > 1000 {
		fmt.Fprintf(b, "<details><summary>The pattern</summary>\n\n```json\n%s\n```\n\n</details>\n\n", pattern)
	} else {
		fmt.Fprintf(b, "The pattern:\n\n```json\n%s\n```\n\n", pattern)
	}
	narrowed := "nothing"
	switch {
	case k.Pressed != nil:
		narrowed = "its buttons"
	case len(k.Fields) > 0:
		narrowed = backquoted(sortedKeys(k.Fields))
	}
	fmt.Fprintf(b, "The policy narrows it by %s.\n", narrowed)
}
