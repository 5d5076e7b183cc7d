package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var s3BlockPublicAccess = remedy.Remedy{
	ID: "s3-block-public-access",
	Doc: `Block public access to an S3 bucket.

The four settings of the bucket's own Block Public Access are switched on; ACLs and the bucket policy stay as they are and are only overruled. An undo switches
exactly those off again that were off.

When not to use it: for a bucket that serves a public web site or public downloads. Exempt it, or serve it through CloudFront.`,
	Changes: "The bucket's four Block Public Access settings are on.",
	Breaks:  "Anonymous and public reads and writes by ACL or bucket policy are refused from now on, a static web site's among them.",
	Setting: "s3:public-access-block",
	Answers: []string{
		"securityhub:S3.2", "securityhub:S3.3", "securityhub:S3.8", "securityhub:CloudTrail.6",
		"config:s3-bucket-public-read-prohibited", "config:s3-bucket-public-write-prohibited", "config:s3-bucket-level-public-access-prohibited",
		"guardduty:Policy:S3/Bucket*",
	},
	Resource: "AWS::S3::Bucket",
	Reads:    []remedy.Grant{{Action: "s3:GetBucketPublicAccessBlock", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "s3:PutBucketPublicAccessBlock", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[publicAccessBlock]{Read: readPublicAccessBlock, Fix: fixPublicAccessBlock, Write: writePublicAccessBlock}),
	Code: []iac.Code{{
		CloudFormation: "PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}",
		CDK:            "new s3.Bucket(this, 'Bucket', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });",
		Terraform: `resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "a bucket that blocks only ACLs",
		Before: `{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}`,
		After:  `{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}`,
	}},
}

// A publicAccessBlock is Block Public Access of a bucket or an account. Where nothing is set, all four are off.
//
// Source: S3 user guide, "Blocking public access to your Amazon S3 storage".
type publicAccessBlock struct {
	BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool
}

func readPublicAccessBlock(ctx context.Context, cfg aws.Config, r finding.Resource) (publicAccessBlock, error) {
	out, err := bucketClient(cfg, r).GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: aws.String(idOf(r))})
	if remedy.Is(err, "NoSuchPublicAccessBlockConfiguration") {
		return publicAccessBlock{}, nil
	}
	if err != nil {
		return publicAccessBlock{}, explainBucket("read Block Public Access of "+r.String(), err)
	}
	c, err := told(r, "its Block Public Access", out.PublicAccessBlockConfiguration)
	return publicAccessBlock{aws.ToBool(c.BlockPublicAcls), aws.ToBool(c.IgnorePublicAcls), aws.ToBool(c.BlockPublicPolicy), aws.ToBool(c.RestrictPublicBuckets)}, err
}

func fixPublicAccessBlock(publicAccessBlock, remedy.Params) (publicAccessBlock, error) {
	return publicAccessBlock{true, true, true, true}, nil
}

func writePublicAccessBlock(ctx context.Context, cfg aws.Config, r finding.Resource, _, to publicAccessBlock) error {
	_, err := bucketClient(cfg, r).PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: aws.String(idOf(r)),
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &to.BlockPublicAcls, IgnorePublicAcls: &to.IgnorePublicAcls,
			BlockPublicPolicy: &to.BlockPublicPolicy, RestrictPublicBuckets: &to.RestrictPublicBuckets,
		},
	})
	if err != nil {
		return explainBucket("write Block Public Access of "+r.String(), err)
	}
	return nil
}
