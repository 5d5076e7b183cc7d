package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// rdsTagger tags whatever RDS owns, Neptune and DocumentDB included, whose ARNs are RDS's.
//
// Source: Service Authorization Reference, "Amazon RDS".
var rdsTagger = tagger{
	types:  []string{"AWS::RDS::*", "AWS::Neptune::*", "AWS::DocDB::*"},
	role:   "rds",
	reads:  []string{"rds:ListTagsForResource"},
	writes: []string{"rds:AddTagsToResource", "rds:RemoveTagsFromResource"},
	alsoRead: []remedy.Grant{
		{Action: "rds:DescribeDBSnapshots", On: "${ARN}", Types: []string{"AWS::RDS::DBSnapshot"}, For: "parent"},
		{Action: "rds:DescribeDBSnapshots", On: "arn:${Partition}:rds:${Region}:${Account}:db:*", Types: []string{"AWS::RDS::DBSnapshot"}, For: "parent"},
		{Action: "rds:ListTagsForResource", On: "arn:${Partition}:rds:${Region}:${Account}:db:*", Types: []string{"AWS::RDS::DBSnapshot"}, For: "parent"},
		{Action: "rds:DescribeDBClusterSnapshots", On: "${ARN}", Types: []string{"AWS::RDS::DBClusterSnapshot"}, For: "parent"},
		{Action: "rds:DescribeDBClusterSnapshots", On: "arn:${Partition}:rds:${Region}:${Account}:cluster:*", Types: []string{"AWS::RDS::DBClusterSnapshot"}, For: "parent"},
		{Action: "rds:ListTagsForResource", On: "arn:${Partition}:rds:${Region}:${Account}:cluster:*", Types: []string{"AWS::RDS::DBClusterSnapshot"}, For: "parent"},
	},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := rds.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) { return rdsTags(ctx, c, r.ARN) },
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.AddTagsToResource(ctx, &rds.AddTagsToResourceInput{ResourceName: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.RemoveTagsFromResource(ctx, &rds.RemoveTagsFromResourceInput{ResourceName: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}

func rdsTags(ctx context.Context, c *rds.Client, arn string) (tagSet, error) {
	out, err := c.ListTagsForResource(ctx, &rds.ListTagsForResourceInput{ResourceName: &arn})
	if err != nil {
		return nil, err
	}
	return collect(out.TagList, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
}
