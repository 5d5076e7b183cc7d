package events

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// SecurityHubV2 is the kind "securityhub-v2": a finding came to the Security Hub of 2025, which speaks OCSF, or changed there.
func SecurityHubV2() Kind { return securityHubV2Kind }

const securityHubV2ID = "securityhub-v2"

var securityHubV2Kind = Kind{
	ID:       securityHubV2ID,
	On:       securityHubID,
	Function: securityHubID,
	Doc:      "A finding came to the Security Hub that joins the findings of AWS's security services and speaks OCSF, or changed there.",
	Pattern:  pattern.MustParse(`{"source": ["aws.securityhub"], "detail-type": ["Findings Imported V2"]}`),
	Fields:   map[string][]string{"account": {"detail", "findings", "cloud", "account", "uid"}},
	Decode: func(e Envelope) ([]finding.Finding, error) {
		return decodeEach(e, readOCSF, func(a asffFinding, f *finding.Finding) {
			a.judgeState(f, false)
		})
	},
}

// An ocsfFinding is a finding in the Open Cybersecurity Schema Framework, as Security Hub fills it in.
//
// Source: Security Hub user guide, "EventBridge event formats" and "OCSF findings in Security Hub"; OCSF schema 1.6, Findings; Security Hub API reference,
// OcsfFindingIdentifier: the three uids that name a finding are those of the finding, its product and its account.
type ocsfFinding struct {
	Activity   json.Number `json:"activity_id"`
	Status     json.Number `json:"status_id"`
	SeverityID json.Number `json:"severity_id"`
	Severity   string      `json:"severity"`
	Info       struct {
		UID   string   `json:"uid"`
		Title string   `json:"title"`
		Types []string `json:"types"`
	} `json:"finding_info"`
	Metadata struct {
		Product struct {
			UID string `json:"uid"`
		} `json:"product"`
	} `json:"metadata"`
	Cloud struct {
		Region  string `json:"region"`
		Account struct {
			UID string `json:"uid"`
		} `json:"account"`
	} `json:"cloud"`
	Compliance *ocsfCompliance `json:"compliance"`
	Weaknesses []struct {
		CVE struct {
			UID string `json:"uid"`
		} `json:"cve"`
	} `json:"vulnerabilities"`
	Resources []ocsfResource `json:"resources"`
}

type ocsfCompliance struct {
	Control  string      `json:"control"`
	Status   string      `json:"status"`
	StatusID json.Number `json:"status_id"`
}

