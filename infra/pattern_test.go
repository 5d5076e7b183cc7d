//go:build synth

package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

// A pattern comes through CDK as it is, whatever it holds.
func TestEventPattern(t *testing.T) {
	tests := []struct {
		name, pattern string
		text          bool // want it as text
	}{
		{"plain", `{"detail":{"x":[{"numeric":[">",0,"<=",5]},{"exists":false}]},"source":["aws.tag"]}`, false},
		{"or", `{"$or":[{"a":["1"]},{"b":[{"cidr":"10.0.0.0/8"}]}],"source":["aws.tag"]}`, false},
		{"null", `{"detail":{"x":[null]},"source":["aws.tag"]}`, true},
		{"null within", `{"detail":{"x":["a",null]},"source":["aws.tag"]}`, true},
		{"number with a point", `{"detail":{"x":[1.0]},"source":["aws.tag"]}`, true},
		{"number with an exponent", `{"detail":{"x":[1e3]},"source":["aws.tag"]}`, true},
	}
	stack := awscdk.NewStack(awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())}), jsii.String("Patterns"), nil)
	for i, test := range tests {
		rule := awsevents.NewCfnRule(stack, jsii.String(fmt.Sprint("Rule", i)), &awsevents.CfnRuleProps{Name: jsii.String(test.name)})
		setPattern(rule, pattern.MustParse(test.pattern))
	}
	var made template
	recode(t, assertions.Template_FromStack(stack, nil).ToJSON(), &made)
	got := map[string]any{}
	for _, rule := range made.Resources {
		got[rule.Properties["Name"].(string)] = rule.Properties["EventPattern"]
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, isText := got[test.name].(string)
			if !isText {
				text = compact(t, got[test.name])
			}
			if isText != test.text || isText && text != test.pattern || compact(t, json.RawMessage(text)) != compact(t, json.RawMessage(test.pattern)) {
				t.Errorf("got %s, as text %v; want %s, as text %v", text, isText, test.pattern, test.text)
			}
		})
	}
}
