package tags

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// lambdaTagger tags functions, event source mappings and code signing configurations; not versions and aliases, which have no tags.
//
// Source: Lambda API reference, TagResource; Service Authorization Reference, "AWS Lambda".
var lambdaTagger = tagger{
	types:  []string{"AWS::Lambda::*"},
	role:   "lambda",
	reads:  []string{"lambda:ListTags"},
	writes: []string{"lambda:TagResource", "lambda:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := lambda.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTags(ctx, &lambda.ListTagsInput{Resource: arn})
				if err != nil {
					return nil, err
				}
				return copied(out.Tags), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				return done(c.TagResource(ctx, &lambda.TagResourceInput{Resource: arn, Tags: set}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &lambda.UntagResourceInput{Resource: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}

// copied is a service's map of tags, never nil.
func copied(tags map[string]string) tagSet {
	set := make(tagSet, len(tags))
	maps.Copy(set, tags)
	return set
}
