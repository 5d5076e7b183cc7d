package tags

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// ecsTagger tags clusters, services, tasks and what else ECS has. Services, tasks and container instances need the long ARN, with the cluster in it.
//
// Source: ECS developer guide, "Amazon Resource Names (ARNs) and IDs"; Service Authorization Reference, "Amazon Elastic Container Service".
var ecsTagger = tagger{
	types:  []string{"AWS::ECS::*"},
	role:   "ecs",
	reads:  []string{"ecs:ListTagsForResource"},
	writes: []string{"ecs:TagResource", "ecs:UntagResource"},
	alsoRead: []remedy.Grant{
		{Action: "ecs:DescribeTasks", On: "${ARN}", Types: []string{"AWS::ECS::Task"}, For: "parent"},
		{Action: "ecs:ListTagsForResource", On: "arn:${Partition}:ecs:${Region}:${Account}:service/*", Types: []string{"AWS::ECS::Task"}, For: "parent"},
		{Action: "ecs:ListTagsForResource", On: "arn:${Partition}:ecs:${Region}:${Account}:cluster/*", Types: []string{"AWS::ECS::Task", "AWS::ECS::Service"}, For: "parent"},
	},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		kind, rest, _ := strings.Cut(resourcePart(r), "/")
		if (kind == "service" || kind == "task" || kind == "container-instance") && !strings.Contains(rest, "/") {
			return calls{}, &remedy.RefusedError{Why: "ECS tags services, tasks and container instances only by the long ARN that names the cluster: opt in to long ARNs and create it anew"}
		}
		c, arn := ecs.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) { return ecsTags(ctx, c, r.ARN) },
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &ecs.TagResourceInput{ResourceArn: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &ecs.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}

func ecsTags(ctx context.Context, c *ecs.Client, arn string) (tagSet, error) {
	out, err := c.ListTagsForResource(ctx, &ecs.ListTagsForResourceInput{ResourceArn: &arn})
	if err != nil {
		return nil, err
	}
	return collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
}
