package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A rule is one rule of the policy.
type rule struct {
	name      string
	kinds     []string // nil: any
	controls  []string // globs; nil: those that its remedies answer
	match     condition
	where     condition
	do        []use
	mode      Verdict
	severity  finding.Severity
	fixIaC    bool // iac: fix
	trustTags bool
	after     time.Duration // the grace
	afterText string        // the same as the policy writes it
	window    window
	budget    Budget
	breaker   Breaker
	notes     []string // what keeps a change waiting, for reasons: "only in its window"
	compliant string   // the reason for a compliant finding, made once

	at, modeAt *yaml.Node // for messages; modeAt is the rule where it names no mode
}

// A use is a remedy that a rule does.
type use struct {
	remedy  string
	setting string   // what the claim is on
	types   string   // CloudFormation type that the remedy works on, globs allowed; "" for any
	answers []string // the controls that it answers, globs
	undo    string   // "exact", "nearest", "none"
	per     string   // what of a finding has a claim of its own: a member of its subject, or its control
	with    json.RawMessage
	at      *yaml.Node
}

// telling is what a rule does that names no remedy: it tells people. What it holds is the control itself.
var telling = use{}

// uses are what the rule does about a finding.
func (u *rule) uses() []use {
	if len(u.do) == 0 {
		return []use{telling}
	}
	return u.do
}

// rules reads the rules and what holds among them.
func (r *reader) rules(n *yaml.Node, p *Policy) {
	before := len(r.problems)
	named := map[string]int{}
	r.few(n, "rules")
	r.list(n, "rules", func(_ int, n *yaml.Node) {
		rule := r.rule(n, p)
		if line, ok := named[rule.name]; ok && rule.name != "" {
			r.wrong(child(n, "name"), "give each rule its own name", "two rules have the name %q, the first on line %d", rule.name, line)
		} else {
			named[rule.name] = n.Line
		}
		p.rules = append(p.rules, rule)
	})
	if len(r.problems) == before {
		r.reachable(p)
	}
}

// rule reads one rule.
func (r *reader) rule(n *yaml.Node, p *Policy) rule {
	u := rule{mode: p.mode, budget: defaultBudget, breaker: defaultBreaker, at: n, modeAt: n}
	var with, controls *yaml.Node
	r.object(n, "a rule", fields{
		"name":       r.string(&u.name),
		"on":         func(n *yaml.Node) { u.kinds = r.kinds(n, p.catalog) },
		"controls":   func(n *yaml.Node) { controls = n },
		"match":      r.condition(&u.match, "match", nil),
		"where":      r.condition(&u.where, "where", resourceFields),
		"trust_tags": r.bool(&u.trustTags),
		"do":         func(n *yaml.Node) { u.do = r.do(n, p.catalog) },
		"with":       func(n *yaml.Node) { with = n },
		"mode":       func(n *yaml.Node) { u.modeAt = n; r.mode(&u.mode)(n) },
		"severity":   r.severity(&u.severity),
		"iac": func(n *yaml.Node) {
			s, _ := r.oneOf(n, "value of iac", "patch", "fix")
			u.fixIaC = s == "fix"
		},
		"after":   r.after(&u),
		"window":  r.window(&u),
		"budget":  r.budget(&u),
		"breaker": r.breaker(&u.breaker),
	}, "name")
	r.controls(controls, &u, p.catalog)
	r.with(n, with, &u, p.catalog)
	r.consistent(n, &u, p)
	u.compliant = fmt.Sprintf("The tags are as the policy wants them (rule %q).", u.name)
	return u
}

// consistent checks what the fields of one rule owe to one another.
func (r *reader) consistent(n *yaml.Node, u *rule, p *Policy) {
	if target(n).Kind != yaml.MappingNode {
		return
	}
	if child(n, "on") == nil && child(n, "controls") == nil {
		r.wrong(n, "add on: [config, tags], or controls", "the rule hears nothing: it has neither on nor controls")
	}
	if u.where.onTags() && !u.trustTags {
		where := child(n, "where")
		at := child(where, "tags")
		if except := child(where, "except"); at == nil && except != nil {
			at = child(except, "tags")
		}
		if at == nil {
			at = child(n, "where")
		}
		r.wrong(at, "add trust_tags: true if everybody who may write tags is trusted", "where depends on tags: who writes them could switch the rule off")
	}
	if len(u.do) == 0 && child(n, "do") == nil {
		r.tells(n, u)
	}
	r.able(n, u, p)
	r.inert(n, u, p)
}

