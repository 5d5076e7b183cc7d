package policy

import "github.com/tagwarden/tagwarden/internal/pattern"

// A clause is a condition on a resource, in parts by what has to be known for each: what is not known decides only where it must.
type clause struct {
	parts []part
	any   [][]clause // of each list one has to hold ($or)
	// except is what the condition leaves out; nil: nothing.
	except *clause
}

// A part is a pattern whose fields are known together, or not at all.
type part struct {
	needs   answer // yes: always known; byTags or byAccount: what is said where it is not
	known   func(s *sight) bool
	pattern pattern.Pattern
}

// groups are the fields that may not be known, with how that is told. The account's tags are known with its OUs, unless the directory was not asked for them.
var groups = map[string]part{
	"tags":         {needs: byTags, known: func(s *sight) bool { return s.f.Resource.Tags != nil }},
	"ou":           {needs: byAccount, known: func(s *sight) bool { return s.f.Place != nil }},
	"account_tags": {needs: byAccount, known: func(s *sight) bool { return s.f.Place != nil && s.f.Place.Tags != nil }},
}

// clauseOf takes a pattern apart. Everything that stands in one object has to hold, so that each field may be asked by itself.
func clauseOf(tree map[string]any) (clause, error) {
	var c clause
	always := map[string]any{}
	for name, value := range tree {
		group, uncertain := groups[name]
		alternatives, list := value.([]any)
		switch {
		case name == "$or" && list:
			either, err := clausesOf(alternatives)
			if err != nil {
				return c, err
			}
			c.any = append(c.any, either)
		case uncertain:
			var err error
			if group.pattern, err = parsePattern(map[string]any{name: value}); err != nil {
				return c, err
			}
			c.parts = append(c.parts, group)
		default:
			always[name] = value
		}
	}
	if len(always) == 0 {
		return c, nil
	}
	p, err := parsePattern(always)
	c.parts = append(c.parts, part{needs: yes, known: func(*sight) bool { return true }, pattern: p})
	return c, err
}

// clausesOf are the alternatives of $or.
func clausesOf(alternatives []any) ([]clause, error) {
	either := make([]clause, 0, len(alternatives))
	for _, alternative := range alternatives {
		tree, _ := alternative.(map[string]any) // the whole pattern was parsed before
		c, err := clauseOf(tree)
		if err != nil {
			return nil, err
		}
		either = append(either, c)
	}
	return either, nil
}

// holds tells whether the clause holds for what is seen. ended asks whether it may ever have held: tags change, and so does where an account stands.
func (c *clause) holds(s *sight, ended bool) answer {
	sum := yes
	for i := range c.parts {
		sum = both(sum, c.parts[i].holds(s, ended))
	}
	for _, alternatives := range c.any {
		one := no
		for i := range alternatives {
			one = either(one, alternatives[i].holds(s, ended))
		}
		sum = both(sum, one)
	}
	if c.except != nil {
		sum = both(sum, not(c.except.holds(s, ended)))
	}
	return sum
}

func (p *part) holds(s *sight, ended bool) answer {
	switch {
	case p.needs != yes && (ended || !p.known(s)):
		return p.needs
	case p.pattern.MatchValue(s.resource()):
		return yes
	}
	return no
}

// both is the answer to two questions of which both have to hold. Where neither is known, tags come first: they can be read.
func both(a, b answer) answer {
	switch {
	case a == no || b == no:
		return no
	case a == yes:
		return b
	case b == yes:
		return a
	}
	return min(a, b)
}

// either is the answer to two questions of which one has to hold.
func either(a, b answer) answer {
	switch {
	case a == yes || b == yes:
		return yes
	case a == no:
		return b
	case b == no:
		return a
	}
	return min(a, b)
}

// not is the answer to the opposite question: what is not known stays so.
func not(a answer) answer {
	switch a {
	case yes:
		return no
	case no:
		return yes
	}
	return a
}
