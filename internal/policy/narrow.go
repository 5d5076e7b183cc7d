package policy

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

// Narrow gives the pattern of one kind's rule in one account: base, and of what the policy wants as much as a pattern can say exactly, so that what nobody wants starts
// no function. It never leaves out an event whose finding Decide would not ignore, nor a deletion. false: no rule hears the kind.
//
// fields says where in the event an attribute of the resource stands: account, region, type, arn, id; one that is missing there is not narrowed by. What would pass
// 2,048 characters is left wider.
func (p *Policy) Narrow(kind string, base pattern.Pattern, fields map[string][]string) (pattern.Pattern, bool) {
	var rules []*rule
	for i := range p.rules {
		if p.rules[i].hears(kind) {
			rules = append(rules, &p.rules[i])
		}
	}
	if len(rules) == 0 {
		return pattern.Pattern{}, false
	}
	narrow := base
	for _, limit := range []map[string]limit{p.scopeLimits(fields), p.typeLimits(rules, fields), whereLimits(rules, fields), matchLimits(kind, rules)} {
		for _, name := range slices.Sorted(maps.Keys(limit)) {
			more, ok := narrow.And(limit[name].path, limit[name].leaf)
			if ok && more.Len() <= pattern.MaxLength {
				narrow = more
			}
		}
	}
	return narrow, true
}

// A limit is one constraint of a pattern: a list of alternatives at a path.
type limit struct {
	path []string
	leaf json.RawMessage
}

// scopeLimits are the parts of the scope that an event shows.
func (p *Policy) scopeLimits(fields map[string][]string) map[string]limit {
	return limits(p.scope.tree, fields)
}

// limits are the parts of a condition on a resource that an event shows. All of them must hold, so that any of them may be left out.
func limits(tree map[string]any, fields map[string][]string) map[string]limit {
	found := map[string]limit{}
	for name, value := range tree {
		path, shown := fields[name]
		list, ok := value.([]any)
		if !shown || !ok {
			continue
		}
		if leaf, err := json.Marshal(list); err == nil {
			found[name] = limit{path, leaf}
		}
	}
	return found
}

// typeLimits are the types that tag rules are for, where the rules do nothing but tags and every tag rule names its types.
func (p *Policy) typeLimits(rules []*rule, fields map[string][]string) map[string]limit {
	path, shown := fields["type"]
	types := p.TagTypes()
	onlyTags := !slices.ContainsFunc(rules, func(u *rule) bool {
		return len(u.do) == 0 || slices.ContainsFunc(u.do, func(d use) bool { return d.remedy != TagsRemedy })
	})
	if !shown || !onlyTags || types == nil || p.judge == nil || p.allTypes() {
		return nil
	}
	var leaf []any
	for _, typ := range types {
		if strings.Contains(typ, "*") {
			leaf = append(leaf, map[string]string{"wildcard": typ})
		} else {
			leaf = append(leaf, typ)
		}
	}
	text, err := json.Marshal(leaf)
	if err != nil {
		return nil
	}
	return map[string]limit{"type": {path, text}}
}

// whereLimits are the parts of the only rule's where that an event shows.
func whereLimits(rules []*rule, fields map[string][]string) map[string]limit {
	if len(rules) != 1 {
		return nil
	}
	return limits(rules[0].where.tree, fields)
}

// matchLimits are the only rule's match, under the event's detail. Events that tell of an end (a deletion, a control that passes) stay whole: a match need not hold of
// them.
func matchLimits(kind string, rules []*rule) map[string]limit {
	if len(rules) != 1 || kind == "config" || bound(kind) {
		return nil
	}
	found := map[string]limit{}
	flatten(found, []string{"detail"}, rules[0].match.tree)
	return found
}

// flatten gives each list of alternatives with its path. Alternatives of whole objects ($or) are left out, and so leave the pattern wider.
func flatten(to map[string]limit, path []string, tree map[string]any) {
	for name, value := range tree {
		at := append(slices.Clone(path), name)
		switch value := value.(type) {
		case map[string]any:
			flatten(to, at, value)
		case []any:
			if leaf, err := json.Marshal(value); err == nil && name != "$or" {
				to[strings.Join(at, "\x00")] = limit{at, leaf}
			}
		}
	}
}
