package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var dynamodbDeletionProtection = remedy.Remedy{
	ID: "dynamodb-deletion-protection",
	Doc: `Protect a DynamoDB table from being deleted.

Deletion protection of the table is switched on; nothing else of it changes. An undo switches it off again. While the table is being updated by somebody else, DynamoDB takes no
change, and the remedy tries again later.

When not to use it: for tables that are made and deleted all the time, by tests or by stacks for a review.`,
	Changes:  "DeleteTable is refused until somebody switches the protection off.",
	Breaks:   "Deletions of the table fail, those of a CloudFormation stack that holds it among them.",
	Setting:  "dynamodb:deletion-protection",
	Answers:  []string{"securityhub:DynamoDB.6", "config:dynamodb-table-deletion-protection-enabled"},
	Resource: "AWS::DynamoDB::Table",
	Reads:    []remedy.Grant{{Action: "dynamodb:DescribeTable", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "dynamodb:UpdateTable", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[tableProtection]{Read: readTableProtection, Fix: fixTableProtection, Write: writeTableProtection}),
	Code: []iac.Code{{
		CloudFormation: "DeletionProtectionEnabled: true",
		CDK:            "new dynamodb.Table(this, 'Table', { deletionProtection: true });",
		Terraform: `resource "aws_dynamodb_table" "this" {
  deletion_protection_enabled = true
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "a table that anybody may delete",
		Before: `{"DeletionProtectionEnabled":false}`,
		After:  `{"DeletionProtectionEnabled":true}`,
	}},
}

// tableProtection says whether a table is protected from being deleted.
type tableProtection struct{ DeletionProtectionEnabled bool }

func readTableProtection(ctx context.Context, cfg aws.Config, r finding.Resource) (tableProtection, error) {
	tried := "read the deletion protection of " + r.String()
	out, err := dynamodb.NewFromConfig(cfg).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(idOf(r))})
	if err != nil {
		return tableProtection{}, remedy.Explain(tried, err, noTable)
	}
	if out.Table == nil {
		return tableProtection{}, fmt.Errorf("%s: DynamoDB does not tell it", tried)
	}
	return tableProtection{aws.ToBool(out.Table.DeletionProtectionEnabled)}, nil
}

func fixTableProtection(tableProtection, remedy.Params) (tableProtection, error) {
	return tableProtection{true}, nil
}

func writeTableProtection(ctx context.Context, cfg aws.Config, r finding.Resource, _, to tableProtection) error {
	_, err := dynamodb.NewFromConfig(cfg).UpdateTable(ctx, &dynamodb.UpdateTableInput{
		TableName: aws.String(idOf(r)), DeletionProtectionEnabled: &to.DeletionProtectionEnabled,
	})
	if err != nil {
		return remedy.Explain("write the deletion protection of "+r.String(), err, noTable)
	}
	return nil
}
