package remedies

import (
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var rdsMinorUpgrades = remedy.Remedy{
	ID: "rds-minor-upgrades",
	Doc: `Let RDS upgrade the minor engine version of a DB instance or DB cluster.

Automatic minor version upgrades are switched on. Nothing is upgraded now: RDS upgrades in a maintenance window, once it has a newer minor version that it upgrades to
by itself. A cluster's switch is also that of all its members; an Aurora cluster is upgraded only if all of its members have it on. An undo switches it off; an
upgrade that was made until then stays.

When not to use it: for databases whose versions are pinned and upgraded by hand, and for RDS Custom, which does not take it. A member of a Multi-AZ DB cluster is
refused; the cluster has the switch.`,
	Changes: "Automatic minor version upgrades of the DB instance or DB cluster are on.",
	Breaks:  "The database restarts, or fails over, in a maintenance window in which RDS upgrades it.",
	Setting: "rds:minor-upgrades",
	Answers: []string{
		"securityhub:RDS.13", "securityhub:RDS.35",
		"config:rds-automatic-minor-version-upgrade-enabled", "config:rds-cluster-auto-minor-version-upgrade-enable",
	},
	Resource: databases,
	Find:     findDatabase,
	Reads:    readDatabases,
	Writes:   writeDatabases,
	Undo:     remedy.Nearest,
	UndoNote: "An upgrade that RDS made stays; switching a cluster off switches off all of its members, also those that had been on.",
	Schema:   1,
	Settle:   databaseSettles,
	Lens:     remedy.Erase(minorUpgrades.setting()),
	Code: []iac.Code{{
		CloudFormation: "AutoMinorVersionUpgrade: true",
		CDK:            "new rds.DatabaseInstance(this, 'Database', { autoMinorVersionUpgrade: true });",
		Terraform: `resource "aws_db_instance" "this" {
  auto_minor_version_upgrade = true
}`,
	}},
	Examples: []remedy.Example{
		{Name: "a database that nobody upgrades", Before: `{"Enabled":false}`, After: `{"Enabled":true}`},
		{Name: "a database that RDS upgrades", Before: `{"Enabled":true}`, After: `{"Enabled":true}`},
	},
}

// minorUpgrades are applied as soon as possible whatever ApplyImmediately says.
//
// Source: Amazon RDS API reference, ModifyDBInstance, AutoMinorVersionUpgrade; Amazon Aurora user guide, "Automatic minor version upgrades for Aurora DB clusters".
var minorUpgrades = rdsSwitch{
	name:           "whether minor versions are upgraded",
	onInstance:     func(i types.DBInstance) *bool { return i.AutoMinorVersionUpgrade },
	onCluster:      func(c types.DBCluster) *bool { return c.AutoMinorVersionUpgrade },
	switchInstance: func(in *rds.ModifyDBInstanceInput, on *bool) { in.AutoMinorVersionUpgrade = on },
	switchCluster:  func(in *rds.ModifyDBClusterInput, on *bool) { in.AutoMinorVersionUpgrade = on },
	holder:         multiAZCluster,
}
