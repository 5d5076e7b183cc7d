package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3VersioningCases = []remedytest.Case{
	{
		Name: "never-enabled", Absent: bucket("tagwarden-no-such-bucket"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantBucket(ctx, cfg, "tagwarden-versions-never")
		},
	},
	{
		Name: "suspended",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantBucket(ctx, cfg, "tagwarden-versions-suspended")
			if err != nil {
				return p, err
			}
			return p, writeVersioning(ctx, cfg, p.Resource, versioning{}, versioning{})
		},
	},
}

func TestFixVersioningWithMFADelete(t *testing.T) {
	_, err := fixVersioning(versioning{MFADelete: true}, remedy.Params{})
	if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) {
		t.Errorf("got error %v, want a refusal", err)
	}
}
