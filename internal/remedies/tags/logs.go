package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// logsTagger tags log groups, destinations and deliveries. The calls want a log group's ARN without the ":*" at its end, as located gives it.
//
// Source: CloudWatch Logs API reference, TagResource; Service Authorization Reference, "Amazon CloudWatch Logs".
var logsTagger = tagger{
	types:  []string{"AWS::Logs::*"},
	role:   "logs",
	reads:  []string{"logs:ListTagsForResource"},
	writes: []string{"logs:TagResource", "logs:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := cloudwatchlogs.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: arn})
				if err != nil {
					return nil, err
				}
				return copied(out.Tags), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				return done(c.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: arn, Tags: set}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
