package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var rdsPrivateCases = []remedytest.Case{{
	Name: "public-instance", Absent: rdsResource(dbInstance, "db", "tagwarden-no-such-instance"),
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		return plantDBInstance(ctx, cfg, "tagwarden-public", rds.CreateDBInstanceInput{PubliclyAccessible: aws.Bool(true)})
	},
}}
