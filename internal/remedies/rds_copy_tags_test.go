package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var rdsCopyTagsCases = []remedytest.Case{
	{
		Name: "instance", Absent: rdsResource(dbInstance, "db", "tagwarden-no-such-instance"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBInstance(ctx, cfg, "tagwarden-untagged", rds.CreateDBInstanceInput{})
		},
	},
	{
		Name: "cluster", Absent: rdsResource(dbCluster, "cluster", "tagwarden-no-such-cluster"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBCluster(ctx, cfg, "tagwarden-untagged-cluster", rds.CreateDBClusterInput{})
		},
	},
}
