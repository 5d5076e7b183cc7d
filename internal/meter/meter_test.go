package meter

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func flushed(t *testing.T, m *Meter) string {
	t.Helper()
	var b bytes.Buffer
	if err := m.Flush(&b, time.UnixMilli(1700000000000)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFlush(t *testing.T) {
	m := &Meter{Deployment: "tagwarden", Function: "act"}
	m.Handled(1500 * time.Microsecond)
	m.Handled(2 * time.Millisecond)
	m.Outcome("fixed")
	m.Fixed("tags", 3*time.Second)
	m.Outcome("fixed")
	m.Fixed("config", -time.Second)
	m.Outcome("failed")
	m.Outcome("refused")
	m.Outcome("compliant")
	m.Error("again")
	m.Gauge(Brake, 2)
	m.Gauge(Breaker, 0)
	want := `{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["deployment"]],"Metrics":[{"Name":"brake","Unit":"Count"},{"Name":"refused","Unit":"Count"}],"Namespace":"Tagwarden"},` +
		`{"Dimensions":[["deployment","source"]],"Metrics":[{"Name":"fixed","Unit":"Milliseconds"}],"Namespace":"Tagwarden"}],"Timestamp":1700000000000},` +
		`"brake":2,"deployment":"tagwarden","errors":{"again":1},"fixed":[0],"function":"act","handled":2,"handling":3.5,"level":"INFO","msg":"batch",` +
		`"outcomes":{"compliant":1,"failed":1,"fixed":2,"refused":1},"refused":2,"source":"config","timestamp":"2023-11-14T22:13:20Z"}
{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["deployment","source"]],"Metrics":[{"Name":"fixed","Unit":"Milliseconds"}],"Namespace":"Tagwarden"}],"Timestamp":1700000000000},"deployment":"tagwarden","fixed":[3000],"source":"tags"}
`
	if got := flushed(t, m); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := flushed(t, m); got != "" {
		t.Errorf("a second flush wrote %q, want nothing", got)
	}
}

// What complies, and what is none of the policy's, leaves no line, however much there is of it; the next batch does not carry it along.
func TestABatchThatCompliesLeavesNoLine(t *testing.T) {
	m := &Meter{Deployment: "tagwarden", Function: "tags"}
	for range 1000 {
		m.Handled(time.Millisecond)
		m.Outcome("compliant")
		m.Outcome("ignored")
		m.Gauge(Waiting, 0)
	}
	if got := flushed(t, m); got != "" {
		t.Errorf("got %s, want no line", got)
	}
	m.Handled(time.Millisecond)
	m.Outcome("handed over")
	want := `{"deployment":"tagwarden","function":"tags","handled":1,"handling":1,"level":"INFO","msg":"batch","outcomes":{"handed over":1},"timestamp":"2023-11-14T22:13:20Z"}` + "\n"
	if got := flushed(t, m); got != want {
		t.Errorf("got %s, want %s: no metric, because nothing was answered yet", got, want)
	}
}

func TestALineCarriesNoMoreValuesThanAllowed(t *testing.T) {
	m := &Meter{Deployment: "tagwarden", Function: "act"}
	for range maxValues + 1 {
		m.Fixed("guardduty", time.Second)
	}
	if got := strings.Count(flushed(t, m), "1000"); got != maxValues {
		t.Errorf("got %d values, want %d", got, maxValues)
	}
}

// All that can be written, over all outcomes, kinds and gauges that there are and some that are not, is what Metrics says: ten that are billed.
func TestMetrics(t *testing.T) {
	m := &Meter{Deployment: "acme", Function: "any"}
	for _, outcome := range []string{
		"fixed", "told", "proposed", "waiting", "refused", "failed", "lapsed", "undone", "observed", "exempt", "exempted", "gone", "compliant", "ignored", "unreadable", "unknown", "handed over",
		"repeated", "stale", "due", "swept", "done", "denied", "new",
	} {
		m.Outcome(outcome)
	}
	for _, kind := range []string{
		"config", "tags", "create", "guardduty", "securityhub", "securityhub-action", "securityhub-v2", "config-rule", "inspector", "clock", "operator", "new",
	} {
		m.Fixed(kind, time.Second)
	}
	for _, name := range []string{Brake, Breaker, Waiting} {
		m.Gauge(name, 1)
	}
	m.Error("again")
	got := map[Metric]bool{}
	for line := range strings.Lines(flushed(t, m)) {
		var document struct {
			Source string `json:"source"`
			AWS    struct {
				CloudWatchMetrics []struct {
					Namespace  string
					Dimensions [][]string
					Metrics    []struct{ Name string }
				}
			} `json:"_aws"`
		}
		if err := json.Unmarshal([]byte(line), &document); err != nil {
			t.Fatal(err)
		}
		for _, d := range document.AWS.CloudWatchMetrics {
			metric := Metric{}
			if slices.Contains(d.Dimensions[0], SourceDimension) {
				metric.Source = document.Source
			}
			if len(d.Dimensions) != 1 || d.Namespace != Namespace {
				t.Errorf("got dimensions %v in %s", d.Dimensions, d.Namespace)
			}
			for _, one := range d.Metrics {
				metric.Name = one.Name
				got[metric] = true
			}
		}
	}
	want := Metrics()
	if len(want) != 10 || len(got) != len(want) {
		t.Errorf("got %d metrics, want %d, and those ten at the most: %v", len(got), len(want), got)
	}
	slices.SortFunc(want, func(a, b Metric) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Source, b.Source)) })
	for _, metric := range want {
		if !got[metric] {
			t.Errorf("%v is never written", metric)
		}
	}
}
