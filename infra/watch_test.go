//go:build synth

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/watch"
)

// watched is the deployment of a policy as the stack watches it.
func watched(t *testing.T, policyFile string) watch.Deployment {
	t.Helper()
	names, p := rights.Names{Prefix: "tagwarden"}, parsed(t, policyFile)
	return watch.Deployment{Names: names, Policy: p, Judges: listen.Functions(p, events.All(), names)}
}

// Each alarm of the list is in the template as the list has it, and tells people when it goes off and when it is over.
func TestAlarms(t *testing.T) {
	for _, policyFile := range []string{deployed, fixing, every} {
		tmpl := synth(t, policyFile)
		var topic string
		for topic = range tmpl.of("AWS::SNS::Topic") {
		}
		people := compact(t, []any{map[string]any{"Ref": topic}})
		made := map[string]map[string]any{}
		for _, a := range tmpl.of("AWS::CloudWatch::Alarm") {
			made[a.Properties["AlarmName"].(string)] = a.Properties
			if on, off := compact(t, a.Properties["AlarmActions"]), compact(t, a.Properties["OKActions"]); on != people || off != people {
				t.Errorf("%s tells %s, and %s when it is over; want %s", a.Properties["AlarmName"], on, off, people)
			}
		}
		want := watch.Alarms(watched(t, policyFile))
		if len(made) != len(want) {
			t.Errorf("%s: got %d alarms, want %d", policyFile, len(made), len(want))
		}
		for _, a := range want {
			p := made[a.Name]
			if p == nil {
				t.Errorf("%s: there is no alarm %s", policyFile, a.Name)
				continue
			}
			numbers := fmt.Sprint(p["Threshold"], p["EvaluationPeriods"], p["DatapointsToAlarm"], p["ComparisonOperator"], p["TreatMissingData"])
			if wanted := fmt.Sprint(a.Threshold, a.Periods, a.Datapoints, "GreaterThanThreshold", "notBreaching"); numbers != wanted {
				t.Errorf("%s: got %s, want %s", a.Name, numbers, wanted)
			}
			if got, wanted := metricsOf(t, p), metricsWanted(a); got != wanted {
				t.Errorf("%s watches\n%s\nwant\n%s", a.Name, got, wanted)
			}
		}
	}
}

// metricsOf says what an alarm of the template watches.
func metricsOf(t *testing.T, p map[string]any) string {
	t.Helper()
	if p["Metrics"] == nil {
		stat := p["Statistic"]
		if stat == nil {
			stat = p["ExtendedStatistic"]
		}
		return fmt.Sprint(p["Namespace"], " ", p["MetricName"], dimensionsOf(p["Dimensions"]), " ", stat, " ", p["Period"], "\n")
	}
	var b strings.Builder
	for _, q := range p["Metrics"].([]any) {
		q := q.(map[string]any)
		stat, ok := q["MetricStat"].(map[string]any)
		if !ok {
			fmt.Fprintln(&b, q["Expression"], q["ReturnData"])
			continue
		}
		m := stat["Metric"].(map[string]any)
		fmt.Fprint(&b, m["Namespace"], " ", m["MetricName"], dimensionsOf(m["Dimensions"]), " ", stat["Stat"], " ", stat["Period"], "\n")
		if q["ReturnData"] != false {
			t.Error("an alarm has two values to watch")
		}
	}
	return b.String()
}

func dimensionsOf(list any) string {
	text := ""
	dimensions, _ := list.([]any)
	for _, d := range dimensions {
		text += fmt.Sprint(" ", d.(map[string]any)["Name"], "=", d.(map[string]any)["Value"])
	}
	return text
}

func metricsWanted(a watch.Alarm) string {
	text := ""
	if len(a.Of) > 1 {
		text = a.Expression() + " true\n"
	}
	for _, m := range a.Of {
		text += m.Namespace + " " + m.Name
		for _, d := range m.Dimensions {
			text += " " + d.Name + "=" + d.Value
		}
		text += fmt.Sprint(" ", m.Stat, " ", m.Period.Seconds(), "\n")
	}
	return text
}

