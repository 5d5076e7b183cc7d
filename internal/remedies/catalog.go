package remedies

import (
	"slices"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// Catalog is what a policy may name, from the lists themselves. Package catalog holds a copy for functions that link no remedy.
func Catalog() policy.Catalog {
	var c policy.Catalog
	for _, k := range events.All() {
		if !slices.Contains(c.Kinds, k.Name()) {
			c.Kinds = append(c.Kinds, k.Name())
		}
	}
	for _, r := range All {
		m := policy.CatalogRemedy{ID: r.ID, Setting: r.Setting, Answers: r.Answers, Resource: r.Resource, Undo: r.Undo.String(), Never: r.Never(), Schema: r.Schema, Per: r.Per, Code: r.Code}
		for _, w := range r.With {
			m.With = append(m.With, policy.CatalogParam{
				Name: w.Name, Kind: string(w.Kind), Doc: w.Doc, Default: w.Default, Required: w.Required, Pattern: w.Pattern, Min: w.Min, Max: w.Max,
			})
		}
		c.Remedies = append(c.Remedies, m)
	}
	return c
}
