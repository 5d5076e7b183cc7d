package remedies

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// The types that remedies of RDS work on.
const (
	dbInstance        = "AWS::RDS::DBInstance"
	dbCluster         = "AWS::RDS::DBCluster"
	dbSnapshot        = "AWS::RDS::DBSnapshot"
	dbClusterSnapshot = "AWS::RDS::DBClusterSnapshot"
)

// RDS's codes for what does not exist. Some of RDS's codes end with "Fault" in one place and not in another.
//
// Source: Amazon RDS API reference, "Errors" of DescribeDBInstances, DescribeDBClusters, DescribeDBSnapshotAttributes and DescribeDBClusterSnapshotAttributes.
const (
	noDBInstance        = "DBInstanceNotFound*"
	noDBCluster         = "DBClusterNotFound*"
	noDBSnapshot        = "DBSnapshotNotFound*"
	noDBClusterSnapshot = "DBClusterSnapshotNotFound*"
)

// databaseSettles is how long it may take until a read shows a change of a database that is carried out at once.
//
// Source: Amazon RDS user guide, "Settings for DB instances" (asynchronously, as soon as possible; no figure is given, so this is a bound of ours).
const databaseSettles = 5 * time.Minute

// describeDBInstance reads the DB instance that a finding names.
func describeDBInstance(ctx context.Context, cfg aws.Config, r finding.Resource) (types.DBInstance, error) {
	name, err := nameInARN(r)
	if err != nil {
		return types.DBInstance{}, err
	}
	out, err := rds.NewFromConfig(cfg).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &name})
	if err != nil {
		return types.DBInstance{}, remedy.Explain("read "+r.String(), err, noDBInstance)
	}
	return only("read "+r.String(), out.DBInstances)
}

// describeDBCluster reads the DB cluster that a finding names.
func describeDBCluster(ctx context.Context, cfg aws.Config, r finding.Resource) (types.DBCluster, error) {
	name, err := nameInARN(r)
	if err != nil {
		return types.DBCluster{}, err
	}
	out, err := rds.NewFromConfig(cfg).DescribeDBClusters(ctx, &rds.DescribeDBClustersInput{DBClusterIdentifier: &name})
	if err != nil {
		return types.DBCluster{}, remedy.Explain("read "+r.String(), err, noDBCluster)
	}
	return only("read "+r.String(), out.DBClusters)
}

// modifyDBInstance makes the changes of in to the DB instance that a finding names.
//
// It never asks to apply immediately: RDS would carry out every other change that waits for the maintenance window, too, and some of those restart the database.
//
// Source: Amazon RDS user guide, "Using the schedule modifications setting".
func modifyDBInstance(ctx context.Context, cfg aws.Config, r finding.Resource, in rds.ModifyDBInstanceInput) error {
	name, err := nameInARN(r)
	if err != nil {
		return err
	}
	in.DBInstanceIdentifier = &name
	if _, err := rds.NewFromConfig(cfg).ModifyDBInstance(ctx, &in); err != nil {
		return remedy.Explain("change "+r.String(), err, noDBInstance)
	}
	return nil
}

// modifyDBCluster makes the changes of in to the DB cluster that a finding names. As with an instance, it never asks to apply immediately.
func modifyDBCluster(ctx context.Context, cfg aws.Config, r finding.Resource, in rds.ModifyDBClusterInput) error {
	name, err := nameInARN(r)
	if err != nil {
		return err
	}
	in.DBClusterIdentifier = &name
	if _, err := rds.NewFromConfig(cfg).ModifyDBCluster(ctx, &in); err != nil {
		return remedy.Explain("change "+r.String(), err, noDBCluster)
	}
	return nil
}

// multiAZCluster is the Multi-AZ DB cluster that a DB instance is a member of, "" for none. RDS takes no change of such an instance, only of its cluster.
//
// Source: Amazon RDS user guide, "Modifying a Multi-AZ DB cluster" and "Limitations of Multi-AZ DB clusters" (MySQL and PostgreSQL only; Aurora's engines have other names).
func multiAZCluster(i types.DBInstance) string {
	if engine := aws.ToString(i.Engine); engine == "mysql" || engine == "postgres" {
		return aws.ToString(i.DBClusterIdentifier)
	}
	return ""
}

// ownCluster is the cluster that a DB instance is a member of, "" for none.
func ownCluster(i types.DBInstance) string { return aws.ToString(i.DBClusterIdentifier) }

// heldByCluster refuses to change a DB instance whose setting is its cluster's.
func heldByCluster(cluster string) error {
	return &remedy.RefusedError{Why: "The DB instance is a member of the DB cluster " + cluster + ", which holds this setting for its members: change it there."}
}
