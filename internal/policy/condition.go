package policy

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// A condition is an EventBridge pattern of the policy; the zero condition holds always.
type condition struct {
	set     bool
	pattern pattern.Pattern
	tree    map[string]any // as JSON
	// names are the fields that it names at the top, those within $or included.
	names []string
	// without is the condition but for what it says of tags: looser than the whole.
	without *condition
}

// holds tells whether a value satisfies the condition.
func (c *condition) holds(value map[string]any) bool {
	return !c.set || c.pattern.MatchValue(value)
}

// onTags tells whether the condition depends on tags.
func (c *condition) onTags() bool { return slices.Contains(c.names, "tags") }

// resourceFields are what scope and where may name. ou needs the organization's directory, which is not built yet.
var resourceFields = []string{"type", "id", "arn", "partition", "account", "region", "ou", "tags"}

// condition gives a reader of an EventBridge pattern. fields are the names that it may have at the top; nil for any.
func (r *reader) condition(to *condition, what string, names []string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		tree, ok := r.json(n).(map[string]any)
		if !ok && len(r.problems) == before {
			r.wrong(n, `write an EventBridge pattern: {account: ["111122223333"]}`, "%s must be a pattern, and this is %s", what, kindOf(n))
		}
		r.numbers(n, "", names != nil)
		c := condition{set: true, tree: tree}
		if names != nil {
			r.named(n, what, names)
		}
		if len(r.problems) > before {
			return
		}
		c.names = topNames(tree)
		if !r.compile(n, &c) {
			return
		}
		*to = c
	}
}

// compile makes the pattern, and the one that says nothing of tags.
func (r *reader) compile(n *yaml.Node, c *condition) bool {
	var err error
	if c.pattern, err = parsePattern(c.tree); err != nil {
		r.faulty(n, err)
		return false
	}
	if !c.onTags() {
		return true
	}
	rest := maps.Clone(c.tree)
	delete(rest, "tags")
	if or, ok := rest["$or"].([]any); ok && slices.Contains(topNames(map[string]any{"$or": or}), "tags") {
		delete(rest, "$or")
	}
	c.without = &condition{set: len(rest) > 0, tree: rest}
	if !c.without.set {
		return true
	}
	if c.without.pattern, err = parsePattern(rest); err != nil {
		r.faulty(n, err)
	}
	return err == nil
}

// parsePattern makes a pattern of a JSON tree.
func parsePattern(tree map[string]any) (pattern.Pattern, error) {
	text, err := json.Marshal(tree)
	if err != nil {
		return pattern.Pattern{}, err
	}
	return pattern.Parse(text)
}

// faulty reports what the pattern's parser says, at the value that it means.
func (r *reader) faulty(n *yaml.Node, err error) {
	var fault *pattern.Error
	if !errors.As(err, &fault) {
		r.wrong(n, "see the EventBridge user guide, content filtering", "this is no EventBridge pattern: %v", err)
		return
	}
	at := n
	for _, step := range fault.Path {
		next := child(at, step)
		if next == nil {
			break
		}
		at = next
	}
	r.wrong(at, fault.Way, "this is no EventBridge pattern: %s", fault.Problem)
}

// child gives the value of a mapping by name, or of a list by "[index]"; nil if there is none.
func child(n *yaml.Node, step string) *yaml.Node {
	n = target(n)
	if n.Kind == yaml.SequenceNode {
		i, err := strconv.Atoi(strings.Trim(step, "[]"))
		if err != nil || i < 0 || i >= len(n.Content) {
			return nil
		}
		return n.Content[i]
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == step {
			return n.Content[i+1]
		}
	}
	return nil
}

// topNames gives the fields that a pattern names at the top, those of alternatives ($or) included, sorted.
func topNames(tree map[string]any) []string {
	var names []string
	for name, value := range tree {
		alternatives, ok := value.([]any)
		if name != "$or" || !ok {
			names = append(names, name)
			continue
		}
		for _, alternative := range alternatives {
			if object, ok := alternative.(map[string]any); ok {
				names = append(names, topNames(object)...)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// named reports fields at the top of a pattern that a resource does not have, those of alternatives included.
func (r *reader) named(n *yaml.Node, what string, names []string) {
	m := target(n)
	if m.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		switch {
		case key.Value == "$or" && target(value).Kind == yaml.SequenceNode:
			for _, alternative := range target(value).Content {
				r.named(alternative, what, names)
			}
		case key.Value == "ou" && slices.Contains(names, "ou"):
			r.later(key, "ou in "+what, "name the accounts instead")
		case !slices.Contains(names, key.Value):
			r.wrong(key, r.choices(key.Value, names), "unknown field %q in %s", key.Value, what)
		default:
			r.meant(key.Value, value)
		}
	}
}

// meant reports values that no resource has: a type that is not known, and an account that is no account.
func (r *reader) meant(field string, n *yaml.Node) {
	list := target(n)
	if list.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range list.Content {
		item = target(item)
		if item.Kind != yaml.ScalarNode || item.Tag != "!!str" {
			continue
		}
		if name, _ := arn.Canonical(item.Value); field == "type" && name != item.Value {
			r.wrong(item, r.typeWay(item.Value, arn.Types()), "unknown type %q", item.Value)
		}
		if field == "account" && (len(item.Value) != 12 || strings.Trim(item.Value, "0123456789") != "") {
			r.warn(item, "write the account's 12 digits", strconv.Quote(item.Value)+" is no account")
		}
	}
}

// json gives a YAML value as JSON, each scalar with its own type.
func (r *reader) json(n *yaml.Node) any {
	switch n = target(n); n.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			object[n.Content[i].Value] = r.json(n.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = r.json(item)
		}
		return list
	}
	return r.scalar(n)
}

// scalar gives a YAML scalar as JSON.
func (r *reader) scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value[0] == 't' || n.Value[0] == 'T'
	case "!!int", "!!float":
		if !json.Valid([]byte(n.Value)) {
			r.wrong(n, "write it in decimal as JSON does, or quote it if it is text", "%s is no number in JSON", n.Value)
			return nil
		}
		return json.Number(n.Value)
	case "!!timestamp":
		r.wrong(n, "quote it: "+strconv.Quote(n.Value), "%s is a date here, and text is wanted", n.Value)
		return nil
	}
	return n.Value
}

// numbers reports numbers where text must have been meant: an account id without quotes, and, in a pattern over text fields, any number that no numeric operator takes.
func (r *reader) numbers(n *yaml.Node, under string, textOnly bool) {
	n = target(n)
	switch {
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.numbers(n.Content[i+1], n.Content[i].Value, textOnly)
		}
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			r.numbers(item, under, textOnly)
		}
	case under == "numeric" || n.Tag != "!!int" && n.Tag != "!!float":
	case len(n.Value) == 12 && strings.Trim(n.Value, "0123456789") == "":
		r.wrong(n, "quote it: "+strconv.Quote(n.Value), "%s is a number here and never matches an account id, which is text", n.Value)
	case textOnly:
		r.wrong(n, "quote it: "+strconv.Quote(n.Value), "%s is a number here and never matches a field that is text", n.Value)
	}
}
