package meter

import (
	"maps"
	"slices"
	"time"
)

// Namespace is where the metrics stand in CloudWatch.
const Namespace = "Tagwarden"

// The metrics' names.
const (
	Fixed    = "fixed"    // milliseconds from the event to the verified fix, by source; their number is the number of fixes
	Proposed = "proposed" // count
	Refused  = "refused"  // count of what was to be put right and was not: refused, failed, or approved by nobody in time
	Undone   = "undone"   // count
	Brake    = "brake"    // how many brakes are on
	Breaker  = "breaker"  // how many rules' breakers are open
	Waiting  = "waiting"  // how many entries wait for a time or a person
)

// The dimensions of the metrics: every one has the first, Fixed has both.
const (
	DeploymentDimension = "deployment"
	SourceDimension     = "source"
)

// A Metric is one custom metric as CloudWatch bills it: a name with its dimensions.
type Metric struct {
	Name   string
	Source string // "" but for Fixed
}

// Metrics are all metrics that a deployment can write, over all its functions. They are ten: each costs as much a month as three alarms.
func Metrics() []Metric {
	var all []Metric
	for _, source := range Sources() {
		all = append(all, Metric{Fixed, source})
	}
	for _, name := range []string{Proposed, Refused, Undone, Brake, Breaker, Waiting} {
		all = append(all, Metric{Name: name})
	}
	return all
}

// Sources are the groups of kinds of events that fixes are measured by.
func Sources() []string { return []string{"config", "tags", "guardduty", "securityhub"} }

// SourceOf is the source that a kind of event counts with. Creations count with tag changes, what AWS Config's rules find and what a sweep meets with Config; Inspector's findings, what
// buttons are pressed for and what operators ask for, and whatever is new, with Security Hub.
func SourceOf(kind string) string {
	switch kind {
	case "config", "config-rule", "clock":
		return "config"
	case "tags", "create":
		return "tags"
	case "guardduty":
		return "guardduty"
	}
	return "securityhub"
}

// metricOf is the metric that an outcome counts on; "" for none. What was fixed has Fixed, which is counted by itself.
func metricOf(outcome string) string {
	switch outcome {
	case "proposed":
		return Proposed
	case "refused", "failed", "lapsed":
		return Refused
	case "undone":
		return Undone
	}
	return ""
}

// maxValues is how many values one metric of one line may carry.
//
// Source: CloudWatch user guide, "Specification: Embedded metric format" (a metric's value array has at most 100 elements).
const maxValues = 100

// message is what the line says, for queries.
const message = "batch"

// documents are the lines to write: none where all is quiet. A line has one value for a dimension, so that each source of fixes but the first has a line of its own.
func (m *Meter) documents(now time.Time) []map[string]any {
	if m.quiet() {
		return nil
	}
	counts := maps.Clone(m.gauges)
	if counts == nil {
		counts = map[string]int{}
	}
	for outcome, n := range m.outcomes {
		if name := metricOf(outcome); name != "" {
			counts[name] += n
		}
	}
	line := map[string]any{
		"timestamp": now.UTC().Format(time.RFC3339Nano), "level": "INFO", "msg": message, "function": m.Function, DeploymentDimension: m.Deployment,
		"handled": m.handled, "handling": milliseconds(m.handling),
	}
	if len(m.outcomes) > 0 {
		line["outcomes"] = m.outcomes
	}
	if len(m.errors) > 0 {
		line["errors"] = m.errors
	}
	var directives []any
	if len(counts) > 0 {
		directives = append(directives, directive([]string{DeploymentDimension}, "Count", slices.Sorted(maps.Keys(counts))))
	}
	for name, n := range counts {
		line[name] = n
	}
	lines := []map[string]any{line}
	for i, source := range slices.Sorted(maps.Keys(m.fixed)) {
		fix := directive([]string{DeploymentDimension, SourceDimension}, "Milliseconds", []string{Fixed})
		if i == 0 {
			directives = append(directives, fix)
		} else {
			line = map[string]any{DeploymentDimension: m.Deployment, "_aws": embedded(now, fix)}
			lines = append(lines, line)
		}
		line[SourceDimension], line[Fixed] = source, m.fixed[source][:min(len(m.fixed[source]), maxValues)]
	}
	if len(directives) > 0 {
		lines[0]["_aws"] = embedded(now, directives...)
	}
	return lines
}

// embedded is what CloudWatch reads of a line. Source: CloudWatch user guide, "Specification: Embedded metric format".
func embedded(now time.Time, directives ...any) map[string]any {
	return map[string]any{"Timestamp": now.UnixMilli(), "CloudWatchMetrics": directives}
}

// directive makes metrics of members of a line.
func directive(dimensions []string, unit string, names []string) map[string]any {
	var metrics []map[string]string
	for _, name := range names {
		metrics = append(metrics, map[string]string{"Name": name, "Unit": unit})
	}
	return map[string]any{"Namespace": Namespace, "Dimensions": [][]string{dimensions}, "Metrics": metrics}
}
