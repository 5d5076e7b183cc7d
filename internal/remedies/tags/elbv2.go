package tags

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// elbv2Tagger tags load balancers, target groups, listeners, rules and trust stores. DescribeTags has no resource level.
//
// Source: Service Authorization Reference, "AWS Elastic Load Balancing V2".
var elbv2Tagger = tagger{
	types:    []string{"AWS::ElasticLoadBalancingV2::*"},
	role:     "elasticloadbalancing",
	writes:   []string{"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"},
	alsoRead: []remedy.Grant{{Action: "elasticloadbalancing:DescribeTags", On: "*"}},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c := elasticloadbalancingv2.NewFromConfig(cfg)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.DescribeTags(ctx, &elasticloadbalancingv2.DescribeTagsInput{ResourceArns: []string{r.ARN}})
				if err != nil {
					return nil, err
				}
				for _, d := range out.TagDescriptions {
					if aws.ToString(d.ResourceArn) == r.ARN {
						return collect(d.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
					}
				}
				return nil, errors.New("DescribeTags answered without the resource")
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.AddTags(ctx, &elasticloadbalancingv2.AddTagsInput{ResourceArns: []string{r.ARN}, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.RemoveTags(ctx, &elasticloadbalancingv2.RemoveTagsInput{ResourceArns: []string{r.ARN}, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
