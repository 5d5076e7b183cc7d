package remedies

import (
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var rdsCopyTags = remedy.Remedy{
	ID: "rds-copy-tags",
	Doc: `Copy the tags of an RDS DB instance or DB cluster to its snapshots.

From now on, snapshots are made with the tags of their database. Snapshots that exist already are not tagged. An undo switches it off; the tags of the snapshots that
were made until then stay.

When not to use it: where tags of a database must not be on its snapshots, because they give access to them or let something delete them. A member of a cluster is
refused; the cluster decides it.`,
	Changes: "The tags of the DB instance or DB cluster are copied to its snapshots.",
	Breaks:  "Nothing, unless something acts on snapshots by these tags.",
	Setting: "rds:copy-tags",
	Answers: []string{
		"securityhub:RDS.16", "securityhub:RDS.17", "securityhub:RDS.47", "securityhub:RDS.48", "securityhub:Neptune.8",
		"config:rds-pgsql-cluster-copy-tags-to-snapshot-check", "config:rds-mysql-cluster-copy-tags-to-snapshot-check",
		"config:neptune-cluster-copy-tags-to-snapshot-enabled",
	},
	Resource: databases,
	Find:     findDatabase,
	Reads:    readDatabases,
	Writes:   writeDatabases,
	Undo:     remedy.Nearest,
	UndoNote: "Snapshots that were made in the meantime keep their tags.",
	Schema:   1,
	Settle:   databaseSettles,
	Lens:     remedy.Erase(copyTags.setting()),
	Code: []iac.Code{{
		CloudFormation: "CopyTagsToSnapshot: true",
		CDK:            "new rds.DatabaseInstance(this, 'Database', { copyTagsToSnapshot: true });",
		Terraform: `resource "aws_db_instance" "this" {
  copy_tags_to_snapshot = true
}`,
	}},
	Examples: []remedy.Example{
		{Name: "a database whose snapshots have no tags", Before: `{"Enabled":false}`, After: `{"Enabled":true}`},
		{Name: "a database whose snapshots have its tags", Before: `{"Enabled":true}`, After: `{"Enabled":true}`},
	},
}

// copyTags is, of members of a cluster, without any effect on the cluster's snapshots.
//
// Source: Amazon RDS API reference, ModifyDBInstance and ModifyDBCluster, CopyTagsToSnapshot.
var copyTags = rdsSwitch{
	name:           "whether tags are copied to snapshots",
	onInstance:     func(i types.DBInstance) *bool { return i.CopyTagsToSnapshot },
	onCluster:      func(c types.DBCluster) *bool { return c.CopyTagsToSnapshot },
	switchInstance: func(in *rds.ModifyDBInstanceInput, on *bool) { in.CopyTagsToSnapshot = on },
	switchCluster:  func(in *rds.ModifyDBClusterInput, on *bool) { in.CopyTagsToSnapshot = on },
	holder:         ownCluster,
}
