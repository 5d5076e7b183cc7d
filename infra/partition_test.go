//go:build synth

package main

import (
	"fmt"
	"strings"
	"testing"
)

// in is a value of a template as CloudFormation sees it in a partition: of each Fn::If the one that holds there, nil for what is left out.
func (tmpl template) in(t *testing.T, partition string, v any) any {
	t.Helper()
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = tmpl.in(t, partition, v[i])
		}
		return all
	case map[string]any:
		if v["Ref"] == "AWS::NoValue" {
			return nil
		}
		if choice, is := v["Fn::If"].([]any); is {
			if tmpl.holds(t, partition, tmpl.Conditions[choice[0].(string)]) {
				return tmpl.in(t, partition, choice[1])
			}
			return tmpl.in(t, partition, choice[2])
		}
		tree := map[string]any{}
		for key, value := range v {
			if value = tmpl.in(t, partition, value); value != nil {
				tree[key] = value
			}
		}
		return tree
	}
	return v
}

// holds tells whether a condition holds in a partition.
func (tmpl template) holds(t *testing.T, partition string, condition any) bool {
	t.Helper()
	of, _ := condition.(map[string]any)
	if parts, is := of["Fn::And"].([]any); is {
		for _, part := range parts {
			if !tmpl.holds(t, partition, part) {
				return false
			}
		}
		return true
	}
	if parts, is := of["Fn::Not"].([]any); is {
		return !tmpl.holds(t, partition, parts[0])
	}
	parts, is := of["Fn::Equals"].([]any)
	if !is || compact(t, parts[0]) != `{"Ref":"AWS::Partition"}` {
		t.Fatalf("a condition asks %s, want only the partition", compact(t, condition))
	}
	return parts[1] == partition
}

// What a partition does not have is not asked of it: CloudFormation would take back the whole stack.
func TestPartitions(t *testing.T) {
	for _, tmpl := range []template{synth(t, every), part(t, every, stackName)} {
		for partition, want := range map[string]string{
			"aws":        "url JSON WARN INFO map[Mode:Active]",
			"aws-cn":     "no url JSON WARN INFO <nil>",
			"aws-us-gov": "no url Text <nil> <nil> map[Mode:Active]",
		} {
			url := map[bool]string{true: "url", false: "no url"}
			output := tmpl.Outputs["OperatorUrl"].(map[string]any)["Condition"].(string)
			for id, r := range tmpl.of("AWS::Lambda::Url") {
				if r.Condition != output {
					t.Errorf("%s is made where %s, and shown where %s", id, r.Condition, output)
				}
			}
			for id, f := range tmpl.of("AWS::Lambda::Function") {
				if !strings.HasSuffix(f.Properties["FunctionName"].(string), "-operator") {
					continue
				}
				p := tmpl.in(t, partition, f.Properties).(map[string]any)
				log := p["LoggingConfig"].(map[string]any)
				got := fmt.Sprint(url[tmpl.holds(t, partition, tmpl.Conditions[output])], " ", log["LogFormat"], " ", log["SystemLogLevel"], " ", log["ApplicationLogLevel"], " ", p["TracingConfig"])
				if got != want || log["LogGroup"] == nil {
					t.Errorf("%s in %s: got %s, want %s", id, partition, got, want)
				}
			}
		}
	}
}

// A region without function URLs gets none where the settings say so, and everything else.
func TestNoURL(t *testing.T) {
	app, err := buildApp(t, fixing, map[string]any{"url": "none"})
	if err != nil {
		t.Fatal(err)
	}
	var tmpl template
	recode(t, templateOf(app, stackName), &tmpl)
	if urls := tmpl.of("AWS::Lambda::Url"); len(urls) != 0 || tmpl.Outputs["OperatorUrl"] != nil {
		t.Errorf("got the URLs %v and the output %v, want none", urls, tmpl.Outputs["OperatorUrl"])
	}
	if got, want := len(tmpl.of("AWS::Lambda::Function")), len(synth(t, fixing).of("AWS::Lambda::Function")); got != want {
		t.Errorf("got %d functions, want %d", got, want)
	}
	if _, err := buildApp(t, fixing, map[string]any{"url": "no"}); err == nil || !strings.Contains(err.Error(), "-c url=no: use none") {
		t.Errorf("a setting that is none: got %v", err)
	}
}
