package events

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// An apiCall is the detail of "AWS API Call via CloudTrail". Request and response are as each service has them.
//
// Source: AWS CloudTrail user guide, "CloudTrail record contents for management, data, and network activity events".
type apiCall struct {
	Source    string       `json:"eventSource"` // "ec2.amazonaws.com"
	Name      string       `json:"eventName"`   // "RunInstances"
	Time      string       `json:"eventTime"`
	ErrorCode string       `json:"errorCode"` // only of calls that failed
	Agent     string       `json:"userAgent"` // as the caller names itself
	ReadOnly  bool         `json:"readOnly"`
	Identity  userIdentity `json:"userIdentity"`
	Request   any          `json:"requestParameters"`
	Response  any          `json:"responseElements"`
	Resources any          `json:"resources"` // [{ARN, accountId, type}], of some services
}

// Create is the kind "create": a resource was created, as CloudTrail tells. It alone tells by whom.
func Create() Kind { return createKind }

const createID = "create"

var createKind = Kind{
	ID:      createID,
	Doc:     "A resource was created, and by whom: within minutes, from CloudTrail. It needs a trail that records management events.",
	Pattern: createPattern(createCalls),
	// No region: a bucket can be created from another region than its own.
	Fields: map[string][]string{"account": {"account"}},
	Decode: decodeCreate,
	Grace:  createGrace,
	Window: minutesLate,
}

// createGrace is how long a creation is held back before it is judged: tools tag what they make by a second call, up to a minute or so later.
const createGrace = 2 * time.Minute

// createPattern selects the calls of a table that did not fail. It lists names only. A pattern ends at pattern.MaxLength: with each source beside its names this one would be
// twice as long, and so two rules; and AWS's services that have a call of the same name but are not in the table (CreateCluster of Amazon MSK) make it seldom, so that the
// decoder may drop those. Names with a high rate, such as CreateLogStream and CreateGrant, are what the list keeps out.
func createPattern(calls []createCall) pattern.Pattern {
	var names []string
	for _, c := range calls {
		names = append(names, c.name)
	}
	slices.Sort(names)
	list, err := json.Marshal(slices.Compact(names))
	if err != nil {
		panic("names of calls: " + err.Error()) // texts always have a JSON form
	}
	return pattern.MustParse(`{
		"source": [{"prefix": "aws."}],
		"detail-type": ["AWS API Call via CloudTrail"],
		"detail": {"eventName": ` + string(list) + `, "errorCode": [{"exists": false}]}
	}`)
}

func decodeCreate(e Envelope) ([]finding.Finding, error) {
	var call apiCall
	if err := json.Unmarshal(e.Detail, &call); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no record of CloudTrail: " + shape(err)}
	}
	if err := missing("detail", member{"eventSource", call.Source}, member{"eventName", call.Name}); err != nil {
		return nil, err
	}
	if call.ErrorCode != "" || call.ReadOnly {
		return nil, nil
	}
	call.Request, call.Response = unwrapped(call.Request, call.Name+"Request"), unwrapped(call.Response, call.Name+"Response")
	return call.made(e)
}

// made are the findings about what a call created, by the first row of the table that leads to it. A list that is empty says that it created nothing.
func (c apiCall) made(e Envelope) ([]finding.Finding, error) {
	service, _, _ := strings.Cut(c.Source, ".")
	var wrong error
	for _, row := range createCalls {
		if row.service != service || row.name != c.Name {
			continue
		}
		made, nothing := c.find(row.at)
		if len(made) > 0 {
			return c.findings(e, row, made)
		}
		if wrong == nil && !nothing {
			wrong = &DecodeError{Field: "detail." + fieldOf(row.at[0]), Problem: "is missing"}
		}
	}
	return nil, wrong
}

// findings are one for each resource that the call made.
func (c apiCall) findings(e Envelope, table createCall, made []entry) ([]finding.Finding, error) {
	findings, err := c.each(e, table, made)
	if err != nil || table.besideAt == "" {
		return findings, err
	}
	beside, _ := c.find([]string{table.besideAt})
	more, err := c.each(e, createCall{service: table.service, typ: table.besideType, found: table.found}, beside)
	for i := range more {
		more[i].Beside = true
	}
	return append(findings, more...), err
}

func (c apiCall) each(e Envelope, table createCall, made []entry) ([]finding.Finding, error) {
	seen := c.when(e)
	findings := make([]finding.Finding, 0, len(made))
	for _, m := range made {
		r, ok := table.resource(e, m.value)
		if !ok {
			return nil, &DecodeError{Field: "detail." + m.field, Problem: "is no id or ARN of a resource of the type " + table.typ}
		}
		if r.Account != e.AccountID {
			continue // its own account has an event of it, too
		}
		if r.Type == "AWS::S3::Bucket" {
			r.Region = c.bucketRegion(r.Region)
		}
		f := finding.Finding{
			Event: e.ID, Kind: createID, Control: TagsControl, Time: e.Time, Detail: e.Detail, Resource: r, From: e.AccountID,
			Seen: finding.Version{Source: createID, Number: seen.UnixMilli(), Time: seen},
		}
		if table.found {
			f.Unread = "the call may have found the resource there already"
		} else {
			f.Actor, f.Agent = c.Identity.person(), c.Agent
			if f.Resource.Tags = c.tags(table.service, m, r); f.Resource.Tags == nil {
				f.Unread = "the call does not tell the tags"
			}
			f.Changed = f.Resource.Tags != nil
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// when is when the call was made: the event's own time where the record's is not told.
func (c apiCall) when(e Envelope) time.Time {
	if t, err := time.Parse(time.RFC3339, c.Time); err == nil {
		return t.UTC()
	}
	return e.Time
}

// bucketRegion is the region in which a new bucket lies.
//
// Source: Amazon S3 API reference, CreateBucketConfiguration (LocationConstraint; EU stands for eu-west-1).
func (c apiCall) bucketRegion(called string) string {
	constraints, _ := walk(c.Request, "createBucketConfiguration.locationConstraint")
	if len(constraints) != 1 {
		return called
	}
	region := constraints[0].value
	if region == "EU" {
		return "eu-west-1"
	}
	if _, ok := arn.PartitionOf(region); !ok {
		return called
	}
	return region
}

// resource is the resource that an id or ARN names; false where it names none.
func (t createCall) resource(e Envelope, id string) (finding.Resource, bool) {
	r := finding.Resource{Account: e.AccountID, Region: e.Region, Type: t.typ, ID: id, Partition: partition(id, e.Region)}
	a, err := arn.Parse(id)
	if err != nil {
		known, ok := arn.For(t.typ, r.Partition, r.Region, r.Account, id)
		if !ok {
			return r, false
		}
		a = known
	}
	r.ARN, r.Account, r.Region = a.String(), cmp.Or(a.Account, r.Account), cmp.Or(a.Region, r.Region)
	typ, short, ok := arn.Type(a)
	if !strings.Contains(id, "://") { // AWS Config's id of a queue is its URL
		r.ID = short
	}
	return r, ok && typ == t.typ
}
