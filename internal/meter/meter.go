// Package meter counts what a function did during one batch and writes the sums as one line of log, which CloudWatch makes metrics of where it says so (embedded format): no call.
//
// A metric with its dimensions is billed each month in which it has a value, so that a deployment has the ten of Metrics and no more; all else that is counted is a field of the
// line, for queries. A batch in which all complies leaves no line.
package meter

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// A Meter sums one function's work until Flush. It is safe for concurrent use.
type Meter struct {
	Deployment string // the prefix of its names
	Function   string // "config", "tags", "act"

	mu       sync.Mutex
	handled  int
	handling time.Duration
	outcomes map[string]int
	errors   map[string]int       // by class
	fixed    map[string][]float64 // milliseconds, by source
	gauges   map[string]int
}

// Handled counts one message and how long it took.
func (m *Meter) Handled(took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.handled++
	m.handling += took
}

// Outcome counts one answer to a finding. Of those that Metrics counts the metric is one more.
func (m *Meter) Outcome(outcome string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	more(&m.outcomes, outcome)
}

// Error counts one error by its class: "again" may pass, "person" needs one, "over" does not matter any more.
func (m *Meter) Error(class string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	more(&m.errors, class)
}

// Fixed counts one verified fix, and how long it took from the event, whose kind says the source; less than nothing, where clocks differ, is nothing.
func (m *Meter) Fixed(kind string, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fixed == nil {
		m.fixed = map[string][]float64{}
	}
	source := SourceOf(kind)
	m.fixed[source] = append(m.fixed[source], milliseconds(max(took, 0)))
}

// Gauge says how much of something there is now. What there is none of is not written: a metric that has no value costs nothing.
func (m *Meter) Gauge(name string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gauges == nil {
		m.gauges = map[string]int{}
	}
	if m.gauges[name] = n; n <= 0 {
		delete(m.gauges, name)
	}
}

// Flush writes the sums, one line and one more for each further source of fixes, and starts again at zero. It writes nothing where nothing happened but that things comply, or
// are none of the policy's.
func (m *Meter) Flush(w io.Writer, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, document := range m.documents(now) {
		data, err := json.Marshal(document)
		if err == nil {
			_, err = w.Write(append(data, '\n'))
		}
		if err != nil {
			return fmt.Errorf("write the metrics of %s: %w", m.Function, err)
		}
	}
	m.handled, m.handling, m.outcomes, m.errors, m.fixed, m.gauges = 0, 0, nil, nil, nil, nil
	return nil
}

// quiet tells whether nothing happened that anybody would ask for.
func (m *Meter) quiet() bool {
	for outcome := range m.outcomes {
		if outcome != "compliant" && outcome != "ignored" {
			return false
		}
	}
	return len(m.errors)+len(m.fixed)+len(m.gauges) == 0
}

func more(counts *map[string]int, name string) {
	if *counts == nil {
		*counts = map[string]int{}
	}
	(*counts)[name]++
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
