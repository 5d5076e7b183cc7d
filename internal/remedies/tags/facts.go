package tags

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A parentOf reads the tags of a resource's parent: an empty set where there is none, ErrGone where the resource itself is gone.
type parentOf func(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error)

// parents are the types that have a parent. All others are known to have none.
var parents = map[string]parentOf{
	"AWS::EC2::Volume":            parentOfVolume,
	"AWS::EC2::Snapshot":          parentOfSnapshot,
	"AWS::EC2::NetworkInterface":  parentOfNetworkInterface,
	"AWS::EC2::Image":             parentOfImage,
	"AWS::ECS::Service":           parentOfService,
	"AWS::ECS::Task":              parentOfTask,
	"AWS::RDS::DBSnapshot":        parentOfDBSnapshot,
	"AWS::RDS::DBClusterSnapshot": parentOfDBClusterSnapshot,
}

// tagFacts reads the tags of the resource's parent and account, if they are wanted.
func tagFacts(ctx context.Context, cfg aws.Config, r finding.Resource, want remedy.FactsWanted) (remedy.Facts, error) {
	t, r, err := taggerOf(r)
	if err != nil {
		return remedy.Facts{}, err
	}
	var facts remedy.Facts
	if want.Parent {
		set, err := parentTags(ctx, cfg, r)
		if err != nil {
			return remedy.Facts{}, explain(t.role, fmt.Sprintf("read the tags of the parent of %s", r), err)
		}
		facts.Parent = set
	}
	if want.Account {
		set, err := accountTags(ctx, cfg, r.Account)
		if err != nil {
			return remedy.Facts{}, explain("organizations", fmt.Sprintf("read the tags of account %s", r.Account), err)
		}
		facts.Account = set
	}
	return facts, nil
}

func parentTags(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	read, ok := parents[r.Type]
	if !ok {
		return tagSet{}, nil
	}
	return read(ctx, cfg, r)
}

// accountTags reads the account's own tags; none where the account belongs to no organization. Only the organization's management account, or an account that it
// delegated to, may ask. Source: Organizations API reference, ListTagsForResource.
func accountTags(ctx context.Context, cfg aws.Config, account string) (tagSet, error) {
	set := tagSet{}
	pages := organizations.NewListTagsForResourcePaginator(organizations.NewFromConfig(cfg), &organizations.ListTagsForResourceInput{ResourceId: aws.String(account)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if remedy.Code(err) == "AWSOrganizationsNotInUseException" {
			return tagSet{}, nil
		}
		if err != nil {
			return nil, err
		}
		maps.Copy(set, collect(page.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }))
	}
	return set, nil
}

// goneIsNone turns "the parent is gone" into "there is no parent".
func goneIsNone(role string, set tagSet, err error) (tagSet, error) {
	if remedy.Is(err, goneCodes[role]...) || errors.Is(err, remedy.ErrGone) {
		return tagSet{}, nil
	}
	return set, err
}
