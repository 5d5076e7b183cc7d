package local

import (
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

func plantInstance(g garden) (place, error) {
	client := ec2.NewFromConfig(g.cfg)
	images, err := client.DescribeImages(g.ctx, &ec2.DescribeImagesInput{Owners: []string{"amazon"}})
	if err != nil {
		return place{}, err
	}
	in := &ec2.RunInstancesInput{ImageId: aws.String("ami-12c6146b"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), InstanceType: types.InstanceTypeT3Micro}
	if len(images.Images) > 0 {
		in.ImageId = images.Images[0].ImageId
	}
	out, err := client.RunInstances(g.ctx, in)
	if err != nil {
		return place{}, err
	}
	return g.ec2Place("instance", *out.Instances[0].InstanceId)
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
