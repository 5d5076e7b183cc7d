package standin

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// An item is an item of a table, and a value one of its attributes. A type that is not here is refused where an item is read.
type (
	item  map[string]value
	value struct {
		S    *string `json:",omitempty"`
		N    *string `json:",omitempty"`
		BOOL *bool   `json:",omitempty"`
	}
)

// compare orders two values of one type; false where they have none in common.
func compare(a, b value) (int, bool) {
	switch {
	case a.S != nil && b.S != nil:
		return cmp.Compare(*a.S, *b.S), true
	case a.N != nil && b.N != nil:
		x, _, errX := big.ParseFloat(*a.N, 10, 128, big.ToNearestEven)
		y, _, errY := big.ParseFloat(*b.N, 10, 128, big.ToNearestEven)
		if errX != nil || errY != nil {
			return 0, false
		}
		return x.Cmp(y), true
	case a.BOOL != nil && b.BOOL != nil && *a.BOOL == *b.BOOL:
		return 0, true
	}
	return 0, false
}

// A condition is a part of an expression: a comparison, a function, or several conditions.
type condition struct {
	op    string // AND OR NOT = <> < <= > >= BETWEEN, or a function's name
	parts []condition
	args  []operand
}

// An operand is an attribute's name, or a value.
type operand struct {
	name  string
	value *value
}

func (o operand) of(it item) (value, bool) {
	if o.value != nil {
		return *o.value, true
	}
	v, ok := it[o.name]
	return v, ok
}

// holds tells whether a condition is true of an item.
//
// Source: DynamoDB developer guide, "Condition and filter expressions, operators, and functions".
func (c condition) holds(it item) bool {
	holds := func(part condition) bool { return part.holds(it) }
	switch c.op {
	case "AND":
		return !slices.ContainsFunc(c.parts, func(part condition) bool { return !part.holds(it) })
	case "OR":
		return slices.ContainsFunc(c.parts, holds)
	case "NOT":
		return !c.parts[0].holds(it)
	}
	values := make([]value, len(c.args))
	all := true
	for i, arg := range c.args {
		var there bool
		values[i], there = arg.of(it)
		all = all && there
	}
	if c.op == "attribute_exists" || c.op == "attribute_not_exists" {
		return all == (c.op == "attribute_exists")
	}
	return all && c.true(values)
}

// comparisons are the operators, by how the left value is ordered to the right one. Only <> is true of values that cannot be compared.
var comparisons = map[string]func(order int) bool{
	"=":  func(order int) bool { return order == 0 },
	"<>": func(order int) bool { return order != 0 },
	"<":  func(order int) bool { return order < 0 },
	"<=": func(order int) bool { return order <= 0 },
	">":  func(order int) bool { return order > 0 },
	">=": func(order int) bool { return order >= 0 },
}

func (c condition) true(v []value) bool {
	order, comparable := compare(v[0], v[1])
	switch c.op {
	case "begins_with":
		return v[0].S != nil && v[1].S != nil && strings.HasPrefix(*v[0].S, *v[1].S)
	case "BETWEEN":
		upper, ok := compare(v[0], v[2])
		return comparable && ok && order >= 0 && upper <= 0
	}
	return comparable && comparisons[c.op](order) || !comparable && c.op == "<>"
}

// equal is the value that an attribute must have for the condition to hold; false if it may have several.
func (c condition) equal(name string) (value, bool) {
	if c.op == "=" && c.args[0].name == name && c.args[1].value != nil {
		return *c.args[1].value, true
	}
	if c.op == "AND" {
		for _, part := range c.parts {
			if v, ok := part.equal(name); ok {
				return v, true
			}
		}
	}
	return value{}, false
}

// substitutes are what an expression's placeholders stand for.
type substitutes struct {
	ExpressionAttributeNames  map[string]string `json:",omitempty"`
	ExpressionAttributeValues item              `json:",omitempty"`
}

var (
	token     = regexp.MustCompile(`\s*([#:]?[A-Za-z_][A-Za-z0-9_.]*|<>|<=|>=|[=<>(),])`)
	functions = map[string]int{"attribute_exists": 1, "attribute_not_exists": 1, "begins_with": 2} // and how many operands they take
)

