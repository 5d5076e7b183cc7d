package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantBucket makes a bucket. Its name is its own in all tests: buckets of the emulator outlive a case.
func plantBucket(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	_, err := s3.NewFromConfig(cfg).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	return remedytest.Planted{Resource: bucket(name)}, err
}

func bucket(name string) finding.Resource {
	return planted("AWS::S3::Bucket", name, "arn:aws:s3:::"+name)
}

// theAccount is the account that cases plant in, as a finding names it.
func theAccount() finding.Resource {
	return planted("AWS::::Account", remedytest.Account, "arn:aws:iam::"+remedytest.Account+":root")
}

// planted is a resource as a finding names it.
func planted(typ, id, arn string) finding.Resource {
	return finding.Resource{Partition: "aws", Account: remedytest.Account, Region: remedytest.Region, Type: typ, ID: id, ARN: arn}
}
