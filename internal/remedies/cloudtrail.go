package remedies

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// trailClient speaks to a trail's home region, which its ARN names: elsewhere its shadows can be seen, and not changed.
//
// Source: CloudTrail API reference, StartLogging, UpdateTrail (InvalidHomeRegionException).
func trailClient(cfg aws.Config, r finding.Resource) *cloudtrail.Client {
	return cloudtrail.NewFromConfig(cfg, func(o *cloudtrail.Options) {
		if a, err := arn.Parse(r.ARN); err == nil && a.Region != "" {
			o.Region = a.Region
		}
	})
}

// trailName names a trail to CloudTrail: by its ARN, the only name of a trail that another account owns, else by its id.
//
// Source: CloudTrail API reference, GetTrail, StartLogging (Name).
func trailName(r finding.Resource) *string { return arnOrID(r) }

// explainTrail is remedy.Explain for CloudTrail. A member account sees its organization's trails, and cannot change them.
//
// Source: CloudTrail API reference, "Errors" of GetTrail, StartLogging and UpdateTrail.
func explainTrail(tried string, err error) error {
	if remedy.Is(err, "NotOrganizationMasterAccountException", "NotOrganizationManagementAccountException") {
		return &remedy.RefusedError{Why: "The trail is the organization's: change it from the management account.", Err: err}
	}
	return remedy.Explain(tried, err, "TrailNotFoundException")
}
