package preflight

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

// detector gives GuardDuty's detector; a region has at most one. "" where there is none.
//
// Source: Amazon GuardDuty API reference, ListDetectors.
func detector(ctx context.Context, client *guardduty.Client) (string, error) {
	found, err := client.ListDetectors(ctx, &guardduty.ListDetectorsInput{})
	if err != nil || len(found.DetectorIds) == 0 {
		return "", err
	}
	return found.DetectorIds[0], nil
}

// noDetector is the finding of a region without GuardDuty.
var noDetector = Finding{Fail, "GuardDuty is off in this region.", "Turn it on (aws guardduty create-detector --enable), or take guardduty out of the policy's rules."}

// threats looks whether GuardDuty is on, and how soon it tells again of what goes on.
//
// Source: Amazon GuardDuty user guide, "Processing GuardDuty findings with EventBridge" (new findings within about five minutes, later occurrences by the frequency).
func threats(ctx context.Context, a *Account) Finding {
	client := guardduty.NewFromConfig(a.Config)
	id, err := detector(ctx, client)
	if err != nil {
		return unread("guardduty:ListDetectors", err)
	}
	if id == "" {
		return noDetector
	}
	got, err := client.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: &id})
	switch {
	case err != nil:
		return unread("guardduty:GetDetector", err)
	case got.Status != types.DetectorStatusEnabled:
		return Finding{Fail, "GuardDuty is suspended in this region.", "Turn it on again: aws guardduty update-detector --enable --detector-id " + id + "."}
	}
	return Finding{OK, fmt.Sprintf("GuardDuty is on: new findings come within minutes, of those that go on it tells again by %s.", got.FindingPublishingFrequency), ""}
}

// threatAdministrator looks whose findings arrive here: those of members are believed only where the policy names this account as an administrator.
//
// Source: Amazon GuardDuty API reference, GetAdministratorAccount, ListMembers.
func threatAdministrator(ctx context.Context, a *Account) Finding {
	client := guardduty.NewFromConfig(a.Config)
	id, err := detector(ctx, client)
	if err != nil {
		return unread("guardduty:ListDetectors", err)
	}
	if id == "" {
		return noDetector
	}
	admin, err := client.GetAdministratorAccount(ctx, &guardduty.GetAdministratorAccountInput{DetectorId: &id})
	if err != nil {
		return unread("guardduty:GetAdministratorAccount", err)
	}
	over := ""
	if admin.Administrator != nil {
		over = aws.ToString(admin.Administrator.AccountId)
	}
	members, err := client.ListMembers(ctx, &guardduty.ListMembersInput{DetectorId: &id, OnlyAssociated: aws.String("true")})
	if err != nil {
		return unread("guardduty:ListMembers", err)
	}
	return a.administered("GuardDuty", over, len(members.Members) > 0)
}

// administered compares who administers a service with the policy's administrators.
func (a *Account) administered(service, over string, members bool) Finding {
	named := slices.Contains(a.Policy.Administrators(), a.id)
	switch {
	case members && !named:
		return Finding{Warn, fmt.Sprintf("This account administers %s of others, whose findings arrive here, too: the policy does not name it, so those are refused as forged.", service), fmt.Sprintf("Write administrators: [%q] into the policy, if it is to answer them.", a.id)}
	case members:
		return Finding{OK, fmt.Sprintf("This account administers %s of others, and the policy believes it.", service), ""}
	case over != "" && !slices.Contains(a.Policy.Administrators(), over):
		return Finding{OK, fmt.Sprintf("Account %s administers %s here: its own deployment would hear of the findings, too, where it has one.", over, service), ""}
	case over != "":
		return Finding{OK, fmt.Sprintf("Account %s administers %s here, and the policy believes it.", over, service), ""}
	}
	return Finding{OK, fmt.Sprintf("This account administers its own %s alone.", service), ""}
}
