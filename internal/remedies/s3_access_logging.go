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

var s3AccessLogging = remedy.Remedy{
	ID: "s3-access-logging",
	Doc: `Log the requests to an S3 bucket.

Server access logging is switched on, to the rule's log bucket and under the rule's prefix; logging that is on already stays as it is, wherever it goes. The log bucket must
be in the bucket's own account and region, and its policy must let logging.s3.amazonaws.com put objects under the prefix: neither is made here. The log bucket itself is
refused, since its logs would log themselves. An undo switches logging off again; logs that were delivered stay.

When not to use it: for a bucket with so many requests that their logs cost more than they tell. CloudTrail data events can be limited; server access logs cannot.`,
	Changes:  "Server access logs of the bucket are delivered to the log bucket.",
	Breaks:   "Nothing; storage of the logs costs.",
	Setting:  "s3:logging",
	Answers:  []string{"securityhub:S3.9", "securityhub:CloudTrail.7", "config:s3-bucket-logging-enabled", "guardduty:Stealth:S3/ServerAccessLoggingDisabled"},
	Resource: "AWS::S3::Bucket",
	Reads:    []remedy.Grant{{Action: "s3:GetBucketLogging", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "s3:PutBucketLogging", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[accessLogging]{Read: readAccessLogging, Fix: fixAccessLogging, Write: writeAccessLogging}),
	Code: []iac.Code{{
		CloudFormation: "LoggingConfiguration: {DestinationBucketName: {{bucket}}, LogFilePrefix: {{prefix}}}",
		CDK: `new s3.Bucket(this, 'Bucket', {
  serverAccessLogsBucket: s3.Bucket.fromBucketName(this, 'Logs', {{bucket}}),
  serverAccessLogsPrefix: {{prefix}},
});`,
		Terraform: `resource "aws_s3_bucket_logging" "this" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = {{bucket}}
  target_prefix = {{prefix}}
}`,
	}},
	With: []remedy.Param{{
		Name: "bucket", Kind: remedy.Text, Required: true, Pattern: `[a-z0-9$][A-Za-z0-9.{}$-]{1,200}`,
		Doc: "Name of the log bucket; ${Region} and ${Account} stand for those of the bucket that is logged, so that one rule serves many.",
	}, {
		Name: "prefix", Kind: remedy.Text, Pattern: `.{0,512}`, Default: `"${Bucket}/"`,
		Doc: "What the names of the logs begin with; ${Bucket}, ${Region} and ${Account} stand for those of the bucket that is logged.",
	}},
	Examples: []remedy.Example{{
		Name: "a bucket that is not logged", With: `{"bucket":"logs-${Account}-${Region}"}`,
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports"}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports",
			"TargetBucket":"logs-111122223333-eu-west-1","TargetPrefix":"reports/"}`,
	}, {
		Name: "a bucket whose logs go somewhere else", With: `{"bucket":"logs"}`,
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","TargetBucket":"other-logs"}`,
		After:  `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","TargetBucket":"other-logs"}`,
	}},
}

// An accessLogging is where the server access logs of a bucket go. Where TargetBucket is "", they go nowhere.
type accessLogging struct {
	place
	TargetBucket string `json:"TargetBucket,omitempty"`
	TargetPrefix string `json:"TargetPrefix,omitempty"`
}

func readAccessLogging(ctx context.Context, cfg aws.Config, r finding.Resource) (accessLogging, error) {
	out, err := bucketClient(cfg, r).GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: aws.String(idOf(r))})
	if err != nil {
		return accessLogging{}, explainBucket("read the access logging of "+r.String(), err)
	}
	l := accessLogging{place: placeOf(r)}
	if to := out.LoggingEnabled; to != nil {
		l.TargetBucket, l.TargetPrefix = aws.ToString(to.TargetBucket), aws.ToString(to.TargetPrefix)
	}
	return l, nil
}

// loggingParams are what a rule may give.
type loggingParams struct {
	Bucket string `json:"bucket"`
	Prefix string `json:"prefix"`
}

func fixAccessLogging(l accessLogging, p remedy.Params) (accessLogging, error) {
	with, err := remedy.Decode(p, loggingParams{Prefix: "${Bucket}/"})
	if err != nil || l.TargetBucket != "" {
		return l, err
	}
	target := l.fill(with.Bucket)
	switch target {
	case "":
		return accessLogging{}, &remedy.RefusedError{Why: "The rule names no log bucket: give it as the parameter \"bucket\"."}
	case l.Bucket:
		return accessLogging{}, &remedy.RefusedError{Why: "The bucket is the log bucket itself, whose logs would log themselves: exempt it, or give it another in a rule of its own."}
	}
	l.TargetBucket, l.TargetPrefix = target, l.fill(with.Prefix)
	return l, nil
}

// otherRegion are the codes for a log bucket of another region: as S3 spells it, and as its reference does.
//
// Source: localstack/localstack, pull request 9737 (checked against S3); Amazon S3 API reference, "Error responses".
var otherRegion = []string{"CrossLocationLoggingProhibitted", "CrossLocationLoggingProhibited"}

func writeAccessLogging(ctx context.Context, cfg aws.Config, r finding.Resource, _, to accessLogging) error {
	status := &types.BucketLoggingStatus{}
	if to.TargetBucket != "" {
		status.LoggingEnabled = &types.LoggingEnabled{TargetBucket: &to.TargetBucket, TargetPrefix: &to.TargetPrefix}
	}
	_, err := bucketClient(cfg, r).PutBucketLogging(ctx, &s3.PutBucketLoggingInput{Bucket: aws.String(idOf(r)), BucketLoggingStatus: status})
	switch {
	case remedy.Is(err, otherRegion...):
		return &remedy.RefusedError{Why: "The log bucket is in another region than the bucket: let the rule name it by ${Region}, or have a rule for each region.", Err: err}
	case remedy.Is(err, "InvalidTargetBucketForLogging"):
		return &remedy.RefusedError{Why: "The log bucket does not exist, is another account's, or does not let logging.s3.amazonaws.com write: put that right.", Err: err}
	case err != nil:
		return explainBucket("write the access logging of "+r.String(), err)
	}
	return nil
}
