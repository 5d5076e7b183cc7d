package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2SubnetNoPublicIP = remedy.Remedy{
	ID: "ec2-subnet-no-public-ip",
	Doc: `Give no public IPv4 addresses to what is launched into a subnet.

MapPublicIpOnLaunch of the subnet is switched off. Instances and network interfaces that have an address keep it, and a launch that asks for one by itself still gets it; IPv6
stays as it is. An undo switches it on again.

When not to use it: for a public subnet whose instances need an address of their own to reach the internet, with no NAT gateway and no load balancer before them.`,
	Changes:  "New network interfaces in the subnet get no public IPv4 address unless their launch asks for one.",
	Breaks:   "Instances launched from now on, by Auto Scaling for example, may not reach the internet, nor be reached from it.",
	Setting:  "ec2:subnet-public-ip",
	Answers:  []string{"securityhub:EC2.15", "config:subnet-auto-assign-public-ip-disabled"},
	Resource: "AWS::EC2::Subnet",
	Reads:    []remedy.Grant{{Action: "ec2:DescribeSubnets", On: "*"}},
	Writes:   []remedy.Grant{{Action: "ec2:ModifySubnetAttribute", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[subnetAddresses]{Read: readSubnetAddresses, Fix: fixSubnetAddresses, Write: writeSubnetAddresses}),
	Code: []iac.Code{{
		CloudFormation: "MapPublicIpOnLaunch: false",
		CDK:            "new ec2.Subnet(this, 'Subnet', { mapPublicIpOnLaunch: false });",
		Terraform: `resource "aws_subnet" "this" {
  map_public_ip_on_launch = false
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "a subnet that gives public addresses",
		Before: `{"MapPublicIpOnLaunch":true}`,
		After:  `{"MapPublicIpOnLaunch":false}`,
	}},
}

// subnetAddresses says whether what is launched into a subnet gets a public IPv4 address.
type subnetAddresses struct {
	MapPublicIPOnLaunch bool `json:"MapPublicIpOnLaunch"`
}

func readSubnetAddresses(ctx context.Context, cfg aws.Config, r finding.Resource) (subnetAddresses, error) {
	tried := "read the public addresses of " + r.String()
	out, err := ec2.NewFromConfig(cfg).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{idOf(r)}})
	if err != nil {
		return subnetAddresses{}, remedy.Explain(tried, err, noSubnet)
	}
	subnet, err := only(tried, out.Subnets)
	if err != nil {
		return subnetAddresses{}, err
	}
	mapped, err := told(r, "whether it gives public addresses", subnet.MapPublicIpOnLaunch)
	return subnetAddresses{mapped}, err
}

func fixSubnetAddresses(subnetAddresses, remedy.Params) (subnetAddresses, error) {
	return subnetAddresses{false}, nil
}

func writeSubnetAddresses(ctx context.Context, cfg aws.Config, r finding.Resource, _, to subnetAddresses) error {
	_, err := ec2.NewFromConfig(cfg).ModifySubnetAttribute(ctx, &ec2.ModifySubnetAttributeInput{
		SubnetId: aws.String(idOf(r)), MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: &to.MapPublicIPOnLaunch},
	})
	if err != nil {
		return remedy.Explain("write the public addresses of "+r.String(), err, noSubnet)
	}
	return nil
}
