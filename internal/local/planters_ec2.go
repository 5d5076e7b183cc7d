package local

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ec2Place is a resource of EC2, tagged by EC2's own call: it takes what a creation would refuse.
func (g garden) ec2Place(kind, id string) (place, error) {
	made := place{id, g.arn("ec2", kind+"/"+id)}
	if len(g.tags) == 0 {
		return made, nil
	}
	_, err := ec2.NewFromConfig(g.cfg).CreateTags(g.ctx, &ec2.CreateTagsInput{
		Resources: []string{id}, Tags: listed(g.tags, func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
	})
	return made, err
}

// plantInstance makes an instance with one network interface, in a security group of its own. The interface is made first: of one that the emulator makes with an instance
// the groups cannot be changed.
func plantInstance(g garden) (place, error) {
	client := ec2.NewFromConfig(g.cfg)
	images, err := client.DescribeImages(g.ctx, &ec2.DescribeImagesInput{Owners: []string{"amazon"}})
	if err != nil {
		return place{}, err
	}
	attached, err := g.networkInterface(client)
	if err != nil {
		return place{}, err
	}
	in := &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12c6146b"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), InstanceType: types.InstanceTypeT3Micro,
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{DeviceIndex: aws.Int32(0), NetworkInterfaceId: &attached}},
	}
	if len(images.Images) > 0 {
		in.ImageId = images.Images[0].ImageId
	}
	out, err := client.RunInstances(g.ctx, in)
	if err != nil {
		return place{}, err
	}
	g.also("interface", place{attached, g.arn("ec2", "network-interface/"+attached)})
	return g.ec2Place("instance", *out.Instances[0].InstanceId)
}

// networkInterface makes an interface in the default VPC, in a security group of its own, and gives its id.
func (g garden) networkInterface(client *ec2.Client) (string, error) {
	subnets, err := client.DescribeSubnets(g.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: aws.String("default-for-az"), Values: []string{"true"}}}})
	if err != nil {
		return "", err
	}
	if len(subnets.Subnets) == 0 {
		return "", fmt.Errorf("%s has no default subnet", g.cfg.Region)
	}
	subnet := subnets.Subnets[0]
	group, err := client.CreateSecurityGroup(g.ctx, &ec2.CreateSecurityGroupInput{GroupName: &g.name, Description: aws.String("seed"), VpcId: subnet.VpcId})
	if err != nil {
		return "", err
	}
	made, err := client.CreateNetworkInterface(g.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet.SubnetId, Groups: []string{*group.GroupId}})
	if err != nil {
		return "", err
	}
	return *made.NetworkInterface.NetworkInterfaceId, nil
}

func plantVolume(g garden) (place, error) {
	id, err := g.volume()
	if err != nil {
		return place{}, err
	}
	return g.ec2Place("volume", id)
}

func (g garden) volume() (string, error) {
	out, err := ec2.NewFromConfig(g.cfg).CreateVolume(g.ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String(g.cfg.Region + "a"), Size: aws.Int32(1)})
	if err != nil {
		return "", err
	}
	return *out.VolumeId, nil
}

func plantSnapshot(g garden) (place, error) {
	volume, err := g.volume()
	if err != nil {
		return place{}, err
	}
	out, err := ec2.NewFromConfig(g.cfg).CreateSnapshot(g.ctx, &ec2.CreateSnapshotInput{VolumeId: &volume})
	if err != nil {
		return place{}, err
	}
	return g.ec2Place("snapshot", *out.SnapshotId)
}

func plantSecurityGroup(g garden) (place, error) {
	out, err := ec2.NewFromConfig(g.cfg).CreateSecurityGroup(g.ctx, &ec2.CreateSecurityGroupInput{GroupName: &g.name, Description: aws.String("seed")})
	if err != nil {
		return place{}, err
	}
	return g.ec2Place("security-group", *out.GroupId)
}

func (g garden) vpc() (string, error) {
	out, err := ec2.NewFromConfig(g.cfg).CreateVpc(g.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")})
	if err != nil {
		return "", err
	}
	return *out.Vpc.VpcId, nil
}

func plantVPC(g garden) (place, error) {
	id, err := g.vpc()
	if err != nil {
		return place{}, err
	}
	return g.ec2Place("vpc", id)
}

func plantSubnet(g garden) (place, error) {
	vpc, err := g.vpc()
	if err != nil {
		return place{}, err
	}
	out, err := ec2.NewFromConfig(g.cfg).CreateSubnet(g.ctx, &ec2.CreateSubnetInput{VpcId: &vpc, CidrBlock: aws.String("10.9.1.0/24")})
	if err != nil {
		return place{}, err
	}
	return g.ec2Place("subnet", *out.Subnet.SubnetId)
}
