package tags

import (
	"context"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func parentOfVolume(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c := ec2.NewFromConfig(cfg)
	instance, err := instanceOfVolume(ctx, c, lastPart(r))
	if err != nil {
		return nil, err
	}
	return ec2TagsIf(ctx, c, instance)
}

// parentOfSnapshot gives the tags of the instance that the snapshot's volume is attached to, and over them the volume's own.
func parentOfSnapshot(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c := ec2.NewFromConfig(cfg)
	out, err := c.DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{SnapshotIds: []string{lastPart(r)}})
	if err != nil {
		return nil, err
	}
	if len(out.Snapshots) != 1 {
		return nil, fmt.Errorf("DescribeSnapshots found %d: %w", len(out.Snapshots), remedy.ErrGone)
	}
	volume := aws.ToString(out.Snapshots[0].VolumeId)
	instance, err := instanceOfVolume(ctx, c, volume)
	if remedy.Code(err) == "InvalidVolume.NotFound" {
		return tagSet{}, nil
	}
	if err != nil {
		return nil, err
	}
	set, err := ec2TagsIf(ctx, c, instance)
	if err != nil {
		return nil, err
	}
	own, err := ec2TagsIf(ctx, c, volume)
	maps.Copy(set, own)
	return set, err
}

func parentOfNetworkInterface(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c := ec2.NewFromConfig(cfg)
	out, err := c.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{lastPart(r)}})
	if err != nil {
		return nil, err
	}
	if len(out.NetworkInterfaces) != 1 {
		return nil, fmt.Errorf("DescribeNetworkInterfaces found %d: %w", len(out.NetworkInterfaces), remedy.ErrGone)
	}
	attachment := out.NetworkInterfaces[0].Attachment
	if attachment == nil {
		return tagSet{}, nil
	}
	return ec2TagsIf(ctx, c, aws.ToString(attachment.InstanceId))
}

// parentOfImage gives the tags of the instance that CreateImage made it from. Source: EC2 API reference, Image, SourceInstanceId.
func parentOfImage(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c := ec2.NewFromConfig(cfg)
	out, err := c.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{lastPart(r)}})
	if err != nil {
		return nil, err
	}
	if len(out.Images) != 1 {
		return nil, fmt.Errorf("DescribeImages found %d: %w", len(out.Images), remedy.ErrGone)
	}
	return ec2TagsIf(ctx, c, aws.ToString(out.Images[0].SourceInstanceId))
}

// instanceOfVolume is the instance that a volume is attached to; "" for none.
func instanceOfVolume(ctx context.Context, c *ec2.Client, id string) (string, error) {
	out, err := c.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{id}})
	if err != nil {
		return "", err
	}
	if len(out.Volumes) != 1 {
		return "", fmt.Errorf("DescribeVolumes found %d: %w", len(out.Volumes), remedy.ErrGone)
	}
	for _, a := range out.Volumes[0].Attachments {
		if a.InstanceId != nil {
			return *a.InstanceId, nil
		}
	}
	return "", nil
}

// ec2TagsIf are the tags of an id, and none of "".
func ec2TagsIf(ctx context.Context, c *ec2.Client, id string) (tagSet, error) {
	if id == "" {
		return tagSet{}, nil
	}
	return ec2Tags(ctx, c, id)
}
