//go:build synth

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Alarms reach people: CloudWatch may publish to the topic, and use the key that encrypts it, for the alarms by the names that they have. Where either is missing, alarms are lost without a word.
//
// Source: Amazon SNS developer guide, "Managing Amazon SNS encryption keys and costs" (event sources from AWS services).
func TestAlarmsReachPeople(t *testing.T) {
	for _, policyFile := range []string{deployed, every} {
		tmpl := synth(t, policyFile)
		for typ, member := range map[string]string{"AWS::SNS::TopicPolicy": "PolicyDocument", "AWS::KMS::Key": "KeyPolicy"} {
			want := map[string][]string{"AWS::SNS::TopicPolicy": {"sns:Publish"}, "AWS::KMS::Key": {"kms:Decrypt", "kms:GenerateDataKey*"}}[typ]
			for id, r := range tmpl.of(typ) {
				var st policyStatement
				found := false
				for _, one := range r.Properties[member].(map[string]any)["Statement"].([]any) {
					if strings.Contains(compact(t, one.(map[string]any)["Principal"]), `"cloudwatch.amazonaws.com"`) {
						recode(t, one, &st)
						found = true
					}
				}
				if !found || st.Effect != "Allow" || !slices.Equal(st.Action, want) {
					t.Errorf("%s: %s lets CloudWatch do %v, want %v", policyFile, id, st.Action, want)
				}
				checkSource(t, tmpl, id, compact(t, st.Condition))
			}
		}
	}
}

// checkSource checks that a condition on the alarm's ARN, where there is one, holds for every alarm of the template.
func checkSource(t *testing.T, tmpl template, id, condition string) {
	t.Helper()
	pattern := regexp.MustCompile(`:alarm:([^"]+)"`).FindStringSubmatch(condition)
	if pattern == nil {
		return
	}
	prefix, wild := strings.CutSuffix(pattern[1], "*")
	for _, a := range tmpl.of("AWS::CloudWatch::Alarm") {
		if name := a.Properties["AlarmName"].(string); !wild || !strings.HasPrefix(name, prefix) {
			t.Errorf("%s: the alarm %s may not: the condition is %s", id, name, condition)
		}
	}
}
