package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2DetachProfileCases = []remedytest.Case{{
	Name: "attached", Absent: noSuchInstance,
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		return plantWithProfile(ctx, cfg, "tagwarden-detach")
	},
}}

// plantWithProfile launches an instance and attaches a new instance profile to it.
func plantWithProfile(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	profile, err := iam.NewFromConfig(cfg).CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name})
	if err != nil {
		return remedytest.Planted{}, err
	}
	p, err := launchInstance(ctx, cfg, ec2.RunInstancesInput{})
	if err != nil {
		return p, err
	}
	_, err = ec2.NewFromConfig(cfg).AssociateIamInstanceProfile(ctx, &ec2.AssociateIamInstanceProfileInput{
		InstanceId: &p.Resource.ID, IamInstanceProfile: &types.IamInstanceProfileSpecification{Arn: profile.InstanceProfile.Arn},
	})
	return p, err
}
