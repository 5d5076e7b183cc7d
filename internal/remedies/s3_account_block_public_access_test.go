package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3AccountBlockPublicAccessCases = []remedytest.Case{
	{
		Name: "nothing-set",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			account := aws.String(remedytest.Account)
			_, err := s3control.NewFromConfig(cfg).DeletePublicAccessBlock(ctx, &s3control.DeletePublicAccessBlockInput{AccountId: account})
			return remedytest.Planted{Resource: theAccount()}, err
		},
	},
	{
		Name: "acls-blocked",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			_, err := s3control.NewFromConfig(cfg).PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
				AccountId: aws.String(remedytest.Account), PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)},
			})
			return remedytest.Planted{Resource: theAccount()}, err
		},
	},
}
