package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2SnapshotPrivate = remedy.Remedy{
	ID: "ec2-snapshot-private",
	Doc: `Stop an EBS snapshot from being public.

The group "all" loses the permission to make volumes of the snapshot; accounts that it is shared with by their id keep theirs. An undo gives the group its permission back.
What somebody has copied in the meantime stays copied.

Only a finding that names a snapshot is put right. Security Hub's EC2.1 and its AWS Config rule often name the account only, and not the snapshots that are public: then
people are told, and nothing is changed.

When not to use it: for a snapshot that is published on purpose, as a public data set. Exempt it.`,
	Changes: "Nobody but the owner and the accounts that are named can make volumes of the snapshot.",
	Breaks:  "Other accounts that use the snapshot because it is public are refused from now on.",
	Setting: "ec2:snapshot-permissions",
	Answers: []string{
		"securityhub:EC2.1", "config:ebs-snapshot-public-restorable-check", "securityhub:aws/access-analyzer", "guardduty:Exfiltration:EC2/TransferDataToCloudAccount",
	},
	Resource: "AWS::EC2::Snapshot",
	Reads:    []remedy.Grant{{Action: "ec2:DescribeSnapshotAttribute", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "ec2:ModifySnapshotAttribute", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[snapshotPermissions]{Read: readSnapshotPermissions, Fix: fixSnapshotPermissions, Write: writeSnapshotPermissions}),
	Examples: []remedy.Example{
		{
			Name:   "a snapshot that is public, and shared with an account",
			Before: `{"Public":true,"Accounts":{"444455556666":true}}`,
			After:  `{"Public":false,"Accounts":{"444455556666":true}}`,
		},
		{
			Name:   "a snapshot that is only shared with an account",
			Before: `{"Public":false,"Accounts":{"444455556666":true}}`,
			After:  `{"Public":false,"Accounts":{"444455556666":true}}`,
		},
	},
}

// snapshotPermissions say who beside its owner may make volumes of a snapshot. Accounts are only looked at.
type snapshotPermissions struct {
	Public   bool
	Accounts map[string]bool
}

func readSnapshotPermissions(ctx context.Context, cfg aws.Config, r finding.Resource) (snapshotPermissions, error) {
	out, err := ec2.NewFromConfig(cfg).DescribeSnapshotAttribute(ctx, &ec2.DescribeSnapshotAttributeInput{
		SnapshotId: aws.String(idOf(r)), Attribute: types.SnapshotAttributeNameCreateVolumePermission,
	})
	if err != nil {
		return snapshotPermissions{}, remedy.Explain("read the permissions of "+r.String(), err, noSnapshot)
	}
	s := snapshotPermissions{Accounts: map[string]bool{}}
	for _, p := range out.CreateVolumePermissions {
		if p.Group == types.PermissionGroupAll {
			s.Public = true
		}
		if p.UserId != nil {
			s.Accounts[*p.UserId] = true
		}
	}
	return s, nil
}

func fixSnapshotPermissions(s snapshotPermissions, _ remedy.Params) (snapshotPermissions, error) {
	s.Public = false
	return s, nil
}

// writeSnapshotPermissions adds or removes the group alone, so that it cannot lose what somebody shares at the same time.
func writeSnapshotPermissions(ctx context.Context, cfg aws.Config, r finding.Resource, _, to snapshotPermissions) error {
	operation := types.OperationTypeRemove
	if to.Public {
		operation = types.OperationTypeAdd
	}
	_, err := ec2.NewFromConfig(cfg).ModifySnapshotAttribute(ctx, &ec2.ModifySnapshotAttributeInput{
		SnapshotId: aws.String(idOf(r)), Attribute: types.SnapshotAttributeNameCreateVolumePermission,
		OperationType: operation, GroupNames: []string{string(types.PermissionGroupAll)},
	})
	if err != nil {
		return remedy.Explain("write the permissions of "+r.String(), err, noSnapshot)
	}
	return nil
}
