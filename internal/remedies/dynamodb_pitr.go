package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var dynamodbPITR = remedy.Remedy{
	ID: "dynamodb-pitr",
	Doc: `Keep continuous backups of a DynamoDB table.

Point-in-time recovery is switched on for the number of days that the rule says; where it is on already, its days stay. An undo switches it off again: the table can then not be
restored to any time before, not even after it is switched on once more.

When not to use it: for tables that can be made anew from elsewhere, such as caches. The backups are billed by the table's size.`,
	Changes:  "The table can be restored to any second of the last days.",
	Breaks:   "Nothing; the backups cost by the table's size.",
	Setting:  "dynamodb:point-in-time-recovery",
	Answers:  []string{"securityhub:DynamoDB.2", "config:dynamodb-pitr-enabled"},
	Resource: "AWS::DynamoDB::Table",
	Reads:    []remedy.Grant{{Action: "dynamodb:DescribeContinuousBackups", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "dynamodb:UpdateContinuousBackups", On: "${ARN}"}},
	Undo:     remedy.Nearest,
	UndoNote: "An undo deletes the backups that were taken since.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[recovery]{Read: readRecovery, Fix: fixRecovery, Write: writeRecovery}),
	Code: []iac.Code{{
		CloudFormation: "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: {{days}}}",
		CDK:            "new dynamodb.Table(this, 'Table', { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: {{days}} } });",
		Terraform: `resource "aws_dynamodb_table" "this" {
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = {{days}}
  }
}`,
	}},
	With: []remedy.Param{{
		Name: "days", Kind: remedy.Integer, Default: "35", Min: 1, Max: 35,
		Doc: "How many days back the table can be restored to, where point-in-time recovery is off.",
	}},
	Examples: []remedy.Example{
		{
			Name:   "a table without point-in-time recovery",
			Before: `{"PointInTimeRecoveryEnabled":false}`,
			After:  `{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":35}`,
		},
		{
			Name:   "a table that somebody keeps a week's backups of",
			With:   `{"days":35}`,
			Before: `{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":7}`,
			After:  `{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":7}`,
		},
	},
}

// recovery is a table's point-in-time recovery. Its days mean something only while it is on.
type recovery struct {
	PointInTimeRecoveryEnabled bool
	RecoveryPeriodInDays       int32 `json:",omitempty"` // 1 to 35
}

func readRecovery(ctx context.Context, cfg aws.Config, r finding.Resource) (recovery, error) {
	tried := "read the point-in-time recovery of " + r.String()
	out, err := dynamodb.NewFromConfig(cfg).DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: aws.String(idOf(r))})
	if err != nil {
		return recovery{}, remedy.Explain(tried, err, noTableToBackUp)
	}
	if out.ContinuousBackupsDescription == nil || out.ContinuousBackupsDescription.PointInTimeRecoveryDescription == nil {
		return recovery{}, fmt.Errorf("%s: DynamoDB does not tell it", tried)
	}
	switch is := out.ContinuousBackupsDescription.PointInTimeRecoveryDescription; is.PointInTimeRecoveryStatus {
	case types.PointInTimeRecoveryStatusEnabled:
		return recovery{PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: aws.ToInt32(is.RecoveryPeriodInDays)}, nil
	case types.PointInTimeRecoveryStatusDisabled:
		return recovery{}, nil
	default:
		return recovery{}, fmt.Errorf("%s: DynamoDB tells the status %q, which is unknown here", tried, is.PointInTimeRecoveryStatus)
	}
}

// recoveryWith are the parameters.
type recoveryWith struct {
	Days int32 `json:"days"`
}

func fixRecovery(s recovery, p remedy.Params) (recovery, error) {
	with, err := remedy.Decode(p, recoveryWith{Days: 35})
	if err != nil || s.PointInTimeRecoveryEnabled {
		return s, err
	}
	return recovery{PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: with.Days}, nil
}

func writeRecovery(ctx context.Context, cfg aws.Config, r finding.Resource, _, to recovery) error {
	spec := &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: &to.PointInTimeRecoveryEnabled}
	if to.RecoveryPeriodInDays > 0 {
		spec.RecoveryPeriodInDays = &to.RecoveryPeriodInDays
	}
	_, err := dynamodb.NewFromConfig(cfg).UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{
		TableName: aws.String(idOf(r)), PointInTimeRecoverySpecification: spec,
	})
	if err != nil {
		return remedy.Explain("write the point-in-time recovery of "+r.String(), err, noTableToBackUp)
	}
	return nil
}
