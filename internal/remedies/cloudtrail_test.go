package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantTrail makes a trail of a name that is its own in all tests, and a bucket of the same name for it. It does not log, and signs nothing.
func plantTrail(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	if _, err := s3.NewFromConfig(cfg).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
		return remedytest.Planted{}, err
	}
	_, err := cloudtrail.NewFromConfig(cfg).CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: &name, S3BucketName: &name, IsMultiRegionTrail: aws.Bool(true)})
	return remedytest.Planted{Resource: trail(name)}, err
}

func trail(name string) finding.Resource {
	return planted("AWS::CloudTrail::Trail", name, "arn:aws:cloudtrail:"+remedytest.Region+":"+remedytest.Account+":trail/"+name)
}

func TestTrailIsReachedInItsHomeRegion(t *testing.T) {
	for _, test := range []struct {
		name, arn, want string
	}{
		{"seen elsewhere", "arn:aws:cloudtrail:us-east-1:111122223333:trail/t", "us-east-1"},
		{"no ARN", "", "eu-west-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := trailClient(aws.Config{Region: "eu-west-1"}, finding.Resource{ID: "t", ARN: test.arn})
			if got := c.Options().Region; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestOrganizationTrailIsRefused(t *testing.T) {
	err := explainTrail("start t", &smithy.GenericAPIError{Code: "NotOrganizationMasterAccountException"})
	if _, refused := errors.AsType[*remedy.RefusedError](err); !refused {
		t.Errorf("got %v, want a refusal", err)
	}
}
