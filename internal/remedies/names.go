package remedies

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// named is what stands behind a prefix in the resource part of a resource's ARN ("repository/", "log-group:"), or its id where the ARN does not say.
func named(r finding.Resource, prefix string) string {
	if a, err := arn.Parse(r.ARN); err == nil {
		if name, ok := strings.CutPrefix(a.Resource, prefix); ok && name != "" {
			return name
		}
	}
	return r.ID
}
