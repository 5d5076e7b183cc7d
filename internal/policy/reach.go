package policy

import "slices"

// reachable reports each rule that can never apply, because earlier ones always do: of several rules that apply to a finding, the first acts.
func (r *reader) reachable(p *Policy) {
	for i := range p.rules {
		later := &p.rules[i]
		if first, covered := p.covered(i); covered {
			r.wrong(later.at, "put it before, or make the earlier one narrower", "the rule %q can never apply: the earlier rule %q always does", later.name, p.rules[first].name)
		}
	}
}

// covered tells whether earlier rules take every finding of a rule, and names the first of them. It goes by kind and control, each of which one earlier rule must
// take whole; what only the meaning of two patterns would show is not found.
func (p *Policy) covered(i int) (first int, ok bool) {
	first = i
	for _, kind := range orAny(p.rules[i].kinds) {
		for _, control := range p.rules[i].controlsIn(kind) {
			j := slices.IndexFunc(p.rules[:i], func(u rule) bool { return u.takes(kind, control, &p.rules[i]) })
			if j < 0 {
				return 0, false
			}
			first = min(first, j)
		}
	}
	return first, first < i
}

// orAny gives the names, or one empty name that stands for all.
func orAny(names []string) []string {
	if names == nil {
		return []string{""}
	}
	return names
}

// controlsIn are the controls that findings of a kind may have, of those that the rule is for; globs, "*" for any. An empty kind stands for all.
func (u *rule) controlsIn(kind string) []string {
	known, told := kindControls[kind]
	switch {
	case u.controls != nil && told:
		return slices.DeleteFunc(slices.Clone(u.controls), func(control string) bool { return !overlaps([]string{known}, control) })
	case u.controls != nil:
		return u.controls
	case len(u.do) > 0 && bound(kind):
		var answers []string
		for _, d := range u.do {
			answers = append(answers, d.answers...)
		}
		return slices.DeleteFunc(answers, func(control string) bool { return told && !overlaps([]string{known}, control) })
	case told:
		return []string{known}
	}
	return []string{"*"}
}

// takes tells whether the rule takes whatever of this kind and control the later rule would.
func (u *rule) takes(kind, control string, later *rule) bool {
	return (u.kinds == nil || slices.Contains(u.kinds, kind)) && u.takesControl(kind, control) &&
		u.match.looser(&later.match, nil) && u.where.looser(&later.where, ofResources)
}

// takesControl tells whether the rule is for whatever a control, or a glob of controls, stands for.
func (u *rule) takesControl(kind, control string) bool {
	switch {
	case u.controls != nil:
		return globAny(u.controls, control)
	case len(u.do) == 0 || kind != "" && !bound(kind):
		return true
	}
	return slices.ContainsFunc(u.do, func(d use) bool { return globAny(d.answers, control) })
}

// looser tells whether the condition holds wherever the other does, as far as that can be told. always are the fields that are surely there.
func (c *condition) looser(other *condition, always map[string]bool) bool {
	switch {
	case !c.set:
		return true
	case c.except != nil && (other.except == nil || !implied(c.except, other.except, always)):
		return false
	}
	return implied(other.tree, c.tree, always)
}
