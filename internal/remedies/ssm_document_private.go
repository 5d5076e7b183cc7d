package remedies

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ssmDocumentPrivate = remedy.Remedy{
	ID: "ssm-document-private",
	Doc: `Stop sharing a Systems Manager document with everybody.

Only the sharing with all accounts is taken away; accounts that the document is shared with by their ids keep it. An undo shares the same version with everybody again,
unless somebody shares it with accounts by their ids meanwhile: a document is shared either way, and never both.

When not to use it: for a document that is published on purpose. Exempt it.`,
	Changes:  "The document is not shared with all accounts.",
	Breaks:   "Other accounts that used the document without being named can neither see nor run it any more.",
	Setting:  "ssm:document-sharing",
	Answers:  []string{"securityhub:SSM.4", "config:ssm-document-not-public"},
	Resource: "AWS::SSM::Document",
	Reads:    []remedy.Grant{{Action: "ssm:DescribeDocumentPermission", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "ssm:ModifyDocumentPermission", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[documentShares]{Read: readDocumentShares, Fix: fixDocumentShares, Write: writeDocumentShares}),
	Examples: []remedy.Example{
		{Name: "shared with everybody", Before: `{"all":"$DEFAULT"}`, After: `{}`},
		{Name: "shared with one account", Before: `{"444455556666":"$LATEST"}`, After: `{"444455556666":"$LATEST"}`},
	},
}

// documentShares are the versions of a document that are shared, by account id, or "all"; "" where Systems Manager does not tell the version.
type documentShares map[string]string

// allAccounts stands for everybody, in whatever letter case.
//
// Source: Systems Manager API reference, ModifyDocumentPermission (AccountIdsToRemove).
const allAccounts = "all"

// noDocument is Systems Manager's code for a document that does not exist. Source: Systems Manager API reference, "Errors" of DescribeDocumentPermission.
const noDocument = "InvalidDocument"

func readDocumentShares(ctx context.Context, cfg aws.Config, r finding.Resource) (documentShares, error) {
	c, shares := ssm.NewFromConfig(cfg), documentShares{}
	in := &ssm.DescribeDocumentPermissionInput{Name: aws.String(idOf(r)), PermissionType: types.DocumentPermissionTypeShare}
	for {
		out, err := c.DescribeDocumentPermission(ctx, in)
		if err != nil {
			return nil, remedy.Explain("read the sharing of "+r.String(), err, noDocument)
		}
		for _, account := range out.AccountIds {
			shares[strings.ToLower(account)] = ""
		}
		for _, info := range out.AccountSharingInfoList {
			shares[strings.ToLower(aws.ToString(info.AccountId))] = aws.ToString(info.SharedDocumentVersion)
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return shares, nil
		}
	}
}

func fixDocumentShares(s documentShares, _ remedy.Params) (documentShares, error) {
	fixed := maps.Clone(s)
	delete(fixed, allAccounts)
	return fixed, nil
}

// writeDocumentShares takes away first. A document that is shared with everybody cannot be shared with accounts by their ids, too: to add everybody would drop them.
//
// Source: Systems Manager API reference, ModifyDocumentPermission (AccountIdsToAdd: a group of account ids or All).
func writeDocumentShares(ctx context.Context, cfg aws.Config, r finding.Resource, from, to documentShares) error {
	if _, public := to[allAccounts]; public && len(to) > 1 {
		return &remedy.RefusedError{Why: "The document is shared with accounts by their ids now, which would lose it if everybody got it again: decide which of both you want."}
	}
	var changes []ssm.ModifyDocumentPermissionInput
	for _, account := range slices.Sorted(maps.Keys(from)) {
		if _, stays := to[account]; !stays {
			changes = append(changes, ssm.ModifyDocumentPermissionInput{AccountIdsToRemove: []string{account}})
		}
	}
	for _, account := range slices.Sorted(maps.Keys(to)) {
		if version, shared := from[account]; !shared || version != to[account] {
			changes = append(changes, ssm.ModifyDocumentPermissionInput{AccountIdsToAdd: []string{account}, SharedDocumentVersion: orNil(to[account])})
		}
	}
	c := ssm.NewFromConfig(cfg)
	for _, in := range changes {
		in.Name, in.PermissionType = aws.String(idOf(r)), types.DocumentPermissionTypeShare
		if _, err := c.ModifyDocumentPermission(ctx, &in); err != nil {
			return remedy.Explain("write the sharing of "+r.String(), err, noDocument)
		}
	}
	return nil
}
