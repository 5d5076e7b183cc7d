package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/watch"
)

const watchBegin = "<!-- From here on written by `make docs` from the list of internal/watch, for the policy that does everything and an organization. Change it there. -->\n"

// watchDocument is docs/watch.md: what people wrote, and the table of all alarms that a deployment can have.
func watchDocument(t *testing.T, root, had string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "testdata", "stack", "every.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse("every.yaml", text, catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	names := rights.Names{Prefix: "tagwarden"}
	alarms := watch.Alarms(watch.Deployment{Names: names, Policy: p, Judges: listen.Functions(p, events.All(), names), Hub: true})
	written, _, _ := strings.Cut(had, watchBegin)
	var b strings.Builder
	b.WriteString(written + watchBegin + "\n## The alarms, one by one\n\n| alarm | watches | goes off | says | what to do |\n|---|---|---|---|---|\n")
	for _, a := range alarms {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", a.Name, watchedBy(a), goesOff(a), a.Why, a.Do)
	}
	return b.String()
}

// watchedBy names the metrics of an alarm, those that differ by what they are of once.
func watchedBy(a watch.Alarm) string {
	first := a.Of[0]
	text := fmt.Sprintf("`%s` `%s`, %s", first.Namespace, first.Name, first.Stat)
	if len(a.Of) > 1 {
		text += fmt.Sprintf(", the sum of %d", len(a.Of))
	}
	return text
}

func goesOff(a watch.Alarm) string {
	text := fmt.Sprintf("above %g", a.Threshold)
	period := fmt.Sprintf("%g minutes", a.Of[0].Period.Minutes())
	if a.Periods == 1 {
		return text + " in " + period
	}
	return fmt.Sprintf("%s in %d of the last %d times %s", text, a.Datapoints, a.Periods, period)
}
