package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// eventsTagger tags rules and buses. Source: Service Authorization Reference, "Amazon EventBridge".
var eventsTagger = tagger{
	types:  []string{"AWS::Events::*"},
	role:   "events",
	reads:  []string{"events:ListTagsForResource"},
	writes: []string{"events:TagResource", "events:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := eventbridge.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: arn})
				if err != nil {
					return nil, err
				}
				return collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &eventbridge.TagResourceInput{ResourceARN: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &eventbridge.UntagResourceInput{ResourceARN: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
