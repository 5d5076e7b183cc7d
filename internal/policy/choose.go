package policy

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A sight is a finding as conditions look at it: each form is made when it is first asked for.
type sight struct {
	f *finding.Finding
	// matched is the rule whose match is known to hold; "" while deciding from the event itself.
	matched string
	// noDetail says that the event's detail is not at hand: a match on it cannot be told.
	noDetail bool

	res, det map[string]any
}

// resource is the finding's resource as scope and where see it. What is not known is left out, as in an event.
func (s *sight) resource() map[string]any {
	if s.res != nil {
		return s.res
	}
	r := &s.f.Resource
	s.res = make(map[string]any, 10)
	for _, field := range [...]struct{ name, text string }{
		{"type", r.Type}, {"id", r.ID}, {"arn", r.ARN}, {"partition", r.Partition}, {"account", r.Account}, {"region", r.Region},
	} {
		if field.text != "" {
			s.res[field.name] = field.text
		}
	}
	if r.Tags != nil {
		s.res["tags"] = anyMap(r.Tags)
	}
	if place := s.f.Place; place != nil {
		units := make([]any, len(place.OUs))
		for i, id := range place.OUs {
			units[i] = id
		}
		s.res["ou"] = units
		if place.Tags != nil {
			s.res["account_tags"] = anyMap(place.Tags)
		}
	}
	return s.res
}

// anyMap is a map of texts as patterns take one.
func anyMap(texts map[string]string) map[string]any {
	object := make(map[string]any, len(texts))
	for key, value := range texts {
		object[key] = value
	}
	return object
}

// detail is the event's detail as match sees it; empty where it is no object.
func (s *sight) detail() map[string]any {
	if s.det != nil {
		return s.det
	}
	dec := json.NewDecoder(bytes.NewReader(s.f.Detail))
	dec.UseNumber()
	if err := dec.Decode(&s.det); err != nil || s.det == nil {
		s.det = map[string]any{}
	}
	if threat, ok := strings.CutPrefix(s.f.Control, "guardduty:"); ok && s.f.Kind == hub {
		s.asGuardDuty(threat)
	}
	return s.det
}

// asGuardDuty adds to a finding of GuardDuty that Security Hub passes on what a match on GuardDuty's own event asks for: its type and severity.
//
// Source: GuardDuty user guide, "Integrating with AWS Security Hub" (Severity.Product is GuardDuty's own number).
func (s *sight) asGuardDuty(threat string) {
	s.det["type"] = threat
	var detail struct {
		Findings []struct{ Severity struct{ Product json.Number } }
	}
	if json.Unmarshal(s.f.Detail, &detail) == nil && len(detail.Findings) > 0 && detail.Findings[0].Severity.Product != "" {
		s.det["severity"] = detail.Findings[0].Severity.Product
	}
}

// An answer says whether a rule applies to a finding.
type answer int

const (
	no        answer = iota
	yes              // it applies
	byTags           // that depends on tags, which are not known
	byDetail         // that depends on the event's detail, which is not at hand
	byAccount        // that depends on the account, which the organization's directory does not know
)

// applies tells whether a rule applies to what is seen.
func (u *rule) applies(s *sight) answer {
	if !u.heeds(s.f) || !u.isFor(s.f) {
		return no
	}
	match := u.matches(s)
	if match == no {
		return no
	}
	switch where := u.isWhere(s); where {
	case yes:
		return match
	default:
		return where
	}
}

// matches tells whether the rule's match holds.
func (u *rule) matches(s *sight) answer {
	switch {
	case !u.match.set, u.name == s.matched:
		return yes
	case s.noDetail:
		return byDetail
	case u.match.holds(s.detail()):
		return yes
	}
	return no
}

// isWhere tells whether the rule's where holds.
func (u *rule) isWhere(s *sight) answer { return u.where.of(s) }

// mayBeWhere tells whether the rule's where may ever have held for the resource: of all that it can say, only tags change, and where an account stands.
func (u *rule) mayBeWhere(s *sight) bool { return u.where.maybe(s) }

// A choice is the rule that acts on a finding.
type choice struct {
	rule *rule // nil: none applies
	sure answer
	// mode is the rule's; where it is not sure that the rule applies, the strongest of it and of those that would act in its place.
	mode   Verdict
	read   bool     // the resource was read: what is not known now will not be
	passed []string // names of the rules that apply too, and were passed over
}

// choose gives the first rule that applies. Of those before the start-th, which did not apply to the event, only those without a match are asked again: tags may have changed.
func (p *Policy) choose(s *sight, start int) choice {
	var c choice
	open := true // whether a rule that surely applies is still to come
	scope := p.inScope(s)
	for i := range p.rules {
		u := &p.rules[i]
		if i < start && u.match.set {
			continue // it did not apply to the event, which is not at hand any more
		}
		a := both(scope, u.applies(s))
		switch {
		case a == no:
			continue
		case c.rule == nil:
			c.rule, c.sure, c.mode = u, a, u.mode
		case a == yes:
			c.passed = append(c.passed, u.name)
		}
		if open && stronger(u.mode, c.mode) {
			c.mode = u.mode
		}
		open = open && a != yes
	}
	return c
}
