// Package report is what the command line shows of a finding: what the policy makes of it, and what became of it. Pure.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// A Row is what the policy makes of one finding by one remedy. Its JSON is relied on by programs: fields are added, never renamed.
type Row struct {
	Event      string          `json:"event"`
	Kind       string          `json:"kind"`    // "" for an event of no known kind
	Control    string          `json:"control"` // "" where there is no finding
	Resource   Resource        `json:"resource"`
	Verdict    policy.Verdict  `json:"verdict"`
	Rule       string          `json:"rule"`   // "" if none applied
	Remedy     string          `json:"remedy"` // "" if none applied
	Reason     string          `json:"reason"`
	Violations []tag.Violation `json:"violations"` // never null
	// Before and After hold only what changes. They are left out where they cannot be known without a call, or nothing is wrong.
	Before map[string]string `json:"before,omitzero"`
	After  map[string]string `json:"after,omitzero"`
	Press  string            `json:"press,omitempty"` // name of the button that was pressed; "" where the event is no press
	Undo   bool              `json:"undo,omitempty"`  // the press takes the last change back: that is what the verdict "fix" means here
}

// A Resource names a resource to programs.
type Resource struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	ARN     string `json:"arn"`
	Account string `json:"account"`
	Region  string `json:"region"`
}

// Why an event leads to no finding, where it is as AWS documents it.
const (
	NotSelected = "No rule's event pattern selects the event."
	NoFinding   = "The event holds no finding."
)

// Of is the row of a decision about a finding.
func Of(f finding.Finding, d policy.Decision) Row {
	violations := d.Violations
	if violations == nil {
		violations = []tag.Violation{}
	}
	return Row{
		Event: f.Event, Kind: f.Kind, Control: f.Control, Resource: resourceOf(f.Resource),
		Verdict: d.Verdict, Rule: d.Rule, Remedy: d.Remedy, Reason: d.Reason, Violations: violations, Before: d.Before, After: d.After,
		Press: f.Press.Name, Undo: d.Undoes,
	}
}

// Ignored is the row of an event that leads to no finding: no pattern selects it, it holds none, or it is not as AWS documents its kind.
func Ignored(event, kind, account, region, reason string) Row {
	return Row{
		Event: event, Kind: kind, Resource: Resource{Account: account, Region: region},
		Verdict: policy.Ignored, Reason: reason, Violations: []tag.Violation{},
	}
}

func resourceOf(r finding.Resource) Resource {
	return Resource{Type: r.Type, ID: r.ID, ARN: r.ARN, Account: r.Account, Region: r.Region}
}

// Line gives a value as one line of JSON, with its line break. "<", ">" and "&" stay as they are: nobody shows it as HTML.
func Line(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a line of the report: %w", err)
	}
	return b.Bytes(), nil
}
