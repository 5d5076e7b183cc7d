package events

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// A guardDutyFinding is the detail of "GuardDuty Finding".
//
// Source: GuardDuty API reference, Finding, with the names that events have; GuardDuty user guide, "Processing GuardDuty findings with Amazon EventBridge".
type guardDutyFinding struct {
	ID        string            `json:"id"`
	ARN       string            `json:"arn"`
	Type      string            `json:"type"`
	Account   string            `json:"accountId"`
	Region    string            `json:"region"`
	Partition string            `json:"partition"`
	Severity  json.Number       `json:"severity"` // 8 and 8.0 both occur
	Title     string            `json:"title"`
	Resource  guardDutyResource `json:"resource"`
	Service   guardDutyService  `json:"service"`
}

// A guardDutyService is what GuardDuty saw.
type guardDutyService struct {
	Detector   string          `json:"detectorId"`
	Archived   bool            `json:"archived"`
	Additional json.RawMessage `json:"additionalInfo"`
	Action     guardDutyAction `json:"action"`
	Detection  struct {
		Sequence *attackSequence `json:"sequence"`
	} `json:"detection"`
}

// GuardDuty is the kind "guardduty": GuardDuty found a threat, or saw it go on.
func GuardDuty() Kind { return guardDutyKind }

const guardDutyID = "guardduty"

var guardDutyKind = Kind{
	ID:      guardDutyID,
	Doc:     "GuardDuty found a threat: within five minutes, and again every few hours as long as it goes on.",
	Pattern: pattern.MustParse(`{"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]}`),
	// No Fields: the region of an IAM user is not the one which saw him, and an attack sequence names resources of other accounts.
	Decode: decodeGuardDuty,
}

func decodeGuardDuty(e Envelope) ([]finding.Finding, error) {
	var d guardDutyFinding
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no GuardDuty finding: " + shape(err)}
	}
	if err := missing("detail", member{"id", d.ID}, member{"type", d.Type}, member{"accountId", d.Account}, member{"resource.resourceType", d.Resource.Type}); err != nil {
		return nil, err
	}
	d.Region = cmp.Or(d.Region, e.Region)
	d.Partition = cmp.Or(d.Partition, partition(d.ARN, d.Region))
	named, err := d.named()
	if err != nil {
		return nil, err
	}
	return eachOf(named, d.finding(e), d.site()), nil
}

// finding is what the findings about all of the resources have in common.
func (d guardDutyFinding) finding(e Envelope) finding.Finding {
	score, _ := d.Severity.Float64() // what is no number is no severity
	return finding.Finding{
		Event: e.ID, Kind: guardDutyID, Control: guardDutyID + ":" + d.Type, Severity: severityOfScore(score), Time: e.Time, Detail: e.Detail,
		Report: finding.Report{Service: guardDutyID, ID: d.ID, Title: shortTitle(d.Title), Region: e.Region},
		Once:   true, Moot: d.moot(), Forged: d.forged(e), From: e.AccountID, Subject: d.subject(),
	}
}

// moot says why nothing is to be done about a finding. One that a suppression rule archived does not come at all; one that a person archived does.
func (d guardDutyFinding) moot() string {
	switch {
	case isSample(d.Service.Additional) || sampleTitle(d.Title):
		return itIsASample
	case d.Service.Archived:
		return itIsArchived
	}
	return ""
}

// isSample reads the mark of a sample finding, which stands in additionalInfo, and, in newer findings, in the JSON text that its value is.
//
// Source: GuardDuty user guide, "Sample findings".
func isSample(additional json.RawMessage) bool {
	var text string
	if json.Unmarshal(raw(additional, "value"), &text) == nil && marked(json.RawMessage(text)) {
		return true
	}
	return marked(additional)
}

// marked tells whether an object has the mark of a sample. A mark of any other form than false is one, too.
func marked(object json.RawMessage) bool {
	mark := string(raw(object, "sample"))
	return mark != "" && mark != "false" && mark != "null"
}

// forged says why a finding cannot be what it claims to be: its own parts contradict each other. That the event is another account's is for the policy to judge, which knows
// the administrators. The detector is not compared: AWS does not say whose it is where an administrator tells of a member's finding.
func (d guardDutyFinding) forged(e Envelope) string {
	if !isAccount(d.Account) {
		return "its account is none"
	}
	if d.Region != e.Region {
		return "it is of another region than its event"
	}
	if p, known := arn.PartitionOf(d.Region); known && p != d.Partition {
		return "its region is not of its partition"
	}
	return d.forgedARN()
}

// forgedARN says why the finding's ARN cannot be its own; "" where it can, or where none is told.
func (d guardDutyFinding) forgedARN() string {
	a, err := arn.Parse(d.ARN)
	switch {
	case d.ARN == "":
		return ""
	case err != nil || a.Service != guardDutyID:
		return "its ARN is not GuardDuty's"
	case a.Partition != d.Partition || a.Region != d.Region || a.Account != d.Account:
		return "its ARN is of another partition, region or account"
	case !strings.HasPrefix(a.Resource, "detector/") || !strings.HasSuffix(a.Resource, "/finding/"+d.ID):
		return "its ARN is of another finding"
	}
	return ""
}
