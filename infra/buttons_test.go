//go:build synth

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// Each button is a custom action of Security Hub, whose presses, and no others, are heard.
func TestButtons(t *testing.T) {
	tmpl := synth(t, every)
	names := rights.Names{Prefix: "tagwarden"}
	does := map[string]string{"fix": "puts right what the finding is about", "undo": "takes the last change back"}
	want, suffixes := map[string]bool{}, []any{}
	for _, b := range parsed(t, every).Buttons() {
		want[compact(t, map[string]any{"Id": names.Action(b.Name), "Name": b.Name, "Description": "Tagwarden " + does[b.Do] + ", as the policy allows."})] = true
		suffixes = append(suffixes, map[string]any{"suffix": ":action/custom/" + names.Action(b.Name)})
	}
	got := tmpl.of("AWS::SecurityHub::ActionTarget")
	for id, action := range got {
		if text := compact(t, action.Properties); !want[text] {
			t.Errorf("%s is %s, want one of %v", id, text, want)
		}
	}
	if len(got) != len(want) || len(want) != 2 {
		t.Errorf("got %d custom actions for %d buttons, want two", len(got), len(want))
	}
	for _, rule := range tmpl.of("AWS::Events::Rule") {
		pattern := rule.Properties["EventPattern"].(map[string]any)
		heard := compact(t, pattern["resources"]) == compact(t, suffixes)
		if press := rule.Properties["Name"] == "tagwarden-securityhub-action"; press != heard {
			t.Errorf("%s hears %s", rule.Properties["Name"], compact(t, pattern))
		}
	}
	if n := len(synth(t, deployed).of("AWS::SecurityHub::ActionTarget")); n != len(parsed(t, deployed).Buttons()) {
		t.Errorf("the policy without buttons makes %d custom actions", n)
	}
}

// Only act writes into findings of Security Hub, in the hub of its own account and region, and only where the policy hears it.
func TestOnlyActNotes(t *testing.T) {
	const hub = "arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:hub/default"
	const product = "arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:product/${AWS::AccountId}/default"
	for policyFile, notes := range map[string]bool{deployed: false, fixing: false, every: true} {
		tmpl := synth(t, policyFile)
		act := actRole(t, tmpl)
		for id, role := range rolesOf(t, tmpl) {
			var got []string
			for _, s := range role.statements {
				if slices.ContainsFunc(s.Action, func(a string) bool { return strings.HasPrefix(a, "securityhub:") && strings.HasSuffix(a, "Findings") }) {
					got = append(got, compact(t, []any{s.Action, s.Resource}))
				}
			}
			var want []string
			if id == act && notes {
				want = []string{
					compact(t, json.RawMessage(`[["securityhub:BatchUpdateFindings","securityhub:GetFindings"],["`+hub+`"]]`)),
					compact(t, json.RawMessage(`[["securityhub:BatchImportFindings"],["`+product+`"]]`)),
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s may do %v to findings of Security Hub, want %v", policyFile, id, got, want)
			}
		}
	}
}