// Every alarm and every metric of ours, and of AWS's, that is watched is of something that the template makes.
func TestWhatIsWatchedIsThere(t *testing.T) {
	for _, policyFile := range []string{deployed, every} {
		tmpl, there := synth(t, policyFile), map[string]bool{"deployment=tagwarden": true, "TopicName=tagwarden": true}
		for typ, name := range map[string][2]string{
			"AWS::SQS::Queue": {"QueueName", "QueueName"}, "AWS::Lambda::Function": {"FunctionName", "FunctionName"}, "AWS::Events::Rule": {"Name", "RuleName"},
		} {
			for _, r := range tmpl.of(typ) {
				there[fmt.Sprint(name[1], "=", r.Properties[name[0]])] = true
			}
		}
		var metrics []watch.Metric
		for _, a := range watch.Alarms(watched(t, policyFile)) {
			metrics = append(metrics, a.Of...)
		}
		for _, row := range watch.Dashboard(watched(t, policyFile)) {
			for _, w := range row {
				for _, l := range w.Lines {
					metrics = append(metrics, l.Metric)
				}
			}
		}
		for _, m := range metrics {
			for _, d := range m.Dimensions {
				if d.Name != "source" && !there[d.Name+"="+d.Value] {
					t.Errorf("%s: %s %s is of %s=%s, which is not there", policyFile, m.Namespace, m.Name, d.Name, d.Value)
				}
			}
		}
	}
}

// The dashboard is one, is named as the prefix, and is sound once its region is filled in.
func TestDashboard(t *testing.T) {
	tmpl := synth(t, every)
	if n := len(tmpl.of("AWS::CloudWatch::Dashboard")); n != 1 {
		t.Fatalf("got %d dashboards", n)
	}
	for _, d := range tmpl.of("AWS::CloudWatch::Dashboard") {
		body := d.Properties["DashboardBody"].(map[string]any)["Fn::Sub"].(string)
		filled := strings.NewReplacer("${AWS::Partition}", "aws", "${AWS::Region}", "eu-west-1", "${AWS::AccountId}", "111122223333").Replace(body)
		if !json.Valid([]byte(filled)) || strings.Contains(filled, "${") || d.Properties["DashboardName"] != "tagwarden" {
			t.Errorf("got the dashboard %v: %s", d.Properties["DashboardName"], filled)
		}
		if !strings.Contains(filled, "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:tagwarden-dead-letters") {
			t.Error("the dashboard does not show the alarms")
		}
	}
}

// Logs are JSON, encrypted with the deployment's key, and kept for as long as is asked; saved queries ask all of them.
func TestLogs(t *testing.T) {
	tmpl := synth(t, every)
	groups := tmpl.of("AWS::Logs::LogGroup")
	for id, g := range groups {
		if key := getAtt(t, g.Properties["KmsKeyId"]); g.Properties["RetentionInDays"] != 90.0 || tmpl.Resources[key].Type != "AWS::KMS::Key" {
			t.Errorf("%s: kept for %v days, encrypted with %s", id, g.Properties["RetentionInDays"], key)
		}
	}
	for id, f := range tmpl.of("AWS::Lambda::Function") {
		log := tmpl.in(t, "aws", f.Properties["LoggingConfig"]).(map[string]any)
		if got := fmt.Sprint(log["LogFormat"], log["SystemLogLevel"], log["ApplicationLogLevel"]); got != "JSONWARNINFO" {
			t.Errorf("%s logs %s", id, got)
		}
		delete(groups, log["LogGroup"].(map[string]any)["Ref"].(string))
	}
	if len(groups) > 0 {
		t.Errorf("%d log groups are of no function", len(groups))
	}
	queries := tmpl.of("AWS::Logs::QueryDefinition")
	for id, q := range queries {
		if got, want := len(q.Properties["LogGroupNames"].([]any)), len(tmpl.of("AWS::Lambda::Function")); got != want {
			t.Errorf("%s asks %d logs, want %d", id, got, want)
		}
	}
	if got, want := len(queries), len(watch.Queries(watched(t, every))); got != want {
		t.Errorf("got %d saved queries, want %d", got, want)
	}
}

func TestLogDays(t *testing.T) {
	app, err := buildApp(t, deployed, map[string]any{"logs": "365"})
	if err != nil {
		t.Fatal(err)
	}
	made := assertions.Template_FromStack(app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack), nil)
	made.AllResourcesProperties(jsii.String("AWS::Logs::LogGroup"), map[string]any{"RetentionInDays": 365})
	for _, wrong := range []string{"91", "0", "ninety"} {
		if _, err := buildApp(t, deployed, map[string]any{"logs": wrong}); err == nil || !strings.Contains(err.Error(), "-c logs="+wrong) || !strings.Contains(err.Error(), " 90 ") {
			t.Errorf("-c logs=%s: got %v", wrong, err)
		}
	}
}

// X-Ray records what changes, and what is asked; no judge, and not the clock.
func TestTraces(t *testing.T) {
	tmpl := synth(t, every)
	for _, f := range tmpl.of("AWS::Lambda::Function") {
		name := strings.TrimPrefix(f.Properties["FunctionName"].(string), "tagwarden-")
		want := `null`
		if name == "act" || name == "operator" {
			want = `{"Mode":"Active"}`
		}
		if got := compact(t, tmpl.in(t, "aws", f.Properties["TracingConfig"])); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
