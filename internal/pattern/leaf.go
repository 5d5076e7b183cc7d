package pattern

import (
	"slices"
	"strings"
)

// A leaf is an array of values of a pattern: one of them must be met by a value at the path.
type leaf struct {
	id      int
	path    string
	tests   []test
	marks   []string // what tells the values apart; see mark
	absent  bool     // {"exists": false} is among them
	numeric bool     // some test compares numbers: then a value that is a number is nothing but its number
}

// A test is one value or operator in a leaf.
type test func(*scalar) bool

// A scalar is a value of an event that is no object and no array.
type scalar struct {
	text    string // the string itself, or the number or word as written
	str     bool
	number  comparable64
	numeric bool // the leaf that asks compares numbers
}

func (l *leaf) match(s *scalar) bool {
	s.numeric = l.numeric
	for _, t := range l.tests {
		if t(s) {
			return true
		}
	}
	return false
}

func (c *compilation) newLeaf(v value, path string, at *place) (*leaf, *Error) {
	if len(v.items) == 0 {
		return nil, at.fault("an empty array matches nothing", `write the values: ["VALUE"], or [{"exists": true}]`)
	}
	p := &leafParser{leaf: &leaf{path: path}, older: c.plainOr}
	for i, item := range v.items {
		if err := p.item(item, at.item(i)); err != nil {
			return nil, err
		}
		p.leaf.marks = append(p.leaf.marks, mark(item))
	}
	return p.leaf, nil
}

// A leafParser reads the values of one leaf. The older grammar knows fewer forms of anything-but.
type leafParser struct {
	leaf  *leaf
	older bool
}

func (p *leafParser) add(t test) { p.leaf.tests = append(p.leaf.tests, t) }

func (p *leafParser) item(v value, at *place) *Error {
	switch v.kind {
	case kindString:
		p.add(stringTest(v.text))
	case kindNumber:
		p.number(v.text)
	case kindWord:
		p.add(func(s *scalar) bool { return !s.str && s.text == v.text })
	case kindObject:
		return p.operator(v, at)
	case kindArray:
		return at.fault("an array within an array of values", "write the values side by side; they match values of arrays in events too")
	}
	return nil
}

// stringTest matches a string. One that is an IP address matches every spelling of that address.
func stringTest(text string) test {
	if r, ok := sameAddress(text); ok {
		return r.match
	}
	return func(s *scalar) bool { return s.str && s.text == text }
}

// number matches by value, or by spelling what no float64 holds exactly.
func (p *leafParser) number(text string) {
	want := newComparable(text)
	p.leaf.numeric = p.leaf.numeric || want.ok
	p.add(func(s *scalar) bool {
		if s.str {
			return false
		}
		return s.text == text || want.ok && s.number.is() && s.number.value == want.value
	})
}

func (p *leafParser) operator(v value, at *place) *Error {
	if len(v.members) != 1 {
		return at.fault("an operator is an object with one key", "write each operator as an object of its own")
	}
	m := v.members[0]
	at = at.down(m.key)
	switch m.key {
	case "exists":
		return p.exists(m.value, at)
	case "numeric":
		return p.numeric(m.value, at)
	case "cidr":
		return p.cidr(m.value, at)
	case "anything-but":
		return p.anythingBut(m.value, at)
	case "prefix", "suffix":
		return p.affix(m.key, m.value, at)
	case "exactly", "equals-ignore-case", "wildcard":
		t, err := textTest(m.key, m.value, at)
		if err == nil {
			p.add(t)
		}
		return err
	}
	return at.fault("no such operator", "use one of: anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix, wildcard")
}

func (p *leafParser) exists(v value, at *place) *Error {
	switch {
	case v.kind == kindWord && v.text == "true":
		p.add(func(*scalar) bool { return true })
	case v.kind == kindWord && v.text == "false":
		p.leaf.absent = true
	default:
		return at.fault("exists wants true or false", `write {"exists": true} or {"exists": false}`)
	}
	return nil
}

// affix reads {"prefix": "x"} and {"prefix": {"equals-ignore-case": "x"}}, and the same of suffix.
func (p *leafParser) affix(op string, v value, at *place) *Error {
	if v.kind == kindObject {
		if len(v.members) != 1 || v.members[0].key != "equals-ignore-case" {
			return at.fault(op+" wants a string, or equals-ignore-case alone", `write {"`+op+`": {"equals-ignore-case": "TEXT"}}`)
		}
		at, v, op = at.down("equals-ignore-case"), v.members[0].value, op+" equals-ignore-case"
	}
	t, err := textTest(op, v, at)
	if err == nil {
		p.add(t)
	}
	return err
}

