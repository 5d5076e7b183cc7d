package events

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// A configChange is the detail of "Config Configuration Item Change". Exactly one of Item and Summary is set: Summary in the oversized form.
//
// Source: AWS Config developer guide, "Example configuration item change notifications" and "Example oversized configuration item change notification".
type configChange struct {
	MessageType string       `json:"messageType"`
	Item        *configItem  `json:"configurationItem"`
	Summary     *configItem  `json:"configurationItemSummary"`
	Diff        *configDelta `json:"configurationItemDiff"` // may be null
}

// A configItem is a configuration item, or the summary of one that was too large.
type configItem struct {
	ResourceType string            `json:"resourceType"`
	ResourceID   string            `json:"resourceId"`
	ResourceName string            `json:"resourceName"`
	ARN          string            `json:"ARN"`
	Account      string            `json:"awsAccountId"`
	Region       string            `json:"awsRegion"`
	Status       string            `json:"configurationItemStatus"`
	CaptureTime  time.Time         `json:"configurationItemCaptureTime"`
	Tags         map[string]string `json:"tags"`
}

// A configDelta is what changed since the item before.
type configDelta struct {
	ChangeType        string                     `json:"changeType"` // CREATE, UPDATE, DELETE
	ChangedProperties map[string]json.RawMessage `json:"changedProperties"`
}

// The message types of a configuration item change.
const (
	itemChange      = "ConfigurationItemChangeNotification"
	oversizedChange = "OversizedConfigurationItemChangeNotification"
)

// records are the types of items that are no resources: AWS Config keeps what its rules, and Systems Manager, found or gathered as items of their own, each time anew, so that they
// may be most of what it records. They have no tags and no API that would set any.
//
// Source: AWS Config developer guide, "Supported resource types"; AWS Config API reference, TagResource, and Systems Manager API reference, AddTagsToResource (what can be tagged).
var records = []string{
	"AWS::Config::ConformancePackCompliance", "AWS::Config::ResourceCompliance",
	"AWS::SSM::AssociationCompliance", "AWS::SSM::FileData", "AWS::SSM::ManagedInstanceInventory", "AWS::SSM::PatchCompliance",
}

// Config is the kind "config": AWS Config recorded a change of a resource.
func Config() Kind { return configKind }

const configID = "config"

var configKind = Kind{
	ID:  configID,
	Doc: "AWS Config recorded a change of a resource: its creation, its deletion, or another setting.",
	Pattern: pattern.MustParse(`{
		"source": ["aws.config"],
		"detail-type": ["Config Configuration Item Change"],
		"detail": {
			"messageType": ["` + itemChange + `", "` + oversizedChange + `"],
			"$or": [
				{"configurationItem": {"resourceType": [{"anything-but": ["` + strings.Join(records, `", "`) + `"]}]}},
				{"configurationItem": {"resourceType": [{"exists": false}]}}
			]
		}
	}`),
	// No Fields: a rule sees the envelope, whose region is wherever a global resource was recorded; the item has its own, at two places.
	Window: minutesLate,
	Decode: decodeConfig,
}

func decodeConfig(e Envelope) ([]finding.Finding, error) {
	var change configChange
	if err := json.Unmarshal(e.Detail, &change); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no configuration item change: " + shape(err)}
	}
	item, place := change.Item, "detail.configurationItem"
	if change.MessageType == oversizedChange {
		item, place = change.Summary, "detail.configurationItemSummary"
	}
	if err := checkItem(item, place); err != nil {
		return nil, err
	}
	if item.CaptureTime.IsZero() {
		item.CaptureTime = e.Time
	}
	f := finding.Finding{
		Event: e.ID, Kind: configID, Control: TagsControl, Time: e.Time, Detail: e.Detail,
		Resource: item.resource(e),
		Seen:     finding.Version{Source: configID, Number: item.CaptureTime.UnixMilli(), Time: item.CaptureTime},
		Gone:     item.gone(),
	}
	f.Changed = f.Gone || change.tagsChanged()
	if !f.Gone {
		f.Unread = change.unread(item)
	}
	if f.Unread != "" || f.Gone {
		f.Resource.Tags = nil
	}
	if change.Item != nil {
		f.Resource.Attributes = raw(e.Detail, "configurationItem")
	}
	return []finding.Finding{f}, nil
}

