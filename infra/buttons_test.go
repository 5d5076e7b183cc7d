//go:build synth

package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

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

// With -c buttons=custom the same actions are made by a function of ours, which may do nothing else, and which no event reaches.
func TestCustomButtons(t *testing.T) {
	app, err := buildApp(t, every, map[string]any{"buttons": "custom"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(assertions.Template_FromStack(app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack), nil).ToJSON())
	if err != nil {
		t.Fatal(err)
	}
	var tmpl template
	if err := json.Unmarshal(text, &tmpl); err != nil {
		t.Fatal(err)
	}
	names := rights.Names{Prefix: "tagwarden"}
	maker, role := "", roleResource{}
	for id, f := range tmpl.of("AWS::Lambda::Function") {
		if f.Properties["FunctionName"] == names.Function(rights.ButtonsName) {
			maker = id
		}
	}
	for _, r := range rolesOf(t, tmpl) {
		if r.name == names.Role(rights.ButtonsName) {
			role = r
		}
	}
	const hub = "arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:hub/default"
	if len(role.statements) != 2 || !slices.Equal(role.statements[0].Resource, words{hub}) || !slices.Equal(role.statements[0].Action, rights.Buttons()[0].Actions) {
		t.Errorf("the function may %+v", role.statements)
	}
	got, want := map[string]bool{}, map[string]bool{}
	for _, action := range tmpl.of(customButton) {
		description, _ := action.Properties["Description"].(string)
		if compact(t, action.Properties["ServiceToken"]) != `{"Fn::GetAtt":["`+maker+`","Arn"]}` || action.Properties["ServiceTimeout"] != 420.0 || !strings.HasSuffix(description, "Made by tagwarden-buttons.") {
			t.Errorf("got %v, made by %s", action.Properties, maker)
		}
		got[compact(t, []any{action.Properties["Id"], action.Properties["Name"]})] = true
	}
	for _, b := range parsed(t, every).Buttons() {
		want[compact(t, []any{names.Action(b.Name), b.Name})] = true
	}
	if !maps.Equal(got, want) || len(tmpl.of(actionTarget)) != 0 || len(tmpl.of("AWS::Lambda::EventSourceMapping")) != len(synth(t, every).of("AWS::Lambda::EventSourceMapping")) {
		t.Errorf("got the actions %v, want %v", got, want)
	}
	if n := len(synth(t, every).of("AWS::Lambda::Function")); len(tmpl.of("AWS::Lambda::Function")) != n+1 {
		t.Errorf("got %d functions, and %d without custom buttons", len(tmpl.of("AWS::Lambda::Function")), n)
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
