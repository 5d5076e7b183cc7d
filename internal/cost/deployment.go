package cost

import (
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/watch"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A Queue is what feeds a function.
type Queue string

// The queues. A function that people ask has none.
const (
	NoQueue  Queue = ""
	Standard Queue = "sqs.standard"
	FIFO     Queue = "sqs.fifo"
)

// A Function is a function of a deployment, as far as its bill goes.
type Function struct {
	Name   string
	Memory float64 // MiB
	Queue  Queue
	Traced bool     // whether X-Ray records its invocations
	Kinds  []string // ids of the kinds of events that it judges; nil where it is no judge
}

// A Deployment is what a stack makes, as far as its bill goes.
type Deployment struct {
	Functions    []Function
	Watched      Watched
	Organization bool          // a hub, and members that forward to it
	Forwarded    int           // kinds of events that members forward: all that there are, whatever the policy hears; 0 without an organization
	WritesBack   bool          // outcomes are written into Security Hub, which tells of it
	Keep         time.Duration // how long the journal keeps an entry
}

// Of is the deployment that a policy makes: of the same lists as the stack.
func Of(p *policy.Policy, kinds []events.Kind, organization bool) Deployment {
	d := Deployment{Organization: organization, WritesBack: p.WritesBack(), Keep: p.Journal().Keep}
	if organization {
		d.Forwarded = len(kinds)
	}
	names := rights.Names{Prefix: "tagwarden"}
	judges := listen.Functions(p, kinds, names)
	for _, f := range judges {
		judge := Function{Name: f.Name, Memory: wiring.JudgeMemory, Queue: Standard, Traced: rights.Traced(f.Name)}
		for _, r := range f.Rules {
			judge.Kinds = append(judge.Kinds, r.Kind.ID)
		}
		d.Functions = append(d.Functions, judge)
	}
	d.Functions = append(d.Functions,
		Function{Name: rights.ActName, Memory: wiring.ActMemory, Queue: FIFO, Traced: rights.Traced(rights.ActName)},
		Function{Name: rights.ClockName, Memory: wiring.ClockMemory, Queue: Standard, Traced: rights.Traced(rights.ClockName)},
		Function{Name: rights.OperatorName, Memory: wiring.OperatorMemory, Traced: rights.Traced(rights.OperatorName)},
	)
	d.Watched = watchedBy(watch.Deployment{Names: names, Policy: p, Judges: judges, Hub: organization})
	return d
}

// hears tells whether some function judges a kind.
func (d Deployment) hears(kind string) bool {
	for _, f := range d.Functions {
		for _, k := range f.Kinds {
			if k == kind {
				return true
			}
		}
	}
	return false
}

// named is a function by its name; its zero value where there is none.
func (d Deployment) named(name string) Function {
	for _, f := range d.Functions {
		if f.Name == name {
			return f
		}
	}
	return Function{}
}
