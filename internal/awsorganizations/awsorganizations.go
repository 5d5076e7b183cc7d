// Package awsorganizations reads AWS Organizations, as far as the directory of accounts needs it.
package awsorganizations

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/tagwarden/tagwarden/internal/members"
)

// attempts is how often a call is tried that is throttled: the management account's rates are shared by all that ask.
//
// Source: AWS Organizations user guide, "Quotas and service limits" (throttling).
const attempts = 8

// An Organization is the organization of the account whose credentials ask. They must be the management account's, or those of an administrator that it delegates some service to.
// It needs organizations:ListRoots, ListOrganizationalUnitsForParent and ListAccountsForParent and, for tags, ListTagsForResource. Safe for concurrent use.
//
// Source: AWS Organizations API reference, ListAccountsForParent (may be called from the management account or by a delegated administrator).
type Organization struct{ client *organizations.Client }

// New gives the organization as a role sees it, or as the configuration's own credentials do where role is "". The region is the configuration's: AWS Organizations has one endpoint a
// partition, which the SDK knows.
func New(cfg aws.Config, role string) *Organization {
	if role != "" {
		assume := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "tagwarden-directory" })
		cfg = cfg.Copy()
		cfg.Credentials = aws.NewCredentialsCache(assume)
	}
	return &Organization{organizations.NewFromConfig(cfg, func(o *organizations.Options) { o.RetryMaxAttempts = attempts })}
}

// Roots are the ids of the organization's roots: there is one.
func (o *Organization) Roots(ctx context.Context) ([]string, error) {
	var ids []string
	pages := organizations.NewListRootsPaginator(o.client, &organizations.ListRootsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the organization's roots: %w", err)
		}
		for _, root := range page.Roots {
			ids = append(ids, aws.ToString(root.Id))
		}
	}
	return ids, nil
}

// Units are the ids of the OUs right below a parent.
func (o *Organization) Units(ctx context.Context, parent string) ([]string, error) {
	var ids []string
	pages := organizations.NewListOrganizationalUnitsForParentPaginator(o.client, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &parent})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the OUs below %s: %w", parent, err)
		}
		for _, unit := range page.OrganizationalUnits {
			ids = append(ids, aws.ToString(unit.Id))
		}
	}
	return ids, nil
}

// Accounts is a page of the accounts right below a parent, and the token of the next, "" behind the last. A page may be empty and not the last. With tags, each account's are read:
// what cannot be read is an error, never "no tags".
//
// Source: AWS Organizations API reference, ListAccountsForParent ("can occasionally return an empty set of results even when there are more").
func (o *Organization) Accounts(ctx context.Context, parent, token string, tags bool) ([]members.Account, string, error) {
	in := &organizations.ListAccountsForParentInput{ParentId: &parent}
	if token != "" {
		in.NextToken = &token
	}
	page, err := o.client.ListAccountsForParent(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("list the accounts below %s: %w", parent, err)
	}
	accounts := make([]members.Account, 0, len(page.Accounts))
	for _, found := range page.Accounts {
		a := members.Account{Account: aws.ToString(found.Id), Name: aws.ToString(found.Name), Suspended: over(found)}
		if tags {
			if a.Tags, err = o.tags(ctx, a.Account); err != nil {
				return nil, "", err
			}
		}
		accounts = append(accounts, a)
	}
	return accounts, aws.ToString(page.NextToken), nil
}

// over tells whether an account is closed or being closed. State is newer than Status, which is to go; where it is there, it decides.
//
// Source: AWS Organizations API reference, Account (State, Status).
func over(a types.Account) bool {
	if a.State != "" {
		return a.State == types.AccountStateSuspended || a.State == types.AccountStatePendingClosure || a.State == types.AccountStateClosed
	}
	return a.Status == types.AccountStatusSuspended || a.Status == types.AccountStatusPendingClosure
}

// tags are an account's own tags; never nil.
func (o *Organization) tags(ctx context.Context, account string) (map[string]string, error) {
	tags := map[string]string{}
	pages := organizations.NewListTagsForResourcePaginator(o.client, &organizations.ListTagsForResourceInput{ResourceId: &account})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the tags of account %s: %w", account, err)
		}
		for _, tag := range page.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
	return tags, nil
}
