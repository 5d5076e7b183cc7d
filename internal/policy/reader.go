package policy

import (
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A reader reads fields of the YAML tree and gathers what is wrong.
type reader struct {
	file     string
	readFile func(name string) ([]byte, error) // nil: the policy's own text is all there is
	problems []Problem
	unbuilt  []Problem
	warnings []Problem
}

// at reports a problem at a line and column.
func (r *reader) at(line, col int, way, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, max(1, line), max(1, col), fmt.Sprintf(format, args...), way})
}

// wrong reports a problem at a value.
func (r *reader) wrong(n *yaml.Node, way, format string, args ...any) {
	r.at(n.Line, n.Column, way, format, args...)
}

// warn notes what is worth knowing at a value, and keeps nobody from working.
func (r *reader) warn(n *yaml.Node, way, what string) {
	r.warnings = append(r.warnings, Problem{r.file, n.Line, n.Column, what, way})
}

// later notes a field that this version reads and does not carry out.
func (r *reader) later(n *yaml.Node, what, way string) {
	r.unbuilt = append(r.unbuilt, Problem{r.file, n.Line, n.Column, what + " is not built yet", way})
}

// target gives what an alias stands for.
func target(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// fields are the fields that an object may have, and what reads each.
type fields map[string]func(*yaml.Node)

// object reads a mapping whose every field is known. what names it for people: "a tag rule".
func (r *reader) object(n *yaml.Node, what string, known fields, required ...string) {
	m := target(n)
	if m.Kind != yaml.MappingNode {
		r.wrong(n, "write it as fields: "+enumerate(slices.Sorted(maps.Keys(known)), "and"), "%s must be a mapping, and this is %s", what, kindOf(m))
		return
	}
	has := map[string]bool{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		read, ok := known[key.Value]
		has[key.Value] = true
		switch {
		case key.Tag != "!!str" || key.Kind != yaml.ScalarNode: // reported by names
		case !ok:
			r.wrong(key, r.choices(key.Value, slices.Collect(maps.Keys(known))), "unknown field %q in %s", key.Value, what)
		default:
			read(value)
		}
	}
	for _, name := range required {
		if !has[name] {
			r.wrong(n, "add "+name, "%s has no %q", what, name)
		}
	}
}

// list reads each item of a sequence.
func (r *reader) list(n *yaml.Node, what string, item func(i int, n *yaml.Node)) {
	s := target(n)
	if s.Kind != yaml.SequenceNode {
		r.wrong(n, "write it as a list: [...]", "%s must be a list, and this is %s", what, kindOf(s))
		return
	}
	for i, child := range s.Content {
		item(i, child)
	}
}

// few refuses a list of more items than can be compared with one another in a moment.
func (r *reader) few(n *yaml.Node, what string) { r.atMost(n, what, maxRules) }

// atMost refuses a list of more items.
func (r *reader) atMost(n *yaml.Node, what string, most int) {
	if s := target(n); s.Kind == yaml.SequenceNode && len(s.Content) > most {
		r.wrong(n, "join some", "%s has %d items, and %d is the most", what, len(s.Content), most)
	}
}

// each reads a mapping with free names.
func (r *reader) each(n *yaml.Node, what string, item func(key, value *yaml.Node)) {
	m := target(n)
	if m.Kind != yaml.MappingNode {
		r.wrong(n, "write it as name: value", "%s must be a mapping, and this is %s", what, kindOf(m))
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Tag == "!!str" {
			item(m.Content[i], m.Content[i+1])
		}
	}
}

// text reads a string. What YAML takes for a number, a date or true or false is no string.
func (r *reader) text(n *yaml.Node) (string, bool) {
	s := target(n)
	switch {
	case s.Kind != yaml.ScalarNode:
		r.wrong(n, "write text", "text is wanted here, and this is %s", kindOf(s))
	case s.Tag == "!!null":
		r.wrong(n, "write the text, or leave the field out", "the value is missing")
	case s.Tag != "!!str":
		r.wrong(n, fmt.Sprintf("quote it: %q", s.Value), "text is wanted here, and %s is %s", s.Value, kindOf(s))
	default:
		return s.Value, true
	}
	return "", false
}

// string gives a reader of a field that is text and not empty.
func (r *reader) string(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := r.text(n)
		if ok && s == "" {
			r.wrong(n, "write some", "the text is empty")
		}
		*to = s
	}
}

// strings gives a reader of a list of text. Texts that are wrong are kept as "", so that the places of the others stay right.
func (r *reader) strings(what string, to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*to = []string{}
		r.list(n, what, func(_ int, item *yaml.Node) {
			s, _ := r.text(item)
			*to = append(*to, s)
		})
	}
}

// some is strings for a list that must not be empty, nor hold empty text.
func (r *reader) some(what string, to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.strings(what, to)(n)
		if len(r.problems) > before {
			return
		}
		if len(*to) == 0 {
			r.wrong(n, "name at least one", "%s is empty", what)
		}
		for i, s := range *to {
			if s == "" {
				r.wrong(target(n).Content[i], "write some", "the text is empty")
			}
		}
	}
}

// bool gives a reader of true or false.
func (r *reader) bool(to *bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := target(n)
		if s.Kind != yaml.ScalarNode || s.Tag != "!!bool" {
			r.wrong(n, "write true or false", "true or false is wanted here, and this is %s", kindOf(s))
			return
		}
		*to = s.Value[0] == 't' || s.Value[0] == 'T'
	}
}

// oneOf reads a word of a fixed list.
func (r *reader) oneOf(n *yaml.Node, what string, names ...string) (string, bool) {
	s, ok := r.text(n)
	if !ok {
		return "", false
	}
	if !slices.Contains(names, s) {
		r.wrong(n, r.choices(s, names), "unknown %s %q", what, s)
		return "", false
	}
	return s, true
}

// kindOf names what a YAML value is, for people.
func kindOf(n *yaml.Node) string {
	switch n = target(n); {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!str":
		return "text"
	case n.Tag == "!!int", n.Tag == "!!float":
		return "a number"
	case n.Tag == "!!bool":
		return "a boolean"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!timestamp":
		return "a date"
	}
	return "of the type " + n.Tag
}
