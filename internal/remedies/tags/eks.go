package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// eksTagger tags clusters and what belongs to them. A cluster's tags do not reach its nodes' instances.
//
// Source: Service Authorization Reference, "Amazon Elastic Kubernetes Service".
var eksTagger = tagger{
	types:  []string{"AWS::EKS::*"},
	role:   "eks",
	reads:  []string{"eks:ListTagsForResource"},
	writes: []string{"eks:TagResource", "eks:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := eks.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &eks.ListTagsForResourceInput{ResourceArn: arn})
				if err != nil {
					return nil, err
				}
				return copied(out.Tags), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				return done(c.TagResource(ctx, &eks.TagResourceInput{ResourceArn: arn, Tags: set}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &eks.UntagResourceInput{ResourceArn: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
