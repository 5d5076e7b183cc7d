package events

import (
	"cmp"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// forged says why a finding cannot be what it claims to be; "" where it can. Everybody who may import findings chooses what they say, but not the ARN of the product.
//
// Source: Security Hub user guide, "Using BatchImportFindings" and "Using custom product integrations": the ARN of an own product holds its account twice.
func (a asffFinding) forged(e Envelope) string {
	switch why := a.forgedProduct(e); {
	case !isAccount(a.Account):
		return "its account is none"
	case why != "":
		return why
	case a.isAWS():
		return a.forgedID()
	case a.ours():
		return ""
	case a.securityControl() != "" || a.namesControl():
		return "it names a control of Security Hub, and another product found it"
	}
	return ""
}

// forgedProduct says why no product of that ARN can have given the finding; "" where one can.
func (a asffFinding) forgedProduct(e Envelope) string {
	p := a.product
	home, known := arn.PartitionOf(e.Region)
	switch {
	case p.Service != "securityhub" || !strings.HasPrefix(p.Resource, "product/"):
		return "its product's ARN is none of Security Hub"
	case known && p.Partition != home:
		return "its product is of another partition than the event"
	case cmp.Or(a.Region, p.Region) != p.Region:
		return "its product is of another region"
	case p.Account != "" && (p.Account != a.Account || !strings.HasPrefix(p.Resource, "product/"+p.Account+"/")):
		return "its product is of another account"
	case p.Account == "" && strings.HasPrefix(p.Resource, "product/"+a.Account):
		return "its product's ARN is none of Security Hub"
	}
	return ""
}

// namesControl tells whether what the finding is judged under, whatever part of it that comes from, would be taken for a control of Security Hub.
func (a asffFinding) namesControl() bool {
	control, _ := a.control()
	return controlForm.MatchString(strings.TrimPrefix(control, securityHubID+":"))
}

// isAWS tells whether one of AWS's products found it whose findings are known by more than their generator.
func (a asffFinding) isAWS() bool {
	return a.from("securityhub") || a.from("guardduty") || a.from("config") || a.from("inspector")
}

// forgedID says why an AWS product cannot have given the finding's id, which is an ARN of its own.
func (a asffFinding) forgedID() string {
	id, err := arn.Parse(a.ID)
	switch {
	case err != nil:
		return ""
	case id.Partition != a.product.Partition || id.Region != "" && id.Region != a.product.Region:
		return "its id is of another partition or region than its product"
	case id.Account != "" && id.Account != a.Account:
		return "its id is of another account"
	}
	return ""
}

// forgedPress says why an action cannot be one of the account and region that the event came from; "" where it can.
//
// Source: Security Hub user guide, "EventBridge event formats for Security Hub", Custom Action.
func forgedPress(action string, e Envelope) string {
	a, err := arn.Parse(action)
	switch {
	case err != nil || a.Service != "securityhub" || !strings.HasPrefix(a.Resource, "action/custom/"):
		return "its action's ARN is none of Security Hub"
	case a.Account != e.AccountID || a.Region != e.Region:
		return "its action is of another account or region than the event"
	}
	return ""
}
