package policy

import (
	"encoding/json"
	"slices"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
)

// remedy gives a remedy by id.
func (c Catalog) remedy(id string) (CatalogRemedy, bool) {
	i := slices.IndexFunc(c.Remedies, func(m CatalogRemedy) bool { return m.ID == id })
	if i < 0 {
		return CatalogRemedy{}, false
	}
	return c.Remedies[i], true
}

// Code is how code holds the setting that a remedy writes on a resource, with the parameters that a rule gives it; the zero Code where code does not hold it.
func (c Catalog) Code(remedy string, with json.RawMessage, r finding.Resource) iac.Code {
	m, _ := c.remedy(remedy)
	defaults := make(map[string]string, len(m.With))
	for _, p := range m.With {
		defaults[p.Name] = p.Default
	}
	return iac.Fill(m.Code, with, defaults, r)
}

// ids are the remedies' ids.
func (c Catalog) ids() []string {
	ids := make([]string, len(c.Remedies))
	for i, m := range c.Remedies {
		ids[i] = m.ID
	}
	return ids
}

// answers are the controls that some remedy answers.
func (c Catalog) answers() []string {
	var all []string
	for _, m := range c.Remedies {
		all = append(all, m.Answers...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// claim is what a remedy's claim is on: its setting, and the remedy itself where others work on other parts of the setting. What they find wrong are several violations, each
// with an answer of its own, and none of them may take another's place.
func (c Catalog) claim(m CatalogRemedy) string {
	if slices.ContainsFunc(c.Remedies, func(o CatalogRemedy) bool { return o.Setting == m.Setting && o.ID != m.ID }) {
		return m.Setting + " " + m.ID
	}
	return m.Setting
}
