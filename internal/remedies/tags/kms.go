package tags

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// kmsTagger tags keys. AWS-managed keys and keys pending deletion are refused by KMS.
//
// Source: KMS developer guide, "Tagging keys"; Service Authorization Reference, "AWS Key Management Service".
var kmsTagger = tagger{
	types:  []string{"AWS::KMS::Key", "AWS::KMS::ReplicaKey"},
	role:   "kms",
	reads:  []string{"kms:ListResourceTags"},
	writes: []string{"kms:TagResource", "kms:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, id := kms.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) { return kmsTags(ctx, c, id) },
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{TagKey: key, TagValue: value} })
				return done(c.TagResource(ctx, &kms.TagResourceInput{KeyId: id, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &kms.UntagResourceInput{KeyId: id, TagKeys: gone.keys()}))
			},
		}, nil
	},
}

func kmsTags(ctx context.Context, c *kms.Client, id *string) (tagSet, error) {
	set := tagSet{}
	pages := kms.NewListResourceTagsPaginator(c, &kms.ListResourceTagsInput{KeyId: id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		maps.Copy(set, collect(page.Tags, func(t types.Tag) (key, value *string) { return t.TagKey, t.TagValue }))
	}
	return set, nil
}
