//go:build synth

package main

import (
	"reflect"
	"testing"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/cost"
)

// TestCost holds that the estimate is of what the stack makes: its functions with their memory, the queues that are asked, whether X-Ray records, its keys, and what watches.
func TestCost(t *testing.T) {
	for _, policyFile := range []string{deployed, every} {
		t.Run(policyFile, func(t *testing.T) {
			tmpl := synth(t, policyFile)
			d := cost.Of(parsed(t, policyFile), events.All(), false)
			functions := map[string]resource{}
			for _, f := range tmpl.of("AWS::Lambda::Function") {
				functions[f.Properties["FunctionName"].(string)] = f
			}
			if len(functions) != len(d.Functions) {
				t.Errorf("the stack has %d functions, and the estimate is of %d", len(functions), len(d.Functions))
			}
			asked := 0
			for _, f := range d.Functions {
				made, ok := functions["tagwarden-"+f.Name]
				if !ok {
					t.Errorf("the stack has no function %s", f.Name)
					continue
				}
				if memory := made.Properties["MemorySize"]; memory != f.Memory {
					t.Errorf("%s has %v MiB, and the estimate is of %v", f.Name, memory, f.Memory)
				}
				mode, _ := tmpl.in(t, "aws", made.Properties["TracingConfig"]).(map[string]any)
				if traced := mode["Mode"] == "Active"; traced && !f.Traced {
					t.Errorf("X-Ray records %s, and the estimate is of a function that it does not record", f.Name)
				}
				if f.Queue != cost.NoQueue {
					asked++
				}
			}
			alarms := 0
			for _, a := range tmpl.of("AWS::CloudWatch::Alarm") {
				metrics, _ := a.Properties["Metrics"].([]any)
				looked := 1
				for _, m := range metrics {
					if m.(map[string]any)["MetricStat"] != nil {
						looked++
					}
				}
				alarms += max(1, looked-1)
			}
			if alarms > d.Watched.Alarms || len(tmpl.of("AWS::CloudWatch::Dashboard")) > d.Watched.Dashboards || len(tmpl.of("AWS::CloudWatch::CompositeAlarm")) > d.Watched.Composites {
				t.Errorf("the stack's alarms look at %d metrics, and the estimate is of %+v", alarms, d.Watched)
			}
			for typ, want := range map[string]int{"AWS::Lambda::EventSourceMapping": asked, "AWS::KMS::Key": 1, "AWS::SecretsManager::Secret": 0} {
				if got := len(tmpl.of(typ)); got != want {
					t.Errorf("the stack has %d of %s, and the estimate is of %d", got, typ, want)
				}
			}
		})
	}
}

// TestContainmentIsNotGathered holds that the queues of threats, tag events, presses and act give out what they have at once.
func TestContainmentIsNotGathered(t *testing.T) {
	tmpl := synth(t, every)
	want := map[string]any{}
	for _, f := range cost.Of(parsed(t, every), events.All(), false).Functions {
		if f.Queue != cost.NoQueue {
			want["tagwarden-"+f.Name] = nil
		}
	}
	for _, gathered := range []string{"config", "config-rule", "create", "inspector"} {
		if _, made := want["tagwarden-"+gathered]; made {
			want["tagwarden-"+gathered] = 5.0
		}
	}
	got := map[string]any{}
	for id, f := range tmpl.of("AWS::Lambda::Function") {
		for _, source := range tmpl.of("AWS::Lambda::EventSourceMapping") {
			if source.Properties["FunctionName"].(map[string]any)["Fn::Join"].([]any)[1].([]any)[0].(map[string]any)["Fn::GetAtt"].([]any)[0] == id {
				got[f.Properties["FunctionName"].(string)] = source.Properties["MaximumBatchingWindowInSeconds"]
			}
		}
	}
	if !reflect.DeepEqual(got, want) || want["tagwarden-config"] != 5.0 {
		t.Errorf("the functions gather for %v seconds, want %v", got, want)
	}
}
