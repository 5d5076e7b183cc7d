package events

import (
	"encoding/json"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A configRow is a resource as AWS Config's advanced query shows it: the properties of a configuration item, under names of their own.
//
// Source: AWS Config developer guide, "Querying the Current Configuration State of AWS Resources", and the schema that it names (awslabs/aws-config-resource-schema).
type configRow struct {
	ResourceType string    `json:"resourceType"`
	ResourceID   string    `json:"resourceId"`
	ResourceName string    `json:"resourceName"`
	ARN          string    `json:"arn"`
	Account      string    `json:"accountId"`
	Region       string    `json:"awsRegion"`
	Status       string    `json:"configurationItemStatus"`
	CaptureTime  time.Time `json:"configurationItemCaptureTime"`
	Tags         []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"tags"`
}

// Properties are what a query asks AWS Config for, so that Inventoried can read its answer.
const Properties = "resourceId, resourceType, resourceName, arn, accountId, awsRegion, configurationItemStatus, configurationItemCaptureTime, tags"

// Inventoried reads one result of an advanced query that asks for Properties: the resource, when it was seen so, and why its tags are not known. ok is false for one that
// was deleted. region is where AWS Config was asked; it stands for a region that the result does not tell.
func Inventoried(result, region string) (r finding.Resource, seen finding.Version, unread string, ok bool, err error) {
	var row configRow
	if err := json.Unmarshal([]byte(result), &row); err != nil {
		return r, seen, "", false, &DecodeError{Field: "result", Problem: "is no configuration item: " + shape(err)}
	}
	item := &configItem{
		ResourceType: row.ResourceType, ResourceID: row.ResourceID, ResourceName: row.ResourceName, ARN: row.ARN, Account: row.Account, Region: row.Region, Status: row.Status,
	}
	if err := checkItem(item, "result"); err != nil {
		return r, seen, "", false, err
	}
	if row.Tags != nil {
		item.Tags = make(map[string]string, len(row.Tags))
	}
	for _, t := range row.Tags {
		item.Tags[t.Key] = t.Value
	}
	r = item.resource(Envelope{AccountID: row.Account, Region: region})
	if unread = (configChange{}).unread(item); unread != "" {
		r.Tags = nil
	}
	if !row.CaptureTime.IsZero() {
		seen = finding.Version{Source: configID, Number: row.CaptureTime.UnixMilli(), Time: row.CaptureTime}
	}
	return r, seen, unread, !item.gone(), nil
}

// Named is a resource of which no more is known than its ARN, with the type and id that the ARN tells, and account and region where the ARN tells none ("global" for IAM's).
func Named(typ, id, name, account, region string) finding.Resource {
	return configItem{ResourceType: typ, ResourceID: id, ARN: name, Account: account, Region: region}.resource(Envelope{})
}
