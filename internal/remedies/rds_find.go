package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// The grants to find a database by the id that AWS made up for it: a call that names none is checked against all.
var (
	findDBInstances = remedy.Grant{
		Action: "rds:DescribeDBInstances", On: "arn:${Partition}:rds:${Region}:${Account}:db:*", Types: []string{dbInstance}, For: remedy.ForARN,
	}
	findDBClusters = remedy.Grant{
		Action: "rds:DescribeDBClusters", On: "arn:${Partition}:rds:${Region}:${Account}:cluster:*", Types: []string{dbCluster}, For: remedy.ForARN,
	}
)

// findDatabase finds the DB instance or DB cluster with a DbiResourceId (db-...) or DbClusterResourceId (cluster-...), the ids by which AWS Config's rules name them.
//
// Source: Amazon RDS API reference, DescribeDBInstances and DescribeDBClusters (filters dbi-resource-id and db-cluster-resource-id).
func findDatabase(ctx context.Context, cfg aws.Config, r finding.Resource) (finding.Resource, error) {
	find := findDBInstance
	if r.Type == dbCluster {
		find = findDBCluster
	}
	names, err := find(ctx, rds.NewFromConfig(cfg), r.ID)
	switch {
	case err != nil:
		return r, remedy.Explain("find "+r.String(), err, noDBInstance, noDBCluster)
	case len(names) == 0:
		return r, fmt.Errorf("find %s: %w", r, remedy.ErrGone)
	case len(names) > 1 || names[0] == "":
		return r, fmt.Errorf("find %s: AWS gave the ARNs %q", r, names)
	}
	r.ARN = names[0]
	return r, nil
}

func findDBInstance(ctx context.Context, c *rds.Client, id string) (names []string, err error) {
	filter := types.Filter{Name: aws.String("dbi-resource-id"), Values: []string{id}}
	for pages := rds.NewDescribeDBInstancesPaginator(c, &rds.DescribeDBInstancesInput{Filters: []types.Filter{filter}}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.DBInstances {
			if aws.ToString(i.DbiResourceId) == id {
				names = append(names, aws.ToString(i.DBInstanceArn))
			}
		}
	}
	return names, nil
}

func findDBCluster(ctx context.Context, c *rds.Client, id string) (names []string, err error) {
	filter := types.Filter{Name: aws.String("db-cluster-resource-id"), Values: []string{id}}
	for pages := rds.NewDescribeDBClustersPaginator(c, &rds.DescribeDBClustersInput{Filters: []types.Filter{filter}}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, cluster := range page.DBClusters {
			if aws.ToString(cluster.DbClusterResourceId) == id {
				names = append(names, aws.ToString(cluster.DBClusterArn))
			}
		}
	}
	return names, nil
}
