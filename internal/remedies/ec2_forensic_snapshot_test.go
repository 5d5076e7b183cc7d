package remedies

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2ForensicSnapshotCases = []remedytest.Case{
	{
		Name: "two-volumes", Absent: noSuchInstance,
		Plant: plantWithVolumes,
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			_, err := plantEvidence(ctx, cfg, p, "decade", evidencePurpose) // of another finding
			return err
		},
	},
	{
		Name: "the-root-volume-is-kept-already",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantWithVolumes(ctx, cfg)
			if err != nil {
				return p, err
			}
			return plantEvidence(ctx, cfg, p, "c0ffee", evidencePurpose)
		},
	},
	{
		Name: "a-backup-is-no-evidence",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantWithVolumes(ctx, cfg)
			if err != nil {
				return p, err
			}
			return plantEvidence(ctx, cfg, p, "c0ffee", "backup")
		},
	},
}

// plantWithVolumes launches an instance with a root and a data volume, about which there is a finding.
func plantWithVolumes(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
	p, err := launchInstance(ctx, cfg, ec2.RunInstancesInput{BlockDeviceMappings: []types.BlockDeviceMapping{
		{DeviceName: aws.String("/dev/sda1"), Ebs: &types.EbsBlockDevice{VolumeSize: aws.Int32(8)}},
		{DeviceName: aws.String("/dev/sdf"), Ebs: &types.EbsBlockDevice{VolumeSize: aws.Int32(8)}},
	}})
	p.Subject = finding.Subject{"finding": "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/c0ffee"}
	return p, err
}

// plantEvidence makes a snapshot of an instance's root volume with the tags of one that is kept.
func plantEvidence(ctx context.Context, cfg aws.Config, p remedytest.Planted, name, purpose string) (remedytest.Planted, error) {
	client := ec2.NewFromConfig(cfg)
	instance, err := describeInstance(ctx, client, p.Resource)
	if err != nil {
		return p, err
	}
	for _, device := range instance.BlockDeviceMappings {
		if aws.ToString(device.DeviceName) == aws.ToString(instance.RootDeviceName) {
			_, err = client.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{
				VolumeId: device.Ebs.VolumeId, TagSpecifications: ec2Tags(types.ResourceTypeSnapshot, purposeTag, purpose, evidenceOf, p.Resource.ID, evidenceFor, name),
			})
		}
	}
	return p, err
}

func TestFixEvidence(t *testing.T) {
	volume := evidence{"vol-1": true}
	tests := []struct {
		name, finding string
		before, want  evidence // want nil for a refusal
	}{
		{"no finding", "", volume, nil},
		{"a finding that no tag can hold", "a b", volume, nil},
		{"a finding that is too long", strings.Repeat("x", 257), volume, nil},
		{"an ARN that ends in nothing", "arn:aws:guardduty:::detector/", volume, nil},
		{"no volume", "c0ffee", evidence{}, nil},
		{"no volume any more", "c0ffee", evidence{"vol-1 c0ffee": true}, nil},
		{"one was detached", "c0ffee", evidence{"vol-2": true, "vol-1 c0ffee": true}, evidence{"vol-2": true, "vol-1 c0ffee": true, "vol-2 c0ffee": true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixEvidence(test.before, remedy.Params{Subject: finding.Subject{"finding": test.finding}})
			if refused := (*remedy.RefusedError)(nil); test.want == nil {
				if !errors.As(err, &refused) {
					t.Errorf("got %v, %v; want a refusal", got, err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
		})
	}
}
