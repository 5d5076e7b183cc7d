package cost_test

import (
	"github.com/tagwarden/tagwarden/internal/cost"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// watched is how much watches a deployment.
func watched(*policy.Policy) cost.Watched {
	return cost.Watched{Alarms: 12, Metrics: 10, Dashboards: 1}
}
