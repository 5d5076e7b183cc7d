package cost

// Watched is how much watches a deployment.
type Watched struct {
	Alarms     int // metrics that alarms look at, one or more an alarm
	Composites int
	Metrics    int // of our own: each combination of a name and dimensions
	Dashboards int
}

// watched is how much watches a deployment of a policy.
func watched() Watched { return Watched{Alarms: 15, Metrics: 10, Dashboards: 1} }
