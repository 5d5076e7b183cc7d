package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

// setPattern gives a rule its pattern; as an override, because CDK takes no text there.
func setPattern(rule awsevents.CfnRule, p pattern.Pattern) {
	rule.AddPropertyOverride(jsii.String("EventPattern"), eventPattern(p))
}

// eventPattern is a pattern as the template has it: as an object that people can read, where it comes through CDK unchanged, and else as text. CDK drops null, and
// writes numbers anew, which EventBridge tells apart by how they are written.
//
// Source: CloudFormation template reference, AWS::Events::Rule (EventPattern is JSON); EventBridge user guide, "Creating event patterns" (numbers are matched by their
// spelling).
func eventPattern(p pattern.Pattern) any {
	var tree map[string]any
	var again bytes.Buffer
	encoder := json.NewEncoder(&again)
	encoder.SetEscapeHTML(false)
	if json.Unmarshal([]byte(p.String()), &tree) != nil || encoder.Encode(tree) != nil {
		return p.String()
	}
	if strings.TrimSpace(again.String()) != p.String() || hasNull(tree) {
		return p.String()
	}
	return tree
}

// hasNull tells whether null stands anywhere in a JSON tree.
func hasNull(tree any) bool {
	switch tree := tree.(type) {
	case nil:
		return true
	case []any:
		for _, item := range tree {
			if hasNull(item) {
				return true
			}
		}
	case map[string]any:
		for _, item := range tree {
			if hasNull(item) {
				return true
			}
		}
	}
	return false
}
