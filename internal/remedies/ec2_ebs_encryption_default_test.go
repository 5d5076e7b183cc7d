package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2EBSEncryptionDefaultCases = []remedytest.Case{{
	Name: "off",
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		_, err := ec2.NewFromConfig(cfg).DisableEbsEncryptionByDefault(ctx, &ec2.DisableEbsEncryptionByDefaultInput{})
		return remedytest.Planted{Resource: planted("AWS::::Account", remedytest.Account, "arn:aws:iam::"+remedytest.Account+":root")}, err
	},
}}
