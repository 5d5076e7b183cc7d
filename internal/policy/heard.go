package policy

import (
	"slices"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// HeardTypes are the types of resources about which some rule that hears a kind of events has something to do or to tell, as far as the type tells. Sorted.
func (p *Policy) HeardTypes(kind string) []string {
	return slices.DeleteFunc(arn.Types(), func(typ string) bool {
		return !p.scope.mayBe(typ) || !slices.ContainsFunc(p.rules, func(u rule) bool {
			return u.hears(kind) && u.where.mayBe(typ) && (len(u.do) == 0 || slices.ContainsFunc(u.do, func(d use) bool { return p.sweeps(&d, typ) }))
		})
	})
}

// Administrators are the accounts whose events may be about other accounts' resources, in the file's order.
func (p *Policy) Administrators() []string { return slices.Clone(p.administrators) }
