package tag

import (
	"maps"
	"slices"
	"strings"
)

// A fixing is a tag set on its way through the fix, and what was noted on the way.
type fixing struct {
	*plan
	facts Facts
	room  bool // whether tags may be added

	after   map[string]string
	origin  map[string]string // key of after -> the key on the resource that its value came from, where they differ
	unknown map[*group]bool   // whose keys, as fixed, cannot be told: nothing that depends on them is touched
	pending []Pending
	blocked map[string]bool // keys that were not added for want of room
	added   int
	lost    []Loss
}

// fix puts a tag set right, key by key, each after the keys that its conditions look at: spelling, value, fill, forbid. Last go the keys that no
// rule wants and one, or the closed set, forbids. Where room is false nothing is added.
func (p *plan) fix(tags map[string]string, facts Facts, room bool) *fixing {
	f := &fixing{
		plan: p, facts: facts, room: room,
		after: maps.Clone(tags), origin: map[string]string{}, unknown: map[*group]bool{}, blocked: map[string]bool{},
	}
	if f.after == nil {
		f.after = map[string]string{}
	}
	for _, g := range p.groups {
		f.fixGroup(g)
	}
	for key := range f.after {
		if p.limits.owned(key) || p.byKey[key] != nil || p.stands(key, f.view()) != nil {
			continue
		}
		if forbidden, _ := p.forbidden(key, f.view()); forbidden {
			delete(f.after, key)
		}
	}
	return f
}

func (f *fixing) view() view { return view{tags: f.after, unknown: f.unknown} }

// fixGroup puts one key right. If it is not known whether a rule about it holds, it is left alone.
func (f *fixing) fixGroup(g *group) {
	active, sure := f.active(g.rules)
	forbids, sureForbids := f.active(g.forbids)
	if !sure || !sureForbids {
		f.unknown[g] = true
		return
	}
	if len(active) > 0 && g.refused == "" {
		f.fixKey(g, active)
		f.fixValue(g, active)
		f.fill(g, active)
	}
	if len(forbids) > 0 {
		for key := range f.after {
			if fold(key) == g.folded && !f.limits.owned(key) {
				delete(f.after, key)
			}
		}
	}
}

// active gives the rules that hold, and whether that is known of all.
func (f *fixing) active(rules []*rule) (active []*rule, sure bool) {
	sure = true
	for _, r := range rules {
		switch f.holds(r, f.view()) {
		case yes:
			active = append(active, r)
		case unknown:
			sure = false
		}
	}
	return active, sure
}

// spellings gives the keys of a set that mean a group's key, in the order in which they win: the exact one, other letter cases in sorted order,
// aliases in the file's order.
func (f *fixing) spellings(g *group, active []*rule, tags map[string]string) []string {
	var found []string
	if _, there := tags[g.key]; there {
		found = append(found, g.key)
	}
	for _, key := range sorted(tags) {
		if key != g.key && fold(key) == g.folded && !f.limits.owned(key) {
			found = append(found, key)
		}
	}
	for _, r := range active {
		for _, alias := range r.Aliases {
			if _, there := tags[alias]; there && !slices.Contains(found, alias) && !f.limits.owned(alias) {
				found = append(found, alias)
			}
		}
	}
	return found
}

// fixKey makes one key of all that mean it.
func (f *fixing) fixKey(g *group, active []*rule) {
	found := f.spellings(g, active, f.after)
	if len(found) == 0 || len(found) == 1 && found[0] == g.key {
		return
	}
	winner := found[0]
	value := f.after[winner]
	for _, key := range found[1:] {
		if f.after[key] != value {
			f.lost = append(f.lost, Loss{Key: key, Value: f.after[key], Kept: winner})
		}
		delete(f.after, key)
	}
	if winner != g.key {
		delete(f.after, winner)
		f.after[g.key] = value
		f.origin[g.key] = winner
	}
}

// fixValue puts a value's spelling right, where that gives one that will do.
func (f *fixing) fixValue(g *group, active []*rule) {
	value, there := f.after[g.key]
	if !there {
		return
	}
	if fixed, ok := f.normal(active, value); ok {
		f.after[g.key] = fixed
	}
}

// normal gives the value that another one means: itself if it will do, trimmed, in another letter case, or what it is a synonym of.
func (f *fixing) normal(active []*rule, value string) (string, bool) {
	if f.willDo(active, value) {
		return value, true
	}
	if trimmed := strings.TrimSpace(value); f.willDo(active, trimmed) {
		return trimmed, true
	}
	spelt := spelling(value)
	for _, r := range active {
		for _, meanings := range []map[string]string{r.listed, r.cases} {
			if meant, there := meanings[spelt]; there && f.willDo(active, meant) {
				return meant, true
			}
		}
	}
	return value, false
}

// willDo says whether all rules and the service allow a value.
func (f *fixing) willDo(active []*rule, value string) bool {
	for _, r := range active {
		if !r.ok(value) {
			return false
		}
	}
	return f.limits.checkValue(value) == ""
}

// fill gives a key a value where it is required and missing, or where its value will not do.
func (f *fixing) fill(g *group, active []*rule) {
	value, there := f.after[g.key]
	required := slices.ContainsFunc(active, func(r *rule) bool { return r.Required })
	if there && f.willDo(active, value) || !there && !required {
		return
	}
	value, from, found := f.source(g, active)
	switch {
	case from != "":
		f.pending = append(f.pending, Pending{Key: g.key, From: from})
		delete(f.after, g.key)
		f.unknown[g] = required
	case found && !there && !f.room:
		f.blocked[g.key] = true
		f.unknown[g] = true
	case found:
		if !there {
			f.added++
		}
		f.after[g.key] = value
	}
}

// source gives the first value of the fills that will do. Where one before it is not known it gives that fill's source instead: it may give another.
func (f *fixing) source(g *group, active []*rule) (value string, from Source, found bool) {
	for _, r := range active {
		for _, fill := range r.Fill {
			value, known := f.read(g, active, fill)
			if !known {
				return "", fill.From, false
			}
			if value == nil {
				continue
			}
			if fixed, ok := f.normal(active, *value); ok {
				return fixed, "", true
			}
		}
	}
	return "", "", false
}

// read gives the value of a fill, nil if it has none, and whether that is known. Only a fixed value may be empty.
func (f *fixing) read(g *group, active []*rule, fill Fill) (value *string, known bool) {
	var from map[string]string
	switch fill.From {
	case FromParent:
		from = f.facts.Parent
	case FromAccount:
		from = f.facts.Account
	case FromAttribute:
		if value, there := f.facts.Attributes[fill.Path]; there && value != "" {
			return &value, true
		}
		return nil, f.facts.Attributes != nil
	case FromCreator:
		if creator := f.facts.Creator; creator != nil && *creator != "" {
			return creator, true
		}
		return nil, true
	default:
		return fill.Value, true
	}
	for _, key := range f.spellings(g, active, from) {
		if value := from[key]; value != "" {
			return &value, true
		}
	}
	return nil, from != nil
}
