package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// secretsTagger tags secrets. DescribeSecret tells their tags, and nothing of what is secret.
//
// Source: Secrets Manager API reference, DescribeSecret; Service Authorization Reference, "AWS Secrets Manager".
var secretsTagger = tagger{
	types:  []string{"AWS::SecretsManager::Secret"},
	role:   "secretsmanager",
	reads:  []string{"secretsmanager:DescribeSecret"},
	writes: []string{"secretsmanager:TagResource", "secretsmanager:UntagResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arn := secretsmanager.NewFromConfig(cfg), aws.String(r.ARN)
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: arn})
				if err != nil {
					return nil, err
				}
				return collect(out.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.TagResource(ctx, &secretsmanager.TagResourceInput{SecretId: arn, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.UntagResource(ctx, &secretsmanager.UntagResourceInput{SecretId: arn, TagKeys: gone.keys()}))
			},
		}, nil
	},
}
