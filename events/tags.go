package events

import (
	"cmp"
	"encoding/json"
	"strconv"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// TagsControl is the control that tag constraints are judged under.
const TagsControl = "tags"

// A tagChange is the detail of "Tag Change on Resource".
//
// Source: Tag Editor user guide, "Monitoring tag changes with serverless workflows and Amazon EventBridge"; EventBridge schema registry, aws.tag@TagChangeOnResource.
type tagChange struct {
	ChangedKeys  []string          `json:"changed-tag-keys"`
	Service      string            `json:"service"`
	ResourceType string            `json:"resource-type"`
	Version      *float64          `json:"version"`           // 3 and 3.0 both occur; grows with each change of the resource
	Tags         map[string]string `json:"tags"`              // all tags after the change, the aws: tags included
	Timestamp    string            `json:"version-timestamp"` // Unix milliseconds of the change; often left out
}

// when is when the tags changed: the event's own time where the change's is not told.
func (c tagChange) when(e Envelope) time.Time {
	if milliseconds, err := strconv.ParseInt(c.Timestamp, 10, 64); err == nil && milliseconds > 0 {
		return time.UnixMilli(milliseconds).UTC()
	}
	return e.Time
}

// Tags is the kind "tags": the tags of a resource changed.
func Tags() Kind { return tagsKind }

const tagsID = "tags"

var tagsKind = Kind{
	ID:      tagsID,
	Doc:     "The tags of a resource changed. Free, within seconds, for the services that support it; needs no AWS Config.",
	Pattern: pattern.MustParse(`{"source": ["aws.tag"], "detail-type": ["Tag Change on Resource"]}`),
	Fields:  map[string][]string{"account": {"account"}, "region": {"region"}},
	Decode:  decodeTags,
}

func decodeTags(e Envelope) ([]finding.Finding, error) {
	var change tagChange
	if err := json.Unmarshal(e.Detail, &change); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no tag change: " + shape(err)}
	}
	if len(e.Resources) == 0 {
		return nil, &DecodeError{Field: "resources", Problem: "names no resource"}
	}
	findings := make([]finding.Finding, 0, len(e.Resources))
	for _, name := range e.Resources {
		r, err := tagged(name, e)
		if err != nil {
			return nil, err
		}
		f := finding.Finding{
			Event: e.ID, Kind: tagsID, Control: TagsControl, Time: e.Time, Detail: e.Detail, Resource: r, Changed: true,
			Seen: finding.Version{Source: tagsID, Time: change.when(e)},
		}
		if change.Version != nil {
			f.Seen.Number = int64(*change.Version)
		}
		if f.Resource.Tags = change.Tags; change.Tags == nil {
			f.Unread = "the event carries no tags"
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// tagged is the resource that a tag event names. Only its ARN is told: a type that is not known stays empty.
func tagged(name string, e Envelope) (finding.Resource, error) {
	a, err := arn.Parse(name)
	if err != nil {
		return finding.Resource{}, &DecodeError{Field: "resources", Problem: "holds what is no ARN"}
	}
	r := finding.Resource{
		Partition: a.Partition, Account: cmp.Or(a.Account, e.AccountID), Region: cmp.Or(a.Region, e.Region), ARN: name, ID: a.Resource,
	}
	if typ, id, ok := arn.Type(a); ok {
		r.Type, r.ID = typ, id
	}
	return r, nil
}

// partition is the partition of an ARN, or of a region where there is no ARN.
func partition(name, region string) string {
	if a, err := arn.Parse(name); err == nil {
		return a.Partition
	}
	if p, ok := arn.PartitionOf(region); ok {
		return p
	}
	return "aws"
}

// raw is one member of a JSON object as it stands; nil if there is none.
func raw(object json.RawMessage, member string) json.RawMessage {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil
	}
	return members[member]
}
