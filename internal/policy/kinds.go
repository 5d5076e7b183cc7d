package policy

import (
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// The kinds of events that the policy treats in a way of their own.
const (
	threats   = "guardduty"   // they do not wait, and need no remedy that names them
	hub       = "securityhub" // it passes on what the other services find
	creations = "create"      // they tell who created a resource
	clock     = "clock"       // no events: what exists is judged from time to time
)

// kindNames are all kinds that the policy's language knows. The catalog says which kinds of events are built; the clock is Tagwarden's own.
var kindNames = []string{"config", "tags", threats, hub, "config-rule", "inspector", creations, clock}

// reports tells whether events of a kind are findings of a service about a control, and not only news of a resource.
func reports(kind string) bool {
	switch kind {
	case threats, hub, "config-rule", "inspector":
		return true
	}
	return false
}

// bound tells whether a remedy may be done about a finding of a kind only if it answers the control. GuardDuty's new types have no remedy that names them; there the
// rule's match and the type of the resource say what is meant.
func bound(kind string) bool { return reports(kind) && kind != threats }

// kindControls are the controls that findings of a kind have, as a glob; Security Hub's are of all services.
var kindControls = map[string]string{
	"config": TagsRemedy, "tags": TagsRemedy, creations: TagsRemedy, clock: TagsRemedy, threats: "guardduty:*", "config-rule": "config:*", "inspector": "inspector:*",
}

// hears tells whether the rule is for findings of a kind: one that it names or, where it names none, one that can tell of its controls.
func (u *rule) hears(kind string) bool {
	if u.kinds != nil {
		return slices.Contains(u.kinds, kind)
	}
	return u.controls == nil || slices.ContainsFunc(u.controls, func(control string) bool { return tellsOf(kind, control) })
}

// services are the kinds of the services' own events, by the service whose findings Security Hub passes on.
var services = map[string]string{"guardduty": threats, "config": "config-rule", "inspector": "inspector"}

// heeds tells whether the rule is for what an event of a finding's kind says. A press is on a finding as Security Hub has it: it is for the rules, too, that hear the service
// itself that found it.
func (u *rule) heeds(f *finding.Finding) bool {
	return u.hears(f.Kind) || f.Pressed() && u.hears(services[f.Report.Service])
}

// hearsReports tells whether the rule hears findings of some service.
func (u *rule) hearsReports() bool {
	return slices.ContainsFunc(kindNames, func(kind string) bool { return reports(kind) && u.hears(kind) })
}

// tellsOf tells whether events of a kind can be about a control, or one that a glob stands for. Security Hub passes on what the other services find.
func tellsOf(kind, control string) bool {
	if control == TagsRemedy {
		return !reports(kind)
	}
	service, _, named := strings.Cut(control, ":")
	switch {
	case !named:
		return true // a glob over the services
	case kind == hub:
		return true
	case service == "config":
		return kind == "config-rule"
	}
	return kind == service
}
