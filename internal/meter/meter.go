// Package meter counts what a function did during one batch and writes the sums as CloudWatch metrics in embedded format: a log line, no call.
package meter

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// namespace is where the metrics stand in CloudWatch.
const namespace = "Tagwarden"

// maxValues is how many values one metric of one line may carry.
//
// Source: CloudWatch user guide, "Specification: Embedded metric format" (a metric's value array has at most 100 elements).
const maxValues = 100

// A Meter sums one function's work until Flush. It is safe for concurrent use.
//
// Its metrics: handled (count), answered (count, by outcome), errors (count, by class: "again" may pass, "person" needs one, "over" does not matter any more), age (milliseconds from the event's time to its answer, by source), handling (milliseconds).
type Meter struct {
	Function string // "config", "tags", "act"

	mu       sync.Mutex
	handled  int
	handling []float64
	outcomes map[string]int
	ages     map[string][]float64
	errors   map[string]int // by class
}

// Handled counts one message and how long it took.
func (m *Meter) Handled(took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.handled++
	m.handling = append(m.handling, milliseconds(took))
}

// Outcome counts one answer to a finding, and how old the event of a source then was. A zero age is not counted: the event's time is not known.
func (m *Meter) Outcome(outcome, source string, age time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.outcomes == nil {
		m.outcomes, m.ages = map[string]int{}, map[string][]float64{}
	}
	m.outcomes[outcome]++
	if age > 0 {
		m.ages[source] = append(m.ages[source], milliseconds(age))
	}
}

// Error counts one error by its class.
func (m *Meter) Error(class string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.errors == nil {
		m.errors = map[string]int{}
	}
	m.errors[class]++
}

// quiet are the outcomes of which nothing is written by themselves: what complies, and what no rule is for. A line of log for each of a million such events would cost more than judging
// them; how many came is told by AWS's own metrics of rules and queues.
var quiet = map[string]bool{"compliant": true, "ignored": true}

// silent tells whether there is nothing to say: no error, and no outcome that is not quiet.
func (m *Meter) silent() bool {
	for outcome := range m.outcomes {
		if !quiet[outcome] {
			return false
		}
	}
	return len(m.errors) == 0
}

// Flush writes the sums, one line for each combination of dimensions, and starts again at zero. Nothing is written where nothing but what complies was handled.
func (m *Meter) Flush(w io.Writer, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.silent() {
		m.handled, m.handling, m.outcomes, m.ages, m.errors = 0, nil, nil, nil, nil
		return nil
	}
	lines := []line{{values: map[string]any{"handled": m.handled, "handling": first(m.handling)}}}
	for _, outcome := range slices.Sorted(maps.Keys(m.outcomes)) {
		lines = append(lines, line{dimension: "outcome", name: outcome, values: map[string]any{"answered": m.outcomes[outcome]}})
	}
	for _, source := range slices.Sorted(maps.Keys(m.ages)) {
		lines = append(lines, line{dimension: "source", name: source, values: map[string]any{"age": first(m.ages[source])}})
	}
	for _, class := range slices.Sorted(maps.Keys(m.errors)) {
		lines = append(lines, line{dimension: "class", name: class, values: map[string]any{"errors": m.errors[class]}})
	}
	m.handled, m.handling, m.outcomes, m.ages, m.errors = 0, nil, nil, nil, nil
	for _, l := range lines {
		if err := l.write(w, m.Function, now); err != nil {
			return fmt.Errorf("write the metrics of %s: %w", m.Function, err)
		}
	}
	return nil
}

// A line is one document of the embedded format: the function and at most one more dimension.
type line struct {
	dimension, name string
	values          map[string]any
}

// units are the metrics' units. Source: CloudWatch API reference, MetricDatum.
var units = map[string]string{"handled": "Count", "answered": "Count", "errors": "Count", "handling": "Milliseconds", "age": "Milliseconds"}

func (l line) write(w io.Writer, function string, now time.Time) error {
	dimensions := []string{"function"}
	document := map[string]any{"function": function}
	if l.dimension != "" {
		dimensions = append(dimensions, l.dimension)
		document[l.dimension] = l.name
	}
	var metrics []map[string]string
	for _, name := range slices.Sorted(maps.Keys(l.values)) {
		metrics = append(metrics, map[string]string{"Name": name, "Unit": units[name]})
		document[name] = l.values[name]
	}
	document["_aws"] = map[string]any{
		"Timestamp":         now.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{"Namespace": namespace, "Dimensions": [][]string{dimensions}, "Metrics": metrics}},
	}
	data, err := json.Marshal(document)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// first keeps what one line may carry; a batch has at most ten messages, so more is rare.
func first(values []float64) []float64 {
	return values[:min(len(values), maxValues)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
