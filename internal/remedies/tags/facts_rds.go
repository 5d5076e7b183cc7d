package tags

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func parentOfDBSnapshot(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c := rds.NewFromConfig(cfg)
	out, err := c.DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{DBSnapshotIdentifier: aws.String(r.ARN)})
	if err != nil {
		return nil, err
	}
	if len(out.DBSnapshots) != 1 {
		return nil, fmt.Errorf("DescribeDBSnapshots found %d: %w", len(out.DBSnapshots), remedy.ErrGone)
	}
	set, err := rdsTags(ctx, c, sibling(r, "db:"+aws.ToString(out.DBSnapshots[0].DBInstanceIdentifier)))
	return goneIsNone("rds", set, err)
}

func parentOfDBClusterSnapshot(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c := rds.NewFromConfig(cfg)
	out, err := c.DescribeDBClusterSnapshots(ctx, &rds.DescribeDBClusterSnapshotsInput{DBClusterSnapshotIdentifier: aws.String(r.ARN)})
	if err != nil {
		return nil, err
	}
	if len(out.DBClusterSnapshots) != 1 {
		return nil, fmt.Errorf("DescribeDBClusterSnapshots found %d: %w", len(out.DBClusterSnapshots), remedy.ErrGone)
	}
	set, err := rdsTags(ctx, c, sibling(r, "cluster:"+aws.ToString(out.DBClusterSnapshots[0].DBClusterIdentifier)))
	return goneIsNone("rds", set, err)
}
