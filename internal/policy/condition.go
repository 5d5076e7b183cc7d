package policy

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
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
	pattern pattern.Pattern // of the tree: asked of a match, and of a route
	tree    map[string]any  // as JSON, without except
	except  map[string]any  // what is left out, as JSON; nil: nothing
	// names are the fields that it names at the top, those within $or and except included.
	names []string
	// clause is a condition on a resource, scope or where, as it is asked.
	clause clause
}

// holds tells whether a value satisfies a condition on a whole object: a match, or a route's.
func (c *condition) holds(value map[string]any) bool {
	return !c.set || c.pattern.MatchValue(value)
}

// of tells whether a condition on a resource holds for what is seen.
func (c *condition) of(s *sight) answer { return c.clause.holds(s, false) }

// maybe tells whether a condition on a resource may ever have held for what is seen.
func (c *condition) maybe(s *sight) bool { return c.clause.holds(s, true) != no }

// onTags tells whether the condition depends on tags.
func (c *condition) onTags() bool { return slices.Contains(c.names, "tags") }

// onAccount tells whether the condition depends on what the organization's directory knows of the account.
func (c *condition) onAccount() bool {
	return slices.ContainsFunc(c.names, func(name string) bool { return groups[name].needs == byAccount })
}

// resourceFields are what scope and where may name, besides except.
var resourceFields = []string{"type", "id", "arn", "partition", "account", "region", "ou", "account_tags", "tags"}

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
		resource := slices.Contains(names, "ou")
		switch {
		case resource:
			r.named(n, what, append(slices.Clip(names), "except"))
			r.excepted(n, what, names, &c)
		case names != nil:
			r.named(n, what, names)
		}
		if len(r.problems) > before {
			return
		}
		c.names = append(topNames(c.tree), topNames(c.except)...)
		if r.compile(n, resource, &c) {
			*to = c
		}
	}
}

// exceptIn begins what messages call an except.
const exceptIn = "except in "

// excepted takes what a condition leaves out off the tree. It is a pattern of its own, over the same fields.
func (r *reader) excepted(n *yaml.Node, what string, names []string, c *condition) {
	at := child(n, "except")
	if at == nil {
		return
	}
	tree, ok := c.tree["except"].(map[string]any)
	switch {
	case !ok:
		r.wrong(at, `write an EventBridge pattern: except: {account: ["111122223333"]}`, "except must be a pattern, and this is %s", kindOf(at))
		return
	case len(tree) == 0:
		r.wrong(at, "leave it out, or name what is out", "except is empty: it leaves nothing out")
		return
	}
	r.named(at, exceptIn+what, names)
	if nested := child(at, "except"); nested != nil {
		r.wrong(nested, "put what is in under "+what+" itself", "except cannot stand within except")
	}
	c.tree = maps.Clone(c.tree)
	delete(c.tree, "except")
	c.except = tree
}

// compile makes the pattern of a match, or the clause of a condition on a resource.
func (r *reader) compile(n *yaml.Node, resource bool, c *condition) bool {
	var err error
	if len(c.tree) > 0 || c.except == nil {
		if c.pattern, err = parsePattern(c.tree); err != nil {
			r.faulty(n, err)
			return false
		}
	}
	if c.except != nil {
		if _, err := parsePattern(c.except); err != nil {
			r.faulty(child(n, "except"), err)
			return false
		}
	}
	if !resource {
		return true
	}
	if c.clause, err = clauseOf(c.tree); err == nil && c.except != nil {
		c.clause.except = &clause{}
		*c.clause.except, err = clauseOf(c.except)
	}
	if err != nil {
		r.faulty(n, err)
		return false
	}
	if c.except != nil && implied(c.tree, c.except, ofResources) {
		r.wrong(child(n, "except"), "leave out less", "nothing is left: all that the rest selects is excepted")
		return false
	}
	return true
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
				r.named(alternative, what, slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "except" }))
			}
		case key.Value == "ou" && slices.Contains(names, "ou"):
			r.units(value)
			r.shaped(key.Value, value, strings.HasPrefix(what, exceptIn))
		case !slices.Contains(names, key.Value):
			r.wrong(key, r.choices(key.Value, names), "unknown field %q in %s", key.Value, what)
		default:
			r.meant(what, key.Value, value)
			if slices.Contains(names, "ou") && key.Value != "except" { // of a resource
				r.shaped(key.Value, value, strings.HasPrefix(what, exceptIn))
			}
		}
	}
}

// unitForm is how AWS names organizational units, and roots.
//
// Source: AWS Organizations API reference, OrganizationalUnit (Id) and Root (Id).
var unitForm = regexp.MustCompile(`^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$`)

// units checks the ids of organizational units. An account stands under several, so that an operator would be asked of each: anything-but of one would hold of all others.
func (r *reader) units(n *yaml.Node) {
	list := target(n)
	if list.Kind != yaml.SequenceNode {
		return // the pattern's parser says so
	}
	for _, item := range list.Content {
		switch item = target(item); {
		case item.Kind != yaml.ScalarNode:
			r.wrong(item, "write ids, and what is out under except: {ou: [...]}", "ou takes ids of organizational units, and no operators")
		case !unitForm.MatchString(item.Value):
			r.wrong(item, "write the id, such as ou-ab12-workloads1, or the root's, r-ab12: `aws organizations list-organizational-units-for-parent` shows them", "%q is no id of an organizational unit", item.Value)
		}
	}
}

// meant reports values that no resource has: a type that is not known, and an account that is no account. One that is to be left out would be in.
func (r *reader) meant(what, field string, n *yaml.Node) {
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
		if field != "account" || accountForm.MatchString(item.Value) {
			continue
		}
		if strings.HasPrefix(what, exceptIn) {
			r.wrong(item, "write the account's 12 digits", "%q is no account: nothing would be left out", item.Value)
			continue
		}
		r.warn(item, "write the account's 12 digits", strconv.Quote(item.Value)+" is no account")
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
