package remedies

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var rdsBackups = remedy.Remedy{
	ID: "rds-backups",
	Doc: `Keep the automated backups of an RDS DB instance or DB cluster for some days.

Automated backups are kept for at least the days of the rule, 7 if it says none; where they are kept longer, that stays. A longer time holds at once. Where an instance
had no backups at all, RDS begins with them in its next maintenance window, as that can hold up the database for some minutes; until then the change is pending, and
counts as made. An undo goes back to the days of before: RDS then deletes the backups that are older than these, and all of them where there were none.

When not to use it: for read replicas and members of a cluster, which are refused (the source and the cluster have the backups), and for databases that can be made
anew at any time.`,
	Changes: "Automated backups are on and are kept for at least the days of the rule.",
	Breaks:  "Nothing; an instance that had no backups is held up for seconds to minutes when RDS begins with them, and backups beyond the free space cost money.",
	Setting: "rds:backup-retention",
	Answers: []string{
		"securityhub:RDS.11", "securityhub:RDS.50", "securityhub:DocumentDB.2", "securityhub:Neptune.5",
		"config:db-instance-backup-enabled", "config:rds-cluster-backup-retention-check",
		"config:docdb-cluster-backup-retention-check", "config:neptune-cluster-backup-retention-check",
	},
	Resource: databases,
	Find:     findDatabase,
	Reads:    readDatabases,
	Writes:   writeDatabases,
	Undo:     remedy.Nearest,
	UndoNote: "Backups that RDS deletes when it keeps them for fewer days, or not at all, do not come back.",
	Schema:   1,
	Settle:   databaseSettles,
	Lens:     remedy.Erase(remedy.Setting[backupRetention]{Read: readBackupRetention, Fix: fixBackupRetention, Write: writeBackupRetention}),
	Code: []iac.Code{{
		CloudFormation: "BackupRetentionPeriod: {{days}}",
		CDK:            "new rds.DatabaseInstance(this, 'Database', { backupRetention: cdk.Duration.days({{days}}) });",
		Terraform: `resource "aws_db_instance" "this" {
  backup_retention_period = {{days}}
}`,
	}},
	With: []remedy.Param{
		{Name: "days", Kind: remedy.Integer, Doc: "How many days automated backups are kept at least.", Default: "7", Min: 1, Max: mostBackupDays},
	},
	Examples: []remedy.Example{
		{Name: "an instance without backups", Before: `{"Days":0}`, After: `{"Days":7}`},
		{Name: "a month is asked for", With: `{"days":30}`, Before: `{"Days":7}`, After: `{"Days":30}`},
		{Name: "backups that are kept longer", Before: `{"Days":35}`, After: `{"Days":35}`},
	},
}

// mostBackupDays is how long RDS keeps automated backups at most.
//
// Source: Amazon RDS API reference, ModifyDBInstance, BackupRetentionPeriod (0 to 35).
const mostBackupDays = 35

// A backupRetention is for how many days automated backups are kept; with 0 none are made.
type backupRetention struct {
	Days int32
	// Cluster and Source are the DB cluster that has the backups of an instance, and the database that a read replica follows; "" for none. They are there to be known,
	// and are never written.
	Cluster string `json:",omitempty"`
	Source  string `json:",omitempty"`
}

func readBackupRetention(ctx context.Context, cfg aws.Config, r finding.Resource) (backupRetention, error) {
	if r.Type == dbCluster {
		return clusterBackupRetention(ctx, cfg, r)
	}
	i, err := describeDBInstance(ctx, cfg, r)
	if err != nil {
		return backupRetention{}, err
	}
	var pending *int32
	if p := i.PendingModifiedValues; p != nil {
		pending = p.BackupRetentionPeriod
	}
	days, err := backupDays(r, i.BackupRetentionPeriod, pending)
	source := cmp.Or(aws.ToString(i.ReadReplicaSourceDBInstanceIdentifier), aws.ToString(i.ReadReplicaSourceDBClusterIdentifier))
	return backupRetention{days, ownCluster(i), source}, err
}

func clusterBackupRetention(ctx context.Context, cfg aws.Config, r finding.Resource) (backupRetention, error) {
	c, err := describeDBCluster(ctx, cfg, r)
	if err != nil {
		return backupRetention{}, err
	}
	var pending *int32
	if p := c.PendingModifiedValues; p != nil {
		pending = p.BackupRetentionPeriod
	}
	days, err := backupDays(r, c.BackupRetentionPeriod, pending)
	return backupRetention{Days: days}, err
}

// backupDays are the days that hold, or will hold once what is pending is carried out. Days that AWS does not tell are no zero: a fix would shorten them.
func backupDays(r finding.Resource, now, pending *int32) (int32, error) {
	return told(r, "how long its backups are kept", cmp.Or(pending, now))
}

func fixBackupRetention(s backupRetention, p remedy.Params) (backupRetention, error) {
	with, err := remedy.Decode(p, struct {
		Days int32 `json:"days"`
	}{7})
	switch {
	case err != nil || s.Days >= with.Days:
		return s, err
	case s.Cluster != "":
		return s, heldByCluster(s.Cluster)
	case s.Source != "":
		return s, &remedy.RefusedError{Why: "The DB instance is a read replica of " + s.Source + ": keep the backups of that one, or exempt the replica."}
	}
	s.Days = with.Days
	return s, nil
}

// Source: Amazon RDS API reference, ModifyDBInstance and ModifyDBCluster, BackupRetentionPeriod.
func writeBackupRetention(ctx context.Context, cfg aws.Config, r finding.Resource, _, to backupRetention) error {
	if r.Type == dbCluster {
		return modifyDBCluster(ctx, cfg, r, rds.ModifyDBClusterInput{BackupRetentionPeriod: &to.Days})
	}
	return modifyDBInstance(ctx, cfg, r, rds.ModifyDBInstanceInput{BackupRetentionPeriod: &to.Days})
}
