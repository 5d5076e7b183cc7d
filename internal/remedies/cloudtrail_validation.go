package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var cloudtrailValidation = remedy.Remedy{
	ID: "cloudtrail-validation",
	Doc: `Turn log file validation of a CloudTrail trail on.

CloudTrail writes a signed digest of its log files each hour from now on, beside them in the same bucket, so that a changed or deleted one shows. Files from before stay
without. All else of the trail stays as it is. An undo turns validation off again, and leaves the digests that were written.

When not to use it: for a trail whose bucket nothing but log files may enter. Its policy must allow CloudTrail to write below CloudTrail-Digest, too.`,
	Changes:  "The trail's log file validation is on.",
	Breaks:   "Nothing that reads log files by their names; who takes every object of the bucket for a log file meets digest files.",
	Setting:  "cloudtrail:log-file-validation",
	Answers:  []string{"securityhub:CloudTrail.4", "config:cloud-trail-log-file-validation-enabled"},
	Resource: "AWS::CloudTrail::Trail",
	Reads:    []remedy.Grant{{Action: "cloudtrail:GetTrail", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "cloudtrail:UpdateTrail", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[trailValidation]{Read: readTrailValidation, Fix: fixTrailValidation, Write: writeTrailValidation}),
	Code: []iac.Code{{
		CloudFormation: "EnableLogFileValidation: true",
		CDK:            "new cloudtrail.Trail(this, 'Trail', { enableFileValidation: true });",
		Terraform: `resource "aws_cloudtrail" "this" {
  enable_log_file_validation = true
}`,
	}},
	Examples: []remedy.Example{{Name: "a trail without digests", Before: `{"LogFileValidationEnabled":false}`, After: `{"LogFileValidationEnabled":true}`}},
}

// A trailValidation is whether CloudTrail signs what it delivers.
type trailValidation struct {
	LogFileValidationEnabled bool `json:"LogFileValidationEnabled"`
}

func readTrailValidation(ctx context.Context, cfg aws.Config, r finding.Resource) (trailValidation, error) {
	out, err := trailClient(cfg, r).GetTrail(ctx, &cloudtrail.GetTrailInput{Name: trailName(r)})
	if err != nil {
		return trailValidation{}, explainTrail("read the log file validation of "+r.String(), err)
	}
	t, err := told(r, "what it is", out.Trail)
	if err != nil {
		return trailValidation{}, err
	}
	enabled, err := told(r, "whether its log files are validated", t.LogFileValidationEnabled)
	return trailValidation{enabled}, err
}

func fixTrailValidation(trailValidation, remedy.Params) (trailValidation, error) {
	return trailValidation{true}, nil
}

func writeTrailValidation(ctx context.Context, cfg aws.Config, r finding.Resource, _, to trailValidation) error {
	_, err := trailClient(cfg, r).UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: trailName(r), EnableLogFileValidation: &to.LogFileValidationEnabled})
	if err != nil {
		return explainTrail("write the log file validation of "+r.String(), err)
	}
	return nil
}
