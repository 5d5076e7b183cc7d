package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// TagsRemedy is the id of the remedy that puts tags right; only the policy's tag rules tell what is right.
const TagsRemedy = "tags"

// A Policy is a policy file, parsed and proved. Immutable, safe for concurrent use.
type Policy struct {
	file    string
	hash    string
	catalog Catalog

	mode    Verdict
	shadow  bool
	scope   condition
	rules   []rule
	exempt  []exemption
	freezes []freeze
	routes  []route
	buttons []Button
	// operators are globs over IAM principals, by what they may do.
	operators map[string][]principal
	sweep     Rate
	// administrators are the accounts whose events may be about other accounts' resources.
	administrators []string

	tagRules tag.Rules
	judge    *tag.Judge // nil if there are no tag rules
	// tagPolicies says that the policy names Organizations tag policies.
	tagPolicies bool
	ownTags     int // how many tag rules stand in the policy itself; those of tag policies follow

	severity  finding.Severity
	digest    time.Duration
	retention Retention

	unbuilt, warnings []Problem
}

// Parse reads and proves a policy. file is its name in messages. The error is *Errors with everything that is wrong; now and then a policy is right in itself and
// wrong at a time, or names what this version does not do: see Validate.
//
// A policy that names tag policies needs ParseWith: here they are Unbuilt.
func Parse(file string, data []byte, c Catalog) (*Policy, error) {
	return ParseWith(file, data, c, Options{})
}

// Options are what a policy may need beside its own text.
type Options struct {
	// ReadFile gives a file that the policy names, as the policy names it. nil: there are none.
	ReadFile func(name string) ([]byte, error)
}

// ParseWith is Parse for a policy that names other files.
func ParseWith(file string, data []byte, c Catalog, o Options) (*Policy, error) {
	r := &reader{file: file, readFile: o.ReadFile}
	p := &Policy{file: file, catalog: c, mode: Notify, sweep: defaultSweep, retention: defaultRetention}
	if root := r.load(data); root != nil {
		r.policy(root, p)
	}
	if len(r.problems) > 0 {
		return nil, &Errors{tidy(r.problems)}
	}
	p.unbuilt, p.warnings = tidy(r.unbuilt), tidy(r.warnings)
	return p, nil
}

const day = 24 * time.Hour

// policy reads the whole file: first what rules refer to, then the rules, then what refers to them.
func (r *reader) policy(root *yaml.Node, p *Policy) {
	parts := map[string]*yaml.Node{}
	keep := func(name string) func(*yaml.Node) { return func(n *yaml.Node) { parts[name] = n } }
	r.object(root, "the policy", fields{
		"version": r.version,
		"mode":    r.mode(&p.mode),
		"scope":   r.scope(&p.scope), "shadow": r.bool(&p.shadow),
		"tags": keep("tags"), "unnamed": keep("unnamed"), "tag_policies": keep("tag_policies"),
		"rules": keep("rules"), "exempt": keep("exempt"), "notify": keep("notify"),
		"buttons": r.buttonList(p), "administrators": r.accounts(&p.administrators), "freeze": r.freezeList(p), "journal": r.journal(&p.retention),
		"operators": r.operators(p), "sweep": r.sweep(&p.sweep),
	})
	if child(root, "version") == nil && target(root).Kind == yaml.MappingNode {
		r.at(1, 1, "begin with version: 1", "the policy has no version")
	}
	r.tags(root, parts, p)
	if n := parts["rules"]; n != nil {
		r.rules(n, p)
	}
	if n := parts["exempt"]; n != nil {
		r.exemptions(n, p)
	}
	if n := parts["notify"]; n != nil {
		r.notify(n, p)
	}
	r.pressless(child(root, "buttons"), p)
	r.unapproved(p)
	if len(r.problems) == 0 {
		p.hash = hash([]any{canonical(root), p.tagRules.Rules[p.ownTags:]})
	}
}

// version reads the version of the policy's language.
func (r *reader) version(n *yaml.Node) {
	if s := target(n); s.Tag != "!!int" || s.Value != "1" {
		r.wrong(n, "write version: 1", "unknown version %s", shown(s))
	}
}

// modes are what a rule may do, the weakest first.
var modes = []string{string(Observe), string(Notify), string(Propose), string(Fix)}

// mode gives a reader of what a rule does.
func (r *reader) mode(to *Verdict) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if s, ok := r.oneOf(n, "mode", modes...); ok {
			*to = Verdict(s)
		}
	}
}

// scope gives a reader of the policy's scope. Tags cannot bound it: who writes tags could then switch the whole policy off.
func (r *reader) scope(to *condition) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.condition(to, "scope", resourceFields)(n)
		if at := child(n, "tags"); at != nil || to.onTags() {
			if at == nil {
				at = n
			}
			r.wrong(at, "use where with trust_tags: true in a rule", "the scope cannot depend on tags: who writes tags could switch the policy off")
		}
	}
}

// canonical gives a YAML value in a form that does not depend on how it is written: aliases, quotes, order of fields, comments.
func canonical(n *yaml.Node) any {
	switch n = target(n); n.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			object[n.Content[i].Value] = canonical(n.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = canonical(item)
		}
		return list
	}
	return n.Tag + " " + n.Value
}

// hash names a policy: the same for the same fields, however they are written.
func hash(tree any) string {
	text, err := json.Marshal(tree)
	if err != nil {
		return "" // a JSON tree of plain values has no way to fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
