package tag

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// A rule is a Rule made ready for judging.
type rule struct {
	Rule
	index   int    // in the file
	folded  string // the key, or glob of keys, in its one letter case
	when    []condition
	pattern *regexp.Regexp
	exact   map[string]bool   // values without a wildcard
	cases   map[string]string // spelling of a value without wildcard -> that value: acts where the value would not do
	listed  map[string]string // spelling that synonyms list -> the value that it stands for: never does as it is
}

// A condition is one key of a rule's when.
type condition struct {
	key    string
	values []string
}

// A group is all that rules want of one key on one type.
type group struct {
	key     string
	folded  string
	rules   []*rule // that want something of it, in the file's order
	forbids []*rule // that forbid it
	refused string  // why the service does not take the key; "" if it does
}

// A plan is what the rules mean for one type.
type plan struct {
	limits  limits
	rules   []*rule           // that apply to the type
	groups  []*group          // each after those that its conditions look at
	byKey   map[string]*group // by exact key
	byFold  map[string]*group // by key in any letter case
	byAlias map[string]*group // by exact alias
	forbids []*rule
	closed  bool
	names   *names
}

// names are those of all rules, of other types too: in a closed set they may stay.
type names struct {
	keys    map[string]bool // in their one letter case
	aliases map[string]bool // as they are
}

// compiled are proved rules, ready to judge.
type compiled struct {
	rules  []*rule
	names  names
	closed bool

	mu    sync.RWMutex
	plans map[string]*plan // by type: an AWS account has some hundred
}

// most is how many types' plans are kept; more than AWS has, and an end to what a stream of nonsense could take.
const most = 4096

// NewJudge makes a judge of tag rules. The problems are Prove's, and there is a judge only if there are none.
func NewJudge(r Rules) (*Judge, []Problem) {
	if problems := Prove(r, nil); len(problems) > 0 {
		return nil, problems
	}
	return newJudge(r), nil
}

// newJudge makes a judge of rules that are proved.
func newJudge(r Rules) *Judge {
	j := &Judge{compiled{closed: r.Closed, names: names{map[string]bool{}, map[string]bool{}}, plans: map[string]*plan{}}}
	for i := range r.Rules {
		c := compileRule(r.Rules[i], i)
		j.rules = append(j.rules, c)
		if c.Forbid {
			continue
		}
		j.names.keys[c.folded] = true
		for _, alias := range c.Aliases {
			j.names.aliases[alias] = true
		}
	}
	return j
}

// compileRule makes a rule ready. A pattern that is no regular expression is left out: Prove refuses it.
func compileRule(r Rule, index int) *rule {
	c := &rule{Rule: r, index: index, folded: fold(r.Key), exact: map[string]bool{}, cases: map[string]string{}, listed: map[string]string{}}
	if re, err := whole(r.Pattern); err == nil && r.Pattern != "" {
		c.pattern = re
	}
	for _, v := range r.Values {
		if !strings.Contains(v, "*") {
			c.exact[v] = true
			c.cases[spelling(v)] = v
		}
	}
	for value, spellings := range r.Synonyms {
		c.cases[spelling(value)] = value
		for _, s := range spellings {
			c.listed[spelling(s)] = value
		}
	}
	for _, key := range sorted(r.When) {
		c.when = append(c.when, condition{key: key, values: r.When[key]})
	}
	return c
}

// whole compiles a pattern so that it must match the whole value. It is parsed alone first, so that nothing in it reaches beyond itself (`a)|(b`, `\Qa`).
func whole(pattern string) (*regexp.Regexp, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return regexp.Compile(`\A(?:` + re.String() + `)\z`)
}

// ok says whether the rule allows a value.
func (r *rule) ok(value string) bool {
	if r.pattern != nil && !r.pattern.MatchString(value) {
		return false
	}
	if r.exact[value] {
		return true
	}
	if len(r.listed) > 0 {
		var buf [128]byte
		if canonical, there := r.listed[string(appendFold(buf[:0], strings.TrimSpace(value)))]; there && canonical != value {
			return false
		}
	}
	return r.Values == nil || matchAny(r.Values, value)
}

