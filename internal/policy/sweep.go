package policy

import (
	"slices"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// SweptTypes are the types of resources that a sweep lists: those about which some rule that hears the clock can do something, as far as its type tells. Sorted.
func (p *Policy) SweptTypes() []string {
	return slices.DeleteFunc(arn.Types(), func(typ string) bool {
		return !slices.ContainsFunc(p.rules, func(u rule) bool {
			return u.hears(clock) && u.where.mayBe(typ) && slices.ContainsFunc(u.do, func(d use) bool { return p.sweeps(&d, typ) })
		})
	})
}

// sweeps tells whether a remedy can be done about resources of a type of which no event tells.
func (p *Policy) sweeps(d *use, typ string) bool {
	if d.remedy == TagsRemedy {
		return p.untagged(typ) == ""
	}
	return d.types == "" || globMatch(d.types, typ)
}
