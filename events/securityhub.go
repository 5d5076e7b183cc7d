package events

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// SecurityHub is the kind "securityhub": a finding came to Security Hub, or changed there.
func SecurityHub() Kind { return securityHubKind }

// SecurityHubAction is the kind "securityhub-action": somebody chose one of our custom actions for a finding. It has a function of its own, so that it never waits behind
// the findings that come in by the thousand.
func SecurityHubAction() Kind { return securityHubActionKind }

const (
	securityHubID       = "securityhub"
	securityHubActionID = "securityhub-action"
)

var securityHubKind = Kind{
	ID:      securityHubID,
	Doc:     "A finding came to Security Hub, from its own controls or from another product, or changed there.",
	Pattern: pattern.MustParse(`{"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"]}`),
	Fields:  map[string][]string{"account": {"detail", "findings", "AwsAccountId"}},
	Decode:  decodeSecurityHub,
}

var securityHubActionKind = Kind{
	ID:      securityHubActionID,
	On:      securityHubID,
	Doc:     "Somebody chose a custom action of Security Hub, which stands for one of the policy's buttons, for a finding.",
	Pattern: pattern.MustParse(`{"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Custom Action"]}`),
	Pressed: []string{"resources"},
	Decode:  decodeSecurityHubAction,
}

// securityHubDetail is the detail of both kinds of events.
//
// Source: Security Hub user guide, "EventBridge event formats for Security Hub".
type securityHubDetail struct {
	Action   string            `json:"actionName"`
	Findings []json.RawMessage `json:"findings"` // one by the documentation; none, two and more are read, too
}

func decodeSecurityHub(e Envelope) ([]finding.Finding, error) {
	return decodeASFF(e, finding.Press{}, "")
}

func decodeSecurityHubAction(e Envelope) ([]finding.Finding, error) {
	var detail securityHubDetail
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no custom action: " + shape(err)}
	}
	switch {
	case detail.Action == "":
		return nil, &DecodeError{Field: "detail.actionName", Problem: "is missing"}
	case len(e.Resources) == 0:
		return nil, &DecodeError{Field: "resources", Problem: "names no action"}
	}
	return decodeASFF(e, finding.Press{Name: detail.Action, ARN: e.Resources[0]}, forgedPress(e.Resources[0], e))
}

// decodeASFF gives the findings of an event whose findings are in ASFF. forged is what is wrong with the event as a whole.
func decodeASFF(e Envelope, press finding.Press, forged string) ([]finding.Finding, error) {
	return decodeEach(e, readASFF, func(a asffFinding, f *finding.Finding) {
		f.Press, f.Forged = press, cmp.Or(forged, f.Forged)
		a.judgeState(f, press != finding.Press{})
	})
}

// decodeEach reads the findings of an event one by one, has each completed, and makes a finding for each resource that it names: of those that can be read, and of the
// others it gives the first one's error.
func decodeEach(
	e Envelope, read func(text json.RawMessage, place string) (asffFinding, error), complete func(asffFinding, *finding.Finding),
) ([]finding.Finding, error) {
	details, err := eachFinding(e.Detail)
	if err != nil {
		return nil, err
	}
	var findings []finding.Finding
	var unread error
	for i, detail := range details {
		a, err := read(detail.finding, fmt.Sprintf("detail.findings[%d]", i))
		if err != nil {
			unread = cmp.Or(unread, err)
			continue
		}
		f := a.finding(e)
		f.Kind, f.Detail = securityHubID, detail.whole
		complete(a, &f)
		findings = append(findings, a.each(f, a.site(e))...)
	}
	return findings, unread
}

// A oneFinding is a finding of an event, and the event's detail with only that one in it.
type oneFinding struct{ finding, whole json.RawMessage }

// eachFinding parts the findings of an event's detail.
func eachFinding(detail json.RawMessage) ([]oneFinding, error) {
	var members map[string]json.RawMessage
	var found struct {
		Findings []json.RawMessage `json:"findings"`
	}
	if err := json.Unmarshal(detail, &found); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "holds no findings: " + shape(err)}
	}
	if len(found.Findings) == 1 {
		return []oneFinding{{found.Findings[0], detail}}, nil
	}
	if err := json.Unmarshal(detail, &members); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "holds no findings: " + shape(err)}
	}
	parted := make([]oneFinding, 0, len(found.Findings))
	for _, text := range found.Findings {
		members["findings"] = slices.Concat(json.RawMessage("["), text, json.RawMessage("]"))
		whole, err := json.Marshal(members)
		if err != nil {
			return nil, &DecodeError{Field: "detail.findings", Problem: "cannot be parted"}
		}
		parted = append(parted, oneFinding{text, whole})
	}
	return parted, nil
}

// finding is what the findings about all resources of a finding in ASFF have in common.
func (a asffFinding) finding(e Envelope) finding.Finding {
	control, report := a.control()
	return finding.Finding{
		Event: e.ID, Control: control, Report: report, Time: e.Time, From: e.AccountID,
		Severity: a.Severity.severity(), Subject: a.subject(), Forged: a.forged(e), Once: report.Service == guardDutyID,
	}
}

// each makes a finding for each resource that is named.
func (a asffFinding) each(common finding.Finding, at site) []finding.Finding {
	if a.ours() {
		return a.oneOfOurs(common, at)
	}
	var named []threatened
	if report := common.Report; report.Service == guardDutyID && slices.Contains(ofTheAccount, a.threat()) {
		named = append(named, threatened{resource: at.wholeAccount()})
	}
	for _, r := range a.Resources {
		named = append(named, r.named(at)...)
	}
	return eachOf(distinct(append(named, a.affected(at)...)), common, at)
}

// eachOf makes a finding for each resource that is named, the first of which is the main one.
func eachOf(named []threatened, common finding.Finding, at site) []finding.Finding {
	findings := make([]finding.Finding, 0, len(named))
	for i, n := range named {
		f := common
		f.Resource, f.Beside = n.resource, i > 0
		f.Subject = maps.Clone(common.Subject)
		maps.Copy(f.Subject, n.subject)
		there := at
		there.account = cmp.Or(n.account, at.account)
		if f.Moot != itIsASample { // a sample is made up, and so are the accounts in it
			f.Forged = cmp.Or(f.Forged, there.foreign(n.resource))
		}
		findings = append(findings, f)
	}
	return findings
}
