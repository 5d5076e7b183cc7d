// Package pattern parses EventBridge event patterns and matches events against them, offline and exactly as
// EventBridge does.
//
// The measure is AWS's own open-source engine, event-ruler 2.1.0, its odd corners included; comments name those.
// Where the user guide and the engine differ, the engine wins: numeric matching takes every number that a float64
// holds exactly and not only those from -5.0e9 to 5.0e9, and `{"exactly": "x"}` is an operator. Four things that
// the engine takes are refused, because they can only be mistakes: text behind the pattern, an empty list under
// an anything-but operator, and (as bounds) nesting deeper than 500 levels and `$or`s that multiply to more than 1,000
// alternatives.
//
// Not followed is what the engine does by accident of its states: a wildcard beside an ignored letter case of characters outside
// ASCII in one array of values now and then lets the other miss or match wrongly.
package pattern

import (
	"encoding/json"
	"unicode/utf8"
)

// MaxLength is how many characters a pattern may have in a rule of EventBridge; see Pattern.Len.
// Source: Amazon EventBridge quotas, "Event pattern size".
const MaxLength = 2048

// A Pattern is an EventBridge event pattern. The zero Pattern matches nothing. A Pattern does not change and is
// safe for concurrent use.
type Pattern struct {
	tree value
	text string
	prog *program
}

// Parse reads a pattern from JSON. What is no pattern is refused with an *Error that says where and why. A pattern that is too
// long for EventBridge is still a pattern: ask Len.
func Parse(data []byte) (Pattern, error) {
	tree, err := decode(data)
	if err != nil {
		return Pattern{}, err
	}
	return build(tree)
}

// MustParse is Parse for patterns that are written in source. It panics where Parse gives an error.
func MustParse(s string) Pattern {
	p, err := Parse([]byte(s))
	if err != nil {
		panic("parse pattern " + s + ": " + err.Error())
	}
	return p
}

func build(tree value) (Pattern, error) {
	c, err := compile(tree)
	if err != nil {
		return Pattern{}, err
	}
	if !c.ordered {
		tree = tree.sorted()
	}
	return Pattern{tree: tree, text: tree.json(), prog: newProgram(c)}, nil
}

// String is the pattern as compact JSON with sorted keys, as EventBridge is to be given it; "" for the zero Pattern. Only
// where the order of the keys decides what is matched, because one path is constrained twice and the last one holds, they stay as written.
func (p Pattern) String() string { return p.text }

// MarshalJSON is String; null for the zero Pattern.
func (p Pattern) MarshalJSON() ([]byte, error) {
	if p.IsZero() {
		return []byte("null"), nil
	}
	return []byte(p.text), nil
}

// Len is the length of String in characters, for comparison with MaxLength.
func (p Pattern) Len() int { return utf8.RuneCountInString(p.text) }

// IsZero reports whether p is the zero Pattern, which matches nothing.
func (p Pattern) IsZero() bool { return p.prog == nil }

// And gives p with one more constraint: leaf, a JSON array as in a pattern, at path. It reports false, and gives p as it
// is, where that cannot be said in a pattern: the path is constrained already, or leads through a constraint, or p is
// zero; and where leaf is no valid constraint.
func (p Pattern) And(path []string, leaf json.RawMessage) (Pattern, bool) {
	values, err := decode(leaf)
	if err != nil || values.kind != kindArray || p.IsZero() || len(path) == 0 || p.prog.constrains(path) {
		return p, false
	}
	tree, ok := p.tree.with(path, values)
	if !ok {
		return p, false
	}
	sum, err := build(tree)
	if err != nil {
		return p, false
	}
	return sum, true
}

// with gives a copy of v in which leaf stands at path.
func (v value) with(path []string, leaf value) (value, bool) {
	if v.kind != kindObject || path[0] == orKey {
		return v, false
	}
	out := value{kind: kindObject, members: append([]member(nil), v.members...)}
	for i, m := range out.members {
		if m.key != path[0] {
			continue
		}
		if len(path) == 1 {
			return v, false
		}
		child, ok := m.value.with(path[1:], leaf)
		out.members[i].value = child
		return out, ok
	}
	child := leaf
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == orKey {
			return v, false
		}
		child = value{kind: kindObject, members: []member{{path[i], child}}}
	}
	out.members = append(out.members, member{path[0], child})
	return out, true
}
