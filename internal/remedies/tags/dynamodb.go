package tags

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// dynamodbTagger tags tables. The calls are asynchronous: a read may show the old tags for some seconds after a write.
//
// Source: DynamoDB API reference, TagResource and ListTagsOfResource; Service Authorization Reference, "Amazon DynamoDB".
var dynamodbTagger = tagger{
	types:  []string{"AWS::DynamoDB::*"},
	role:   "dynamodb",
	reads:  []string{"dynamodb:ListTagsOfResource"},
	writes: []string{"dynamodb:TagResource", "dynamodb:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := dynamodb.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) { return dynamodbTags(ctx, c, arn) },
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &dynamodb.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}

// dynamodbTags reads all pages; the SDK has no paginator for them.
func dynamodbTags(ctx context.Context, c *dynamodb.Client, arn *string) (tagSet, error) {
	set := tagSet{}
	for in := (&dynamodb.ListTagsOfResourceInput{ResourceArn: arn}); ; {
		out, err := c.ListTagsOfResource(ctx, in)
		if err != nil {
			return nil, err
		}
		maps.Copy(set, collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }))
		if aws.ToString(out.NextToken) == "" {
			return set, nil
		}
		in.NextToken = out.NextToken
	}
}
