package policy

import (
	"encoding/json"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
)

// Mode is what a rule does; false if the policy has no rule of that name.
func (p *Policy) Mode(rule string) (Verdict, bool) {
	if u := p.rule(rule); u != nil {
		return u.mode, true
	}
	return "", false
}

// RuleNames are the names of the rules, in the file's order.
func (p *Policy) RuleNames() []string {
	names := make([]string, len(p.rules))
	for i := range p.rules {
		names[i] = p.rules[i].name
	}
	return names
}

// Remedy is what the policy's catalog knows of a remedy; false if there is none of that id.
func (p *Policy) Remedy(id string) (CatalogRemedy, bool) { return p.catalog.remedy(id) }

// Code is how code holds the setting that a remedy writes on a resource, with the parameters of a rule; the zero Code where code does not hold it.
func (p *Policy) Code(remedy string, with json.RawMessage, r finding.Resource) iac.Code {
	return p.catalog.Code(remedy, with, r)
}
