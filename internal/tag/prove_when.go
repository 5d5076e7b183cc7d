package tag

import (
	"fmt"
	"slices"
)

// proveWhen proves that the conditions of a rule look at keys that rules name, and at values that these can have.
func (p *prover) proveWhen(r *rule) {
	for _, c := range r.when {
		at := "when." + c.key
		if len(c.values) == 0 {
			p.say(r, at, "the list is empty, so the rule never holds", "name the values of "+c.key)
		}
		if !p.proveNamed(r, c.key) {
			continue
		}
		for i, value := range c.values {
			p.proveCondition(r, c.key, fmt.Sprintf("%s[%d]", at, i), value)
		}
	}
}

// proveNamed proves that a key of when is, in this spelling, one that a rule names.
func (p *prover) proveNamed(r *rule, key string) bool {
	named := false
	for _, other := range p.rules {
		if other.Forbid {
			continue
		}
		if other.Key == key {
			named = true
			continue
		}
		alias := slices.Contains(other.Aliases, key)
		if (alias || other.folded == fold(key)) && typesOverlap(r, other) {
			p.say(r, "when."+key, fmt.Sprintf("%s stands for %s, as which it is fixed", key, other.Key), "write "+other.Key)
			return false
		}
	}
	if !named {
		p.say(r, "when."+key, fmt.Sprintf("no rule names %s", key), "add a rule for it, or spell it as its rule does")
	}
	return named
}

// proveCondition proves that a value of when is one that the rules of its key allow. Rules that themselves hold only at times are not asked.
func (p *prover) proveCondition(r *rule, key, at, value string) {
	if !p.proveValue(r, at, value, true) {
		return
	}
	for _, other := range p.rules {
		if other.Forbid || other.Key != key || len(other.When) > 0 || !typesOverlap(r, other) {
			continue
		}
		if !other.canBe(value) {
			p.say(r, at, fmt.Sprintf("%s is never %q by tags[%d]", key, value, other.index), "write "+allowed(other))
			return
		}
	}
}

// canBe says whether some value that a rule allows matches a glob.
func (r *rule) canBe(glob string) bool {
	if r.Values != nil && !overlapAny(r.Values, []string{glob}) {
		return false
	}
	if r.pattern != nil && !reaches(r.Pattern, glob) {
		return false
	}
	canonical, listed := r.listed[spelling(glob)]
	return !listed || canonical == glob
}

// proveOrder proves that conditions have no circle: a key whose rule looks at another one is fixed after it.
func (p *prover) proveOrder() {
	after := map[string][]string{} // key -> the keys that come before it
	for _, r := range p.rules {
		for _, key := range p.touched(r) {
			for _, c := range r.when {
				if leads(after, c.key, key, map[string]bool{}) {
					p.say(r, "when."+c.key, fmt.Sprintf("%s depends on itself: %s is fixed by what %s is", key, key, c.key), "let conditions have no circle")
					continue
				}
				after[key] = append(after[key], c.key)
			}
		}
	}
}

// touched gives the keys that a rule may change and that others may look at.
func (p *prover) touched(r *rule) []string {
	if !r.Forbid {
		return []string{r.Key}
	}
	var keys []string
	for _, other := range p.rules {
		if !other.Forbid && matchGlob(r.folded, other.folded) && !slices.Contains(keys, other.Key) {
			keys = append(keys, other.Key)
		}
	}
	return keys
}

// leads says whether one key comes, by some way, after another one, or is it.
func leads(after map[string][]string, from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(after[from], func(next string) bool { return leads(after, next, to, seen) })
}

// proveRoom proves that no type could need more tags than it may have. Without known types the rules for every type are counted.
func (p *prover) proveRoom() {
	types := p.known
	if len(types) == 0 {
		types = []string{""}
	}
	told := map[int]bool{}
	for _, typ := range types {
		most := limitsOf(typ).tags
		needed := map[string]bool{}
		for _, r := range p.rules {
			if !r.Required || r.Forbid || !r.applies(typ) {
				continue
			}
			needed[r.folded] = true
			if len(needed) <= most {
				continue
			}
			if !told[r.index] {
				told[r.index] = true
				p.say(r, "key", fmt.Sprintf("resources of %s could need more than %d tags", typeName(typ), most), "require fewer keys of that type")
			}
			break
		}
	}
}

func typeName(typ string) string {
	if typ == "" {
		return "every type"
	}
	return typ
}
