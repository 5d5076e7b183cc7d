package events

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// threat is the type of a GuardDuty finding in ASFF, as GuardDuty spells it. ASFF parts its namespaces by "/", so the type has "-" there, or, in newer findings, its own "/":
// "TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled", "TTPs/PenTest:IAMUser/KaliLinux".
//
// Source: GuardDuty user guide, "Integrating with AWS Security Hub", interpreting GuardDuty finding names.
func (a asffFinding) threat() string {
	for _, typ := range a.Types {
		purpose, rest, found := strings.Cut(typ, ":")
		if !found {
			continue
		}
		purpose = purpose[strings.LastIndex(purpose, "/")+1:]
		if !strings.Contains(rest, "/") {
			rest = strings.Replace(rest, "-", "/", 1)
		}
		return purpose + ":" + rest
	}
	return ""
}

// subject is what a finding names beside its resources.
func (a asffFinding) subject() finding.Subject {
	if !a.from("guardduty") {
		return told(finding.Subject{"finding": a.ID})
	}
	id, _ := arn.Parse(a.ID)
	return told(finding.Subject{
		"finding": a.ID[strings.LastIndex(a.ID, "/")+1:], "detector": detectorOf(id),
		"address":   cmp.Or(a.seen("/remoteIpDetails/ipAddressV4"), a.seen("/remoteIpDetails/ipAddressV6")),
		"port":      a.seen("/localPortDetails/port"),
		"interface": a.seen("/localNetworkInterface"),
	})
}

// seen is the field of the action that ends so: one action has one of them, or several probes have; then it is the first.
func (a asffFinding) seen(end string) string {
	for _, name := range slices.Sorted(maps.Keys(a.Fields)) {
		if strings.HasPrefix(name, "aws/guardduty/service/action/") && strings.HasSuffix(name, end) {
			return a.field(name)
		}
	}
	return ""
}

// affected are the resources that a call was made on, which GuardDuty tells in the product's fields.
func (a asffFinding) affected(at site) []threatened {
	const prefix = "aws/guardduty/service/action/awsApiCallAction/affectedResources/"
	var action guardDutyAction
	action.API.Affected = map[string]string{}
	for name := range a.Fields {
		if typ, found := strings.CutPrefix(name, prefix); found {
			action.API.Affected[typ] = a.field(name)
		}
	}
	return action.affected(at)
}

// detectorOf is the id of the detector in a GuardDuty finding's ARN: "detector/ID/finding/ID".
func detectorOf(a arn.ARN) string {
	rest, found := strings.CutPrefix(a.Resource, "detector/")
	if id, _, ok := strings.Cut(rest, "/"); found && ok {
		return id
	}
	return ""
}
