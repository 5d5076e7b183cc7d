package watch

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// deployment is that of a policy file.
func deployment(t *testing.T, file string, hub bool) Deployment {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return deploymentOf(t, string(text), hub)
}

func deploymentOf(t *testing.T, text string, hub bool) Deployment {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	names := rights.Names{Prefix: "tagwarden"}
	return Deployment{Names: names, Policy: p, Judges: listen.Functions(p, events.All(), names), Hub: hub}
}

const (
	deployed = "../../policy.yaml"
	every    = "../../testdata/stack/every.yaml"
)

func namesOf(alarms []Alarm) []string {
	names := make([]string, len(alarms))
	for i, a := range alarms {
		names[i] = a.Name
	}
	return names
}

// The policy that is deployed has so many alarms, and stays below 25 metrics in them.
func TestAlarmsOfTheDeployedPolicy(t *testing.T) {
	got := Alarms(deployment(t, deployed, false))
	want := []string{
		"tagwarden-dead-letters",
		"tagwarden-oldest-config", "tagwarden-oldest-tags", "tagwarden-oldest-guardduty", "tagwarden-oldest-act", "tagwarden-oldest-clock",
		"tagwarden-config-errors", "tagwarden-tags-errors", "tagwarden-guardduty-errors", "tagwarden-act-errors", "tagwarden-clock-errors", "tagwarden-operator-errors",
		"tagwarden-throttles", "tagwarden-brake",
	}
	if !slices.Equal(namesOf(got), want) {
		t.Errorf("got %q, want %q", namesOf(got), want)
	}
	billed := 0
	for _, a := range got {
		billed += a.Metrics()
	}
	t.Logf("%d alarms on %d metrics", len(got), billed)
	if billed != 15 {
		t.Errorf("%d metrics are billed in alarms, want 15", billed)
	}
}

