package remedies

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// quarantineName is the name of the security group without rules that isolated instances of a VPC are in. It is made once a VPC, and stays.
const quarantineName = "tagwarden-quarantine"

// quarantine is the purpose of that group, and what stands for it in a setting, whatever its id is or will be.
const quarantine = "quarantine"

// createdWithin is how long a new group may take to show itself.
const createdWithin = 20 * time.Second

// namedQuarantine gives the groups of some VPCs that have the quarantine's name, by VPC: a name is unique within one.
func namedQuarantine(ctx context.Context, client *ec2.Client, vpcs []string) (map[string]types.SecurityGroup, error) {
	found := map[string]types.SecurityGroup{}
	if len(vpcs) == 0 {
		return found, nil
	}
	pages := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{ec2Filter("group-name", quarantineName), ec2Filter("vpc-id", vpcs...)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, remedy.Explain("look for the security groups "+quarantineName, err)
		}
		for _, group := range page.SecurityGroups {
			found[aws.ToString(group.VpcId)] = group
		}
	}
	return found, nil
}

// seals tells whether a group keeps all traffic out and in: it is ours, and nobody has given it a rule.
func seals(group types.SecurityGroup) bool {
	return isQuarantine(group) && len(group.IpPermissions) == 0 && len(group.IpPermissionsEgress) == 0
}

// isQuarantine tells whether we made a group.
func isQuarantine(group types.SecurityGroup) bool {
	return slices.ContainsFunc(group.Tags, func(t types.Tag) bool {
		return aws.ToString(t.Key) == purposeTag && aws.ToString(t.Value) == quarantine
	})
}

// needQuarantine gives the id of a VPC's quarantine group, given the groups of its name by VPC, and makes it if there is none.
func needQuarantine(ctx context.Context, client *ec2.Client, vpc string, named map[string]types.SecurityGroup) (string, error) {
	group, found := named[vpc]
	if !found {
		var err error
		if group, err = makeQuarantine(ctx, client, vpc); err != nil {
			return "", err
		}
	}
	if !isQuarantine(group) || len(group.IpPermissions) > 0 || !asMade(group.IpPermissionsEgress) {
		return "", &remedy.RefusedError{Why: fmt.Sprintf("The security group %s of %s is called %s, but it was not made by Tagwarden or has rules: rename it or remove its rules.",
			aws.ToString(group.GroupId), vpc, quarantineName)}
	}
	return aws.ToString(group.GroupId), seal(ctx, client, group)
}

func makeQuarantine(ctx context.Context, client *ec2.Client, vpc string) (types.SecurityGroup, error) {
	made, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String(quarantineName), Description: aws.String("No traffic in or out: instances that Tagwarden isolated"), VpcId: &vpc,
		TagSpecifications: ec2Tags(types.ResourceTypeSecurityGroup, purposeTag, quarantine),
	})
	if err != nil {
		return types.SecurityGroup{}, remedy.Explain("create the security group "+quarantineName+" in "+vpc, err)
	}
	waiter := ec2.NewSecurityGroupExistsWaiter(client, func(o *ec2.SecurityGroupExistsWaiterOptions) { o.MinDelay = time.Second })
	tried := "read the new security group " + quarantineName + " in " + vpc
	shown, err := waiter.WaitForOutput(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{aws.ToString(made.GroupId)}}, createdWithin)
	if err != nil {
		return types.SecurityGroup{}, remedy.Explain(tried, err)
	}
	return only(tried, shown.SecurityGroups)
}

// seal takes away the rules that AWS gives every new group: all traffic may leave. A try that was cut short may have left them.
func seal(ctx context.Context, client *ec2.Client, group types.SecurityGroup) error {
	if len(group.IpPermissionsEgress) == 0 {
		return nil
	}
	_, err := client.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: group.GroupId, IpPermissions: group.IpPermissionsEgress})
	if err != nil {
		return remedy.Explain("remove the outbound rules of the new security group "+aws.ToString(group.GroupId), err)
	}
	return nil
}

// asMade tells whether outbound rules are none but those of a new group: all traffic to anywhere, for IPv4 and, where the VPC has it, for IPv6.
//
// Source: Amazon VPC user guide, "Default security groups" and "Security group rules" (default outbound rules).
func asMade(egress []types.IpPermission) bool {
	return !slices.ContainsFunc(egress, func(p types.IpPermission) bool {
		return aws.ToString(p.IpProtocol) != "-1" || len(p.UserIdGroupPairs)+len(p.PrefixListIds) > 0 ||
			slices.ContainsFunc(p.IpRanges, func(r types.IpRange) bool { return aws.ToString(r.CidrIp) != anyIPv4 }) ||
			slices.ContainsFunc(p.Ipv6Ranges, func(r types.Ipv6Range) bool { return aws.ToString(r.CidrIpv6) != anyIPv6 })
	})
}

// The whole world as a rule's source or destination.
const (
	anyIPv4 = "0.0.0.0/0"
	anyIPv6 = "::/0"
)
