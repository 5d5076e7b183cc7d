// Package watch says what is watched of a deployment: its alarms, its dashboard and its saved queries, from the policy, the functions and the names alone. Pure: the stack makes what it
// lists, `tagwarden cost` counts it, and the documentation is written from it.
package watch

import (
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// A Deployment is what is watched.
type Deployment struct {
	Names  rights.Names
	Policy *policy.Policy
	Judges []listen.Function // as listen.Functions gives them
	Hub    bool              // an organization forwards to its own event bus
}

// A Metric is a metric of CloudWatch, in the deployment's own account and region.
type Metric struct {
	Namespace, Name string
	Dimensions      []Dimension // none: of the whole account and region
	Stat            string      // "Sum", "Maximum", "p95", "SampleCount"
	Period          time.Duration
}

// A Dimension parts a metric.
type Dimension struct{ Name, Value string }

// Functions are the names of all functions, without the prefix, the judges first.
func (d Deployment) Functions() []string {
	var names []string
	for _, f := range d.Judges {
		names = append(names, f.Name)
	}
	return append(names, rights.ActName, rights.ClockName, rights.OperatorName)
}

// A queue is a queue with what its messages are called.
type queue struct {
	function string        // that takes from it
	name     string        // of the queue
	grace    time.Duration // how long it holds each message back
}

// queues are the queues of all functions that have one.
func (d Deployment) queues() []queue {
	var list []queue
	for _, f := range d.Judges {
		list = append(list, queue{f.Name, d.Names.Function(f.Name), f.Grace})
	}
	return append(list, queue{rights.ActName, d.Names.HandOver(), 0}, queue{rights.ClockName, d.Names.Function(rights.ClockName), 0})
}

// rules are the names of the EventBridge rules, by the kinds of events.
func (d Deployment) rules() []string {
	var names []string
	for _, f := range d.Judges {
		for _, r := range f.Rules {
			names = append(names, d.Names.Function(r.Kind.ID))
		}
	}
	return names
}

// sources are the sources of events about which some rule makes changes by itself, in the order of meter.Sources.
func (d Deployment) sources() []string {
	var found []string
	for _, source := range meter.Sources() {
		if slices.ContainsFunc(d.Policy.FixedKinds(), func(kind string) bool { return meter.SourceOf(kind) == source }) {
			found = append(found, source)
		}
	}
	return found
}

// own is a metric of the deployment's own.
func (d Deployment) own(name, stat string, period time.Duration) Metric {
	return Metric{meter.Namespace, name, []Dimension{{meter.DeploymentDimension, d.Names.Prefix}}, stat, period}
}

// fixed is how long fixes of a source took.
func (d Deployment) fixed(source, stat string, period time.Duration) Metric {
	m := d.own(meter.Fixed, stat, period)
	m.Dimensions = append(m.Dimensions, Dimension{meter.SourceDimension, source})
	return m
}

// ofQueue is a metric of a queue. Source: Amazon SQS developer guide, "Available CloudWatch metrics for Amazon SQS".
func ofQueue(name, metric, stat string, period time.Duration) Metric {
	return Metric{"AWS/SQS", metric, []Dimension{{"QueueName", name}}, stat, period}
}

// ofRule is a metric of a rule, on the hub's bus or on the account's own. Source: Amazon EventBridge user guide, "Monitoring Amazon EventBridge" (dimensions).
func (d Deployment) ofRule(name, metric string, period time.Duration) Metric {
	dimensions := []Dimension{{"RuleName", name}}
	if d.Hub {
		dimensions = []Dimension{{"EventBusName", d.Names.Bus()}, {"RuleName", name}}
	}
	return Metric{"AWS/Events", metric, dimensions, "Sum", period}
}
