package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var cloudtrailLogging = remedy.Remedy{
	ID: "cloudtrail-logging",
	Doc: `Start a stopped CloudTrail trail again.

The trail records from now on, in its home region and wherever it applies; what happened while it was stopped is not recorded afterwards. Nothing else of it is changed:
a trail that was deleted, or whose event selectors were narrowed, stays so. An undo stops it again.

When not to use it: for a trail that is stopped on purpose because another one has taken its place; delete that one instead.`,
	Changes:  "The trail logs.",
	Breaks:   "Nothing; log delivery costs as it did before the trail was stopped.",
	Setting:  "cloudtrail:logging",
	Answers:  []string{"guardduty:Stealth:IAMUser/CloudTrailLoggingDisabled"},
	Resource: "AWS::CloudTrail::Trail",
	Reads:    []remedy.Grant{{Action: "cloudtrail:GetTrailStatus", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "cloudtrail:StartLogging", On: "${ARN}"}, {Action: "cloudtrail:StopLogging", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[trailLogging]{Read: readTrailLogging, Fix: fixTrailLogging, Write: writeTrailLogging}),
	Code: []iac.Code{{
		CloudFormation: "IsLogging: true",
		CDK:            "(trail.node.defaultChild as cloudtrail.CfnTrail).isLogging = true;",
		Terraform: `resource "aws_cloudtrail" "this" {
  enable_logging = true
}`,
	}},
	Examples: []remedy.Example{{Name: "a stopped trail", Before: `{"IsLogging":false}`, After: `{"IsLogging":true}`}},
}

// A trailLogging is whether a trail records.
type trailLogging struct {
	IsLogging bool `json:"IsLogging"`
}

func readTrailLogging(ctx context.Context, cfg aws.Config, r finding.Resource) (trailLogging, error) {
	out, err := trailClient(cfg, r).GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: trailName(r)})
	if err != nil {
		return trailLogging{}, explainTrail("read whether "+r.String()+" logs", err)
	}
	logging, err := told(r, "whether it logs", out.IsLogging)
	return trailLogging{logging}, err
}

func fixTrailLogging(trailLogging, remedy.Params) (trailLogging, error) {
	return trailLogging{true}, nil
}

func writeTrailLogging(ctx context.Context, cfg aws.Config, r finding.Resource, _, to trailLogging) error {
	c := trailClient(cfg, r)
	if !to.IsLogging {
		if _, err := c.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: trailName(r)}); err != nil {
			return explainTrail("stop "+r.String(), err)
		}
		return nil
	}
	if _, err := c.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: trailName(r)}); err != nil {
		return explainTrail("start "+r.String(), err)
	}
	return nil
}