// textTest is an operator over strings. It is met by strings only.
func textTest(op string, v value, at *place) (test, *Error) {
	if v.kind != kindString {
		return nil, at.fault(op+" wants a string", `write it in quotes: "TEXT"`)
	}
	if op == "wildcard" {
		w, err := newWildcard(v.text, at)
		return func(s *scalar) bool { return s.str && w.match(s.text) }, err
	}
	match := textMatch(op, v.text)
	return func(s *scalar) bool { return s.str && match(s.text) }, nil
}

// textMatch compares strings as AWS's engine does, which is with their quotation marks: a prefix that ends with one matches where the
// string ends, a suffix that begins with one where it begins.
func textMatch(op, text string) func(string) bool {
	f := newFold(text)
	opens, closes := strings.HasPrefix(text, `"`), strings.HasSuffix(text, `"`)
	switch op {
	case "prefix":
		return func(s string) bool { return strings.HasPrefix(s, text) || closes && s+`"` == text }
	case "suffix":
		return func(s string) bool { return strings.HasSuffix(s, text) || opens && `"`+s == text }
	case "prefix equals-ignore-case":
		return func(s string) bool { return f.prefix(s) || closes && f.prefix(s+`"`) }
	case "suffix equals-ignore-case":
		return func(s string) bool { return f.suffix(s) || opens && f.suffix(`"`+s) }
	case "equals-ignore-case":
		return f.equal
	}
	return func(s string) bool { return s == text }
}

// anythingBut reads a value or a list, of strings or of numbers, or an operator over a string or a list of strings. It is met
// by every value that is none of these, of whatever type, but not by a missing one.
func (p *leafParser) anythingBut(v value, at *place) *Error {
	if v.kind == kindObject {
		return p.anythingButOperator(v, at)
	}
	items := v.items
	if v.kind != kindArray {
		items = []value{v}
	}
	if len(items) == 0 {
		return at.fault("an empty list", "write what is not to match")
	}
	var texts []string
	var numbers []float64
	for i, item := range items {
		place := at
		if v.kind == kindArray {
			place = at.item(i)
		}
		switch n := newComparable(item.text); {
		case item.kind == kindString:
			texts = append(texts, item.text)
		case item.kind == kindNumber && n.ok:
			numbers = append(numbers, n.value)
		case item.kind == kindNumber:
			return place.fault("a number that a float64 does not hold exactly", "write fewer digits")
		default:
			return place.fault("anything-but wants strings or numbers", `write "TEXT" or NUMBER`)
		}
	}
	if len(texts) > 0 && len(numbers) > 0 {
		return at.fault("strings and numbers in one list", "write two lists, in two patterns")
	}
	p.leaf.numeric = p.leaf.numeric || len(numbers) > 0
	p.add(func(s *scalar) bool {
		if s.str {
			return !slices.Contains(texts, s.text)
		}
		return len(numbers) == 0 || !s.number.is() || !slices.Contains(numbers, s.number.value)
	})
	return nil
}

func (p *leafParser) anythingButOperator(v value, at *place) *Error {
	const way = `write {"anything-but": {"OPERATOR": ["TEXT"]}} with prefix, suffix, wildcard or equals-ignore-case`
	if len(v.members) != 1 {
		return at.fault("an operator is an object with one key", way)
	}
	op, arg := v.members[0].key, v.members[0].value
	at = at.down(op)
	if !slices.Contains([]string{"prefix", "suffix", "wildcard", "equals-ignore-case"}, op) {
		return at.fault("anything-but does not take this operator", way)
	}
	if p.older && (op == "wildcard" || op != "equals-ignore-case" && arg.kind == kindArray) {
		return at.fault("anything-but does not take this where "+orKey+" is a field's name", "write "+orKey+" as an array of at least two objects")
	}
	if arg.kind != kindArray {
		arg = value{kind: kindArray, items: []value{arg}}
	}
	if len(arg.items) == 0 {
		return at.fault("an empty list", "write what is not to match")
	}
	var tests []test
	for i, item := range arg.items {
		place := at
		if v.members[0].value.kind == kindArray {
			place = at.item(i)
		}
		t, err := textTest(op, item, place)
		if err != nil {
			return err
		}
		if item.text == "" && (op == "prefix" || op == "suffix") {
			return place.fault("an empty "+op, "write at least one character")
		}
		tests = append(tests, t)
	}
	p.add(func(s *scalar) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return t(s) })
	})
	return nil
}
