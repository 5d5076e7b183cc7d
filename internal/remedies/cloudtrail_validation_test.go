package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var cloudtrailValidationCases = []remedytest.Case{
	{
		Name: "unsigned", Absent: trail("tagwarden-no-such-trail"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantTrail(ctx, cfg, "tagwarden-cloudtrail-validation")
		},
	},
}
