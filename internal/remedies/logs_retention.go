package remedies

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var logsRetention = remedy.Remedy{
	ID: "logs-retention",
	Doc: `Keep the events of a log group for long enough.

A log group that keeps its events for a shorter time than the parameter's gets the parameter's. One that keeps them longer, or for ever, stays as it is: the time is only
ever lengthened. An undo sets the former time, and CloudWatch Logs then deletes what is older than that.

When not to use it: for log groups that must forget, such as those with personal data under a retention limit. Exempt them.`,
	Changes:  "The log group keeps its events for at least the days of the parameter.",
	Breaks:   "Nothing; what is kept longer is paid for longer.",
	Setting:  "logs:retention",
	Answers:  []string{"securityhub:CloudWatch.16", "config:cw-loggroup-retention-period-check"},
	Resource: "AWS::Logs::LogGroup",
	Reads:    []remedy.Grant{{Action: "logs:DescribeLogGroups", On: "*"}},
	// The action wants the log group's ARN with ":*" behind it. Source: CloudWatch Logs API reference, LogGroup (arn).
	Writes: []remedy.Grant{{Action: "logs:PutRetentionPolicy", On: "${ARN}:*"}},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[logRetention]{Read: readLogRetention, Fix: fixLogRetention, Write: writeLogRetention}),
	Code: []iac.Code{{
		CloudFormation: "RetentionInDays: {{days}}",
		CDK:            "new logs.LogGroup(this, 'Logs', { retention: {{days}} });",
		Terraform: `resource "aws_cloudwatch_log_group" "this" {
  retention_in_days = {{days}}
}`,
	}},
	With: []remedy.Param{{
		Name: "days", Kind: remedy.Integer, Min: 1, Max: 3653, Default: "365",
		Doc: "Days that events are kept at least: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653.",
	}},
	Examples: []remedy.Example{
		{Name: "a month", Before: `{"RetentionInDays":30}`, After: `{"RetentionInDays":365}`},
		{Name: "longer than the rule wants", With: `{"days":90}`, Before: `{"RetentionInDays":400}`, After: `{"RetentionInDays":400}`},
		{Name: "for ever", Before: `{}`, After: `{}`},
	},
}

// A logRetention is how long a log group keeps its events.
type logRetention struct {
	Days   *int32              `json:"RetentionInDays,omitempty"`     // nil: for ever
	Policy string              `json:"RetentionPolicyName,omitempty"` // of the account, where one decides in the log group's place
	Class  types.LogGroupClass `json:"LogGroupClass,omitempty"`
}

// retentions are the days that CloudWatch Logs takes. Source: CloudWatch Logs API reference, PutRetentionPolicy (retentionInDays).
var retentions = []int32{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// readLogRetention looks through the log groups whose names begin alike, since no call reads one alone.
func readLogRetention(ctx context.Context, cfg aws.Config, r finding.Resource) (logRetention, error) {
	name := idOf(r)
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(cloudwatchlogs.NewFromConfig(cfg), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return logRetention{}, remedy.Explain("read the retention of "+r.String(), err, noLogGroup)
		}
		for _, g := range page.LogGroups {
			if aws.ToString(g.LogGroupName) == name {
				return logRetention{g.RetentionInDays, aws.ToString(g.RetentionPolicyName), g.LogGroupClass}, nil
			}
		}
	}
	return logRetention{}, fmt.Errorf("read the retention of %s: %w", r, remedy.ErrGone)
}

// noLogGroup is CloudWatch Logs' code for a log group that does not exist. Source: CloudWatch Logs API reference, "Errors" of PutRetentionPolicy.
const noLogGroup = "ResourceNotFoundException"

func fixLogRetention(s logRetention, p remedy.Params) (logRetention, error) {
	with, err := remedy.Decode(p, struct {
		Days int32 `json:"days"`
	}{365})
	switch {
	case err != nil:
		return s, err
	case !slices.Contains(retentions, with.Days):
		return s, &remedy.RefusedError{Why: fmt.Sprintf("CloudWatch Logs cannot keep events for %d days: give days that it takes, such as 365 or 400.", with.Days)}
	case s.Days == nil || *s.Days >= with.Days:
		return s, nil
	case s.Policy != "":
		return s, &remedy.RefusedError{Why: "The account's retention policy " + s.Policy + " decides for this log group: change the policy."}
	case s.Class == types.LogGroupClassDelivery:
		return s, &remedy.RefusedError{Why: "A log group of the class DELIVERY only passes events on: set the retention where they are delivered."}
	}
	s.Days = &with.Days
	return s, nil
}

func writeLogRetention(ctx context.Context, cfg aws.Config, r finding.Resource, _, to logRetention) error {
	_, err := cloudwatchlogs.NewFromConfig(cfg).PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String(idOf(r)), RetentionInDays: to.Days})
	if err != nil {
		return remedy.Explain("write the retention of "+r.String(), err, noLogGroup)
	}
	return nil
}
