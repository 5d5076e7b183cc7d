package tag

import (
	"cmp"
	"slices"
	"strings"
)

// A breach is a violation before it is known whether the fix puts it right.
type breach struct {
	what   Breach
	rule   *rule  // nil of a limit and of a closed set
	key    string // the rule's key; of a forbidden key or a limit, the key itself; "" of the number of tags
	at     string // the key on the resource
	value  string
	aspect string // of a limit: what of the tag breaks it
	text   string // one sentence
}

// A view is what conditions look at: the tags as fixed, and the groups of which that is not known.
type view struct {
	tags    map[string]string
	unknown map[*group]bool
}

// A truth is whether a rule holds; what is not known holds not, and is told apart so that nothing is built on it.
type truth int

const (
	no truth = iota
	yes
	unknown
)

// holds says whether a rule's conditions are met.
func (p *plan) holds(r *rule, v view) truth {
	result := yes
	for _, c := range r.when {
		if v.unknown[p.byKey[c.key]] {
			result = unknown
			continue
		}
		if value, there := v.tags[c.key]; !there || !matchAny(c.values, value) {
			return no
		}
	}
	return result
}

// stands says whether key, which is not the group's own, means it: another letter case, or an alias of a rule that holds.
func (p *plan) stands(key string, v view) *group {
	if len(p.byAlias) == 0 && len(p.byFold) == 0 {
		return nil
	}
	g, alias := p.byAlias[key], true
	if g == nil {
		var buf [160]byte
		g, alias = p.byFold[string(appendFold(buf[:0], key))], false
	}
	if g == nil {
		return nil
	}
	for _, r := range g.rules {
		if p.holds(r, v) == yes && (!alias || g.folded == fold(key) || slices.Contains(r.Aliases, key)) {
			return g
		}
	}
	return nil
}

// judge gives all breaches in a tag set in the order of the rules, AWS's limits first. A set without any costs no memory.
func (p *plan) judge(tags map[string]string, v view) []breach {
	out := p.limits.judge(tags)
	for _, g := range p.groups {
		if b, broken := p.judgeGroup(g, tags, v); broken {
			out = append(out, b)
		}
	}
	for key, value := range tags {
		if p.limits.owned(key) {
			continue
		}
		out = p.judgeKey(out, key, value, v)
	}
	order(out)
	return out
}

// judgeGroup judges the tag with a group's exact key, or its absence.
func (p *plan) judgeGroup(g *group, tags map[string]string, v view) (breach, bool) {
	value, there := tags[g.key]
	for _, r := range g.rules {
		if p.holds(r, v) != yes {
			continue
		}
		if there && !r.ok(value) {
			return breach{what: Value, rule: r, key: g.key, at: g.key, value: value}, true
		}
		if !there && r.Required && !p.standsAny(g, tags, v) {
			return breach{what: Missing, rule: r, key: g.key, at: g.key}, true
		}
	}
	return breach{}, false
}

// standsAny says whether some key of the set, other than the group's own, means it.
func (p *plan) standsAny(g *group, tags map[string]string, v view) bool {
	for key := range tags {
		if key != g.key && !p.limits.owned(key) && p.stands(key, v) == g {
			return true
		}
	}
	return false
}

// judgeKey judges a key that is on the resource: whether it is spelt rightly, with its value if it is not, and whether it may be there.
func (p *plan) judgeKey(out []breach, key, value string, v view) []breach {
	g := p.byKey[key]
	if g == nil || len(g.rules) == 0 {
		g = p.stands(key, v)
		if g != nil {
			return p.judgeSpelling(out, g, key, value, v)
		}
	}
	forbidden, r := p.forbidden(key, v)
	if !forbidden {
		return out
	}
	return append(out, breach{what: Forbidden, rule: r, key: key, at: key, value: value})
}

// judgeSpelling judges a key that stands for a group's: it breaches by its spelling and, if its value will not do, by that.
func (p *plan) judgeSpelling(out []breach, g *group, key, value string, v view) []breach {
	spelt := false
	for _, r := range g.rules {
		if p.holds(r, v) != yes {
			continue
		}
		if !spelt {
			spelt = true
			out = append(out, breach{what: WrongKey, rule: r, key: g.key, at: key, value: value})
		}
		if !r.ok(value) {
			return append(out, breach{what: Value, rule: r, key: g.key, at: key, value: value})
		}
	}
	return out
}

// forbidden says whether a key that stands for no rule may not be there, and by which rule; by none where the set is closed.
func (p *plan) forbidden(key string, v view) (bool, *rule) {
	if len(p.forbids) == 0 && !p.closed {
		return false, nil
	}
	var buf [160]byte
	folded := string(appendFold(buf[:0], key))
	for _, r := range p.forbids {
		if matchGlob(r.folded, folded) && p.holds(r, v) == yes {
			return true, r
		}
	}
	return p.closed && !p.names.aliases[key] && !p.names.keys[folded], nil
}

// order puts breaches into the order in which they are told: AWS's limits, then the rules in the file's order, then the closed set; by key within one.
func order(breaches []breach) {
	if len(breaches) < 2 {
		return
	}
	rank := func(b breach) int {
		switch {
		case b.what == Limit:
			return -1
		case b.rule == nil:
			return int(^uint(0) >> 1)
		}
		return b.rule.index
	}
	kinds := []Breach{Missing, WrongKey, Value, Forbidden, Limit}
	slices.SortFunc(breaches, func(a, b breach) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.at, b.at),
			cmp.Compare(slices.Index(kinds, a.what), slices.Index(kinds, b.what)), strings.Compare(a.aspect, b.aspect))
	})
}

// Judge judges a tag set by the rules for the CloudFormation type, and fixes it by what is known. It is pure and its order is always the same.
//
// tags holds the aws: tags too, if there are any; they are neither judged nor touched. nil counts as empty: whether tags are known is the caller's to see.
// Result.After may be tags itself where nothing changes; neither may be written to.
func (j *Judge) Judge(typ string, tags map[string]string, facts Facts) Result {
	p := j.plan(typ)
	if !p.closed && len(p.rules) == 0 {
		return Result{After: tags}
	}
	before := p.judge(tags, view{tags: tags})
	if len(before) == 0 { // each condition saw what a fix would leave as it is
		return Result{After: tags}
	}
	f := p.fix(tags, facts, true)
	if f.added > 0 && p.limits.tooMany(f.after) {
		f = p.fix(tags, facts, false)
	}
	return p.result(tags, f)
}
