package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2SubnetNoPublicIPCases = []remedytest.Case{{
	Name: "gives-addresses", Absent: subnet("subnet-0123456789abcdef0"),
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		client := ec2.NewFromConfig(cfg)
		p, err := plantVPC(ctx, cfg)
		if err != nil {
			return p, err
		}
		out, err := client.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &p.Resource.ID, CidrBlock: aws.String("10.0.1.0/24")})
		if err != nil {
			return p, err
		}
		p.Resource = subnet(*out.Subnet.SubnetId)
		_, err = client.ModifySubnetAttribute(ctx, &ec2.ModifySubnetAttributeInput{
			SubnetId: &p.Resource.ID, MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: aws.Bool(true)},
		})
		return p, err
	},
	Beside: besideInSubnet,
	Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
		_, err := ec2.NewFromConfig(cfg).CreateTags(ctx, &ec2.CreateTagsInput{
			Resources: []string{p.Resource.ID}, Tags: []types.Tag{{Key: aws.String("Owner"), Value: aws.String("somebody")}},
		})
		return err
	},
}}

func subnet(id string) finding.Resource { return ofEC2("AWS::EC2::Subnet", "subnet", id) }
