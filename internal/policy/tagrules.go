package policy

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/tag"
	"github.com/tagwarden/tagwarden/internal/tagpolicy"
)

// tags reads the tag rules and has them proved.
func (r *reader) tags(root *yaml.Node, parts map[string]*yaml.Node, p *Policy) {
	before := len(r.problems)
	if n := parts["tags"]; n != nil {
		r.few(n, "tags")
		r.list(n, "tags", func(_ int, n *yaml.Node) { p.tagRules.Rules = append(p.tagRules.Rules, r.tagRule(n)) })
	}
	if n := parts["unnamed"]; n != nil {
		s, _ := r.oneOf(n, "value of unnamed", "allow", "forbid")
		p.tagRules.Closed = s == "forbid"
	}
	p.ownTags = len(p.tagRules.Rules)
	if n := parts["tag_policies"]; n != nil {
		r.tagPolicies(n, p)
	}
	if len(r.problems) > before || len(p.tagRules.Rules) == 0 && !p.tagRules.Closed {
		return
	}
	faults := tag.Prove(p.tagRules, arn.Types())
	if len(faults) == 0 {
		p.judge, faults = tag.NewJudge(p.tagRules)
	}
	for _, fault := range faults {
		r.wrong(r.blamed(root, parts, p, fault.Path), fault.Way, "%s", fault.Problem)
	}
}

// blamed gives the value that a proof speaks of: in a tag rule of the policy, or the tag policies where the rule is one of theirs.
func (r *reader) blamed(root *yaml.Node, parts map[string]*yaml.Node, p *Policy, path string) *yaml.Node {
	var i int
	if _, err := fmt.Sscanf(path, "tags[%d]", &i); err == nil && i >= p.ownTags && parts["tag_policies"] != nil {
		return parts["tag_policies"]
	}
	return locate(root, path)
}

// tagPolicies reads the Organizations tag policies that the policy names, and adds their rules.
func (r *reader) tagPolicies(n *yaml.Node, p *Policy) {
	var files []string
	before := len(r.problems)
	r.some("tag_policies", &files)(n)
	p.tagPolicies = true
	if len(r.problems) > before {
		return
	}
	if r.readFile == nil {
		r.later(n, "tag_policies", "write the rules under tags")
		return
	}
	for i, file := range files {
		r.tagPolicy(target(n).Content[i], file, p)
	}
}

// tagPolicy adds the rules of one file. What it requires of types that nobody knows cannot be judged, and so is not built.
func (r *reader) tagPolicy(n *yaml.Node, file string, p *Policy) {
	data, err := r.readFile(file)
	if err != nil {
		r.wrong(n, "name a file beside the policy", "the tag policy cannot be read: %v", err)
		return
	}
	effective, err := tagpolicy.Parse(data)
	if err != nil {
		r.wrong(n, "see the Organizations user guide, tag policy syntax", "%s is no tag policy: %v", file, err)
		return
	}
	rules, unknown := effective.Rules()
	p.tagRules.Rules = append(p.tagRules.Rules, rules...)
	if len(p.tagRules.Rules) > 2*maxRules {
		r.wrong(n, "name fewer tag policies", "there are %d tag rules with those of %s, and %d is the most", len(p.tagRules.Rules), file, 2*maxRules)
	}
	if len(unknown) > 0 {
		r.later(n, "requiring tags of "+enumerate(unknown, "and")+" (report_required_tag_for in "+file+")", "write a tag rule with their types")
	}
	for _, warning := range effective.Warnings {
		r.warn(n, "write the values that are meant", file+": "+strings.TrimSuffix(warning, "."))
	}
}

// tagRule reads one tag rule.
func (r *reader) tagRule(n *yaml.Node) tag.Rule {
	var t tag.Rule
	r.object(n, "a tag rule", fields{
		"key":      r.string(&t.Key),
		"required": r.bool(&t.Required),
		"pattern":  r.string(&t.Pattern),
		"values":   r.values(&t.Values),
		"synonyms": r.lists("synonyms", &t.Synonyms),
		"aliases":  func(n *yaml.Node) { r.few(n, "aliases"); r.some("aliases", &t.Aliases)(n) },
		"fill": func(n *yaml.Node) {
			r.list(n, "fill", func(_ int, n *yaml.Node) { t.Fill = append(t.Fill, r.fill(n)) })
		},
		"when":   r.lists("when", &t.When),
		"forbid": r.bool(&t.Forbid),
		"types":  r.types(&t.Types),
	}, "key")
	return t
}

