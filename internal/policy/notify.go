package policy

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// MinSeverity is the severity below which nothing is sent; Unset if everything is.
func (p *Policy) MinSeverity() finding.Severity { return p.severity }

// Digest is how long what people are only told is gathered, an owner; 0: each message goes at once.
func (p *Policy) Digest() time.Duration { return p.digest }

// A Routing is what a message's topic depends on. What is empty is not known, and satisfies no condition but {exists: false}.
type Routing struct {
	Owner    string // value of the Owner tag
	Account  string
	Region   string
	Severity finding.Severity
	Rule     string
	Type     string // CloudFormation type
}

// Route gives the ARN of the topic that a message goes to: the first route's that matches, and "" for the stack's own.
func (p *Policy) Route(m Routing) string {
	if len(p.routes) == 0 {
		return ""
	}
	value := map[string]any{}
	for name, text := range map[string]string{
		"owner": m.Owner, "account": m.Account, "region": m.Region, "severity": m.Severity.String(), "rule": m.Rule, "type": m.Type,
	} {
		if text != "" {
			value[name] = text
		}
	}
	for i := range p.routes {
		if p.routes[i].match.holds(value) {
			return p.routes[i].topic
		}
	}
	return ""
}

// A route is where messages go that satisfy a condition.
type route struct {
	match condition
	topic string
}

// routeFields are what a route's match may name.
var routeFields = []string{"owner", "account", "region", "severity", "rule", "type"}

// notify reads what is told, and where.
func (r *reader) notify(n *yaml.Node, p *Policy) {
	r.object(n, "notify", fields{
		"digest":   r.duration(&p.digest),
		"severity": r.severity(&p.severity),
		"routes": func(n *yaml.Node) {
			r.few(n, "routes")
			r.list(n, "routes", func(_ int, n *yaml.Node) { p.routes = append(p.routes, r.route(n, p)) })
		},
	})
}

// route reads one route.
func (r *reader) route(n *yaml.Node, p *Policy) route {
	var t route
	r.object(n, "a route", fields{
		"match": func(n *yaml.Node) {
			r.condition(&t.match, "a route's match", routeFields)(n)
			r.among(child(n, "severity"), "severity", severityNames())
			r.among(child(n, "rule"), "rule", p.RuleNames())
		},
		"topic": r.topic(&t.topic),
	}, "match", "topic")
	return t
}

// among reports values of a condition that its field never has. Operators are let pass.
func (r *reader) among(n *yaml.Node, what string, names []string) {
	if n == nil || target(n).Kind != yaml.SequenceNode {
		return
	}
	for _, item := range target(n).Content {
		if s := target(item); s.Kind == yaml.ScalarNode && s.Tag == "!!str" && !slices.Contains(names, s.Value) {
			r.wrong(item, r.choices(s.Value, names), "unknown %s %q", what, s.Value)
		}
	}
}

// topic gives a reader of the ARN of an SNS topic.
func (r *reader) topic(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := r.text(n)
		if !ok {
			return
		}
		if a, err := arn.Parse(s); err != nil || a.Service != "sns" || a.Region == "" || a.Account == "" || strings.ContainsAny(a.Resource, ":*") {
			r.wrong(n, "write arn:aws:sns:REGION:ACCOUNT:NAME", "%s is no ARN of an SNS topic", shown(target(n)))
			return
		}
		*to = s
	}
}
