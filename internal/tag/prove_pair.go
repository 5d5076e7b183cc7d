package tag

import (
	"fmt"
	"slices"
	"strings"
)

// provePair proves what concerns two rules, the earlier and the later one in the file.
func (p *prover) provePair(earlier, later *rule) {
	switch {
	case earlier.Forbid && later.Forbid:
	case earlier.Forbid:
		p.proveAllowed(later, later, earlier)
	case later.Forbid:
		p.proveAllowed(later, earlier, later)
	case earlier.folded == later.folded:
		p.proveSameKey(earlier, later)
	default:
		p.proveNames(earlier, later)
	}
}

// proveAllowed proves that a forbidding rule does not mean the key or an alias of another one where both can hold. The problem is the later's.
func (p *prover) proveAllowed(later, wants, forbids *rule) {
	if !typesOverlap(wants, forbids) || !whenOverlap(wants, forbids) {
		return
	}
	way := "leave one of the two rules out, or let their types or when exclude each other"
	if matchGlob(forbids.folded, wants.folded) {
		p.say(later, "key", fmt.Sprintf("%s is named by tags[%d] and forbidden by tags[%d]", wants.Key, wants.index, forbids.index), way)
		return
	}
	for i, alias := range wants.Aliases {
		if !matchGlob(forbids.folded, fold(alias)) {
			continue
		}
		at := "key"
		if later == wants {
			at = fmt.Sprintf("aliases[%d]", i)
		}
		p.say(later, at, fmt.Sprintf("%s is an alias in tags[%d] and forbidden by tags[%d]", alias, wants.index, forbids.index), way)
	}
}

// proveNames proves that two rules for two keys have no name in common.
func (p *prover) proveNames(earlier, later *rule) {
	for _, alias := range earlier.Aliases {
		if fold(alias) == later.folded {
			p.say(later, "key", fmt.Sprintf("%s is an alias of %s in tags[%d]", later.Key, earlier.Key, earlier.index), "leave the alias or the rule out")
		}
	}
	for i, alias := range later.Aliases {
		at := fmt.Sprintf("aliases[%d]", i)
		if fold(alias) == earlier.folded {
			p.say(later, at, fmt.Sprintf("the alias %s is the key of tags[%d]", alias, earlier.index), "leave the alias or that rule out")
		}
		twice := slices.ContainsFunc(earlier.Aliases, func(a string) bool { return strings.EqualFold(a, alias) })
		if twice && typesOverlap(earlier, later) {
			p.say(later, at, fmt.Sprintf("%s is an alias of %s too, in tags[%d]", alias, earlier.Key, earlier.index), "leave one of the two out")
		}
	}
}

// proveSameKey proves that two rules for one key want the same of it where both can hold.
func (p *prover) proveSameKey(earlier, later *rule) {
	if !typesOverlap(earlier, later) {
		return
	}
	if earlier.Key != later.Key {
		p.say(later, "key", fmt.Sprintf("%s is spelt %s in tags[%d]", later.Key, earlier.Key, earlier.index), "spell it one way")
		return
	}
	if !whenOverlap(earlier, later) {
		return
	}
	way := fmt.Sprintf("let tags[%d] and tags[%d] want the same, or let their types or when exclude each other", earlier.index, later.index)
	if earlier.Values != nil && later.Values != nil && !sameSet(earlier.Values, later.Values) {
		p.say(later, "values", fmt.Sprintf("%s has other values in tags[%d]", later.Key, earlier.index), way)
	}
	if earlier.Pattern != "" && later.Pattern != "" && earlier.Pattern != later.Pattern {
		p.say(later, "pattern", fmt.Sprintf("%s has another pattern in tags[%d]", later.Key, earlier.index), way)
	}
	p.proveCrossed(earlier, later, way)
	p.proveWritten(earlier, later, way)
	p.proveSpellings(later, earlier)
}

// proveCrossed proves that the values of one rule match the pattern of the other.
func (p *prover) proveCrossed(earlier, later *rule, way string) {
	if earlier.pattern != nil {
		for i, value := range later.Values {
			if !reaches(earlier.Pattern, value) {
				p.say(later, fmt.Sprintf("values[%d]", i), fmt.Sprintf("the value %q does not match the pattern of tags[%d]", value, earlier.index), way)
			}
		}
	}
	if later.pattern == nil {
		return
	}
	for _, value := range earlier.Values {
		if !reaches(later.Pattern, value) {
			p.say(later, "pattern", fmt.Sprintf("the pattern does not match %q, a value of tags[%d]", value, earlier.index), way)
			return
		}
	}
}

// proveWritten proves that what one rule may write, the other allows.
func (p *prover) proveWritten(earlier, later *rule, way string) {
	for _, w := range later.writes() {
		if field := earlier.refuses(w.value); field != "" {
			p.say(later, w.at, fmt.Sprintf("%q is not allowed by the %s of tags[%d]", w.value, field, earlier.index), way)
		}
	}
	for _, w := range earlier.writes() {
		if field := later.refuses(w.value); field != "" {
			p.say(later, field, fmt.Sprintf("it does not allow %q, which tags[%d] may write", w.value, earlier.index), way)
		}
	}
}

// writes gives the values that a rule itself may write, besides those of its list.
func (r *rule) writes() []meaning {
	var out []meaning
	for _, value := range sorted(r.Synonyms) {
		out = append(out, meaning{at: "synonyms." + value, value: value})
	}
	for i, fill := range r.Fill {
		if fill.Value != nil {
			out = append(out, meaning{at: fmt.Sprintf("fill[%d].value", i), value: *fill.Value})
		}
	}
	return out
}

func sameSet(a, b []string) bool {
	in := func(list []string) func(string) bool { return func(s string) bool { return !slices.Contains(list, s) } }
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}

// typesOverlap says whether some type, known or not, is one of both rules.
func typesOverlap(a, b *rule) bool {
	for _, x := range a.globs() {
		for _, y := range b.globs() {
			if overlap(x, y) && iamAlike(x, y) && iamAlike(y, x) {
				return true
			}
		}
	}
	return false
}

func (r *rule) globs() []string {
	if r.Types == nil {
		return []string{"*"}
	}
	return r.Types
}

// iamAlike says whether other means IAM principals too, if x is one.
func iamAlike(x, other string) bool { return !principal(x) || strings.HasPrefix(other, "AWS::IAM::") }

// whenOverlap says whether both rules can hold on one resource: they cannot where they want different values of one other tag.
func whenOverlap(a, b *rule) bool {
	for key, values := range a.When {
		if others, both := b.When[key]; both && !overlapAny(values, others) {
			return false
		}
	}
	return true
}
