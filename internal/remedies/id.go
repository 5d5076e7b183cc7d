package remedies

import (
	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// idOf is the id by which a resource's service knows it ("i-0123456789abcdef0", a table's name): what the ARN says, or the finding's id where it says none. Where AWS Config
// gives resources ids of its own, which their service does not know them by, use nameInARN.
func idOf(r finding.Resource) string {
	if a, err := arn.Parse(r.ARN); err == nil {
		if typ, id, ok := arn.Type(a); ok && typ == r.Type {
			return id
		}
	}
	return r.ID
}

// arnOrID is the resource's ARN, or its id where the ARN is not known: what services take that know their resources by either.
func arnOrID(r finding.Resource) *string {
	if r.ARN != "" {
		return &r.ARN
	}
	return &r.ID
}
