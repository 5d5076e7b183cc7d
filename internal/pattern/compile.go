package pattern

import (
	"fmt"
	"maps"
	"slices"
)

const orKey = "$or"

// maxAlternatives bounds what the `$or`s of a pattern multiply to.
// Source: EventBridge refuses a pattern with "over 1000 rule combinations".
const maxAlternatives = 1000

// reserved are the names that cannot be a field's inside `$or`: where one is, `$or` is a field's name itself.
// Source: event-ruler, reserved field names in an `$or` relationship.
var reserved = []string{
	"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
	"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-on-or-after",
	"date-before", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
}

// A row is one alternative of a pattern: what is asked of each path, all of which must be met.
type row map[string]*leaf

// A compilation turns a tree into rows.
type compilation struct {
	rows    []row
	leaves  []*leaf
	plainOr bool // `$or` is an ordinary name
	ordered bool // the order of the keys matters: a path is constrained twice in one row and the last holds, or rows are left out
}

// compile reads `$or` as an operator, and where that does not do, as the name of a field, as AWS's engine does. In the second case the
// engine falls back on its older grammar.
func compile(tree value) (*compilation, error) {
	c := &compilation{}
	first := c.root(tree)
	if first == nil {
		all := len(c.rows)
		c.rows = distinct(c.rows)
		c.ordered = c.ordered || len(c.rows) < all
		return c, nil
	}
	if tree.kind == kindObject && tree.uses(orKey) && len(c.rows) <= maxAlternatives {
		older := &compilation{plainOr: true}
		if older.root(tree) == nil {
			return older, nil
		}
	}
	return nil, first
}

// uses reports whether key is a field's name somewhere in v.
func (v value) uses(key string) bool {
	for _, m := range v.members {
		if m.key == key || m.value.kind == kindObject && m.value.uses(key) {
			return true
		}
	}
	return false
}

func (c *compilation) root(tree value) *Error {
	if tree.kind != kindObject {
		return (*place)(nil).fault("a pattern is a JSON object", `write {"FIELD": ["VALUE"]}`)
	}
	return c.object(tree, base{}, nil, false)
}

// object compiles the fields of an object.
func (c *compilation) object(v value, b base, at *place, inOr bool) *Error {
	if len(v.members) == 0 {
		return at.fault("an empty object matches nothing", `name a field in it: {"FIELD": ["VALUE"]}`)
	}
	for _, m := range v.members {
		if err := c.field(m, b, at.down(m.key), inOr); err != nil {
			return err
		}
	}
	return nil
}

func (c *compilation) field(m member, b base, at *place, inOr bool) *Error {
	if m.key == orKey && !c.plainOr {
		return c.or(m.value, b, at)
	}
	if inOr && slices.Contains(reserved, m.key) {
		return at.fault("this name is reserved for an operator inside "+orKey, "put operators into the array of a field")
	}
	switch m.value.kind {
	case kindObject:
		return c.object(m.value, b.object(m.key), at, inOr)
	case kindArray:
		return c.put(m.value, b.leaf(m.key), at)
	}
	return at.fault("a field wants an array of values or an object of fields", "write the value in brackets: [...]")
}

// A base is the path of an object in the events: its keys, joined by dots.
type base struct {
	path string
	deep bool // there is a key: the path may be "" even so
}

func (b base) object(key string) base {
	if b.deep {
		key = b.path + "." + key
	}
	return base{path: key, deep: true}
}

// leaf is the path of an array of values in an object. AWS's engine leaves the dot out after an empty base, which makes
// {"":{"x":[1]}} the same as {"x":[1]}.
func (b base) leaf(key string) string {
	if b.path == "" {
		return key
	}
	return b.path + "." + key
}

func (c *compilation) put(v value, path string, at *place) *Error {
	l, err := c.newLeaf(v, path, at)
	if err != nil {
		return err
	}
	l.id = len(c.leaves)
	c.leaves = append(c.leaves, l)
	if len(c.rows) == 0 {
		c.rows = []row{{}}
	}
	for _, r := range c.rows {
		if _, ok := r[path]; ok {
			c.ordered = true
		}
		r[path] = l
	}
	return nil
}

// or multiplies the rows so far with the alternatives of an `$or`.
func (c *compilation) or(v value, b base, at *place) *Error {
	if v.kind != kindArray || len(v.items) < 2 {
		return at.fault(orKey+" wants an array of at least two objects", `write [{"A": [...]}, {"B": [...]}], or no `+orKey)
	}
	before := c.rows
	if len(before) == 0 {
		before = []row{{}}
	}
	var all []row
	for i, item := range v.items {
		if item.kind != kindObject {
			return at.item(i).fault(orKey+" wants objects", `write {"FIELD": ["VALUE"]}`)
		}
		c.rows = make([]row, len(before))
		for j, r := range before {
			c.rows[j] = maps.Clone(r)
		}
		if err := c.object(item, b, at.item(i), true); err != nil {
			return err
		}
		all = append(all, c.rows...)
		if len(all) > maxAlternatives {
			c.rows = all
			problem := fmt.Sprintf("the %ss of the pattern make more than %d combinations", orKey, maxAlternatives)
			return at.fault(problem, "write fewer alternatives, or several patterns")
		}
	}
	c.rows = all
	return nil
}
