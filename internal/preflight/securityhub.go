package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
)

// hubOff is what Security Hub answers where it is off.
//
// Source: Security Hub API reference, DescribeHub, "Errors".
const hubOff = "InvalidAccessException"

// hubRead is the finding of what Security Hub did not tell.
func hubRead(action string, err error) Finding {
	if code(err) == hubOff {
		return Finding{Fail, "Security Hub is off in this account and region.", "Turn it on (aws securityhub enable-security-hub), or take securityhub and the buttons out of the policy."}
	}
	return unread(action, err)
}

// wantsHub tells whether a policy needs Security Hub.
func wantsHub(a *Account) bool { return hears("securityhub")(a) || buttoned(a) }

// hub looks whether Security Hub is on, and tells of a violation once.
//
// Source: AWS Security Hub user guide, "Consolidated control findings".
func hub(ctx context.Context, a *Account) Finding {
	got, err := securityhub.NewFromConfig(a.Config).DescribeHub(ctx, &securityhub.DescribeHubInput{})
	switch {
	case err != nil:
		return hubRead("securityhub:DescribeHub", err)
	case got.ControlFindingGenerator == types.ControlFindingGeneratorStandardControl:
		return Finding{
			Warn, "Security Hub is on, with a finding for each standard: one violation is told of several times, and answered once.",
			"Turn consolidated control findings on: aws securityhub update-security-hub-configuration --control-finding-generator SECURITY_CONTROL.",
		}
	}
	return Finding{OK, "Security Hub is on, with consolidated control findings.", ""}
}

// hubAdministrator looks whose findings arrive here, and where else those of this region go.
//
// Source: AWS Security Hub API reference, GetAdministratorAccount, ListMembers, ListFindingAggregators, GetFindingAggregator; user guide, "Understanding cross-Region aggregation".
func hubAdministrator(ctx context.Context, a *Account) Finding {
	client := securityhub.NewFromConfig(a.Config)
	admin, err := client.GetAdministratorAccount(ctx, &securityhub.GetAdministratorAccountInput{})
	if err != nil {
		return hubRead("securityhub:GetAdministratorAccount", err)
	}
	over := ""
	if admin.Administrator != nil {
		over = aws.ToString(admin.Administrator.AccountId)
	}
	members, err := client.ListMembers(ctx, &securityhub.ListMembersInput{OnlyAssociated: aws.Bool(true)})
	if err != nil {
		return hubRead("securityhub:ListMembers", err)
	}
	f := a.administered("Security Hub", over, len(members.Members) > 0)
	if f.Status != OK {
		return f
	}
	region, err := aggregation(ctx, client)
	switch {
	case err != nil:
		return hubRead("securityhub:ListFindingAggregators and GetFindingAggregator", err)
	case region == a.Config.Region:
		f.Says += " This is its aggregation region: findings of the linked regions arrive here, too."
	case region != "":
		return Finding{
			Warn, fmt.Sprintf("%s Findings of this region are also sent to its aggregation region, %s.", f.Says, region),
			"Deploy there alone, or in each region with rules that are bound to it (where: {region: [...]}), so that nothing is answered twice.",
		}
	}
	return f
}

// aggregation is the region to which findings of others are sent; "" where there is none.
func aggregation(ctx context.Context, client *securityhub.Client) (string, error) {
	found, err := client.ListFindingAggregators(ctx, &securityhub.ListFindingAggregatorsInput{})
	if err != nil || len(found.FindingAggregators) == 0 {
		return "", err
	}
	got, err := client.GetFindingAggregator(ctx, &securityhub.GetFindingAggregatorInput{FindingAggregatorArn: found.FindingAggregators[0].FindingAggregatorArn})
	if err != nil {
		return "", err
	}
	return aws.ToString(got.FindingAggregationRegion), nil
}

// maxActions is how many custom actions an account may have in a region.
//
// Source: AWS Security Hub user guide, "Security Hub quotas".
const maxActions = 50

// actions looks whether the policy's buttons find room.
func actions(ctx context.Context, a *Account) Finding {
	var there []string
	pages := securityhub.NewDescribeActionTargetsPaginator(securityhub.NewFromConfig(a.Config), &securityhub.DescribeActionTargetsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return hubRead("securityhub:DescribeActionTargets", err)
		}
		for _, action := range page.ActionTargets {
			there = append(there, aws.ToString(action.ActionTargetArn))
		}
	}
	missing := []string{}
	for _, b := range a.Policy.Buttons() {
		id := a.Names.Action(b.Name)
		if !slices.ContainsFunc(there, func(action string) bool { return strings.HasSuffix(action, "/"+id) }) {
			missing = append(missing, b.Name)
		}
	}
	switch {
	case len(there)+len(missing) > maxActions:
		return Finding{Fail, fmt.Sprintf("There are %d custom actions already, and %d may be: no room for %s.", len(there), maxActions, few(missing)), "Delete some (aws securityhub delete-action-target), or take buttons out of the policy."}
	case len(missing) == 0:
		return Finding{OK, fmt.Sprintf("All %d buttons are there, of %d custom actions in all.", len(a.Policy.Buttons()), len(there)), ""}
	}
	return Finding{OK, fmt.Sprintf("The deployment makes %s: there is room, with %d custom actions of %d.", few(missing), len(there), maxActions), ""}
}
