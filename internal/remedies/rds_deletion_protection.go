package remedies

import (
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var rdsDeletionProtection = remedy.Remedy{
	ID: "rds-deletion-protection",
	Doc: `Protect an RDS DB instance or DB cluster from being deleted.

Deletion protection is switched on, at once and without a restart: nobody can delete the database before it is switched off again. An undo switches it off.

When not to use it: for databases that are made and deleted all the time, by tests or by stacks that come and go: their deletion fails. A member of a cluster has no
protection of its own and is refused; the cluster has.`,
	Changes: "Deletion protection of the DB instance or DB cluster is on.",
	Breaks:  "Deleting the database fails until the protection is switched off, also where a stack or a pipeline does it.",
	Setting: "rds:deletion-protection",
	Answers: []string{
		"securityhub:RDS.7", "securityhub:RDS.8", "securityhub:DocumentDB.5", "securityhub:Neptune.4",
		"config:rds-cluster-deletion-protection-enabled", "config:rds-instance-deletion-protection-enabled",
		"config:docdb-cluster-deletion-protection-enabled", "config:neptune-cluster-deletion-protection-enabled",
	},
	Resource: databases,
	Find:     findDatabase,
	Reads:    readDatabases,
	Writes:   writeDatabases,
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   databaseSettles,
	Lens:     remedy.Erase(deletionProtection.setting()),
	Code: []iac.Code{{
		CloudFormation: "DeletionProtection: true",
		CDK:            "new rds.DatabaseInstance(this, 'Database', { deletionProtection: true });",
		Terraform: `resource "aws_db_instance" "this" {
  deletion_protection = true
}`,
	}},
	Examples: []remedy.Example{
		{Name: "a database without protection", Before: `{"Enabled":false}`, After: `{"Enabled":true}`},
		{Name: "a member of a cluster that is on already", Before: `{"Enabled":true,"Cluster":"orders"}`, After: `{"Enabled":true,"Cluster":"orders"}`},
	},
}

// deletionProtection is applied immediately whatever ApplyImmediately says.
//
// Source: Amazon RDS user guide, "Settings for DB instances"; Amazon RDS API reference, ModifyDBInstance, DeletionProtection (not of Amazon Aurora instances).
var deletionProtection = rdsSwitch{
	name:           "whether deletion protection is on",
	onInstance:     func(i types.DBInstance) *bool { return i.DeletionProtection },
	onCluster:      func(c types.DBCluster) *bool { return c.DeletionProtection },
	switchInstance: func(in *rds.ModifyDBInstanceInput, on *bool) { in.DeletionProtection = on },
	switchCluster:  func(in *rds.ModifyDBClusterInput, on *bool) { in.DeletionProtection = on },
	holder:         ownCluster,
}
