package policy

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A Look is what came of looking at one rule for a finding, in one sentence for people.
type Look struct {
	Rule    string
	Applies bool
	Why     string
}

// Look says of each rule, in the file's order, whether it applies to a finding and why: the one that acts is the first that applies.
func (p *Policy) Look(f finding.Finding) []Look {
	s := &sight{f: &f}
	looks := make([]Look, len(p.rules))
	for i := range p.rules {
		u := &p.rules[i]
		applies, why := u.why(s)
		looks[i] = Look{Rule: u.name, Applies: applies, Why: why}
	}
	return looks
}

// Doubt names what decides whether the policy and a rule apply to a finding, and is not known: "the tags", "the account's place in the organization"; "" where it is known.
func (p *Policy) Doubt(f finding.Finding, name string) string {
	u := p.rule(name)
	if u == nil {
		return ""
	}
	s := &sight{f: &f}
	switch both(p.inScope(s), u.isWhere(s)) {
	case byTags:
		return "the tags"
	case byAccount:
		return "the account's place in the organization"
	}
	return ""
}

// why says whether the rule applies to what is seen, and why.
func (u *rule) why(s *sight) (applies bool, why string) {
	switch {
	case !u.heeds(s.f):
		return false, fmt.Sprintf("it does not hear events of the kind %s", s.f.Kind)
	case !u.isFor(s.f) && u.controls == nil:
		return false, fmt.Sprintf("none of its remedies answers the control %s", s.f.Control)
	case !u.isFor(s.f):
		return false, fmt.Sprintf("it is not for the control %s, but for %s", s.f.Control, strings.Join(u.controls, ", "))
	case u.matches(s) == no:
		return false, "the event's detail does not fit its match"
	}
	switch u.isWhere(s) {
	case no:
		return false, "the resource does not fit its where"
	case byTags:
		return true, "that depends on tags, which the event does not carry: they have to be read"
	case byAccount:
		return true, "that depends on the OUs or tags of the account, which the organization's directory does not know (--directory FILE gives them offline)"
	}
	return true, "it fits"
}