// What no rule can do has no alarm: a breaker, and how fast fixes are, by the source of the events that a rule fixes.
func TestAlarmsFollowThePolicy(t *testing.T) {
	const tags = "version: 1\ntags: [{key: Owner, required: true}]\nrules:\n"
	for name, test := range map[string]struct {
		rules string
		want  []string
	}{
		"notify":           {"- {name: a, on: [config, tags], do: [tags]}", nil},
		"propose":          {"- {name: a, on: [config, tags], do: [tags], mode: propose}", nil},
		"fix":              {"- {name: a, on: [tags], do: [tags], mode: fix}", []string{"tagwarden-breaker", "tagwarden-slow-tags"}},
		"fix what exists":  {"- {name: a, on: [clock, tags], do: [tags], mode: fix}", []string{"tagwarden-breaker", "tagwarden-slow-config", "tagwarden-slow-tags"}},
		"fix and tell":     {"- {name: a, on: [tags], do: [tags]}\n- {name: b, on: [securityhub], do: [s3-versioning], mode: fix}", []string{"tagwarden-breaker", "tagwarden-slow-securityhub"}},
		"fix what is new":  {"- {name: a, on: [create], do: [tags], mode: fix}", []string{"tagwarden-breaker", "tagwarden-slow-tags"}},
		"fix what a check": {"- {name: a, on: [config-rule], do: [s3-versioning], mode: fix}", []string{"tagwarden-breaker", "tagwarden-slow-config"}},
	} {
		got := slices.DeleteFunc(namesOf(Alarms(deploymentOf(t, tags+test.rules+"\n", false))), func(name string) bool {
			return name != "tagwarden-breaker" && !strings.HasPrefix(name, "tagwarden-slow-")
		})
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// An alarm is one that CloudWatch takes, says what to do, and is the only one of its name.
func TestAlarmsAreSound(t *testing.T) {
	for _, hub := range []bool{false, true} {
		seen, ids := map[string]bool{}, regexp.MustCompile(`^[a-z0-9-]+$`)
		for _, a := range Alarms(deployment(t, every, hub)) {
			if seen[a.ID] || !ids.MatchString(a.ID) || a.Name != "tagwarden-"+a.ID {
				t.Errorf("alarm %q is named %q", a.ID, a.Name)
			}
			seen[a.ID] = true
			if n := len(a.Of); n == 0 || n > mostInMath || a.Metrics() != n || (a.Expression() == "") != (n == 1) || strings.Count(a.Expression(), "FILL") != n && n > 1 {
				t.Errorf("%s: %d metrics, %q", a.Name, n, a.Expression())
			}
			if a.Datapoints < 1 || a.Datapoints > a.Periods || len(a.Description()) > 1024 || !strings.HasSuffix(a.Why, ".") || !strings.HasSuffix(a.Do, ".") {
				t.Errorf("%s: %+v", a.Name, a)
			}
			for _, m := range a.Of {
				// Source: CloudWatch API reference, PutMetricAlarm (EvaluationPeriods: at most a day, of periods below an hour).
				if span := m.Period.Seconds() * float64(a.Periods); span > 86_400 {
					t.Errorf("%s looks back %v seconds", a.Name, span)
				}
			}
		}
		if seen["bus"] != hub {
			t.Errorf("hub %t: the bus is watched: %t", hub, seen["bus"])
		}
	}
}

// The hub's alarm is on the rules of its own bus, the heartbeats' among them.
func TestHubsBus(t *testing.T) {
	for _, a := range Alarms(deployment(t, deployed, true)) {
		if a.ID != "bus" {
			continue
		}
		var got []string
		for _, m := range a.Of {
			got = append(got, fmt.Sprint(m.Namespace, m.Name, m.Dimensions))
		}
		want := []string{}
		for _, rule := range []string{"config", "tags", "guardduty", "heartbeat"} {
			want = append(want, fmt.Sprint("AWS/Events", "FailedInvocations", []Dimension{{"EventBusName", "tagwarden"}, {"RuleName", "tagwarden-" + rule}}))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What a queue holds back is not late, and act's groups may wait longer.
func TestOldestMessages(t *testing.T) {
	got := map[string]float64{}
	for _, a := range Alarms(deployment(t, every, false)) {
		if function, ok := strings.CutPrefix(a.ID, "oldest-"); ok {
			got[function] = a.Threshold
		}
	}
	for _, f := range deployment(t, every, false).Judges {
		if got[f.Name] != 900+f.Grace.Seconds() {
			t.Errorf("%s: %v seconds, and the queue holds back %s", f.Name, got[f.Name], f.Grace)
		}
	}
	if got[rights.ActName] != 3600 || got[rights.ClockName] != 900 {
		t.Errorf("got %v", got)
	}
}

// A dashboard of at most 50 metrics is free, if it is among the account's first three. Lines are counted, though two of them may be of one metric.
//
// Source: Amazon CloudWatch pricing (dashboards).
func TestDashboardIsFree(t *testing.T) {
	for file, want := range map[string]int{deployed: 33, every: 0} {
		for _, hub := range []bool{false, true} {
			lines := 0
			for _, row := range Dashboard(deployment(t, file, hub)) {
				width := 0
				for _, w := range row {
					lines += len(w.Lines)
					width += w.Width
				}
				if width != 24 {
					t.Errorf("a row is %d wide, want 24", width)
				}
			}
			t.Logf("%s: %d lines", file, lines)
			if lines > 50 || want > 0 && lines != want {
				t.Errorf("%s: %d lines, want %d and no more than 50", file, lines, want)
			}
		}
	}
}

// All ten metrics of the deployment's own are on the dashboard.
func TestDashboardShowsAllMetrics(t *testing.T) {
	shown := map[meter.Metric]bool{}
	for _, row := range Dashboard(deployment(t, deployed, false)) {
		for _, w := range row {
			for _, l := range w.Lines {
				m := meter.Metric{Name: l.Metric.Name}
				for _, d := range l.Metric.Dimensions {
					if d.Name == meter.SourceDimension {
						m.Source = d.Value
					}
				}
				shown[m] = shown[m] || l.Metric.Namespace == meter.Namespace
			}
		}
	}
	for _, m := range meter.Metrics() {
		if !shown[m] {
			t.Errorf("%v is not shown", m)
		}
	}
}

// The body is JSON in CloudWatch's form: every widget within 24 columns, none over another, a region a metric.
func TestBody(t *testing.T) {
	text, err := Body(Dashboard(deployment(t, every, true)))
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Widgets []struct {
			Type                string
			X, Y, Width, Height int
			Properties          struct {
				Region, Markdown string
				Metrics          [][]any
				Alarms           []string
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	taken := map[[2]int]bool{}
	for _, w := range body.Widgets {
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if taken[[2]int{x, y}] || x > 23 {
					t.Fatalf("two widgets at %d, %d, or one beyond the edge", x, y)
				}
				taken[[2]int{x, y}] = true
			}
		}
		p := w.Properties
		switch {
		case w.Type == "text" && p.Markdown != "", w.Type == "alarm" && len(p.Alarms) > 0 && len(p.Alarms) <= 100:
		case w.Type == "metric" && p.Region == "${Region}" && len(p.Metrics) > 0:
			for _, m := range p.Metrics {
				if _, last := m[len(m)-1].(map[string]any); !last || len(m)%2 == 0 {
					t.Errorf("a metric is %v: want namespace, name, pairs of dimensions, and how it is shown", m)
				}
			}
		default:
			t.Errorf("a widget of type %q shows %+v", w.Type, p)
		}
	}
}

// A query asks only for what is logged.
func TestQueries(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range Queries(deployment(t, deployed, false)) {
		if seen[q.ID] || q.Name != "tagwarden/"+q.ID || !strings.Contains(q.Text, "filter ") {
			t.Errorf("got %+v", q)
		}
		seen[q.ID] = true
	}
	if !seen["errors"] {
		t.Error("the alarms name a query that is not there")
	}
}
