package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3DefaultEncryptionCases = []remedytest.Case{
	{
		Name: "nothing-set", Absent: bucket("tagwarden-no-such-bucket"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantBucket(ctx, cfg, "tagwarden-encrypt-nothing")
		},
	},
	{
		Name: "keys-of-s3", With: `{"key":"arn:${Partition}:kms:${Region}:${Account}:alias/buckets"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantEncryption(ctx, cfg, "tagwarden-encrypt-s3", types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAes256})
		},
	},
	{
		Name: "another-key-wanted", With: `{"key":"arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantEncryption(ctx, cfg, "tagwarden-encrypt-kms", types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAwsKms})
		},
	},
}

// plantEncryption makes a bucket with a default encryption.
func plantEncryption(ctx context.Context, cfg aws.Config, name string, by types.ServerSideEncryptionByDefault) (remedytest.Planted, error) {
	p, err := plantBucket(ctx, cfg, name)
	if err != nil {
		return p, err
	}
	_, err = s3.NewFromConfig(cfg).PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: &name, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
			Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &by, BucketKeyEnabled: aws.Bool(false)}},
		},
	})
	return p, err
}

func TestFixDefaultEncryption(t *testing.T) {
	const key, theirs = "arn:aws:kms:us-east-1:111122223333:key/1", "arn:aws:kms:us-east-1:111122223333:key/2"
	encryption := func(algorithm types.ServerSideEncryption, key string, bucketKey bool) defaultEncryption {
		return defaultEncryption{placeOf(bucket("b")), algorithm, key, bucketKey}
	}
	for _, c := range []struct {
		name         string
		before, want defaultEncryption
		with         string
		refused      bool
	}{
		{name: "DSSE stays", before: encryption("aws:kms:dsse", "", false), want: encryption("aws:kms:dsse", "", false)},
		{name: "DSSE gets the rule's key", before: encryption("aws:kms:dsse", "", false), want: encryption("aws:kms:dsse", key, false), with: `{"key":"` + key + `"}`},
		{name: "KMS without a bucket key stays", before: encryption("aws:kms", "", false), want: encryption("aws:kms", "", false)},
		{
			name: "the AWS managed key gives way", with: `{"key":"` + key + `"}`,
			before: encryption("aws:kms", "arn:aws:kms:us-east-1:111122223333:alias/aws/s3", true), want: encryption("aws:kms", key, true),
		},
		{name: "a customer's key stays", before: encryption("aws:kms", theirs, true), want: encryption("aws:kms", theirs, true), with: `{"key":"` + key + `"}`},
		{name: "a key of another region", before: encryption("AES256", "", false), with: `{"key":"arn:aws:kms:eu-west-1:111122223333:key/1"}`, refused: true},
		{name: "no parameter of ours", before: encryption("AES256", "", false), with: `{"kmsKey":"x"}`, refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := fixDefaultEncryption(c.before, remedy.Params{With: json.RawMessage(c.with)})
			if refused := (*remedy.RefusedError)(nil); errors.As(err, &refused) != c.refused {
				t.Fatalf("got error %v, want a refusal: %t", err, c.refused)
			}
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
