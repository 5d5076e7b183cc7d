package tags

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// ec2Tagger tags whatever EC2 owns by its id.
//
// IAM names images and snapshots without their account, and key pairs by their name, whichever ARN the event shows. DescribeTags and the other Describe calls have no
// resource level. Source: Service Authorization Reference, "Amazon EC2".
var ec2Tagger = tagger{
	types:     []string{"AWS::EC2::*"},
	role:      "ec2",
	writes:    []string{"ec2:CreateTags", "ec2:DeleteTags"},
	alsoRead:  ec2Reads(),
	alsoWrite: ec2Writes(),
	open: func(ctx context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c := ec2.NewFromConfig(cfg)
		id, err := ec2ID(ctx, c, r)
		if err != nil {
			return calls{}, err
		}
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				set, err := ec2Tags(ctx, c, id)
				if err != nil || len(set) > 0 {
					return set, err
				}
				return tagSet{}, ec2Exists(ctx, c, r, id)
			},
			add: func(ctx context.Context, set tagSet) error {
				return done(c.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: list(set, ec2Tag)}))
			},
			// With its value a tag is removed only if it still has that value. Source: EC2 API reference, DeleteTags.
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: []string{id}, Tags: list(gone, ec2Tag)}))
			},
		}, nil
	},
}

func ec2Tag(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }

// ec2Writes is what tagging a key pair needs beside: its ARN in events holds its id, and that of its rights its name.
//
// Source: Service Authorization Reference, "Resource types defined by Amazon EC2" (key-pair).
func ec2Writes() []remedy.Grant {
	var grants []remedy.Grant
	for _, action := range []string{"ec2:CreateTags", "ec2:DeleteTags"} {
		grants = append(grants, remedy.Grant{Action: action, On: "arn:${Partition}:ec2:${Region}:${Account}:key-pair/*", Types: []string{"AWS::EC2::KeyPair"}})
	}
	return grants
}

// ec2Tags reads the tags of an id. A missing resource has none, too.
func ec2Tags(ctx context.Context, c *ec2.Client, id string) (tagSet, error) {
	set := tagSet{}
	pages := ec2.NewDescribeTagsPaginator(c, &ec2.DescribeTagsInput{Filters: []types.Filter{{Name: aws.String("resource-id"), Values: []string{id}}}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, t := range page.Tags {
			set[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	return set, nil
}

// ec2Exists proves that an untagged resource exists: its own Describe call finds it. For a type without such a call, only the event can tell.
func ec2Exists(ctx context.Context, c *ec2.Client, r finding.Resource, id string) error {
	d, ok := ec2Describes[r.Type]
	if !ok {
		return seenUntagged(r)
	}
	n, err := d.count(ctx, c, id)
	if err == nil && n == 0 {
		return fmt.Errorf("%s found nothing: %w", d.action, remedy.ErrGone)
	}
	return err
}

var keyPairID = regexp.MustCompile(`^key-[0-9a-f]{8,17}$`)

// ec2ID is the id that the tagging calls want. Key pairs may be known by their name.
func ec2ID(ctx context.Context, c *ec2.Client, r finding.Resource) (string, error) {
	_, id, _ := strings.Cut(resourcePart(r), "/")
	if r.Type != "AWS::EC2::KeyPair" || keyPairID.MatchString(id) {
		return id, nil
	}
	out, err := c.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{KeyNames: []string{id}})
	if err != nil {
		return "", err
	}
	if len(out.KeyPairs) != 1 {
		return "", fmt.Errorf("%d key pairs are named %q: %w", len(out.KeyPairs), id, remedy.ErrGone)
	}
	return aws.ToString(out.KeyPairs[0].KeyPairId), nil
}
