package remedies

import (
	"slices"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// The codes of EC2 for what does not exist.
//
// Source: Amazon EC2 API reference, "Error codes for the Amazon EC2 API".
const (
	noInstance   = "InvalidInstanceID.NotFound"
	noSubnet     = "InvalidSubnetID.NotFound"
	noSnapshot   = "InvalidSnapshot.NotFound"
	noVPC        = "InvalidVpcID.NotFound"
	noAllocation = "InvalidAllocationID.NotFound"
)

// bornBy is the condition of a grant to tag what the named operations make, while they make it, and nothing that is there already.
//
// Source: Amazon EC2 user guide, "Grant permission to tag Amazon EC2 resources during creation" (ec2:CreateAction).
func bornBy(operations ...string) map[string][]string {
	return map[string][]string{"ec2:CreateAction": operations}
}

// servingOnly are grants that a remedy needs only where a parameter is set.
func servingOnly(parameter string, grants []remedy.Grant) []remedy.Grant {
	grants = slices.Clone(grants)
	for i := range grants {
		grants[i].With = parameter
	}
	return grants
}

// madeFor is the condition of a grant on what we made for a purpose, and on nothing else.
//
// Source: Service Authorization Reference, "Condition keys for Amazon EC2" (ec2:ResourceTag).
func madeFor(purpose string) map[string][]string {
	return map[string][]string{"ec2:ResourceTag/" + purposeTag: {purpose}}
}
