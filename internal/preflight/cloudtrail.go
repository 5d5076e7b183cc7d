package preflight

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// trail looks whether a trail logs what is made here: without one, EventBridge gets no such event.
//
// Source: Amazon EventBridge user guide, "AWS service events delivered via CloudTrail" (a trail with logging enabled).
func trail(ctx context.Context, a *Account) Finding {
	client := cloudtrail.NewFromConfig(a.Config)
	found, err := client.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
	if err != nil {
		return unread("cloudtrail:DescribeTrails", err)
	}
	doubt := Finding{}
	for _, t := range found.TrailList {
		if !aws.ToBool(t.IsMultiRegionTrail) && aws.ToString(t.HomeRegion) != a.Config.Region {
			continue
		}
		logs, f := logsWrites(ctx, client, t)
		if logs {
			return Finding{OK, "The trail " + aws.ToString(t.Name) + " logs management events that write.", ""}
		}
		if f.Status != "" {
			doubt = f
		}
	}
	if doubt.Status != "" {
		return doubt
	}
	return Finding{Fail, "No trail logs management events that write in this region, so EventBridge gets none of them.", "Make a trail that logs management events (aws cloudtrail create-trail --is-multi-region-trail, start-logging), or let the rules hear config or tags."}
}

// logsWrites tells whether a trail logs management events that write; a finding where that cannot be read.
func logsWrites(ctx context.Context, client *cloudtrail.Client, t types.Trail) (bool, Finding) {
	status, err := client.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: t.TrailARN})
	if err != nil {
		return false, unread("cloudtrail:GetTrailStatus", err)
	}
	if !aws.ToBool(status.IsLogging) {
		return false, Finding{}
	}
	got, err := client.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: t.TrailARN})
	if err != nil {
		return false, unread("cloudtrail:GetEventSelectors", err)
	}
	return slices.ContainsFunc(got.EventSelectors, basic) || slices.ContainsFunc(got.AdvancedEventSelectors, advanced), Finding{}
}

// basic tells whether a selector takes management events that write.
func basic(s types.EventSelector) bool {
	return (s.IncludeManagementEvents == nil || *s.IncludeManagementEvents) && s.ReadWriteType != types.ReadWriteTypeReadOnly
}

// advanced tells the same of an advanced selector. One that leaves some sources of events out still takes the others.
func advanced(s types.AdvancedEventSelector) bool {
	management := false
	for _, f := range s.FieldSelectors {
		switch aws.ToString(f.Field) {
		case "eventCategory":
			management = slices.Contains(f.Equals, "Management")
		case "readOnly":
			if slices.Contains(f.Equals, "true") {
				return false
			}
		}
	}
	return management
}
