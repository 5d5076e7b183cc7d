package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// with reads the parameters of a rule's remedies, and holds them against what the remedies take.
func (r *reader) with(rule, n *yaml.Node, u *rule, c Catalog) {
	given := map[string]*yaml.Node{}
	if n != nil {
		r.each(n, "with", func(key, value *yaml.Node) {
			if !slices.ContainsFunc(u.do, func(d use) bool { return d.remedy == key.Value }) {
				r.wrong(key, "name it in do, or leave its parameters out", "with names %q, which the rule does not do", key.Value)
				return
			}
			given[key.Value] = value
		})
	}
	for i := range u.do {
		if m, ok := c.remedy(u.do[i].remedy); ok {
			u.do[i].with = r.parameters(rule, given[m.ID], m)
		}
	}
}

// parameters reads what a rule gives one remedy; nil where that is nothing.
func (r *reader) parameters(rule, n *yaml.Node, m CatalogRemedy) json.RawMessage {
	before := len(r.problems)
	r.required(rule, n, m)
	if n == nil {
		return nil
	}
	known := fields{}
	for _, p := range m.With {
		known[p.Name] = r.parameter(p)
	}
	if len(m.With) == 0 && target(n).Kind == yaml.MappingNode && len(target(n).Content) > 0 {
		r.wrong(n, "leave it out", "the remedy %s has no parameters", m.ID)
		return nil
	}
	r.object(n, "parameters of "+m.ID, known)
	if len(r.problems) > before || len(target(n).Content) == 0 {
		return nil
	}
	text, err := json.Marshal(r.json(n))
	if err != nil {
		r.wrong(n, "write plain values", "the parameters are no JSON: %v", err)
	}
	return text
}

// required reports the parameters that a remedy needs and that the rule does not give.
func (r *reader) required(rule, n *yaml.Node, m CatalogRemedy) {
	for _, p := range m.With {
		if p.Required && (n == nil || child(n, p.Name) == nil) {
			r.wrong(cmp.Or(n, rule), fmt.Sprintf("add with: {%s: {%s: ...}}", m.ID, p.Name), "%s needs the parameter %q: %s", m.ID, p.Name, strings.TrimSuffix(p.Doc, "."))
		}
	}
}

// parameter gives a reader that holds one parameter against what it may be.
func (r *reader) parameter(p CatalogParam) func(*yaml.Node) {
	items := func(item func(*yaml.Node)) func(*yaml.Node) {
		return func(n *yaml.Node) { r.list(n, p.Name, func(_ int, n *yaml.Node) { item(n) }) }
	}
	switch p.Kind {
	case "bool":
		return r.bool(new(bool))
	case "integer":
		return r.integer(p)
	case "integers":
		return items(r.integer(p))
	case "texts":
		return items(r.spelled(p))
	}
	return r.spelled(p)
}

// integer gives a reader of a parameter's whole number.
func (r *reader) integer(p CatalogParam) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := target(n)
		value, err := strconv.Atoi(s.Value)
		switch {
		case s.Kind != yaml.ScalarNode || s.Tag != "!!int" || err != nil:
			r.wrong(n, "write digits", "%s takes whole numbers, and this is %s", p.Name, kindOf(s))
		case (p.Min != 0 || p.Max != 0) && (value < p.Min || value > p.Max):
			r.wrong(n, fmt.Sprintf("use %d to %d", p.Min, p.Max), "%s cannot be %d", p.Name, value)
		}
	}
}

// spelled gives a reader of a parameter's text.
func (r *reader) spelled(p CatalogParam) func(*yaml.Node) {
	return func(n *yaml.Node) {
		text, ok := r.text(n)
		if !ok || p.Pattern == "" {
			return
		}
		if whole, err := regexp.Compile("^(?:" + p.Pattern + ")$"); err != nil || !whole.MatchString(text) {
			r.wrong(n, "write what "+p.Pattern+" describes: "+p.Doc, "%s cannot be %s", p.Name, shown(target(n)))
		}
	}
}
