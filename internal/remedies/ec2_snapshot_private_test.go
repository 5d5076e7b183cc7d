package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2SnapshotPrivateCases = []remedytest.Case{
	{
		Name: "public", Absent: snapshot("snap-0123456789abcdef0"), Meddle: shareSnapshotAnew,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPublicSnapshot(ctx, cfg)
		},
	},
	{
		Name: "public-and-shared", Meddle: shareSnapshotAnew,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPublicSnapshot(ctx, cfg, "444455556666")
		},
	},
}

// A snapshot's ARN names no account.
func snapshot(id string) finding.Resource {
	return planted("AWS::EC2::Snapshot", id, "arn:aws:ec2:"+remedytest.Region+"::snapshot/"+id)
}

func plantPublicSnapshot(ctx context.Context, cfg aws.Config, sharedWith ...string) (remedytest.Planted, error) {
	client := ec2.NewFromConfig(cfg)
	volume, err := client.CreateVolume(ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String(remedytest.Region + "a"), Size: aws.Int32(1)})
	if err != nil {
		return remedytest.Planted{}, err
	}
	made, err := client.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{VolumeId: volume.VolumeId})
	if err != nil {
		return remedytest.Planted{}, err
	}
	_, err = client.ModifySnapshotAttribute(ctx, &ec2.ModifySnapshotAttributeInput{
		SnapshotId: made.SnapshotId, OperationType: types.OperationTypeAdd, GroupNames: []string{"all"}, UserIds: sharedWith,
	})
	return remedytest.Planted{Resource: snapshot(*made.SnapshotId)}, err
}

// shareSnapshotAnew is somebody's sharing with one more account.
func shareSnapshotAnew(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	_, err := ec2.NewFromConfig(cfg).ModifySnapshotAttribute(ctx, &ec2.ModifySnapshotAttributeInput{
		SnapshotId: &p.Resource.ID, OperationType: types.OperationTypeAdd, UserIds: []string{"777788889999"},
	})
	return err
}

// TestSharingThatEC2DoesNotPermit holds that what no later try would change is a refusal, and all else an error that is tried again.
func TestSharingThatEC2DoesNotPermit(t *testing.T) {
	for code, final := range map[ec2Failure]bool{"OperationNotPermitted": true, "InternalError": false} {
		err := writeSnapshotPermissions(t.Context(), code.config(), snapshot("snap-1"), snapshotPermissions{}, snapshotPermissions{Public: true})
		if no := (*remedy.RefusedError)(nil); err == nil || errors.As(err, &no) != final {
			t.Errorf("%s: got %v, want a refusal: %t", code, err, final)
		}
	}
}
