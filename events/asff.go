package events

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// An asffFinding is a finding in the AWS Security Finding Format.
//
// Source: Security Hub API reference, AwsSecurityFinding.
type asffFinding struct {
	ID         string         `json:"Id"`
	Product    string         `json:"ProductArn"`
	Region     string         `json:"Region"` // where it was found, which is another one than the event's where regions are aggregated
	Generator  string         `json:"GeneratorId"`
	Account    string         `json:"AwsAccountId"`
	Types      []string       `json:"Types"`
	Title      string         `json:"Title"`
	Fields     map[string]any `json:"ProductFields"` // text by the schema; some products put objects there
	Weaknesses []asffWeakness `json:"Vulnerabilities"`
	Record     string         `json:"RecordState"`
	Sample     bool           `json:"Sample"`
	Resources  []asffResource `json:"Resources"`
	Severity   asffSeverity   `json:"Severity"`
	Compliance asffCompliance `json:"Compliance"`
	Workflow   struct {
		Status string `json:"Status"`
	} `json:"Workflow"`
	Updated string `json:"UpdatedAt"` // by its product, and by nobody else
	Note    struct {
		By string `json:"UpdatedBy"`
		At string `json:"UpdatedAt"`
	} `json:"Note"`
	product arn.ARN // Product, read; its zero value if it is no ARN
}

type asffWeakness struct {
	ID string `json:"Id"` // the vulnerability's: CVE-2026-0001
}

type asffSeverity struct {
	Label      string      `json:"Label"`
	Normalized json.Number `json:"Normalized"`
}

type asffCompliance struct {
	Status  string `json:"Status"`
	Control string `json:"SecurityControlId"`
}

// readASFF reads one finding. place is where it stands in the event.
func readASFF(text json.RawMessage, place string) (asffFinding, error) {
	var a asffFinding
	if err := json.Unmarshal(text, &a); err != nil {
		return a, &DecodeError{Field: place, Problem: "is no finding: " + shape(err)}
	}
	err := a.check(place, asffNames{id: "Id", product: "ProductArn", account: "AwsAccountId", resources: "Resources", resource: "Id"})
	return a, err
}

// asffNames are the names of what every finding has, for errors: OCSF has others.
type asffNames struct{ id, product, account, resources, resource string }

// check reads the product's ARN, and says what is missing that every finding has.
func (a *asffFinding) check(place string, names asffNames) error {
	if err := missing(place, member{names.id, a.ID}, member{names.product, a.Product}, member{names.account, a.Account}); err != nil {
		return err
	}
	if len(a.Resources) == 0 {
		return &DecodeError{Field: place + "." + names.resources, Problem: "names no resource"}
	}
	for i, r := range a.Resources {
		if r.ID == "" {
			return &DecodeError{Field: fmt.Sprintf("%s.%s[%d].%s", place, names.resources, i, names.resource), Problem: "is missing"}
		}
	}
	if product, err := arn.Parse(a.Product); err == nil {
		a.product = product
	}
	return nil
}

// field is one of the product's fields; "" if it is none, or no text.
func (a asffFinding) field(name string) string {
	text, _ := a.Fields[name].(string)
	return text
}

// from tells whether one of AWS's own products found it: "securityhub", "guardduty", "config", "inspector".
func (a asffFinding) from(product string) bool { return a.product.Resource == "product/aws/"+product }

// severity is the label, else what the number says.
//
// Source: Security Hub API reference, Severity.
func (s asffSeverity) severity() finding.Severity {
	if known := severityOfLabel(s.Label); known != finding.Unset {
		return known
	}
	number, err := s.Normalized.Float64()
	switch {
	case err != nil || number < 0 || number > 100:
		return finding.Unset
	case number < 1:
		return finding.Informational
	case number < 40:
		return finding.Low
	case number < 70:
		return finding.Medium
	case number < 90:
		return finding.High
	}
	return finding.Critical
}

// control is what a finding is about, as the service calls it that found it; and its report, by the names that Security Hub gives it.
func (a asffFinding) control() (control string, report finding.Report) {
	report = finding.Report{Service: "securityhub", ID: a.ID, Product: a.Product, Title: shortTitle(a.Title), Region: a.Region}
	switch {
	case a.from("guardduty") && a.threat() != "":
		report.Service = guardDutyID
		return guardDutyID + ":" + a.threat(), report
	case a.from("config") && a.field("aws/config/ConfigRuleName") != "":
		report.Service = "config"
		return "config:" + ruleOf(a.field("aws/config/ConfigRuleName"), a.field("aws/config/ConfigRuleArn")), report
	case a.from("inspector"):
		report.Service = "inspector"
		return "inspector:" + a.weakness(), report
	}
	if a.ours() {
		return securityHubID + ":" + finding.Author, report
	}
	id := a.securityControl()
	for _, other := range append([]string{a.Generator}, a.Types...) {
		id = cmp.Or(id, strings.TrimSpace(other))
	}
	return "securityhub:" + cmp.Or(id, "unknown"), report
}

// weakness is the type of an Inspector finding, and the vulnerability where it is told: as the kind "inspector" has them.
//
// Source: Amazon Inspector user guide, "Amazon Inspector integration with AWS Security Hub": the types of findings in ASFF.
func (a asffFinding) weakness() string {
	for _, typ := range a.Types {
		switch {
		case strings.Contains(typ, "Network Reachability"):
			return "NETWORK_REACHABILITY"
		case strings.Contains(typ, "Code Vulnerabilit"):
			return "CODE_VULNERABILITY"
		}
	}
	if len(a.Weaknesses) > 0 && a.Weaknesses[0].ID != "" {
		return "PACKAGE_VULNERABILITY/" + a.Weaknesses[0].ID
	}
	return "PACKAGE_VULNERABILITY"
}
