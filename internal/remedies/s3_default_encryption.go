package remedies

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var s3DefaultEncryption = remedy.Remedy{
	ID: "s3-default-encryption",
	Doc: `Encrypt new objects of an S3 bucket with a KMS key by default.

The bucket's default encryption becomes SSE-KMS, with the key of the rule, or with the AWS managed key aws/s3 if the rule names none, and with an S3 Bucket Key, which saves
calls to KMS. Where SSE-KMS or DSSE-KMS is the default already, only the AWS managed key gives way to the rule's; a customer managed key stays. What is in the bucket stays
encrypted as it is, and so does whether uploads with customer-provided keys are blocked. An undo brings the former default back; objects written meanwhile keep their key.

When not to use it: for a bucket that other accounts or AWS services write to or read from without a right on the key. The AWS managed key cannot be shared with other accounts
at all: give a customer managed key for those. Nor for a bucket that server access logs are delivered to: AWS does not support SSE-KMS there.`,
	Changes:  "The bucket's default encryption is SSE-KMS with a Bucket Key.",
	Breaks:   "Whoever reads or writes new objects needs rights on the KMS key; server access logs may no longer arrive in it.",
	Setting:  "s3:default-encryption",
	Answers:  []string{"securityhub:S3.17", "config:s3-default-encryption-kms"},
	Resource: "AWS::S3::Bucket",
	Reads:    []remedy.Grant{{Action: "s3:GetEncryptionConfiguration", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "s3:PutEncryptionConfiguration", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[defaultEncryption]{Read: readDefaultEncryption, Fix: fixDefaultEncryption, Write: writeDefaultEncryption}),
	Code: []iac.Code{{
		CloudFormation: `BucketEncryption: {ServerSideEncryptionConfiguration: [{BucketKeyEnabled: true, ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms"}}]}`,
		CDK:            "new s3.Bucket(this, 'Bucket', { encryption: s3.BucketEncryption.KMS_MANAGED, bucketKeyEnabled: true });",
		Terraform: `resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}`,
	}, {
		With: "key",
		CloudFormation: `BucketEncryption: {ServerSideEncryptionConfiguration: [{BucketKeyEnabled: true,
  ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: {{key}}}}]}`,
		CDK: `(bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = {
  serverSideEncryptionConfiguration: [{
    bucketKeyEnabled: true,
    serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: {{key}} },
  }],
};`,
		Terraform: `resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = {{key}}
    }
    bucket_key_enabled = true
  }
}`,
	}},
	With: []remedy.Param{{
		Name: "key", Kind: remedy.Text, Pattern: `arn:[^:]+:kms:[^:]+:[^:]+:(key|alias)/.+`,
		Doc: "ARN of a KMS key or alias; ${Partition}, ${Region} and ${Account} stand for the bucket's. Without it, the AWS managed key aws/s3.",
	}},
	Examples: []remedy.Example{{
		Name:   "a bucket with keys of S3",
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","SSEAlgorithm":"AES256","BucketKeyEnabled":false}`,
		After:  `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","SSEAlgorithm":"aws:kms","BucketKeyEnabled":true}`,
	}, {
		Name: "one key for each account and region", With: `{"key":"arn:${Partition}:kms:${Region}:${Account}:alias/buckets"}`,
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","BucketKeyEnabled":false}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","SSEAlgorithm":"aws:kms",
			"KMSMasterKeyID":"arn:aws:kms:eu-west-1:111122223333:alias/buckets","BucketKeyEnabled":true}`,
	}},
}

// A defaultEncryption is how a bucket encrypts what is uploaded without a word about it.
type defaultEncryption struct {
	place
	SSEAlgorithm     types.ServerSideEncryption `json:"SSEAlgorithm,omitempty"`   // "" where nothing is set
	KMSMasterKeyID   string                     `json:"KMSMasterKeyID,omitempty"` // "" for the AWS managed key
	BucketKeyEnabled bool                       `json:"BucketKeyEnabled"`
}

func readDefaultEncryption(ctx context.Context, cfg aws.Config, r finding.Resource) (defaultEncryption, error) {
	rule, err := getEncryption(ctx, bucketClient(cfg, r), r)
	e := defaultEncryption{place: placeOf(r), BucketKeyEnabled: aws.ToBool(rule.BucketKeyEnabled)}
	if by := rule.ApplyServerSideEncryptionByDefault; by != nil {
		e.SSEAlgorithm, e.KMSMasterKeyID = by.SSEAlgorithm, aws.ToString(by.KMSMasterKeyID)
	}
	return e, err
}

// encryptionParams are what a rule may give.
type encryptionParams struct {
	Key string `json:"key"`
}

func fixDefaultEncryption(e defaultEncryption, p remedy.Params) (defaultEncryption, error) {
	with, err := remedy.Decode(p, encryptionParams{})
	if err != nil {
		return defaultEncryption{}, err
	}
	key := e.fill(with.Key)
	if key != "" && !strings.Contains(key, ":kms:"+e.Region+":") {
		return defaultEncryption{}, &remedy.RefusedError{
			Why: fmt.Sprintf("The rule's KMS key is not in %s, where the bucket is: let the rule name a key by ${Region}, or have a rule for each region.", e.Region),
		}
	}
	switch e.SSEAlgorithm {
	case types.ServerSideEncryptionAwsKms, types.ServerSideEncryptionAwsKmsDsse:
		if key != "" && e.managedByAWS() {
			e.KMSMasterKeyID = key
		}
	case "", types.ServerSideEncryptionAes256:
		e.SSEAlgorithm, e.KMSMasterKeyID, e.BucketKeyEnabled = types.ServerSideEncryptionAwsKms, key, true
	default:
		return defaultEncryption{}, &remedy.RefusedError{Why: fmt.Sprintf("The bucket is encrypted by %s, which Tagwarden does not know: look whether that is what you want.", e.SSEAlgorithm)}
	}
	return e, nil
}

// managedByAWS tells whether the key is aws/s3, which is also the one where none is named.
//
// Source: S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
func (e defaultEncryption) managedByAWS() bool {
	return e.KMSMasterKeyID == "" || strings.HasSuffix(e.KMSMasterKeyID, "alias/aws/s3")
}

// writeDefaultEncryption writes the default alone: what else the rule says stays as it is right now.
func writeDefaultEncryption(ctx context.Context, cfg aws.Config, r finding.Resource, _, to defaultEncryption) error {
	client := bucketClient(cfg, r)
	if to.SSEAlgorithm == "" {
		if _, err := client.DeleteBucketEncryption(ctx, &s3.DeleteBucketEncryptionInput{Bucket: aws.String(idOf(r))}); err != nil {
			return explainBucket("delete the default encryption of "+r.String(), err)
		}
		return nil
	}
	rule, err := getEncryption(ctx, client, r)
	if err != nil {
		return err
	}
	rule.ApplyServerSideEncryptionByDefault = &types.ServerSideEncryptionByDefault{SSEAlgorithm: to.SSEAlgorithm}
	if to.KMSMasterKeyID != "" {
		rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID = &to.KMSMasterKeyID
	}
	rule.BucketKeyEnabled = &to.BucketKeyEnabled
	_, err = client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: aws.String(idOf(r)), ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{Rules: []types.ServerSideEncryptionRule{rule}},
	})
	if err != nil {
		return explainBucket("write the default encryption of "+r.String(), err)
	}
	return nil
}

// errTwoRules says that a bucket has more than one rule of default encryption, which S3 does not permit.
var errTwoRules = errors.New("there is not one rule")

// getEncryption reads the rule; an empty one where nothing is set.
func getEncryption(ctx context.Context, client *s3.Client, r finding.Resource) (types.ServerSideEncryptionRule, error) {
	out, err := client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: aws.String(idOf(r))})
	if remedy.Is(err, "ServerSideEncryptionConfigurationNotFoundError") {
		return types.ServerSideEncryptionRule{}, nil
	}
	if err != nil {
		return types.ServerSideEncryptionRule{}, explainBucket("read the default encryption of "+r.String(), err)
	}
	if c := out.ServerSideEncryptionConfiguration; c != nil && len(c.Rules) == 1 {
		return c.Rules[0], nil
	}
	return types.ServerSideEncryptionRule{}, fmt.Errorf("read the default encryption of %s: %w", r, errTwoRules)
}
