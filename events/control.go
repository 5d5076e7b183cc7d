package events

import (
	"cmp"
	"regexp"
	"strings"
)

// How Security Hub names a control: "S3.8"; and where a generator, a standard's control or a finding's id names one: "security-control/S3.8",
// "aws-foundational-security-best-practices/v/1.0.0/S3.8", "ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.5".
//
// Source: Security Hub user guide, "Impact of consolidation on ASFF fields and values".
var (
	controlForm   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*\.[0-9]+$`)
	controlPlace  = regexp.MustCompile(`(?:^|[:/])security-control/([A-Za-z0-9]+\.[0-9]+)(?:/|$)`)
	standardPlace = regexp.MustCompile(`(?:^|[:/])([a-z][a-z0-9-]*/v/[0-9]+(?:\.[0-9]+)*)(?:/(?:rule/)?([A-Za-z0-9.]+))?(?:/|$)`)
)

// controlTower is what Control Tower's standard puts before the ids of controls.
const controlTower = "CT."

// securityControl is the id of the security control that a finding is about, as Security Hub spells it; "" where it names none, or one that nobody knows.
func (a asffFinding) securityControl() string {
	if id := a.Compliance.Control; controlForm.MatchString(id) {
		return id
	}
	standard, _ := standardIn(cmp.Or(a.field("StandardsArn"), a.field("StandardsGuideArn"), a.Generator))
	if id := controlOf(standard, cmp.Or(a.field("ControlId"), a.field("RuleId"))); id != "" {
		return id
	}
	for _, text := range []string{a.Generator, a.field("StandardsControlArn"), a.ID} {
		if id := controlIn(text); id != "" {
			return id
		}
	}
	return ""
}

// controlIn finds the control that a text names: a generator's id, an ARN.
func controlIn(text string) string {
	if parts := controlPlace.FindStringSubmatch(text); parts != nil {
		return parts[1]
	}
	return controlOf(standardIn(text))
}

// standardIn finds a standard in a text, with its version, and what the standard calls the control.
func standardIn(text string) (standard, id string) {
	if parts := standardPlace.FindStringSubmatch(text); parts != nil {
		return parts[1], parts[2]
	}
	return "", ""
}

// controlOf is the security control that a standard means by an id of its own; "" if that is not known. Standards that have no names of
// their own use the security control's id.
func controlOf(standard, id string) string {
	if known := standardControls[standard][id]; known != "" {
		return known
	}
	if id = strings.TrimPrefix(id, controlTower); controlForm.MatchString(id) {
		return id
	}
	return ""
}