// applies says whether the rule is about resources of a type.
func (r *Rule) applies(typ string) bool {
	if r.Types == nil {
		return !principal(typ)
	}
	return slices.ContainsFunc(r.Types, func(glob string) bool { return named(glob, typ) })
}

// principal says whether a type's tags are authority: IAM users, roles and policies are judged only where types names them, and `*` does not.
func principal(typ string) bool {
	switch typ {
	case "AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
		return true
	}
	return false
}

// named says whether an entry of types names a type. IAM principals are named only by what begins with AWS::IAM::.
func named(glob, typ string) bool {
	return matchGlob(glob, typ) && (!principal(typ) || strings.HasPrefix(glob, "AWS::IAM::"))
}

// plan gives what the rules mean for a type.
func (c *compiled) plan(typ string) *plan {
	c.mu.RLock()
	p := c.plans[typ]
	c.mu.RUnlock()
	if p != nil {
		return p
	}
	p = c.newPlan(typ)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plans) < most {
		c.plans[typ] = p
	}
	return p
}

func (c *compiled) newPlan(typ string) *plan {
	p := &plan{
		limits: limitsOf(typ), names: &c.names,
		byKey: map[string]*group{}, byFold: map[string]*group{}, byAlias: map[string]*group{},
	}
	for _, r := range c.rules {
		if r.applies(typ) {
			p.rules = append(p.rules, r)
		}
	}
	p.closed = c.closed && (!principal(typ) || len(p.rules) > 0)
	for _, r := range p.rules {
		p.add(r)
	}
	for _, g := range p.byKey {
		for _, r := range p.forbids {
			if matchGlob(r.folded, g.folded) {
				g.forbids = append(g.forbids, r)
			}
		}
	}
	p.arrange()
	return p
}

// add puts a rule, and the keys that its conditions look at, into their groups.
func (p *plan) add(r *rule) {
	for _, c := range r.when {
		p.group(c.key)
	}
	if r.Forbid {
		p.forbids = append(p.forbids, r)
		return
	}
	g := p.group(r.Key)
	g.rules = append(g.rules, r)
	p.byFold[g.folded] = g
	for _, alias := range r.Aliases {
		p.byAlias[alias] = g
	}
}

func (p *plan) group(key string) *group {
	g := p.byKey[key]
	if g == nil {
		g = &group{key: key, folded: fold(key), refused: p.limits.checkKey(key)}
		p.byKey[key] = g
	}
	return g
}

// arrange puts the groups in an order in which each comes after those that its conditions look at, else by key. Prove has refused circles.
func (p *plan) arrange() {
	done := map[*group]bool{}
	var visit func(g *group)
	visit = func(g *group) {
		if done[g] {
			return
		}
		done[g] = true
		for _, r := range slices.Concat(g.rules, g.forbids) {
			for _, c := range r.when {
				visit(p.byKey[c.key])
			}
		}
		p.groups = append(p.groups, g)
	}
	for _, key := range sorted(p.byKey) {
		visit(p.byKey[key])
	}
}

// Applies says whether some rule is about the tags of a type, or the set of keys is closed. Where it does not, there is nothing to judge.
// IAM users, roles and policies are judged only where a rule's types names them by what begins with AWS::IAM::.
func (j *Judge) Applies(typ string) bool {
	p := j.plan(typ)
	return p.closed || len(p.rules) > 0
}

// Wants says which facts the fills of a type may draw on; attributes are the paths, in order.
func (j *Judge) Wants(typ string) (parent, account, creator bool, attributes []string) {
	for _, r := range j.plan(typ).rules {
		for _, f := range r.Fill {
			switch f.From {
			case FromParent:
				parent = true
			case FromAccount:
				account = true
			case FromCreator:
				creator = true
			case FromAttribute:
				attributes = append(attributes, f.Path)
			}
		}
	}
	slices.Sort(attributes)
	return parent, account, creator, slices.Compact(attributes)
}

// Keys gives the keys that rules name, globs of forbidden ones included, each once, in the file's order.
func (j *Judge) Keys() []string {
	var keys []string
	for _, r := range j.rules {
		if !slices.Contains(keys, r.Key) {
			keys = append(keys, r.Key)
		}
	}
	return keys
}
