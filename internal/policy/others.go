package policy

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// An exemption takes resources out of rules until a day.
type exemption struct {
	resources []string // ARN globs
	rules     []string // nil: all
	reason    string
	owner     string
	until     time.Time // its last day, UTC
	at        *yaml.Node
}

// over tells whether the exemption holds no longer. Its last day is inclusive. One without an end never holds.
func (e *exemption) over(now time.Time) bool {
	return e.until.IsZero() || !now.Before(e.until.Add(day))
}

// exemptions reads the exemptions.
func (r *reader) exemptions(n *yaml.Node, p *Policy) {
	r.list(n, "exempt", func(_ int, n *yaml.Node) {
		e := exemption{at: n}
		r.object(n, "an exemption", fields{
			"resources": r.arns("resources", "", &e.resources),
			"rules":     r.ruleNames(p, &e.rules),
			"reason":    r.string(&e.reason),
			"owner":     r.string(&e.owner),
			"until":     func(n *yaml.Node) { e.at = n; r.date(&e.until)(n) },
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
		var names []string
		for i := range p.rules {
			names = append(names, p.rules[i].name)
		}
		for i, name := range *to {
			if !slices.Contains(names, name) {
				r.wrong(target(n).Content[i], r.choices(name, names), "unknown rule %q", name)
			}
		}
	}
}

// arns gives a reader of ARNs in which `*` stands for any text. service, if given, is the one that they must be of.
func (r *reader) arns(what, service string, to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.some(what, to)(n)
		if len(r.problems) > before {
			return
		}
		for i, glob := range *to {
			item := target(n).Content[i]
			switch parts := strings.SplitN(glob, ":", 6); {
			case strings.HasPrefix(glob, "*") && service == "":
			case parts[0] != "arn", len(parts) < 6 && !strings.HasSuffix(glob, "*"):
				r.wrong(item, "write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; * stands for any text", "%q is no ARN", glob)
			case service == "iam" && len(parts) == 6 && parts[2] != "iam" && parts[2] != "sts":
				r.wrong(item, "name a role or user: arn:aws:iam::111122223333:role/ops-*", "%q is no IAM principal", glob)
			}
		}
	}
}

// A freeze is a time without changes.
type freeze struct {
	from, until time.Time // days, UTC, both inclusive
	reason      string
}

// freezeList gives a reader of the freezes.
func (r *reader) freezeList(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.list(n, "freeze", func(_ int, n *yaml.Node) {
			var f freeze
			r.object(n, "a freeze", fields{"from": r.date(&f.from), "until": r.date(&f.until), "reason": r.string(&f.reason)}, "from", "until", "reason")
			if !f.until.IsZero() && f.until.Before(f.from) {
				r.wrong(child(n, "until"), "put the later day last", "the freeze ends before it begins")
			}
			p.freezes = append(p.freezes, f)
		})
		r.later(n, "freeze", "leave it out, and use mode: propose meanwhile")
	}
}

// operators reads who may do what through the command line.
func (r *reader) operators(n *yaml.Node) {
	acts := fields{}
	for _, act := range []string{"approve", "undo", "exempt", "brake"} {
		acts[act] = r.arns(act, "iam", new([]string))
	}
	r.object(n, "operators", acts)
	r.later(n, "operators", "leave it out")
}

// accountForm is how AWS names accounts. Source: AWS Account Management reference guide, "View AWS account identifiers".
var accountForm = regexp.MustCompile(`^\d{12}$`)

// accounts gives a reader of accounts.
func (r *reader) accounts(to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.some("administrators", to)(n)
		if len(r.problems) > before {
			return
		}
		for i, account := range *to {
			if !accountForm.MatchString(account) {
				r.wrong(target(n).Content[i], `write its twelve digits in quotes: "111122223333"`, "%q is no account", account)
			}
		}
	}
}

// A route is where messages go that satisfy a condition.
type route struct {
	match condition
	topic string
}

// routeFields are what a route's match may name.
var routeFields = []string{"owner", "account", "region", "severity", "rule", "type"}

// notify gives a reader of what is told, and where.
func (r *reader) notify(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var digest time.Duration
		r.object(n, "notify", fields{
			"digest": func(n *yaml.Node) {
				r.duration(&digest)(n)
				r.later(n, "digest", "leave it out: each message goes at once")
			},
			"severity": r.severity(&p.severity),
			"routes": func(n *yaml.Node) {
				r.list(n, "routes", func(_ int, n *yaml.Node) {
					var t route
					r.object(n, "a route", fields{"match": r.condition(&t.match, "a route's match", routeFields), "topic": r.topic(&t.topic)}, "match", "topic")
					p.routes = append(p.routes, t)
				})
				r.later(n, "routes", "leave it out: every message goes to the stack's own topic, and a subscription's filter policy can choose")
			},
		})
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

// journal gives a reader of how long the journal keeps what.
func (r *reader) journal(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.object(n, "journal", fields{
			"undo": r.duration(&p.retention.Undo), "keep": r.duration(&p.retention.Keep), "proposal": r.duration(&p.retention.Proposal),
		})
		if len(r.problems) > before {
			return
		}
		if at := child(n, "proposal"); at != nil {
			r.later(at, "proposal", "leave it out: a proposal stands until the resource is right")
		}
		for _, name := range []string{"undo", "proposal"} {
			span := map[string]time.Duration{"undo": p.retention.Undo, "proposal": p.retention.Proposal}[name]
			if at := child(n, name); at != nil && span <= 0 {
				r.wrong(at, "write a time above 0: 30d", "%s is empty", name)
			}
			switch at := child(n, name); {
			case span <= p.retention.Keep:
			case at != nil:
				r.wrong(n, "make keep the longest", "%s is longer than keep: its entries would be gone", name)
			case name == "undo":
				r.wrong(n, "set undo, too", "undo is 30d where the policy does not say, and longer than keep: its entries would be gone")
			}
		}
	}
}

// A Routing is what a message's topic depends on.
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