// A parser reads an expression, token by token.
type parser struct {
	text   string
	tokens []string
	subs   substitutes
	used   map[string]bool
}

// parse reads the expressions of one request. No placeholder may be left over.
//
// Source: DynamoDB API reference, PutItem and Query, "ExpressionAttributeValues" and its errors.
func parse(subs substitutes, texts ...string) (conditions []condition, err error) {
	p := &parser{subs: subs, used: map[string]bool{}}
	defer func() {
		if e, ok := recover().(*Error); ok {
			err = e
		}
	}()
	for _, text := range texts {
		conditions = append(conditions, p.whole(text))
	}
	for name := range subs.ExpressionAttributeNames {
		p.expect(p.used[name], "is %s for, which no expression uses", name)
	}
	for name := range subs.ExpressionAttributeValues {
		p.expect(p.used[name], "is %s for, which no expression uses", name)
	}
	return conditions, nil
}

// expect stops reading where something is not as it must be. What it stops with is caught by parse.
func (p *parser) expect(ok bool, format string, args ...any) {
	if !ok {
		panic(unknown("what in the expression %q "+format, append([]any{p.text}, args...)...))
	}
}

func (p *parser) whole(text string) condition {
	p.text, p.tokens = text, nil
	if text == "" {
		return condition{op: "AND"} // always true
	}
	rest := text
	for strings.TrimSpace(rest) != "" {
		m := token.FindStringSubmatchIndex(rest)
		p.expect(m != nil && m[0] == 0, "stands at %q", rest)
		p.tokens, rest = append(p.tokens, rest[m[2]:m[3]]), rest[m[1]:]
	}
	c := p.or()
	p.expect(len(p.tokens) == 0, "follows in %q", p.tokens)
	return c
}

// take takes the next token, if it is the wanted one.
func (p *parser) take(want string) bool {
	if len(p.tokens) == 0 || !strings.EqualFold(p.tokens[0], want) {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *parser) or() condition {
	c := p.and()
	for p.take("OR") {
		c = condition{op: "OR", parts: []condition{c, p.and()}}
	}
	return c
}

func (p *parser) and() condition {
	c := p.one()
	for p.take("AND") {
		c = condition{op: "AND", parts: []condition{c, p.one()}}
	}
	return c
}

func (p *parser) one() condition {
	switch {
	case p.take("NOT"):
		return condition{op: "NOT", parts: []condition{p.one()}}
	case p.take("("):
		c := p.or()
		p.expect(p.take(")"), "lacks its )")
		return c
	}
	p.expect(len(p.tokens) > 0, "is missing at its end")
	if n, ok := functions[p.tokens[0]]; ok {
		return p.function(p.tokens[0], n)
	}
	left := p.operand()
	if p.take("BETWEEN") {
		low := p.operand()
		p.expect(p.take("AND"), "lacks the AND of its BETWEEN")
		return condition{op: "BETWEEN", args: []operand{left, low, p.operand()}}
	}
	p.expect(len(p.tokens) > 0 && comparisons[p.tokens[0]] != nil, "follows an operand in %q", p.tokens)
	op := p.tokens[0]
	p.tokens = p.tokens[1:]
	return condition{op: op, args: []operand{left, p.operand()}}
}

func (p *parser) function(name string, n int) condition {
	p.tokens = p.tokens[1:]
	c := condition{op: name}
	p.expect(p.take("("), "lacks its (")
	for i := range n {
		p.expect(i == 0 || p.take(","), "lacks a comma")
		c.args = append(c.args, p.operand())
	}
	p.expect(p.take(")"), "lacks its )")
	return c
}

func (p *parser) operand() operand {
	p.expect(len(p.tokens) > 0, "is missing at its end")
	name := p.tokens[0]
	p.tokens = p.tokens[1:]
	p.used[name] = true
	switch name[0] {
	case '#':
		to, ok := p.subs.ExpressionAttributeNames[name]
		p.expect(ok, "%s is", name)
		return operand{name: to}
	case ':':
		v, ok := p.subs.ExpressionAttributeValues[name]
		p.expect(ok, "%s is", name)
		return operand{value: &v}
	}
	return operand{name: name}
}
