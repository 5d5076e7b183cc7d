package events

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// An inspectorFinding is the detail of "Inspector2 Finding". Its dates are not decoded: they are not as RFC 3339 has it.
//
// Source: Amazon Inspector user guide, "Amazon Inspector event schema for Amazon EventBridge events"; Inspector2 API reference, Finding.
type inspectorFinding struct {
	Account   string              `json:"awsAccountId"`
	ARN       string              `json:"findingArn"`
	Type      string              `json:"type"`
	Severity  string              `json:"severity"`
	Status    string              `json:"status"`
	Title     string              `json:"title"`
	Resources []inspectorResource `json:"resources"`
	Network   *networkReach       `json:"networkReachabilityDetails"` // of NETWORK_REACHABILITY
	Package   struct {
		Vulnerability string `json:"vulnerabilityId"`
	} `json:"packageVulnerabilityDetails"` // of PACKAGE_VULNERABILITY
	Code struct {
		Detector string `json:"detectorId"`
	} `json:"codeVulnerabilityDetails"` // of CODE_VULNERABILITY
}

// A networkReach is the way on which an instance can be reached from outside.
type networkReach struct {
	Ports struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	} `json:"openPortRange"`
	Protocol string `json:"protocol"` // TCP, UDP
	Path     struct {
		Steps []struct {
			ID   string `json:"componentId"`
			Type string `json:"componentType"` // as CloudFormation names it
		} `json:"steps"`
	} `json:"networkPath"`
}

// Inspector is the kind "inspector": Amazon Inspector found a weakness, or that one is gone.
func Inspector() Kind { return inspectorKind }

const inspectorID = "inspector"

var inspectorKind = Kind{
	ID:      inspectorID,
	Doc:     "Amazon Inspector found a weakness of an instance, image or function, or that one is gone.",
	Pattern: pattern.MustParse(`{"source": ["aws.inspector2"], "detail-type": ["Inspector2 Finding"]}`),
	Fields:  map[string][]string{"account": {"detail", "awsAccountId"}},
	Window:  minutesLate,
	Decode:  decodeInspector,
}

func decodeInspector(e Envelope) ([]finding.Finding, error) {
	var found inspectorFinding
	if err := json.Unmarshal(e.Detail, &found); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no finding of Inspector: " + shape(err)}
	}
	if err := missing("detail", member{"findingArn", found.ARN}, member{"type", found.Type}, member{"awsAccountId", found.Account}); err != nil {
		return nil, err
	}
	base := finding.Finding{
		Event: e.ID, Kind: inspectorID, Control: found.control(), Time: e.Time, Detail: e.Detail, Severity: severityOfLabel(found.Severity),
		Report: finding.Report{Service: "inspector", ID: found.ARN, Title: shortTitle(found.Title), Region: e.Region},
		From:   e.AccountID,
	}
	if err := judgeStatus(&base, found.Status); err != nil {
		return nil, err
	}
	return found.findings(e, base)
}

// control is the finding's type and what it is about: inspector:PACKAGE_VULNERABILITY/CVE-2024-29069, inspector:NETWORK_REACHABILITY/TCP/22,
// inspector:CODE_VULNERABILITY/python/hardcoded-credentials@v1.0. One resource has many at a time, and each has a beginning and an end of its own.
func (i inspectorFinding) control() string {
	about := cmp.Or(i.Package.Vulnerability, i.Code.Detector)
	if n := i.Network; n != nil {
		about = n.Protocol + "/" + strconv.Itoa(n.Ports.Begin)
		if n.Ports.End != n.Ports.Begin {
			about += "-" + strconv.Itoa(n.Ports.End)
		}
	}
	if about == "" {
		return "inspector:" + i.Type
	}
	return "inspector:" + i.Type + "/" + about
}

// findings are the finding once for each resource that it names, and beside an instance once for each part of the way on which it can be reached.
func (i inspectorFinding) findings(e Envelope, base finding.Finding) ([]finding.Finding, error) {
	var findings []finding.Finding
	for n, named := range i.Resources {
		if named.ID == "" {
			return nil, &DecodeError{Field: fmt.Sprintf("detail.resources[%d].id", n), Problem: "is missing"}
		}
		f := base
		at := named.site(i.Account, e)
		f.Resource, f.Subject, f.Beside = named.resource(at), i.subject(named), n > 0
		f.Forged = cmp.Or(i.forged(e), at.foreign(f.Resource))
		if f.Moot == "" && named.Provider != "" && named.Provider != "AWS" {
			f.Moot = "it is about a resource outside AWS"
		}
		findings = append(findings, f)
	}
	if len(findings) > 0 {
		findings = append(findings, i.onTheWay(findings[0], i.Resources[0].site(i.Account, e))...)
	}
	return findings, nil
}

// onTheWay are findings about the parts of the way on which an instance can be reached, beside the one about the instance.
func (i inspectorFinding) onTheWay(main finding.Finding, at site) []finding.Finding {
	var parts []finding.Finding
	if i.Network == nil {
		return nil
	}
	for _, step := range i.Network.Path.Steps {
		if step.ID == "" || step.Type == "" || step.ID == main.Resource.ID {
			continue
		}
		f := main
		f.Beside, f.Resource = true, at.byID(step.Type, step.ID)
		parts = append(parts, f)
	}
	return parts
}

// subject is what the finding names beside the resource. Its port is told where it is a single one.
func (i inspectorFinding) subject(named inspectorResource) finding.Subject {
	subject := finding.Subject{"finding": i.ARN}
	if function := named.Details.Function; function.Name != "" {
		subject["function"] = function.Name
		if function.Version != "" {
			subject["version"] = function.Version
		}
	}
	if n := i.Network; n != nil && n.Ports.Begin == n.Ports.End && n.Ports.Begin > 0 {
		subject["port"] = strconv.Itoa(n.Ports.Begin)
	}
	return subject
}

// forged says why the finding cannot be Inspector's; "" where it can. The account in its ARN is not looked at: an administrator's copy may carry another.
func (i inspectorFinding) forged(e Envelope) string {
	id, err := arn.Parse(i.ARN)
	switch {
	case err != nil || id.Service != "inspector2":
		return "its ARN is none of a finding of Inspector"
	case id.Region != e.Region || id.Partition != partition("", e.Region):
		return fmt.Sprintf("its ARN is of region %s, and the event of region %s", id.Region, e.Region)
	}
	return ""
}

// judgeStatus fills in what the finding's status says.
//
// Source: Inspector2 API reference, Finding (status).
func judgeStatus(f *finding.Finding, status string) error {
	switch status {
	case "ACTIVE":
	case "CLOSED":
		f.Right, f.Changed = true, true
	case "SUPPRESSED":
		f.Moot = "it is suppressed in Inspector"
	case "":
		return &DecodeError{Field: "detail.status", Problem: "is missing"}
	default:
		return &DecodeError{Field: "detail.status", Problem: "is none that Inspector documents"}
	}
	return nil
}
