package policy

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// inert refuses what a rule can never do: people would rely on it, and nothing would ever come of it.
func (r *reader) inert(n *yaml.Node, u *rule, p *Policy) {
	if at := child(n, "controls"); u.kinds != nil && u.controls != nil && !slices.ContainsFunc(u.kinds, u.canTell) {
		r.wrong(at, "name the kind that tells of them, such as securityhub, or leave on out", "no event of the kind %s is about these controls", enumerate(u.kinds, "or"))
		return
	}
	for i := range u.do {
		d := &u.do[i]
		if _, known := p.catalog.remedy(d.remedy); !known || d.remedy == TagsRemedy {
			continue
		}
		switch {
		case !slices.ContainsFunc(p.kindsOf(u), d.canAnswer):
			r.wrong(d.at, "leave it out, or hear a kind that tells of what it answers: "+enumerate(d.answers[:min(len(d.answers), 6)], "or"), "%s answers nothing that the rule hears of", d.remedy)
		case !d.fitsSome(u):
			r.wrong(d.at, "leave it out, or let where have such resources", "%s is for resources of the type %s, and the rule's where has none", d.remedy, d.types)
		}
	}
}

// kindsOf are the kinds that a rule hears, those that are not built yet among them.
func (p *Policy) kindsOf(u *rule) []string {
	return slices.DeleteFunc(slices.Clone(kindNames), func(kind string) bool { return !u.hears(kind) })
}

// canTell tells whether events of a kind can be about one of the rule's controls.
func (u *rule) canTell(kind string) bool {
	return slices.ContainsFunc(u.controls, func(control string) bool { return tellsOf(kind, control) })
}

// canAnswer tells whether a remedy can be done about a finding of a kind.
func (d *use) canAnswer(kind string) bool {
	return !bound(kind) || slices.ContainsFunc(d.answers, func(control string) bool { return tellsOf(kind, control) })
}

// fitsSome tells whether there is a type of resources that a remedy is for and the rule's where lets pass.
func (d *use) fitsSome(u *rule) bool {
	return d.types == "" || d.types == "*" || slices.ContainsFunc(append(arn.Types(), d.types), func(typ string) bool { return globMatch(d.types, typ) && u.where.mayBe(typ) })
}

// pressless warns of buttons that no rule lets come to anything.
func (r *reader) pressless(n *yaml.Node, p *Policy) {
	exempts := slices.ContainsFunc(p.buttons, func(b Button) bool { return b.Do == "exempt" })
	if n == nil || len(p.buttons) == 0 || slices.ContainsFunc(p.rules, func(u rule) bool { return u.hearsReports() && (exempts || len(u.do) > 0) }) {
		return
	}
	r.warn(n, "let a rule with do hear securityhub or guardduty", "a press of these buttons comes to nothing: no rule with a remedy hears findings of a service")
}
