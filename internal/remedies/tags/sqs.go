package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// sqsTagger tags queues. Its calls want the queue's URL, which the service tells best.
//
// Source: Service Authorization Reference, "Amazon SQS".
var sqsTagger = tagger{
	types:  []string{"AWS::SQS::Queue"},
	role:   "sqs",
	reads:  []string{"sqs:GetQueueUrl", "sqs:ListQueueTags"},
	writes: []string{"sqs:TagQueue", "sqs:UntagQueue"},
	open: func(ctx context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c := sqs.NewFromConfig(cfg)
		queue, err := c.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(resourcePart(r)), QueueOwnerAWSAccountId: optional(r.Account)})
		if err != nil {
			return calls{}, err
		}
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: queue.QueueUrl})
				if err != nil {
					return nil, err
				}
				return copied(out.Tags), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				return done(c.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: queue.QueueUrl, Tags: set}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagQueue(ctx, &sqs.UntagQueueInput{QueueUrl: queue.QueueUrl, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
