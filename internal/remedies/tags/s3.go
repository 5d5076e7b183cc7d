package tags

import (
	"context"
	"fmt"
	"maps"

	"github.com/tagwarden/tagwarden/internal/remedy"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	control "github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// s3Tagger tags buckets. PutBucketTagging replaces the whole set, the aws: tags included, so the set is read again right before.
//
// A bucket that uses attribute-based access control refuses PutBucketTagging; then S3 Control's TagResource and UntagResource, which merge, do it.
// Source: S3 user guide, "Enabling ABAC in general purpose buckets"; Service Authorization Reference, "Amazon S3" (DeleteBucketTagging needs s3:PutBucketTagging).
var s3Tagger = tagger{
	types:  []string{"AWS::S3::Bucket"},
	role:   "s3",
	reads:  []string{"s3:GetBucketTagging", "s3:GetBucketAbac"},
	writes: []string{"s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		b := bucket{client: s3.NewFromConfig(cfg), name: aws.String(lastPart(r)), owner: optional(r.Account), merging: s3ControlCalls(cfg, r)}
		return calls{read: b.read, change: b.change}, nil
	},
}

// A bucket is one bucket with its clients.
type bucket struct {
	client      *s3.Client
	name, owner *string
	merging     calls // by S3 Control
}

func (b bucket) read(ctx context.Context) (tagSet, error) {
	out, err := b.client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: b.name, ExpectedBucketOwner: b.owner})
	if remedy.Code(err) == "NoSuchTagSet" {
		return tagSet{}, nil
	}
	if err != nil {
		return nil, err
	}
	return collect(out.TagSet, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
}

func (b bucket) change(ctx context.Context, gone, set tagSet) error {
	now, err := b.read(ctx)
	if err != nil {
		return err
	}
	next := now.merged(gone, set)
	if maps.Equal(now, next) {
		return nil
	}
	err = b.replace(ctx, next)
	if err == nil || remedy.Code(err) == "NoSuchBucket" {
		return err
	}
	abac, unknown := b.client.GetBucketAbac(ctx, &s3.GetBucketAbacInput{Bucket: b.name, ExpectedBucketOwner: b.owner})
	if unknown != nil {
		return fmt.Errorf("%v; ask whether the bucket uses attribute-based access control: %w", err, unknown) // what the first answer means depends on the second
	}
	if abac.AbacStatus == nil || abac.AbacStatus.Status != types.BucketAbacStatusEnabled {
		return err
	}
	return b.merging.merge(ctx, now, gone, set)
}

func (b bucket) replace(ctx context.Context, next tagSet) error {
	if len(next) == 0 {
		return done(b.client.DeleteBucketTagging(ctx, &s3.DeleteBucketTaggingInput{Bucket: b.name, ExpectedBucketOwner: b.owner}))
	}
	return done(b.client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{
		Bucket: b.name, ExpectedBucketOwner: b.owner,
		Tagging: &types.Tagging{TagSet: list(next, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })},
	}))
}

// s3ControlTagger tags what else S3 has.
var s3ControlTagger = tagger{
	types:  []string{"AWS::S3::AccessPoint", "AWS::S3::AccessGrant*", "AWS::S3::StorageLensGroup"},
	role:   "s3",
	reads:  []string{"s3:ListTagsForResource"},
	writes: []string{"s3:TagResource", "s3:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		return s3ControlCalls(cfg, r), nil
	},
}

func s3ControlCalls(cfg aws.Config, r finding.Resource) calls {
	c, arn, account := s3control.NewFromConfig(cfg), aws.String(r.ARN), aws.String(r.Account)
	return calls{
		read: func(ctx context.Context) (tagSet, error) {
			out, err := c.ListTagsForResource(ctx, &s3control.ListTagsForResourceInput{AccountId: account, ResourceArn: arn})
			if err != nil {
				return nil, err
			}
			return collect(out.Tags, func(t control.Tag) (key, value *string) { return t.Key, t.Value }), nil
		},
		add: func(ctx context.Context, set tagSet) error {
			tags := list(set, func(key, value *string) control.Tag { return control.Tag{Key: key, Value: value} })
			return done(c.TagResource(ctx, &s3control.TagResourceInput{AccountId: account, ResourceArn: arn, Tags: tags}))
		},
		remove: func(ctx context.Context, gone tagSet) error {
			return done(c.UntagResource(ctx, &s3control.UntagResourceInput{AccountId: account, ResourceArn: arn, TagKeys: gone.keys()}))
		},
	}
}

// optional is nil for the empty string.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
