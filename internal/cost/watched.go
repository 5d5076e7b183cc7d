package cost

import (
	"slices"

	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// Watched is how much watches a deployment.
type Watched struct {
	Alarms     int // metrics that alarms look at, one or more an alarm
	Composites int
	Metrics    int // of our own: each combination of a name and dimensions
	Dashboards int
}

// watchedBy is how much watches a deployment of a policy: two dead-letter queues, throttles and the brake; of each queue its oldest message; of each function its errors, once for people
// and once for a release; and where some rule makes changes, its breaker and how long fixes take, by four sources.
func watchedBy(p *policy.Policy, d Deployment) Watched {
	w := Watched{Alarms: 4, Metrics: len(meter.Metrics()), Dashboards: 1}
	for _, f := range d.Functions {
		w.Alarms += 2
		if f.Queue != NoQueue {
			w.Alarms++
		}
	}
	if slices.ContainsFunc(p.Remedies(), func(u policy.Use) bool { return u.Verdict == policy.Fix }) {
		w.Alarms += 5
	}
	return w
}
