package remedies

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// nameInARN is what follows the kind in the ARN's resource part: "orders" for "db:orders" and "cluster/orders", "rds:orders-1" for "snapshot:rds:orders-1"; and for IAM, where
// names are unique whatever their path, what follows the path: "admin" for "role/team/admin". An ARN is reliable where an id is not: AWS Config's id of a DB instance is its
// DbiResourceId, that of a user begins with AIDA, and Security Hub's findings name the ARN alone.
func nameInARN(r finding.Resource) (string, error) {
	a, err := arn.Parse(r.ARN)
	if err != nil {
		return "", &remedy.RefusedError{Why: "The event does not tell the ARN of the resource, and so not its name.", Err: err}
	}
	kind := strings.IndexAny(a.Resource, ":/")
	if a.Service == "iam" {
		kind = strings.LastIndex(a.Resource, "/")
	}
	if kind >= 0 && kind+1 < len(a.Resource) {
		return a.Resource[kind+1:], nil
	}
	return "", &remedy.RefusedError{Why: "The ARN " + a.String() + " names no resource of its kind."}
}
