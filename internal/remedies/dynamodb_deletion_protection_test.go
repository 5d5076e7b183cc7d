package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var dynamodbDeletionProtectionCases = []remedytest.Case{{
	Name: "off", Absent: table("tagwarden-no-such-table"), Meddle: throttleTable, Beside: besideInTable,
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		return plantTable(ctx, cfg, "tagwarden-protection-off")
	},
}}
