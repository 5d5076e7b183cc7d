package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// ecrTagger tags repositories. Source: Service Authorization Reference, "Amazon Elastic Container Registry".
var ecrTagger = tagger{
	types:  []string{"AWS::ECR::Repository"},
	role:   "ecr",
	reads:  []string{"ecr:ListTagsForResource"},
	writes: []string{"ecr:TagResource", "ecr:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := ecr.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &ecr.ListTagsForResourceInput{ResourceArn: arn})
				if err != nil {
					return nil, err
				}
				return collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &ecr.TagResourceInput{ResourceArn: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &ecr.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