type ocsfResource struct {
	Type   string `json:"type"`    // CloudFormation's
	UID    string `json:"uid"`     // the ARN, or an id
	UIDAlt string `json:"uid_alt"` // the ARN, where uid is an id
	Name   string `json:"name"`
	Region string `json:"region"`
	Tags   []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"tags"`
	Data json.RawMessage `json:"data"` // each type has members of its own
}

// principal is whose access key the resource is.
func (r ocsfResource) principal() principal {
	var data struct {
		Key       string `json:"access_key_id"`
		Principal string `json:"principal_id"`
		UserType  string `json:"user_type"`
		UserName  string `json:"user_name"`
	}
	_ = json.Unmarshal(r.Data, &data) // where it tells nobody, it is the account
	return principal{Key: cmp.Or(data.Key, r.UID[strings.LastIndexAny(r.UID, ":/")+1:]), Principal: data.Principal, UserType: data.UserType, Name: data.UserName}
}

// readOCSF reads one finding as what ASFF would say: the same controls, states and doubts hold. place is where it stands in the event.
func readOCSF(text json.RawMessage, place string) (asffFinding, error) {
	var o ocsfFinding
	if err := json.Unmarshal(text, &o); err != nil {
		return asffFinding{}, &DecodeError{Field: place, Problem: "is no finding: " + shape(err)}
	}
	a := asffFinding{
		ID: o.Info.UID, Product: productOf(o.Metadata.Product.UID), Account: o.Cloud.Account.UID, Region: o.Cloud.Region, Types: o.Info.Types, Title: o.Info.Title,
		Severity: o.severity(), Record: o.record(), Compliance: o.Compliance.asff(),
	}
	a.Workflow.Status = ocsfWorkflows[number(o.Status)]
	for _, w := range o.Weaknesses {
		a.Weaknesses = append(a.Weaknesses, asffWeakness{ID: w.CVE.UID})
	}
	for _, r := range o.Resources {
		a.Resources = append(a.Resources, r.asff())
	}
	err := a.check(place, asffNames{id: "finding_info.uid", product: "metadata.product.uid", account: "cloud.account.uid", resources: "resources", resource: "uid"})
	return a, err
}

// productOf is a product by its ARN in ASFF: the same finding has the same name in both formats, so that whoever answers it finds it in either.
//
// Source: findings of Security Hub in OCSF: "arn:aws:securityhub:us-east-1::productv2/aws/guardduty" is ASFF's "arn:aws:securityhub:us-east-1::product/aws/guardduty".
func productOf(uid string) string { return strings.Replace(uid, ":productv2/", ":product/", 1) }

// number is a number without decimals; -1 for what is none.
func number(n json.Number) int {
	value, err := n.Float64()
	if err != nil || value != float64(int(value)) {
		return -1
	}
	return int(value)
}

// severity is what the number says, else the word.
func (o ocsfFinding) severity() asffSeverity {
	if known := severityOfID(number(o.SeverityID)); known != finding.Unset {
		return asffSeverity{Label: known.String()}
	}
	return asffSeverity{Label: o.Severity}
}

// The numbers of OCSF that say that a finding is over.
//
// Source: OCSF schema 1.6, Findings: activity_id and status_id.
const (
	activityClosed = 3
	statusArchived = 5
	statusDeleted  = 6
)

func (o ocsfFinding) record() string {
	if status := number(o.Status); number(o.Activity) == activityClosed || status == statusArchived || status == statusDeleted {
		return "ARCHIVED"
	}
	return "ACTIVE"
}

// ocsfWorkflows are ASFF's states of work by OCSF's: new, in progress, suppressed, resolved.
//
// Source: OCSF schema 1.6, Findings: status_id.
var ocsfWorkflows = map[int]string{1: "NEW", 2: "NOTIFIED", 3: "SUPPRESSED", 4: "RESOLVED"}

// asff is the compliance as ASFF has it; a status that is neither is not known. What is not about compliance has none.
//
// Source: OCSF schema 1.6, Compliance: status and status_id.
func (c *ocsfCompliance) asff() asffCompliance {
	if c == nil {
		return asffCompliance{}
	}
	status := map[string]string{"pass": "PASSED", "warning": "WARNING", "fail": "FAILED"}[strings.ToLower(c.Status)]
	if c.Status == "" {
		status = map[int]string{1: "PASSED", 2: "WARNING", 3: "FAILED"}[number(c.StatusID)]
	}
	return asffCompliance{Control: c.Control, Status: cmp.Or(status, "NOT_AVAILABLE")}
}

// asff is the resource as ASFF has it: named by its ARN where one is told.
func (r ocsfResource) asff() asffResource {
	id := cmp.Or(r.UID, r.UIDAlt, r.Name)
	if strings.HasPrefix(r.UIDAlt, "arn:") && r.Type != accountType { // a finding about the whole account may name a detector there
		id = r.UIDAlt
	}
	a := asffResource{Type: r.Type, ID: id, Region: r.Region}
	for _, tag := range r.Tags {
		if a.Tags == nil {
			a.Tags = map[string]string{}
		}
		a.Tags[tag.Name] = tag.Value
	}
	if r.Type == "AWS::IAM::AccessKey" {
		a.Type, a.Key = "AwsIamAccessKey", r.principal()
	}
	return a
}
