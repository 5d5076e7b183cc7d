package remedies

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2Isolate = remedy.Remedy{
	ID: "ec2-isolate",
	Doc: `Isolate an EC2 instance in a security group without rules.

All network interfaces of the instance are moved to the security group tagwarden-quarantine, which permits no traffic in or out. The group is made once a VPC, is known
again by its name and its tag, and stays after a release. A group of that name that somebody else made, or gave rules, is never used. The instance goes on running: its
memory and disks stay for an investigation. An undo is the release: each interface gets exactly the groups back that it had; if one of them was deleted meanwhile, the
undo is refused and names it.

With snapshot, snapshots of the instance's EBS volumes are begun first, as ec2-forensic-snapshot begins them: all of one moment, with its tags, and once for a finding,
whichever of the two remedies made them. Where they cannot be made (there is no EBS volume, or AWS refuses), the instance is isolated all the same. A release deletes no
snapshot: it takes the tag tagwarden:purpose off those that were made with the isolation, and leaves them to you.

Connections that the security groups track, which are most, may go on until they end or time out; a network ACL of the subnet cuts them at once. Interfaces that AWS manages
for the instance (those of ECS tasks, or of EKS Auto Mode) cannot be moved and stay as they are. Traffic to the instance metadata service and to Amazon's DNS
and time servers is not subject to security groups.

When not to use it: for an instance of an Auto Scaling group or behind a load balancer whose health check would replace, and so destroy, it: detach it first.
An instance that is only the target of a scan or of password guessing (GuardDuty then reports a low severity) is better helped by closing its ports.`,
	Changes:  "All network interfaces of the instance are in a security group without any rule, and in no other.",
	Breaks:   "The instance can open no connection and accepts none, also none for its administration by SSH or Session Manager.",
	Setting:  "ec2:interface-groups",
	Answers:  append(slices.Clone(instanceThreats), credentialTheft),
	Resource: "AWS::EC2::Instance",
	Reads: []remedy.Grant{
		{Action: "ec2:DescribeInstances", On: "*"},
		{Action: "ec2:DescribeNetworkInterfaces", On: "*"},
		{Action: "ec2:DescribeSecurityGroups", On: "*"},
		{Action: "ec2:DescribeSnapshots", On: "*"},
	},
	// The account of a VPC, and of the groups in it, may be another one that shares them.
	//
	// Source: Amazon VPC user guide, "Share your VPC subnets with other accounts" and "Share security groups with AWS Organizations".
	Writes: append([]remedy.Grant{
		{Action: "ec2:ModifyNetworkInterfaceAttribute", On: "${ARN}"},
		{Action: "ec2:ModifyNetworkInterfaceAttribute", On: "arn:${Partition}:ec2:${Region}:${Account}:network-interface/*"},
		{Action: "ec2:ModifyNetworkInterfaceAttribute", On: "arn:${Partition}:ec2:${Region}:*:security-group/*"},
		{Action: "ec2:CreateSecurityGroup", On: "arn:${Partition}:ec2:${Region}:${Account}:security-group/*"},
		{Action: "ec2:CreateSecurityGroup", On: "arn:${Partition}:ec2:${Region}:*:vpc/*"},
		{Action: "ec2:CreateTags", On: "arn:${Partition}:ec2:${Region}:${Account}:security-group/*", When: bornBy("CreateSecurityGroup"), Unseen: true},
		{Action: "ec2:RevokeSecurityGroupEgress", On: "arn:${Partition}:ec2:${Region}:${Account}:security-group/*", When: madeFor(quarantine)},
		{Action: "ec2:DeleteTags", On: snapshotARNs, When: madeFor(evidencePurpose), With: snapshotToo},
	}, servingOnly(snapshotToo, evidenceWrites)...),
	Undo:   remedy.Exact,
	Schema: 1,
	Settle: 10 * time.Second, // Amazon EC2 developer guide, "Eventual consistency": the group and the snapshots that were made may not be listed at once
	Lens:   remedy.Erase(remedy.Setting[isolation]{Read: readIsolation, Fix: fixIsolation, Write: writeIsolation}),
	With: []remedy.Param{{
		Name: snapshotToo, Kind: remedy.Bool, Default: "false", Doc: "Whether snapshots of the instance's volumes are begun before it is isolated.",
	}},
	Examples: []remedy.Example{{
		Name:   "an instance with a second interface",
		Before: `{"Interfaces":{"eni-1":{"sg-web":true,"sg-ssh":true},"eni-2":{"sg-db":true}}}`,
		After:  `{"Interfaces":{"eni-1":{"quarantine":true},"eni-2":{"quarantine":true}}}`,
	}, {
		Name:   "a container instance, whose task's interface ECS manages",
		Before: `{"Interfaces":{"eni-1":{"sg-web":true}},"Managed":{"eni-2":true}}`,
		After:  `{"Interfaces":{"eni-1":{"quarantine":true}},"Managed":{"eni-2":true}}`,
	}, {
		Name: "an instance with two volumes, of which snapshots are to be kept", With: `{"snapshot":true}`, Subject: finding.Subject{"finding": "c0ffee"},
		Before: `{"Interfaces":{"eni-1":{"sg-web":true}},"Evidence":{"vol-1":true,"vol-2":true}}`,
		After:  `{"Interfaces":{"eni-1":{"quarantine":true}},"Evidence":{"vol-1":true,"vol-2":true,"vol-1 c0ffee":true,"vol-2 c0ffee":true}}`,
	}},
}

