package remedies

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2IsolateCases = []remedytest.Case{
	{
		Name: "two-interfaces", Absent: noSuchInstance,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			net, err := plantNetwork(ctx, cfg, "10.31.0.0/16")
			if err != nil {
				return remedytest.Planted{}, err
			}
			return net.instance(ctx, cfg, []string{net.web, net.ssh}, []string{net.ssh})
		},
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			return alsoIn(ctx, cfg, p, "10.31.0.0/16")
		},
	},
	{
		Name: "the-group-is-there",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			net, err := plantNetwork(ctx, cfg, "10.32.0.0/16")
			if err != nil {
				return remedytest.Planted{}, err
			}
			if _, err := needQuarantine(ctx, ec2.NewFromConfig(cfg), net.vpc, nil); err != nil {
				return remedytest.Planted{}, err
			}
			return net.instance(ctx, cfg, []string{net.web})
		},
	},
	{
		Name: "the-group-was-not-sealed",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			net, err := plantNetwork(ctx, cfg, "10.33.0.0/16")
			if err != nil {
				return remedytest.Planted{}, err
			}
			if _, err := makeQuarantine(ctx, ec2.NewFromConfig(cfg), net.vpc); err != nil {
				return remedytest.Planted{}, err
			}
			return net.instance(ctx, cfg, []string{net.web})
		},
	},
	{
		Name: "snapshots-first", With: `{"snapshot":true}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			net, err := plantNetwork(ctx, cfg, "10.34.0.0/16")
			if err != nil {
				return remedytest.Planted{}, err
			}
			p, err := net.instance(ctx, cfg, []string{net.web})
			p.Subject = finding.Subject{"finding": "c0ffee"}
			return p, err
		},
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			_, err := plantEvidence(ctx, cfg, p, "decade", evidencePurpose) // of another finding
			return err
		},
	},
}

// A network is a VPC with a subnet and two groups.
type network struct{ vpc, subnet, web, ssh string }

func plantNetwork(ctx context.Context, cfg aws.Config, cidr string) (network, error) {
	var n network
	client := ec2.NewFromConfig(cfg)
	vpc, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: &cidr})
	if err != nil {
		return n, err
	}
	n.vpc = aws.ToString(vpc.Vpc.VpcId)
	subnet, err := client.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &n.vpc, CidrBlock: &cidr})
	if err != nil {
		return n, err
	}
	n.subnet = aws.ToString(subnet.Subnet.SubnetId)
	for name, id := range map[string]*string{"web": &n.web, "ssh": &n.ssh} {
		group, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: &n.vpc})
		if err != nil {
			return n, err
		}
		*id = aws.ToString(group.GroupId)
	}
	return n, nil
}

// instance launches an instance with an interface for each list of groups.
func (n network) instance(ctx context.Context, cfg aws.Config, groups ...[]string) (remedytest.Planted, error) {
	var in ec2.RunInstancesInput
	for i, ids := range groups {
		made, err := ec2.NewFromConfig(cfg).CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: &n.subnet, Groups: ids})
		if err != nil {
			return remedytest.Planted{}, err
		}
		in.NetworkInterfaces = append(in.NetworkInterfaces, types.InstanceNetworkInterfaceSpecification{
			DeviceIndex: aws.Int32(int32(i)), NetworkInterfaceId: made.NetworkInterface.NetworkInterfaceId,
		})
	}
	return launchInstance(ctx, cfg, in)
}

// alsoIn puts somebody's group beside the quarantine on the first interface.
func alsoIn(ctx context.Context, cfg aws.Config, p remedytest.Planted, name string) error {
	client := ec2.NewFromConfig(cfg)
	interfaces, err := interfacesOf(ctx, client, p.Resource)
	if err != nil {
		return err
	}
	first := interfaces[0]
	made, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: first.VpcId})
	if err != nil {
		return err
	}
	_, err = client.ModifyNetworkInterfaceAttribute(ctx, &ec2.ModifyNetworkInterfaceAttributeInput{
		NetworkInterfaceId: first.NetworkInterfaceId, Groups: []string{aws.ToString(first.Groups[0].GroupId), aws.ToString(made.GroupId)},
	})
	return err
}

func TestIsolationOf(t *testing.T) {
	in := func(id string, groups ...string) types.NetworkInterface {
		i := types.NetworkInterface{NetworkInterfaceId: &id, VpcId: aws.String("vpc-1")}
		for _, group := range groups {
			i.Groups = append(i.Groups, types.GroupIdentifier{GroupId: &group, GroupName: aws.String("any")})
		}
		return i
	}
	ours := types.SecurityGroup{GroupId: aws.String("sg-q"), Tags: []types.Tag{{Key: aws.String(purposeTag), Value: aws.String(quarantine)}}}
	opened := ours
	opened.IpPermissions = []types.IpPermission{{IpProtocol: aws.String("tcp")}}
	leaking := ours
	leaking.IpPermissionsEgress = []types.IpPermission{{IpProtocol: aws.String("-1")}}
	requested, operated := in("eni-2", "sg-1"), in("eni-3", "sg-1")
	requested.RequesterManaged, operated.Operator = aws.Bool(true), &types.OperatorResponse{Managed: aws.Bool(true)}
	tests := []struct {
		name       string
		interfaces []types.NetworkInterface
		named      types.SecurityGroup
		want       isolation
	}{
		{
			"no quarantine group yet",
			[]types.NetworkInterface{in("eni-1", "sg-1")},
			types.SecurityGroup{},
			isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-1": true}}},
		},
		{
			"in quarantine",
			[]types.NetworkInterface{in("eni-1", "sg-q")},
			ours,
			isolation{Interfaces: map[string]map[string]bool{"eni-1": {quarantine: true}}},
		},
		{
			"a group of that name that somebody made",
			[]types.NetworkInterface{in("eni-1", "sg-q")},
			types.SecurityGroup{GroupId: aws.String("sg-q")},
			isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-q": true}}},
		},
		{
			"a quarantine that lets something in",
			[]types.NetworkInterface{in("eni-1", "sg-q")},
			opened,
			isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-q": true}}},
		},
		{
			"a quarantine that lets something out",
			[]types.NetworkInterface{in("eni-1", "sg-q")},
			leaking,
			isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-q": true}}},
		},
		{
			"what AWS manages is left",
			[]types.NetworkInterface{in("eni-1", "sg-1"), requested, operated},
			ours,
			isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-1": true}}, Managed: map[string]bool{"eni-2": true, "eni-3": true}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := isolationOf(test.interfaces, map[string]types.SecurityGroup{"vpc-1": test.named}); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestFixIsolationRefusesWhatOnlyAWSCanMove(t *testing.T) {
	refused := (*remedy.RefusedError)(nil)
	if got, err := fixIsolation(isolation{Managed: map[string]bool{"eni-1": true}}, remedy.Params{}); !errors.As(err, &refused) {
		t.Errorf("got %v, %v; want a refusal", got, err)
	}
}

func TestAsMade(t *testing.T) {
	all := func(change func(*types.IpPermission)) types.IpPermission {
		p := types.IpPermission{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String(anyIPv4)}}, Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: aws.String(anyIPv6)}}}
		change(&p)
		return p
	}
	tests := []struct {
		name   string
		change func(*types.IpPermission)
		want   bool
	}{
		{"all traffic to anywhere", func(*types.IpPermission) {}, true},
		{"one protocol", func(p *types.IpPermission) { p.IpProtocol = aws.String("tcp") }, false},
		{"one range", func(p *types.IpPermission) { p.IpRanges[0].CidrIp = aws.String("10.0.0.0/8") }, false},
		{"one IPv6 range", func(p *types.IpPermission) { p.Ipv6Ranges[0].CidrIpv6 = aws.String("fd00::/8") }, false},
		{"a group", func(p *types.IpPermission) {
			p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: aws.String("sg-1")}}
		}, false},
		{"a prefix list", func(p *types.IpPermission) {
			p.PrefixListIds = []types.PrefixListId{{PrefixListId: aws.String("pl-1")}}
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := asMade([]types.IpPermission{all(test.change)}); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if !asMade(nil) {
		t.Error("no rule at all: got false, want true")
	}
}
