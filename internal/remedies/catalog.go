package remedies

import (
	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// Catalog is what a policy may name, from the lists themselves. Package catalog holds a copy for functions that link no remedy.
func Catalog() policy.Catalog {
	var c policy.Catalog
	for _, k := range events.All() {
		c.Kinds = append(c.Kinds, k.ID)
	}
	for _, r := range All {
		c.Remedies = append(c.Remedies, policy.CatalogRemedy{ID: r.ID, Setting: r.Setting, Answers: r.Answers, Resource: r.Resource, Undo: r.Undo.String()})
	}
	return c
}
