package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// statesTagger tags state machines and activities. Source: Service Authorization Reference, "AWS Step Functions".
var statesTagger = tagger{
	types:  []string{"AWS::StepFunctions::*"},
	role:   "states",
	reads:  []string{"states:ListTagsForResource"},
	writes: []string{"states:TagResource", "states:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := sfn.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &sfn.ListTagsForResourceInput{ResourceArn: arn})
				if err != nil {
					return nil, err
				}
				return collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &sfn.TagResourceInput{ResourceArn: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &sfn.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
