package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3BlockPublicAccessCases = []remedytest.Case{
	{
		Name: "nothing-blocked", Absent: bucket("tagwarden-no-such-bucket"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantBucket(ctx, cfg, "tagwarden-block-nothing")
		},
	},
	{
		Name: "acls-blocked",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantBucket(ctx, cfg, "tagwarden-block-acls")
			if err != nil {
				return p, err
			}
			_, err = s3.NewFromConfig(cfg).PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
				Bucket: &p.Resource.ID, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)},
			})
			return p, err
		},
	},
}
