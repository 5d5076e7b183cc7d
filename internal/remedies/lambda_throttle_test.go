package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var lambdaThrottleCases = []remedytest.Case{
	{
		Name: "nothing-reserved", Absent: function("tagwarden-no-such-function"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantFunction(ctx, cfg, "tagwarden-throttle")
		},
	},
	{
		Name: "some-reserved",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantFunction(ctx, cfg, "tagwarden-throttle-reserved")
			if err != nil {
				return p, err
			}
			_, err = lambda.NewFromConfig(cfg).PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{
				FunctionName: &p.Resource.ID, ReservedConcurrentExecutions: aws.Int32(50),
			})
			return p, err
		},
	},
}
