package cost

import (
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/watch"
)

// Watched is how much watches a deployment.
type Watched struct {
	Alarms     int // metrics that alarms look at, one or more an alarm
	Composites int
	Metrics    int // of our own: each combination of a name and dimensions
	Dashboards int
}

// watchedBy is how much watches a deployment: what the stack makes of the same lists.
func watchedBy(d watch.Deployment) Watched {
	w := Watched{Metrics: len(meter.Metrics()), Dashboards: 1}
	for _, a := range watch.Alarms(d) {
		w.Alarms += a.Metrics()
	}
	return w
}
