//go:build synth

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// sweeping is a policy that hears the clock.
const sweeping = "../testdata/stack/sweep.yaml"

// The clock is sent a tick each minute and, only where a rule hears the clock, a sweep each day, by a role that may do nothing else and that only its schedules may take.
func TestSchedules(t *testing.T) {
	for policyFile, want := range map[string]map[string]string{
		every: {"Tick": wiring.Tick + " rate(1 minutes)"}, sweeping: {"Tick": wiring.Tick + " rate(1 minutes)", "Sweep": wiring.Sweep + " cron(17 3 * * ? *)"},
	} {
		tmpl := synth(t, policyFile)
		queue := clockQueue(t, tmpl)
		got := map[string]string{}
		for _, s := range tmpl.of("AWS::Scheduler::Schedule") {
			target := s.Properties["Target"].(map[string]any)
			got[s.Properties["Name"].(string)] = target["Input"].(string) + " " + s.Properties["ScheduleExpression"].(string)
			group := tmpl.Resources[s.Properties["GroupName"].(map[string]any)["Ref"].(string)]
			if group.Properties["Name"] != "tagwarden-clock" || getAtt(t, target["Arn"]) != queue || compact(t, s.Properties["FlexibleTimeWindow"]) != `{"Mode":"OFF"}` {
				t.Errorf("%s: the schedule is %s, want one to %s", policyFile, compact(t, s.Properties), queue)
			}
			checkScheduler(t, tmpl, getAtt(t, target["RoleArn"]), queue)
		}
		if compact(t, got) != compact(t, want) {
			t.Errorf("%s: got schedules %v, want %v", policyFile, got, want)
		}
	}
}

func checkScheduler(t *testing.T, tmpl template, role, queue string) {
	t.Helper()
	trust := compact(t, tmpl.Resources[role].Properties["AssumeRolePolicyDocument"])
	for _, part := range []string{`"Service":"scheduler.amazonaws.com"`, `"aws:SourceAccount":{"Ref":"AWS::AccountId"}`, `schedule-group/tagwarden-clock`, `"StringEquals"`} {
		if !strings.Contains(trust, part) {
			t.Errorf("the scheduler's role trusts %s, want %s in it", trust, part)
		}
	}
	if got := rolesOf(t, tmpl)[role].statements; len(got) != 1 || len(got[0].Action) != 1 || got[0].Action[0] != "sqs:SendMessage" || !strings.Contains(compact(t, got[0]), queue) {
		t.Errorf("the scheduler may %s, want to send to %s alone", compact(t, got), queue)
	}
}

// clockQueue is the logical id of the clock's queue.
func clockQueue(t *testing.T, tmpl template) string {
	t.Helper()
	for id, q := range tmpl.of("AWS::SQS::Queue") {
		if q.Properties["QueueName"] == "tagwarden-clock" {
			return id
		}
	}
	t.Fatal("the clock has no queue")
	return ""
}

// A sweep may ask AWS Config and Resource Explorer, or the aggregator that is named; the clock is told its name.
func TestSweep(t *testing.T) {
	list := readPublished(t)
	for _, aggregator := range []string{"", "everything"} {
		app, err := buildApp(t, sweeping, map[string]any{"aggregator": aggregator})
		if err != nil {
			t.Fatal(err)
		}
		awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Verbose: jsii.Bool(true)}), nil)
		stack := app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack)
		annotations, anything := assertions.Annotations_FromStack(stack), assertions.Match_StringLikeRegexp(jsii.String(".*"))
		for _, m := range append(*annotations.FindError(jsii.String("*"), anything), *annotations.FindWarning(jsii.String("*"), anything)...) {
			t.Errorf("aggregator %q: %s", aggregator, compact(t, m))
		}
		text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
		if err != nil {
			t.Fatal(err)
		}
		var tmpl template
		if err := json.Unmarshal(text, &tmpl); err != nil {
			t.Fatal(err)
		}
		role := clockRole(t, tmpl, aggregator)
		var actions []string
		for _, s := range rolesOf(t, tmpl)[role].statements {
			actions = append(actions, s.Action...)
		}
		query := map[string]string{"": "config:SelectResourceConfig", "everything": "config:SelectAggregateResourceConfig"}
		for at, action := range query {
			if slices.Contains(actions, action) != (at == aggregator) {
				t.Errorf("aggregator %q: the clock may %v", aggregator, actions)
			}
		}
		names := rights.Names{Prefix: "tagwarden"}
		list.check(t, "function clock", names.Document(rights.ClockName, rights.Needs{Journal: schema.TableActions(), Indexed: schema.IndexActions(), Sweeps: true, Aggregated: aggregator != ""}))
	}
	if _, err := buildApp(t, sweeping, map[string]any{"aggregator": "no name"}); err == nil || !strings.Contains(err.Error(), "aggregator") {
		t.Errorf("got %v, want an error about the aggregator", err)
	}
}

// clockRole is the role of the clock, which is told the aggregator.
func clockRole(t *testing.T, tmpl template, aggregator string) string {
	t.Helper()
	for _, f := range tmpl.of("AWS::Lambda::Function") {
		if f.Properties["FunctionName"] != "tagwarden-"+rights.ClockName {
			continue
		}
		told, _ := f.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)[wiring.Aggregator].(string)
		if told != aggregator {
			t.Errorf("the clock is told the aggregator %q, want %q", told, aggregator)
		}
		return getAtt(t, f.Properties["Role"])
	}
	t.Fatal("there is no clock")
	return ""
}
