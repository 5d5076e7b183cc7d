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

var s3Versioning = remedy.Remedy{
	ID: "s3-versioning",
	Doc: `Keep the versions of an S3 bucket's objects.

Versioning is enabled; MFA delete stays as it is. An undo suspends versioning: the versions that were made meanwhile stay, and cost. After versioning is enabled for the
first time, AWS advises to wait 15 minutes before objects are written or deleted.

When not to use it: for a bucket whose objects are overwritten often, unless a lifecycle rule expires noncurrent versions: every version is paid for, and objects that a
lifecycle rule expires are no longer gone for good.`,
	Changes:  "Versioning of the bucket is enabled.",
	Breaks:   "Overwritten and deleted objects stay as noncurrent versions, which cost storage until a lifecycle rule or somebody removes them.",
	Setting:  "s3:versioning",
	Answers:  []string{"securityhub:S3.14", "config:s3-bucket-versioning-enabled"},
	Resource: "AWS::S3::Bucket",
	Reads:    []remedy.Grant{{Action: "s3:GetBucketVersioning", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "s3:PutBucketVersioning", On: "${ARN}"}},
	Undo:     remedy.Nearest,
	UndoNote: "Versioning is suspended: a bucket never returns to the state before its first version, and the versions made meanwhile stay.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[versioning]{Read: readVersioning, Fix: fixVersioning, Write: writeVersioning}),
	Code: []iac.Code{{
		CloudFormation: "VersioningConfiguration: {Status: Enabled}",
		CDK:            "new s3.Bucket(this, 'Bucket', { versioned: true });",
		Terraform: `resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "a bucket without versioning, or with versioning suspended",
		Before: `{"Enabled":false,"MFADelete":false}`,
		After:  `{"Enabled":true,"MFADelete":false}`,
	}, {
		Name:   "a bucket with versioning and MFA delete",
		Before: `{"Enabled":true,"MFADelete":true}`,
		After:  `{"Enabled":true,"MFADelete":true}`,
	}},
}

// A versioning is whether a bucket keeps versions. What never was enabled and what is suspended are the same here, since nothing leads back to the former.
type versioning struct {
	Enabled   bool `json:"Enabled"`
	MFADelete bool `json:"MFADelete"`
}

func readVersioning(ctx context.Context, cfg aws.Config, r finding.Resource) (versioning, error) {
	out, err := bucketClient(cfg, r).GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: aws.String(idOf(r))})
	if err != nil {
		return versioning{}, explainBucket("read the versioning of "+r.String(), err)
	}
	return versioning{Enabled: out.Status == types.BucketVersioningStatusEnabled, MFADelete: out.MFADelete == types.MFADeleteStatusEnabled}, nil
}

// fixVersioning refuses what only the root user may do, with its MFA device.
//
// Source: S3 user guide, "Configuring MFA delete".
func fixVersioning(v versioning, _ remedy.Params) (versioning, error) {
	if !v.Enabled && v.MFADelete {
		return versioning{}, &remedy.RefusedError{Why: "MFA delete is on: only the root user of the account can change the versioning, with its MFA device. Enable versioning that way."}
	}
	v.Enabled = true
	return v, nil
}

// writeVersioning leaves MFA delete out of the request, which leaves it as it is.
func writeVersioning(ctx context.Context, cfg aws.Config, r finding.Resource, _, to versioning) error {
	status := types.BucketVersioningStatusSuspended
	if to.Enabled {
		status = types.BucketVersioningStatusEnabled
	}
	_, err := bucketClient(cfg, r).PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket: aws.String(idOf(r)), VersioningConfiguration: &types.VersioningConfiguration{Status: status},
	})
	switch {
	case remedy.Is(err, "InvalidBucketState"):
		return &remedy.RefusedError{Why: "The bucket's replication or Object Lock needs versioning: it cannot be suspended while either is on.", Err: err}
	case err != nil:
		return explainBucket("write the versioning of "+r.String(), err)
	}
	return nil
}