func checkItem(item *configItem, place string) error {
	if item == nil {
		return &DecodeError{Field: place, Problem: "is missing"}
	}
	for _, field := range []struct{ name, value string }{{"resourceType", item.ResourceType}, {"resourceId", item.ResourceID}} {
		if field.value == "" {
			return &DecodeError{Field: place + "." + field.name, Problem: "is missing"}
		}
	}
	return nil
}

// resource is the resource of an item. What the item leaves out (damaged and deleted ones do) comes from the envelope, and the ARN from the id.
func (i configItem) resource(e Envelope) finding.Resource {
	r := finding.Resource{
		Account: cmp.Or(i.Account, e.AccountID), Region: i.region(e),
		Type: i.ResourceType, ID: i.ResourceID, Name: i.ResourceName, ARN: i.ARN, Tags: i.Tags,
	}
	if known, ok := arn.Canonical(r.Type); ok {
		r.Type = known
	}
	r.Partition = partition(r.ARN, r.Region)
	if r.ARN == "" {
		r.ARN = arnOf(r)
	}
	return r
}

// region is where the resource is worked on. The ARN tells it; an item may say "global" or "Not Applicable" instead, and global services answer in their partition's first region.
func (i configItem) region(e Envelope) string {
	if a, err := arn.Parse(i.ARN); err == nil && a.Region != "" {
		return a.Region
	}
	if _, ok := arn.PartitionOf(i.Region); ok && i.Region != "" {
		return i.Region
	}
	if i.Region != "global" {
		return e.Region
	}
	return global[partition(i.ARN, e.Region)]
}

// global are the regions in which IAM and other global services are worked on, by partition.
//
// Source: IAM user guide, "AWS global infrastructure" and the endpoints of IAM in the AWS General Reference.
var global = map[string]string{
	"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1", "aws-eusc": "eusc-de-east-1",
	"aws-iso-e": "eu-isoe-west-1", "aws-iso-f": "us-isof-south-1",
}

// arnOf is the ARN that the id, or else the name, of a resource determines; "" if neither does.
func arnOf(r finding.Resource) string {
	for _, id := range []string{r.ID, r.Name} {
		if a, ok := arn.For(r.Type, r.Partition, r.Region, r.Account, id); ok {
			return a.String()
		}
	}
	return ""
}

func (i configItem) gone() bool {
	return i.Status == "ResourceDeleted" || i.Status == "ResourceDeletedNotRecorded"
}

// unread says why an item does not show the resource's tags.
func (c configChange) unread(item *configItem) string {
	switch {
	case c.MessageType == oversizedChange:
		return "the configuration item was too large for the event and carries no tags"
	case item.Status == "ResourceNotRecorded":
		return "AWS Config does not record this resource"
	case item.Tags == nil:
		return "the configuration item carries no tags"
	case tagless[item.ResourceType] && len(item.Tags) == 0:
		return "AWS Config does not record the tags of " + item.ResourceType
	}
	return ""
}

// tagless are the types whose tags AWS Config leaves out of the item.
//
// Source: AWS Config developer guide, "Supported resource types": CloudTrail trails and CloudFront streaming distributions.
var tagless = map[string]bool{"AWS::CloudTrail::Trail": true, "AWS::CloudFront::StreamingDistribution": true}

// tagsChanged tells whether the event shows that the tags changed. Without a diff it cannot be told, so they may have.
// The paths differ by service ("Tags.2", "SupplementaryConfiguration.BucketTaggingConfiguration"); all of them name a tag.
func (c configChange) tagsChanged() bool {
	if c.Diff == nil || c.Diff.ChangedProperties == nil {
		return true
	}
	for path := range c.Diff.ChangedProperties {
		if strings.Contains(strings.ToLower(path), "tag") {
			return true
		}
	}
	return false
}
