package rights

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A Held is what one role may do: as a policy makes it, or as it stands somewhere.
type Held struct {
	Role     string   // "s3", or "function/act"
	Remedies []string // that use it; nil where that is not known, or where it is a function's own
	Document Document
}

// A Difference is one action that a role gains or loses.
type Difference struct {
	Role      string                         `json:"role"`
	Change    string                         `json:"change"` // "gains" or "loses"
	Effect    string                         `json:"effect"` // "Allow"; "Deny" where what is gained or lost is a prohibition
	Action    string                         `json:"action"`
	Resources []string                       `json:"resources"`
	Condition map[string]map[string][]string `json:"condition,omitempty"` // under which alone
	Why       string                         `json:"why,omitempty"`       // "" where it is not known
}

// What a Difference says of a right.
const (
	Gains = "gains"
	Loses = "loses"
)

// Diff is what roles may do now and could not before, and the other way round, by role and action. What something else still allows is not lost: a list of ARNs that a wildcard
// took the place of. all are the remedies there are, which tell why.
func Diff(was, is []Held, all []remedy.Remedy) []Difference {
	before, after := byRole(was), byRole(is)
	roles := maps.Clone(before)
	maps.Copy(roles, after)
	list := []Difference{}
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		list = append(list, missing(before[role], after[role], Loses, all)...)
		list = append(list, missing(after[role], before[role], Gains, all)...)
	}
	return list
}

// Moves are the roles that are there on one side only: "comes" or "goes", by name. A role that may do nothing is none.
func Moves(was, is []Held) map[string]string {
	moves := map[string]string{}
	before, after := byRole(was), byRole(is)
	for role, h := range before {
		if len(h.Document.Statement) > 0 && len(after[role].Document.Statement) == 0 {
			moves[role] = "goes"
		}
	}
	for role, h := range after {
		if len(h.Document.Statement) > 0 && len(before[role].Document.Statement) == 0 {
			moves[role] = "comes"
		}
	}
	return moves
}

func byRole(list []Held) map[string]Held {
	roles := map[string]Held{}
	for _, h := range list {
		roles[h.Role] = h
	}
	return roles
}

// missing is what one may that the other may not.
func missing(one, other Held, change string, all []remedy.Remedy) []Difference {
	found := map[string]*Difference{}
	for _, p := range permits(one.Document) {
		if slices.ContainsFunc(permits(other.Document), p.within) {
			continue
		}
		key := fmt.Sprint(p.action, "\x00", p.effect, p.condition) // a map prints in the order of its keys
		if found[key] == nil {
			found[key] = &Difference{Role: one.Role, Change: change, Effect: p.effect, Action: p.action, Condition: p.condition, Why: why(p, one, other, change, all)}
		}
		found[key].Resources = append(found[key].Resources, p.resource)
	}
	list := make([]Difference, 0, len(found))
	for _, key := range slices.Sorted(maps.Keys(found)) {
		slices.Sort(found[key].Resources)
		list = append(list, *found[key])
	}
	return list
}

// A permit is one action on one resource.
type permit struct {
	effect, action, resource string
	condition                map[string]map[string][]string
}

func permits(d Document) []permit {
	var list []permit
	for _, st := range d.Statement {
		for _, action := range st.Action {
			for _, resource := range st.Resource {
				list = append(list, permit{st.Effect, action, resource, st.Condition})
			}
		}
	}
	return list
}

// within tells whether another permit holds this one: its globs match, and it asks for nothing, or for the same.
func (p permit) within(other permit) bool {
	asks := len(other.condition) == 0 || fmt.Sprint(other.condition) == fmt.Sprint(p.condition)
	return asks && p.effect == other.effect && wild(other.action, p.action) && wild(other.resource, p.resource)
}

// wild tells whether a glob, in which * is any text, holds whatever text holds.
func wild(glob, text string) bool {
	parts := strings.Split(glob, "*")
	if len(parts) == 1 {
		return glob == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// why says what of the policy made a difference: remedies that declare the action and that a rule may change something with now, or none any more, or that go on with other types
// of resources. A rule that only tells gives no rights, so that a remedy may well be named in both policies. "" where the roles do not say which remedies use them.
func why(p permit, one, other Held, change string, all []remedy.Remedy) string {
	if one.Remedies == nil || other.Remedies == nil && other.Role != "" {
		return ""
	}
	var moved, kept []string
	for _, id := range one.Remedies {
		if !declares(named(all, id), p) {
			continue
		}
		if slices.Contains(other.Remedies, id) {
			kept = append(kept, id)
		} else {
			moved = append(moved, id)
		}
	}
	words := map[string][2]string{
		Loses: {"no rule may fix or propose with %s any more", "%s now work on fewer types of resources, or with fewer parameters"},
		Gains: {"a rule may now fix or propose with %s", "%s now work on more types of resources, or with more parameters"},
	}[change]
	switch {
	case len(moved) > 0:
		return fmt.Sprintf(words[0], enumerate(moved))
	case len(kept) > 0:
		return fmt.Sprintf(words[1], strings.Join(kept, ", "))
	}
	return ""
}

// enumerate joins a list as people say it: "a, b or c".
func enumerate(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// declares tells whether a remedy declares a permit's action under its condition. A glob of the role, into which rights were drawn together, stands for what it matches.
func declares(r remedy.Remedy, p permit) bool {
	return slices.ContainsFunc(slices.Concat(r.Reads, r.Writes), func(g remedy.Grant) bool {
		return wild(p.action, g.Action) && fmt.Sprint(conditionOf(g.When)) == fmt.Sprint(p.condition)
	})
}

// String is a difference in words: one line.
func (d Difference) String() string {
	verb := map[string]string{"Allow" + Gains: "may now", "Allow" + Loses: "may no longer", "Deny" + Gains: "is now denied", "Deny" + Loses: "is no longer denied"}[d.Effect+d.Change]
	text := fmt.Sprintf("role %s: %s %s on %s", d.Role, verb, d.Action, some(d.Resources))
	for _, operator := range slices.Sorted(maps.Keys(d.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(d.Condition[operator])) {
			text += fmt.Sprintf(", where %s %s %s", key, operator, strings.Join(d.Condition[operator][key], " or "))
		}
	}
	if d.Why != "" {
		text += ": " + d.Why
	}
	return text
}

// shown is how many resources a line names; JSON has all.
const shown = 3

// some are the first of a list, and how many more there are.
func some(list []string) string {
	if len(list) <= shown+1 {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:shown], ", "), len(list)-shown)
}