// snapshotToo is the parameter that has snapshots begun before the isolation.
const snapshotToo = "snapshot"

// An isolation is which groups the interfaces of an instance are in, and what is kept of its volumes.
type isolation struct {
	Interfaces map[string]map[string]bool // by interface the ids of its groups, of which it has one at least; quarantine stands for the VPC's quarantine group
	Managed    map[string]bool            `json:",omitempty"` // interfaces that only AWS can change
	Evidence   evidence                   `json:",omitempty"`
}

func readIsolation(ctx context.Context, cfg aws.Config, r finding.Resource) (isolation, error) {
	client := ec2.NewFromConfig(cfg)
	instance, err := describeInstance(ctx, client, r)
	if err != nil {
		return isolation{}, err
	}
	interfaces, named, err := interfacesAndQuarantines(ctx, client, r)
	if err != nil {
		return isolation{}, err
	}
	s := isolationOf(interfaces, named)
	s.Evidence, err = evidenceIn(ctx, client, r, instance)
	return s, err
}

// interfacesAndQuarantines are the interfaces of an instance, and by VPC the groups that have the quarantine's name.
func interfacesAndQuarantines(ctx context.Context, client *ec2.Client, r finding.Resource) ([]types.NetworkInterface, map[string]types.SecurityGroup, error) {
	interfaces, err := interfacesOf(ctx, client, r)
	if err != nil {
		return nil, nil, err
	}
	vpcs := map[string]bool{} // interfaces of one instance may be in several VPCs
	for _, i := range interfaces {
		vpcs[aws.ToString(i.VpcId)] = true
	}
	named, err := namedQuarantine(ctx, client, slices.Sorted(maps.Keys(vpcs)))
	return interfaces, named, err
}

// interfacesOf are the interfaces that are attached to an instance.
func interfacesOf(ctx context.Context, client *ec2.Client, r finding.Resource) ([]types.NetworkInterface, error) {
	var interfaces []types.NetworkInterface
	pages := ec2.NewDescribeNetworkInterfacesPaginator(client, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{ec2Filter("attachment.instance-id", idOf(r))}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, remedy.Explain("read the network interfaces of "+r.String(), err)
		}
		interfaces = append(interfaces, page.NetworkInterfaces...)
	}
	return interfaces, nil
}

// isolationOf is what interfaces show, given the groups that have the quarantine's name by VPC.
func isolationOf(interfaces []types.NetworkInterface, named map[string]types.SecurityGroup) isolation {
	s := isolation{Interfaces: map[string]map[string]bool{}}
	for _, i := range interfaces {
		id := aws.ToString(i.NetworkInterfaceId)
		if aws.ToBool(i.RequesterManaged) || i.Operator != nil && aws.ToBool(i.Operator.Managed) {
			if s.Managed == nil {
				s.Managed = map[string]bool{}
			}
			s.Managed[id] = true
			continue
		}
		groups, sealed := map[string]bool{}, named[aws.ToString(i.VpcId)]
		for _, group := range i.Groups {
			if seals(sealed) && aws.ToString(group.GroupId) == aws.ToString(sealed.GroupId) {
				groups[quarantine] = true
				continue
			}
			groups[aws.ToString(group.GroupId)] = true
		}
		s.Interfaces[id] = groups
	}
	return s
}

// isolateParams are what a rule may give.
type isolateParams struct {
	Snapshot bool `json:"snapshot"`
}

func fixIsolation(s isolation, p remedy.Params) (isolation, error) {
	with, err := remedy.Decode(p, isolateParams{})
	if err != nil {
		return s, err
	}
	if len(s.Interfaces) == 0 {
		return s, &remedy.RefusedError{Why: "The instance has no network interface that could be moved: AWS manages them all. Isolate the workload through the service that runs it."}
	}
	fixed := isolation{Interfaces: map[string]map[string]bool{}, Managed: s.Managed, Evidence: s.Evidence}
	for id := range s.Interfaces {
		fixed.Interfaces[id] = map[string]bool{quarantine: true}
	}
	if with.Snapshot {
		if kept, err := fixEvidence(s.Evidence, p); err == nil { // what no snapshot can be made of is isolated all the same
			fixed.Evidence = kept
		}
	}
	return fixed, nil
}

