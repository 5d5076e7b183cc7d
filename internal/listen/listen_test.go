package listen_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

var kinds = []events.Kind{
	{ID: "config", Doc: "One.", Pattern: pattern.MustParse(`{"source":["a"]}`)},
	{ID: "securityhub", Doc: "Two.", Window: time.Second, Pattern: pattern.MustParse(`{"source":["b"]}`)},
	{ID: "securityhub-v2", On: "securityhub", Function: "securityhub", Doc: "Three.", Pattern: pattern.MustParse(`{"source":["c"]}`)},
	{ID: "securityhub-action", On: "securityhub", Doc: "Four.", Pattern: pattern.MustParse(`{"source":["d"]}`), Pressed: []string{"resources"}},
	{ID: "create", Doc: "Five.", Pattern: pattern.MustParse(`{"source":["e"]}`), Grace: time.Minute, Window: 5 * time.Second},
}

func functions(t *testing.T, text, prefix string) map[string]listen.Function {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), policy.Catalog{Kinds: []string{"config", "securityhub", "create"}, Remedies: []policy.CatalogRemedy{
		{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]listen.Function{}
	for _, f := range listen.Functions(p, kinds, rights.Names{Prefix: prefix}) {
		all[f.Name] = f
	}
	return all
}

func TestFunctions(t *testing.T) {
	got := functions(t, "version: 1\nmode: notify\nbuttons: [{name: Fix it now, do: fix}]\nrules: [{name: a, on: [securityhub]}, {name: b, on: [create], do: [tags]}]\n", "tw")
	if len(got) != 3 || len(got["securityhub"].Rules) != 2 || len(got["securityhub-action"].Rules) != 1 || got["create"].Grace != time.Minute {
		t.Fatalf("got %+v", got)
	}
	if got["create"].Window != 5*time.Second || got["securityhub"].Window != 0 {
		t.Errorf("create gathers for %v, want 5s; securityhub for %v, want 0s, because one of its two kinds may not wait", got["create"].Window, got["securityhub"].Window)
	}
	presses := got["securityhub-action"].Rules[0].Pattern
	id := rights.Names{Prefix: "tw"}.Action("Fix it now")
	for event, want := range map[string]bool{
		`{"source":"d","resources":["arn:aws-cn:securityhub:cn-north-1:111122223333:action/custom/` + id + `"]}`:                                         true,
		`{"source":"d","resources":["arn:aws:securityhub:eu-west-1:111122223333:action/custom/other"]}`:                                                  false,
		`{"source":"d","resources":["arn:aws:securityhub:eu-west-1:111122223333:action/custom/` + rights.Names{Prefix: "b"}.Action("Fix it now") + `"]}`: false,
	} {
		if matched, err := presses.Match([]byte(event)); err != nil || matched != want {
			t.Errorf("%s: got %v, %v; want %v", event, matched, err, want)
		}
	}
	if got := functions(t, "version: 1\nmode: notify\nrules: [{name: a, on: [securityhub]}]\n", "tw"); len(got) != 1 {
		t.Errorf("without buttons, got %+v", got)
	}
}

// TestAllButtonsAreHeard holds that one rule's pattern has room for as many buttons as a policy may have.
func TestAllButtonsAreHeard(t *testing.T) {
	buttons := func(n int) string {
		text := "version: 1\nmode: notify\nrules: [{name: a, on: [securityhub]}]\nbuttons:\n"
		for i := range n {
			text += fmt.Sprintf("  - {name: A button of 20 is %d, do: fix}\n", 10+i)
		}
		return text
	}
	const most = 30
	if got := functions(t, buttons(most), "a-long-prefix-of-ours"); len(got["securityhub-action"].Rules) != 1 {
		t.Errorf("%d buttons are not heard: %+v", most, got)
	}
	if _, err := policy.Parse("policy.yaml", []byte(buttons(most+1)), policy.Catalog{Kinds: []string{"securityhub"}}); err == nil || !strings.Contains(err.Error(), "is the most") {
		t.Errorf("%d buttons: got %v, want them refused", most+1, err)
	}
}

// TestActionsAreAWSs holds that ids of actions are within AWS's form, and differ where prefix or name do.
func TestActionsAreAWSs(t *testing.T) {
	var seen []string
	for _, prefix := range []string{"tagwarden", "a-very-long-prefix-of-ours", "tw"} {
		for _, name := range []string{"Remediate", "Exempt 30 days", "Exempt30days", "日本語", "Undo!", "Undo?"} {
			id := rights.Names{Prefix: prefix}.Action(name)
			if len(id) == 0 || len(id) > 20 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || slices.Contains(seen, id) {
				t.Errorf("%s of %s is %q", name, prefix, id)
			}
			seen = append(seen, id)
		}
	}
}

// TestShadow holds that whatever one of the two policies wants is heard, narrowed only where both narrow alike, and that presses are left to the deployment.
func TestShadow(t *testing.T) {
	parse := func(text string) *policy.Policy {
		p, err := policy.Parse("policy.yaml", []byte("version: 1\nmode: notify\n"+text), policy.Catalog{Kinds: []string{"config", "securityhub", "create"}, Remedies: []policy.CatalogRemedy{
			{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	fields := []events.Kind{
		{ID: "config", Doc: "One.", Pattern: pattern.MustParse(`{"source":["a"]}`), Fields: map[string][]string{"region": {"region"}}},
		kinds[1], kinds[2], kinds[3], kinds[4],
	}
	old := parse("buttons: [{name: Fix it now, do: fix}]\nrules: [{name: a, on: [config], where: {region: [eu-west-1]}, do: [tags]}, {name: b, on: [securityhub]}]\n")
	next := parse("rules: [{name: a, on: [config], where: {region: [eu-west-2]}, do: [tags]}, {name: c, on: [create], do: [tags]}]\n")
	got := map[string]string{}
	for _, f := range listen.Shadow(next, old, fields, rights.Names{Prefix: "tw"}) {
		for _, r := range f.Rules {
			got[f.Name+"/"+r.Kind.ID] = r.Pattern.String()
		}
	}
	want := map[string]string{
		"config/config": `{"source":["a"]}`, "securityhub/securityhub": `{"source":["b"]}`, "securityhub/securityhub-v2": `{"source":["c"]}`, "create/create": `{"source":["e"]}`,
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, f := range listen.Shadow(old, old, fields, rights.Names{Prefix: "tw"}) {
		if f.Name == "config" && !strings.Contains(f.Rules[0].Pattern.String(), "eu-west-1") {
			t.Errorf("both policies narrow alike, and the rule has %s", f.Rules[0].Pattern)
		}
	}
}
