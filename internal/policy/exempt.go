package policy

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// An Exemption takes resources out of rules until a day.
type Exemption struct {
	Resources []string // ARNs, in which `*` stands for any text
	Rules     []string // names; nil for all
	Reason    string
	Owner     string    // who answers for it
	Until     time.Time // its last day, UTC, inclusive
}

// ID names the exemption: the same while nothing of it changes. 12 hexadecimal digits.
func (e Exemption) ID() string { return hash(e) }

// Exemptions are the policy's exemptions, in the file's order: those that are over among them, and not those without an end, which never hold.
func (p *Policy) Exemptions() []Exemption {
	var all []Exemption
	for i := range p.exempt {
		if e := &p.exempt[i]; !e.Until.IsZero() {
			all = append(all, e.Exemption)
		}
	}
	return all
}

// An exemption is one of the policy file.
type exemption struct {
	Exemption
	at *yaml.Node
}

// over tells whether the exemption holds no longer. Its last day is inclusive. One without an end never holds.
func (e *exemption) over(now time.Time) bool {
	return e.Until.IsZero() || !now.Before(e.Until.Add(day))
}

// exemption gives the exemption that takes the resource out of the rule at the finding's time, or nil.
func (p *Policy) exemption(f *finding.Finding, rule string) *exemption {
	for i := range p.exempt {
		e := &p.exempt[i]
		if (e.Rules == nil || slices.Contains(e.Rules, rule)) && !e.over(f.Time) && f.Resource.ARN != "" && globAny(e.Resources, f.Resource.ARN) {
			return e
		}
	}
	return nil
}

// exemptions reads the exemptions.
func (r *reader) exemptions(n *yaml.Node, p *Policy) {
	r.list(n, "exempt", func(_ int, n *yaml.Node) {
		e := exemption{at: n}
		r.object(n, "an exemption", fields{
			"resources": r.arns("resources", &e.Resources),
			"rules":     r.ruleNames(p, &e.Rules),
			"reason":    r.string(&e.Reason),
			"owner":     r.string(&e.Owner),
			"until":     func(n *yaml.Node) { e.at = n; r.date(&e.Until)(n) },
		}, "resources", "reason", "owner")
		p.exempt = append(p.exempt, e)
	})
}

// ruleNames gives a reader of names of rules of the policy.
func (r *reader) ruleNames(p *Policy, to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.some("rules", to)(n)
		if len(r.problems) > before {
			return
		}
		names := p.RuleNames()
		for i, name := range *to {
			if !slices.Contains(names, name) {
				r.wrong(target(n).Content[i], r.choices(name, names), "unknown rule %q", name)
			}
		}
	}
}

// arns gives a reader of ARNs in which `*` stands for any text.
func (r *reader) arns(what string, to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.some(what, to)(n)
		if len(r.problems) > before {
			return
		}
		for i, glob := range *to {
			parts := strings.SplitN(glob, ":", 6)
			if !strings.HasPrefix(glob, "*") && (parts[0] != "arn" || len(parts) < 6 && !strings.HasSuffix(glob, "*")) {
				r.wrong(target(n).Content[i], "write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; * stands for any text", "%q is no ARN", glob)
			}
		}
	}
}