// writeIsolation begins the snapshots before anything shows on the instance; but that they fail keeps no instance from being isolated.
func writeIsolation(ctx context.Context, cfg aws.Config, r finding.Resource, from, to isolation) error {
	client := ec2.NewFromConfig(cfg)
	if err := refuseDeleted(ctx, client, r, from, to); err != nil {
		return err
	}
	kept := keepEvidence(ctx, client, r, from.Evidence, to.Evidence)
	if err := moveInterfaces(ctx, client, r, from, to); err != nil {
		return err
	}
	if refused := (*remedy.RefusedError)(nil); errors.As(kept, &refused) {
		return &remedy.RefusedError{Why: "The instance is isolated, but no snapshots were made of it: make them by hand.", Err: kept}
	}
	if kept != nil {
		return kept
	}
	return letEvidenceGo(ctx, client, r, from.Evidence, to.Evidence)
}

// letEvidenceGo takes the tag off the snapshots that are no longer ours to keep.
func letEvidenceGo(ctx context.Context, client *ec2.Client, r finding.Resource, from, to evidence) error {
	ids, err := droppedEvidence(ctx, client, r, from, to)
	if err != nil || len(ids) == 0 {
		return err
	}
	if _, err := client.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: ids, Tags: []types.Tag{{Key: aws.String(purposeTag)}}}); err != nil {
		return remedy.Explain("let go of the snapshots of "+r.String(), err)
	}
	return nil
}

// moveInterfaces moves the interfaces whose groups differ. One that somebody moved since it was read is left for the next try, which reads it anew, so that what it was
// in is not lost; the others are moved all the same.
func moveInterfaces(ctx context.Context, client *ec2.Client, r finding.Resource, from, to isolation) error {
	interfaces, named, err := interfacesAndQuarantines(ctx, client, r)
	if err != nil {
		return err
	}
	now, sealed := isolationOf(interfaces, named), map[string]string{} // sealed are the ids of quarantine groups by VPC
	var meanwhile error
	for _, i := range interfaces {
		id, vpc := aws.ToString(i.NetworkInterfaceId), aws.ToString(i.VpcId)
		groups, wanted := to.Interfaces[id]
		switch {
		case !wanted || maps.Equal(from.Interfaces[id], groups):
			continue
		case !maps.Equal(now.Interfaces[id], from.Interfaces[id]):
			meanwhile = fmt.Errorf("change the security groups of %s: %w", id, errMeanwhile)
			continue
		case groups[quarantine] && sealed[vpc] == "":
			if sealed[vpc], err = needQuarantine(ctx, client, vpc, named); err != nil {
				return err
			}
		}
		if err := moveInterface(ctx, client, id, groups, sealed[vpc]); err != nil {
			return err
		}
	}
	return meanwhile
}

// moveInterface gives an interface other groups; sealed is the id of the quarantine group.
func moveInterface(ctx context.Context, client *ec2.Client, id string, groups map[string]bool, sealed string) error {
	ids := slices.Sorted(maps.Keys(groups))
	if at := slices.Index(ids, quarantine); at >= 0 {
		ids[at] = sealed
	}
	_, err := client.ModifyNetworkInterfaceAttribute(ctx, &ec2.ModifyNetworkInterfaceAttributeInput{NetworkInterfaceId: &id, Groups: ids})
	if err != nil {
		return remedy.Explain("change the security groups of "+id, err)
	}
	return nil
}

// refuseDeleted refuses a write that would need groups that do not exist any more, before anything is written.
func refuseDeleted(ctx context.Context, client *ec2.Client, r finding.Resource, from, to isolation) error {
	missing := map[string]bool{}
	for id, groups := range to.Interfaces {
		for group := range groups {
			if group != quarantine && !from.Interfaces[id][group] {
				missing[group] = true
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	pages := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{ec2Filter("group-id", slices.Sorted(maps.Keys(missing))...)}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return remedy.Explain("read the security groups that "+r.String()+" gets back", err)
		}
		for _, group := range page.SecurityGroups {
			delete(missing, aws.ToString(group.GroupId))
		}
	}
	if len(missing) > 0 {
		return &remedy.RefusedError{Why: fmt.Sprintf("The instance cannot get its security groups back: %s no longer exist. Give its network interfaces other groups by hand.",
			strings.Join(slices.Sorted(maps.Keys(missing)), ", "))}
	}
	return nil
}
