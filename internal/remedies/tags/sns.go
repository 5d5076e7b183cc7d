package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// snsTagger tags topics. Source: Service Authorization Reference, "Amazon SNS".
var snsTagger = tagger{
	types:  []string{"AWS::SNS::Topic"},
	role:   "sns",
	reads:  []string{"sns:ListTagsForResource"},
	writes: []string{"sns:TagResource", "sns:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := sns.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: arn})
				if err != nil {
					return nil, err
				}
				return collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &sns.TagResourceInput{ResourceArn: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &sns.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
