// Package crash is a test: it breaks the line at each of its calls of AWS, in each way in which a call can break, and holds what must be so when the queues have delivered
// again: nothing lost, nothing done twice, nothing untold, nothing untrue in the journal.
package crash

import (
	"context"
	"errors"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
)

// A Subject is a violation of which an event tells, and how one looks at it. Its functions are called one after the other.
type Subject struct {
	Name   string
	Policy *policy.Policy
	Remedy remedy.Remedy
	// Prepare makes the violation, or finds it as it was, tells the rig where remedies work and by what policy, and gives the event that reports it.
	Prepare func(ctx context.Context, r *rig.Rig) (event []byte, err error)
	// State is the setting as it is now.
	State func(ctx context.Context, r *rig.Rig) (remedy.State, error)
	// Wrong tells whether a setting still breaks the policy.
	Wrong func(state remedy.State) (bool, error)
	// Restore turns the setting back by the change that the line recorded, so that the next trial finds the violation again; nil where Prepare makes it anew each time.
	Restore func(ctx context.Context, r *rig.Rig, from, to remedy.State) error
	// Rests are paths of the setting that AWS changes by itself.
	Rests []string
}

// A Point is one call of the line, and what befalls it.
type Point struct {
	Call   int // its number in the line, from 1
	Fault  standin.Fault
	Always bool // the fault befalls all calls of that operation from then on
	Bare   bool // the SDK does not make a call again that failed
	Twice  bool // each delivery goes to two functions at once
}

func (p Point) String() string {
	text := fmt.Sprintf("call %d %s", p.Call, p.Fault)
	if p.Always {
		text += " for good"
	}
	if p.Bare {
		text += ", and the SDK does not try again"
	}
	if p.Twice {
		text += ", delivered to two at once"
	}
	return text
}

// Baseline are the line's calls where nothing breaks. It is an error if that does not hold, too.
func Baseline(ctx context.Context, s Subject) ([]standin.Call, error) {
	t, err := try(ctx, s, Point{}, "")
	if err != nil {
		return nil, err
	}
	if breaches := t.audit(); len(breaches) > 0 {
		return nil, fmt.Errorf("%s does not hold where nothing breaks: %v", s.Name, breaches)
	}
	return t.calls, t.restore(ctx)
}

// Try breaks the line at one point, delivers again, and gives what does not hold then. A plant is "" for the line as it is.
func Try(ctx context.Context, s Subject, p Point, plant Plant) (breaches []string, err error) {
	t, err := try(ctx, s, p, plant)
	if err != nil {
		return nil, err
	}
	return t.audit(), t.restore(ctx)
}

// Points are all points of a line with these calls. One of each seven is delivered to two functions at once.
func Points(calls []standin.Call) []Point {
	var all []Point
	for n := 1; n <= len(calls); n++ {
		for fault := standin.DieBefore; fault <= standin.Deny; fault++ {
			all = append(all, Point{Call: n, Fault: fault, Twice: len(all)%7 == 0})
		}
		for _, fault := range []standin.Fault{standin.Throttle, standin.Break, standin.TimeOut} {
			all = append(all, Point{Call: n, Fault: fault, Bare: true})
		}
		all = append(all, Point{Call: n, Fault: standin.Deny, Always: true})
	}
	return all
}

// differs tells whether two settings differ, but for what AWS changes by itself.
func (s Subject) differs(a, b remedy.State) (bool, error) {
	c, err := change.Between(s.Remedy.ID, s.Remedy.Schema, a, b)
	for _, touch := range c.Touched {
		if !s.rests(touch.Path) {
			return true, err
		}
	}
	return false, err
}

func (s Subject) rests(path string) bool {
	for _, rest := range s.Rests {
		if rest == path {
			return true
		}
	}
	return false
}

// errEndless says that the line does not come to an end.
var errEndless = errors.New("the queues are not empty after so many deliveries")
