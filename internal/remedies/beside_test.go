package remedies

import (
	"context"
	"path"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// What stands beside the settings of some remedies, and is theirs neither to write nor to lose.

func besideInTable(ctx context.Context, cfg aws.Config, p remedytest.Planted) (any, error) {
	out, err := dynamodb.NewFromConfig(cfg).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &p.Resource.ID})
	if err != nil {
		return nil, err
	}
	return []any{out.Table.BillingModeSummary, out.Table.ProvisionedThroughput, out.Table.StreamSpecification, out.Table.SSEDescription, out.Table.TableClassSummary}, nil
}

func besideInQueue(ctx context.Context, cfg aws.Config, p remedytest.Planted) (any, error) {
	out, err := sqs.NewFromConfig(cfg).GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(p.Names["url"]), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"SqsManagedSseEnabled", "KmsMasterKeyId", "LastModifiedTimestamp"} {
		delete(out.Attributes, name)
	}
	return out.Attributes, nil
}

// besideInLoadBalancer are all attributes but one.
func besideInLoadBalancer(attribute string) func(context.Context, aws.Config, remedytest.Planted) (any, error) {
	return func(ctx context.Context, cfg aws.Config, p remedytest.Planted) (any, error) {
		out, err := elb.NewFromConfig(cfg).DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &p.Resource.ARN})
		if err != nil {
			return nil, err
		}
		others := map[string]string{}
		for _, a := range out.Attributes {
			if *a.Key != attribute {
				others[*a.Key] = aws.ToString(a.Value)
			}
		}
		return others, nil
	}
}

func besideInSubnet(ctx context.Context, cfg aws.Config, p remedytest.Planted) (any, error) {
	out, err := ec2.NewFromConfig(cfg).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{p.Resource.ID}})
	if err != nil {
		return nil, err
	}
	out.Subnets[0].MapPublicIpOnLaunch = nil
	return out.Subnets, nil
}

func besideInMetadataOptions(ctx context.Context, cfg aws.Config, p remedytest.Planted) (any, error) {
	out, err := ec2.NewFromConfig(cfg).DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{p.Resource.ID}})
	if err != nil {
		return nil, err
	}
	options := *out.Reservations[0].Instances[0].MetadataOptions
	options.HttpTokens, options.State = "", types.InstanceMetadataOptionsStateApplied
	return options, nil
}

// besideInPrincipal are the inline policies of a user or role but one.
func besideInPrincipal(policy string) func(context.Context, aws.Config, remedytest.Planted) (any, error) {
	return func(ctx context.Context, cfg aws.Config, p remedytest.Planted) (any, error) {
		c, name := iam.NewFromConfig(cfg), path.Base(p.Resource.ARN)
		others := map[string]string{}
		if p.Resource.Type == iamRole {
			list, err := c.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &name})
			if err != nil {
				return nil, err
			}
			for _, n := range list.PolicyNames {
				out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &name, PolicyName: &n})
				if err != nil {
					return nil, err
				}
				others[n] = *out.PolicyDocument
			}
		} else {
			list, err := c.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &name})
			if err != nil {
				return nil, err
			}
			for _, n := range list.PolicyNames {
				out, err := c.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &name, PolicyName: &n})
				if err != nil {
					return nil, err
				}
				others[n] = *out.PolicyDocument
			}
		}
		delete(others, policy)
		return others, nil
	}
}
