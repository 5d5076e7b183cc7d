package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2EmptyDefaultGroupCases = []remedytest.Case{
	{
		Name: "as-made", Absent: noSuchSecurityGroup, Meddle: addTo("ingress tcp 22-22 198.51.100.0/24"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDefaultGroup(ctx, cfg, "10.51.0.0/16")
		},
	},
	{
		Name: "rules-of-all-kinds",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantDefaultGroup(ctx, cfg, "10.52.0.0/16")
			if err != nil {
				return p, err
			}
			client := ec2.NewFromConfig(cfg)
			list, err := client.CreateManagedPrefixList(ctx, &ec2.CreateManagedPrefixListInput{
				PrefixListName: aws.String("tagwarden-default"), AddressFamily: aws.String("IPv4"), MaxEntries: aws.Int32(1),
			})
			if err != nil {
				return p, err
			}
			for text, notes := range map[string]ruleNotes{
				"ingress tcp 22-22 192.0.2.0/24":                                   {"office", "Owner", "me"},
				"ingress tcp 22-22 2001:db8::/32":                                  {"office"},
				"ingress udp 53-53 " + aws.ToString(list.PrefixList.PrefixListId):  {""},
				"egress tcp 443-443 " + remedytest.Account + "/" + p.Resource.ID:   {""},
				"egress icmp 8--1 0.0.0.0/0":                                       {"ping"},
				"egress tcp 443-443 " + aws.ToString(list.PrefixList.PrefixListId): {""},
			} {
				if err := addRule(ctx, client, p.Resource, text, notes); err != nil {
					return p, err
				}
			}
			return p, nil
		},
	},
}

// plantDefaultGroup makes a VPC, and gives its default group what AWS gives it: the emulator leaves the inbound rule out.
//
// Source: Amazon VPC user guide, "Default security groups for your VPCs".
func plantDefaultGroup(ctx context.Context, cfg aws.Config, cidr string) (remedytest.Planted, error) {
	client := ec2.NewFromConfig(cfg)
	vpc, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: &cidr})
	if err != nil {
		return remedytest.Planted{}, err
	}
	groups, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{ec2Filter("vpc-id", aws.ToString(vpc.Vpc.VpcId)), ec2Filter("group-name", "default")},
	})
	if err != nil {
		return remedytest.Planted{}, err
	}
	p := remedytest.Planted{Resource: securityGroupResource(aws.ToString(groups.SecurityGroups[0].GroupId))}
	return p, addRule(ctx, client, p.Resource, "ingress -1 -1--1 "+remedytest.Account+"/"+p.Resource.ID, ruleNotes{""})
}

func TestFixDefaultGroupRefusesAnotherGroup(t *testing.T) {
	for _, name := range []string{"web", "Default", "default-2", ""} {
		refused := (*remedy.RefusedError)(nil)
		if got, err := fixDefaultGroup(securityGroup{Name: name, Rules: map[string]ruleNotes{"egress -1 -1--1 0.0.0.0/0": {""}}}, remedy.Params{}); !errors.As(err, &refused) {
			t.Errorf("%q: got %v, %v; want a refusal", name, got, err)
		}
	}
}