// values reads the allowed values; an empty text is a value.
func (r *reader) values(to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.strings("values", to)(n)
		if target(n).Kind == yaml.SequenceNode && len(*to) == 0 {
			r.wrong(n, "name at least one, or leave the field out to allow any", "values is empty: nothing would be allowed")
		}
	}
}

// lists gives a reader of a mapping from text to lists of text.
func (r *reader) lists(what string, to *map[string][]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*to = map[string][]string{}
		r.each(n, what, func(key, value *yaml.Node) {
			var list []string
			r.strings(what+" of "+key.Value, &list)(value)
			if target(value).Kind == yaml.SequenceNode && len(list) == 0 {
				r.wrong(value, "name at least one, or leave the field out", "%s of %s is empty", what, key.Value)
			}
			(*to)[key.Value] = list
		})
	}
}

// fill reads one source of a value.
func (r *reader) fill(n *yaml.Node) tag.Fill {
	var f tag.Fill
	r.object(n, "a fill", fields{
		"from": func(n *yaml.Node) {
			s, _ := r.oneOf(n, "source of a fill", string(tag.FromParent), string(tag.FromCreator), string(tag.FromAccount), string(tag.FromAttribute))
			f.From = tag.Source(s)
		},
		"path": r.string(&f.Path),
		"value": func(n *yaml.Node) {
			if s, ok := r.text(n); ok {
				f.Value = &s
			}
		},
	})
	from, path, value := child(n, "from"), child(n, "path"), child(n, "value")
	switch {
	case target(n).Kind != yaml.MappingNode: // reported by object
	case (from == nil) == (value == nil):
		r.wrong(n, "give one: {from: parent} or {value: text}", "a fill has either from or value")
	case path != nil && f.From != tag.FromAttribute:
		r.wrong(path, "leave path out, or write from: attribute", "path is for fills from an attribute")
	case path == nil && f.From == tag.FromAttribute:
		r.wrong(n, "add path: configuration.vpcId", "a fill from an attribute has no path")
	}
	return f
}

// types gives a reader of CloudFormation types, `*` allowed. Each must mean a type that is known.
func (r *reader) types(to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.some("types", to)(n)
		if len(r.problems) > before {
			return
		}
		known := arn.Types()
		for i, glob := range *to {
			if !slices.ContainsFunc(known, func(typ string) bool { return globMatch(glob, typ) }) {
				r.wrong(target(n).Content[i], r.typeWay(glob, known), "unknown type %q", glob)
			}
		}
	}
}

// typeWay says what would do in the place of an unknown type.
func (r *reader) typeWay(glob string, known []string) string {
	if name, ok := arn.Canonical(glob); ok {
		return "write " + name + ", as AWS Config spells it"
	}
	if near, ok := r.nearest(glob, known); ok {
		return "did you mean " + near + "?"
	}
	return "write a CloudFormation type as AWS Config spells it, AWS::EC2::Instance, or with *: AWS::RDS::*"
}

// locate gives the value at a path such as "tags[2].synonyms.Prod[0]", or the nearest one above it. A name may hold dots and brackets: the longest that fits is meant.
func locate(n *yaml.Node, path string) *yaml.Node {
	for path != "" {
		var next *yaml.Node
		next, path = stepInto(target(n), path)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// stepInto takes the first step of a path; nil where it leads nowhere.
func stepInto(n *yaml.Node, path string) (next *yaml.Node, rest string) {
	if step, rest, ok := strings.Cut(path, "]"); ok && n.Kind == yaml.SequenceNode {
		return child(n, step+"]"), strings.TrimPrefix(rest, ".")
	}
	if n.Kind != yaml.MappingNode {
		return nil, ""
	}
	longest := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		after, ok := strings.CutPrefix(path, name)
		if ok && len(name) > longest && (after == "" || after[0] == '.' || after[0] == '[') {
			longest, next, rest = len(name), n.Content[i+1], strings.TrimPrefix(after, ".")
		}
	}
	return next, rest
}
