package remedies

import "github.com/aws/aws-sdk-go-v2/service/kms/types"

// noKey is KMS's code for a key that does not exist.
//
// Source: AWS KMS API reference, DescribeKey (errors).
const noKey = "NotFoundException"

// pendingDeletion tells whether a key in a state is about to be deleted; a multi-Region primary key waits for its replicas first.
//
// Source: AWS KMS developer guide, "Key states of AWS KMS keys".
func pendingDeletion(state types.KeyState) bool {
	return state == types.KeyStatePendingDeletion || state == types.KeyStatePendingReplicaDeletion
}