// tells checks a rule that names no remedy: it can only tell people, and only of what somebody reports.
func (r *reader) tells(n *yaml.Node, u *rule) {
	judged := slices.ContainsFunc(u.kinds, func(kind string) bool { return !reports(kind) }) || u.kinds == nil && globAny(u.controls, TagsRemedy)
	switch {
	case judged:
		r.wrong(n, "add do: [tags], or hear only guardduty, securityhub, config-rule and inspector", `the rule has no "do", and only findings of a service can be told without a remedy`)
	case u.mode == Fix || u.mode == Propose:
		r.wrong(u.modeAt, "add do: [...], or use mode: notify", `the rule has no "do", so it can only tell people`)
	}
}

// able checks that the rule can do what it asks for: its remedies, and its grace.
func (r *reader) able(n *yaml.Node, u *rule, p *Policy) {
	if at := child(n, "after"); at != nil && u.after > 0 && !stronger(p.reaches(u), Notify) {
		r.warn(at, "leave it out, or use mode: propose or fix", "after delays only changes, and the rule only tells: people are told at once")
	}
	for _, d := range u.do {
		if d.remedy == TagsRemedy && !p.hasTagRules() {
			r.warn(child(n, "do"), "add tag rules under tags", "the rule does tags, and the policy has no tag rules: it does nothing")
		}
		if c, ok := p.catalog.remedy(d.remedy); ok && c.Undo == "none" && u.mode == Fix {
			r.wrong(u.modeAt, "use mode: propose", "%s cannot be undone and is only ever proposed", d.remedy)
		}
	}
}

// hasTagRules tells whether the policy says anything of tags.
func (p *Policy) hasTagRules() bool {
	return len(p.tagRules.Rules) > 0 || p.tagRules.Closed || p.tagPolicies
}

// kinds reads the kinds of events that a rule hears. One that is not built yet is a warning where the rule also hears one that is.
func (r *reader) kinds(n *yaml.Node, c Catalog) []string {
	before := len(r.problems)
	var kinds, built, missing []string
	r.few(n, "on")
	r.some("on", &kinds)(n)
	if len(r.problems) > before {
		return kinds
	}
	for i, kind := range kinds {
		switch item := target(n).Content[i]; {
		case slices.Contains(c.Kinds, kind), kind == clock:
			built = append(built, kind)
		case slices.Contains(kindNames, kind):
			missing = append(missing, kind)
		default:
			r.wrong(item, r.choices(kind, kindNames), "unknown kind %q", kind)
		}
		if slices.Contains(kinds[:i], kind) {
			r.wrong(target(n).Content[i], "name it once", "%s stands twice", kind)
		}
	}
	for i, kind := range kinds {
		if !slices.Contains(missing, kind) {
			continue
		}
		if item := target(n).Content[i]; len(built) == 0 {
			r.later(item, kind, "use "+enumerate(c.Kinds, "or"))
		} else {
			r.warn(item, "leave it out", kind+" is not built yet: the rule hears "+enumerate(built, "and")+" only")
		}
	}
	return kinds
}

// do reads the remedies that a rule does.
func (r *reader) do(n *yaml.Node, c Catalog) []use {
	before := len(r.problems)
	var ids []string
	r.few(n, "do")
	r.some("do", &ids)(n)
	if len(r.problems) > before {
		return nil
	}
	uses := make([]use, 0, len(ids))
	for i, id := range ids {
		item := target(n).Content[i]
		m, ok := c.remedy(id)
		switch {
		case !ok:
			r.wrong(item, r.choices(id, c.ids()), "unknown remedy %q", id)
		case slices.Contains(ids[:i], id):
			r.wrong(item, "name it once", "%s stands twice", id)
		}
		uses = append(uses, use{remedy: id, setting: c.claim(m), types: m.Resource, answers: m.Answers, undo: m.Undo, per: m.Per, at: item})
	}
	return uses
}

// severity gives a reader of a severity's name.
func (r *reader) severity(to *finding.Severity) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if s, ok := r.oneOf(n, "severity", severityNames()...); ok {
			*to, _ = finding.ParseSeverity(s) // one of the names
		}
	}
}

// severityNames are the severities as the policy file spells them, the mildest first.
func severityNames() []string {
	var names []string
	for s := finding.Informational; s <= finding.Critical; s++ {
		names = append(names, s.String())
	}
	return names
}
