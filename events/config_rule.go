package events

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// A complianceChange is the detail of "Config Rules Compliance Change": a rule came to another result about a resource than before.
//
// Source: AWS Config developer guide, "Example compliance change notification".
type complianceChange struct {
	RuleName     string          `json:"configRuleName"`
	RuleARN      string          `json:"configRuleARN"`
	Account      string          `json:"awsAccountId"`
	Region       string          `json:"awsRegion"`
	ResourceType string          `json:"resourceType"`
	ResourceID   string          `json:"resourceId"`
	New          *ruleEvaluation `json:"newEvaluationResult"` // null where the evaluation was deleted
}

// A ruleEvaluation is what a rule found.
type ruleEvaluation struct {
	Compliance string `json:"complianceType"`
	Annotation string `json:"annotation"` // often left out
	Identifier struct {
		Qualifier struct {
			ResourceType string `json:"resourceType"`
			ResourceID   string `json:"resourceId"`
		} `json:"evaluationResultQualifier"`
	} `json:"evaluationResultIdentifier"`
}

// ConfigRule is the kind "config-rule": a rule of AWS Config judges a resource otherwise than before.
func ConfigRule() Kind { return configRuleKind }

const configRuleID = "config-rule"

var configRuleKind = Kind{
	ID:  configRuleID,
	Doc: "A rule of AWS Config judges a resource otherwise than before; a resource that stays as it is gives no event.",
	Pattern: pattern.MustParse(`{
		"source": ["aws.config"],
		"detail-type": ["Config Rules Compliance Change"],
		"detail": {"messageType": ["ComplianceChangeNotification"]}
	}`),
	// No region: global resources are worked on elsewhere than where the rule ran.
	Fields: map[string][]string{"account": {"detail", "awsAccountId"}, "type": {"detail", "resourceType"}, "id": {"detail", "resourceId"}},
	Window: minutesLate,
	Decode: decodeConfigRule,
}

func decodeConfigRule(e Envelope) ([]finding.Finding, error) {
	var change complianceChange
	if err := json.Unmarshal(e.Detail, &change); err != nil {
		return nil, &DecodeError{Field: "detail", Problem: "is no compliance change: " + shape(err)}
	}
	err := missing("detail", member{"configRuleName", change.RuleName}, member{"resourceType", change.ResourceType}, member{"resourceId", change.ResourceID},
		member{"awsAccountId", change.Account})
	if err != nil {
		return nil, err
	}
	f := finding.Finding{
		Event: e.ID, Kind: configRuleID, Control: "config:" + ruleOf(change.RuleName, change.RuleARN), Time: e.Time, Detail: e.Detail,
		Resource: change.resource(e), Report: finding.Report{Service: "config", ID: change.RuleName, Region: e.Region},
		From: e.AccountID, Forged: change.forged(),
	}
	if err := change.New.judge(&f); err != nil {
		return nil, err
	}
	return []finding.Finding{f}, nil
}

// judge fills in what the rule found.
//
// Source: AWS Config API reference, EvaluationResult (ComplianceType).
func (r *ruleEvaluation) judge(f *finding.Finding) error {
	if r == nil {
		f.Moot = "its evaluation was deleted"
		return nil
	}
	f.Report.Title = shortTitle(r.Annotation)
	switch r.Compliance {
	case "NON_COMPLIANT":
	case "COMPLIANT":
		f.Right, f.Changed = true, true
	case "NOT_APPLICABLE":
		f.Moot = "the rule does not apply to the resource"
	case "INSUFFICIENT_DATA":
		f.Moot = "the rule has too few data to judge the resource"
	case "":
		return &DecodeError{Field: "detail.newEvaluationResult.complianceType", Problem: "is missing"}
	default:
		return &DecodeError{Field: "detail.newEvaluationResult.complianceType", Problem: "is none that AWS Config documents"}
	}
	return nil
}

// resource is what the rule judged. Only its id is told: the ARN is known where the id determines it. A rule judges what belongs to no region wherever it runs.
func (c complianceChange) resource(e Envelope) finding.Resource {
	at := site{account: c.Account, region: cmp.Or(c.Region, e.Region)}
	at.partition = partition(c.RuleARN, at.region)
	typ := c.ResourceType
	if known, ok := arn.Canonical(typ); ok {
		typ = known
	}
	if typ == accountType {
		return at.wholeAccount()
	}
	return at.byID(typ, c.ResourceID)
}

// forged says why the event cannot be AWS Config's; "" where it can.
func (c complianceChange) forged() string {
	if why := c.forgedRule(); why != "" {
		return why
	}
	if c.New != nil {
		judged := c.New.Identifier.Qualifier
		if judged.ResourceID != "" && (judged.ResourceType != c.ResourceType || judged.ResourceID != c.ResourceID) {
			return "its result is about another resource than it names"
		}
	}
	if c.ResourceType == accountType && c.ResourceID != c.Account {
		return "it judges another account than the one that it names"
	}
	return ""
}

// forgedRule says why the rule cannot have judged what the event names; "" where it can, or where the event names no rule by its ARN.
func (c complianceChange) forgedRule() string {
	rule, err := arn.Parse(c.RuleARN)
	switch {
	case c.RuleARN == "":
		return ""
	case err != nil || rule.Service != "config":
		return "its rule's ARN is none of AWS Config"
	case rule.Account != c.Account:
		return fmt.Sprintf("its rule is of account %s, and what it judged of account %s", rule.Account, c.Account)
	case c.Region != "" && rule.Region != c.Region:
		return fmt.Sprintf("its rule is of region %s, and what it judged of region %s", rule.Region, c.Region)
	}
	return ""
}

// How services name the rules that they make of a rule: securityhub-NAME-abc123, NAME-conformance-pack-abc123xyz, OrgConfigRule-NAME-abcd1234.
//
// Source: Security Hub user guide, "AWS Config rules that Security Hub uses"; AWS Config developer guide, "Conformance packs" and "Managing AWS Config rules across all
// accounts in your organization".
var (
	packRule     = regexp.MustCompile(`^(.+)-conformance-pack-[0-9a-z]+$`)
	hashedRule   = regexp.MustCompile(`^(?:securityhub|OrgConfigRule)-(.+)-([0-9a-z]{6,8})$`)
	servicesRule = ":config-rule/aws-service-rule/"
)

// ruleOf is the name of a rule without what a service that made it adds. A last word counts as such an addition where it has a digit, as a word of a name seldom has, or where
// the rule's ARN says that a service made it.
func ruleOf(name, ruleARN string) string {
	if parts := packRule.FindStringSubmatch(name); parts != nil {
		name = parts[1]
	}
	parts := hashedRule.FindStringSubmatch(name)
	if parts != nil && (strings.ContainsAny(parts[2], "0123456789") || strings.Contains(ruleARN, servicesRule)) {
		return parts[1]
	}
	return name
}
