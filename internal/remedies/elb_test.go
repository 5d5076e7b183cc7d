package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var elbDeletionProtectionCases = []remedytest.Case{
	{
		Name: "network", Absent: loadBalancer("arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/net/none/0123456789abcdef"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantLoadBalancer(ctx, cfg, "tagwarden-protect", types.LoadBalancerTypeEnumNetwork)
		},
	},
	{
		Name: "application",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantLoadBalancer(ctx, cfg, "tagwarden-protect-app", types.LoadBalancerTypeEnumApplication)
		},
		Meddle: meddleIdleTimeout, Beside: besideInLoadBalancer("deletion_protection.enabled"),
	},
}

var elbDropInvalidHeadersCases = []remedytest.Case{
	{
		Name: "application", Absent: loadBalancer("arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/none/0123456789abcdef"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantLoadBalancer(ctx, cfg, "tagwarden-headers", types.LoadBalancerTypeEnumApplication)
			if err != nil {
				return p, err
			}
			return p, setAttribute(ctx, cfg, p, "routing.http.drop_invalid_header_fields.enabled", "false") // AWS shows it so by itself
		},
		Meddle: meddleIdleTimeout, Beside: besideInLoadBalancer("routing.http.drop_invalid_header_fields.enabled"),
	},
}

// plantLoadBalancer makes a load balancer of a name that is its own in all tests, in a network of its own.
func plantLoadBalancer(ctx context.Context, cfg aws.Config, name string, kind types.LoadBalancerTypeEnum) (remedytest.Planted, error) {
	c := ec2.NewFromConfig(cfg)
	vpc, err := c.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	if err != nil {
		return remedytest.Planted{}, err
	}
	in := &elb.CreateLoadBalancerInput{Name: &name, Type: kind}
	for zone, block := range map[string]string{"us-east-1a": "10.0.0.0/24", "us-east-1b": "10.0.1.0/24"} {
		subnet, err := c.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: &block, AvailabilityZone: &zone})
		if err != nil {
			return remedytest.Planted{}, err
		}
		in.Subnets = append(in.Subnets, *subnet.Subnet.SubnetId)
	}
	out, err := elb.NewFromConfig(cfg).CreateLoadBalancer(ctx, in)
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: loadBalancer(*out.LoadBalancers[0].LoadBalancerArn)}, nil
}

// meddleIdleTimeout changes another attribute of a load balancer.
func meddleIdleTimeout(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	return setAttribute(ctx, cfg, p, "idle_timeout.timeout_seconds", "90")
}

func setAttribute(ctx context.Context, cfg aws.Config, p remedytest.Planted, key, value string) error {
	_, err := elb.NewFromConfig(cfg).ModifyLoadBalancerAttributes(ctx, &elb.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: &p.Resource.ARN, Attributes: []types.LoadBalancerAttribute{{Key: &key, Value: &value}},
	})
	return err
}

func loadBalancer(arn string) finding.Resource {
	return planted("AWS::ElasticLoadBalancingV2::LoadBalancer", arn, arn)
}

func TestLoadBalancerWithoutTheAttribute(t *testing.T) {
	for _, r := range []remedy.Remedy{elbDropInvalidHeaders, elbDeletionProtection} {
		got, err := r.Lens.Fix(remedy.State(`{}`), remedy.Params{})
		if _, refused := errors.AsType[*remedy.RefusedError](err); !refused {
			t.Errorf("%s: got %s, %v; want a refusal", r.ID, got, err)
		}
	}
}

func TestAttributesThatAreNotTold(t *testing.T) {
	const nothing = "<DescribeLoadBalancerAttributesResponse><DescribeLoadBalancerAttributesResult></DescribeLoadBalancerAttributesResult></DescribeLoadBalancerAttributesResponse>"
	arn := "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/0123456789abcdef"
	if got, err := readLoadBalancer(t.Context(), canned{"text/xml", nothing}.config(), loadBalancer(arn), "deletion_protection.enabled"); err == nil {
		t.Errorf("got %+v, want an error", got)
	}
}
