package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Decide says what is to be done about a finding: one decision for each remedy of the rule that acts, and one that says why not where none does. Of what an event names
// beside its main resource, only what is wanted is decided. Pure: the clock is the finding's time.
func (p *Policy) Decide(f finding.Finding) []Decision {
	decisions := p.decideAll(&sight{f: &f})
	if f.Beside { // of these, people hear only what a remedy does: the main resource tells of the event
		decisions = slices.DeleteFunc(decisions, func(d Decision) bool { return d.Verdict == Ignored || d.Remedy == "" })
	}
	return decisions
}

func (p *Policy) decideAll(s *sight) []Decision {
	f := s.f
	if why := p.forged(f); why != "" {
		d := ignored(f, "It is refused as forged: "+why+".")
		d.Forged, d.Setting = true, finding.Forgery
		return []Decision{d}
	}
	switch {
	case f.Proposal != finding.Proposal{}:
		return []Decision{p.pressedOurs(f)}
	case p.inScope(s) == no:
		return []Decision{ignored(f, "The resource is outside the scope of the policy.")}
	case f.Gone:
		return p.ended(s, Ignored, "The resource was deleted.")
	case f.Moot != "":
		return []Decision{ignored(f, "Nothing is to be done about it: "+f.Moot+".")}
	case f.Right:
		return p.ended(s, Compliant, "The reporter finds nothing wrong with "+f.Control+".")
	case f.Pressed():
		return p.pressed(s)
	}
	c := p.choose(s, 0)
	if c.rule == nil {
		return []Decision{ignored(f, "No rule of the policy applies to it.")}
	}
	if why := p.unable(c.rule, f); why != "" {
		return []Decision{p.tell(f, c, why)}
	}
	uses := c.rule.uses()
	decisions := make([]Decision, len(uses))
	for i := range uses {
		decisions[i] = p.decide(f, &c, &uses[i], nil)
	}
	return decisions
}

// tell decides to tell people of what a rule would act on and has no remedy for.
func (p *Policy) tell(f *finding.Finding, c choice, why string) Decision {
	if stronger(c.mode, Notify) {
		c.mode = Notify
	}
	d := p.decide(f, &c, &telling, nil)
	if d.Verdict.Violates() {
		d.Reason = join(d.Reason, strings.TrimSuffix(why, "."))
	}
	return d
}

// forged says why an event cannot be what it claims to be; "" where it can. Only an administrator that the policy names speaks of other accounts.
func (p *Policy) forged(f *finding.Finding) string {
	switch {
	case f.Forged != "":
		return f.Forged
	case f.From != "" && f.From != f.Resource.Account && !slices.Contains(p.administrators, f.From):
		return fmt.Sprintf("it came from account %s and speaks of account %s; a delegated administrator is named under administrators", f.From, f.Resource.Account)
	}
	return ""
}

// Known is what an entry knows of the finding that opened it, for a second judgement after its resource was read.
type Known struct {
	Rule    string // that acted
	Remedy  string
	Control string
	Kind    string
	Time    time.Time      // the clock
	Press   string         // name of the button that was pressed for it; "" where none was
	Place   *finding.Place // of the resource's account in the organization; nil: not known
	Once    bool           // whether it is answered once only, however often it is sent
	Report  finding.Report
	// Detail is the event's detail, if it is at hand. Without it, a rule with a match that did not act before cannot be told to apply, and only tells people.
	Detail json.RawMessage
}

// DecideRead judges a resource again after a read, with its tags and what fills draw on. The rule that acted before acts again, unless the tags that are known now
// say otherwise: then the next one that applies.
func (p *Policy) DecideRead(k Known, r finding.Resource, facts tag.Facts) Decision {
	f := finding.Finding{Kind: k.Kind, Control: k.Control, Resource: r, Time: k.Time, Detail: k.Detail, Report: k.Report, Once: k.Once, Place: k.Place, Press: finding.Press{Name: k.Press}}
	s := &sight{f: &f, matched: k.Rule, noDetail: k.Detail == nil}
	if p.inScope(s) == no {
		return ignored(&f, "The resource is outside the scope of the policy.")
	}
	start := slices.IndexFunc(p.rules, func(u rule) bool { return u.name == k.Rule })
	if start < 0 {
		return ignored(&f, fmt.Sprintf("The policy has no rule %q any more.", k.Rule))
	}
	c := p.choose(s, start)
	if c.rule == nil {
		return ignored(&f, "No rule of the policy applies to it.")
	}
	c.read = true
	p.asPressed(&c, k.Press)
	i := slices.IndexFunc(c.rule.do, func(d use) bool { return d.remedy == k.Remedy })
	if i < 0 {
		return ignored(&f, fmt.Sprintf("Rule %q applies to it, and does not do %s.", c.rule.name, k.Remedy))
	}
	d := p.decide(&f, &c, &c.rule.do[i], &facts)
	if k.Press != "" && d.Remedy != TagsRemedy && d.Verdict.Violates() && c.sure != byAccount {
		d.Reason = fmt.Sprintf("%s; the button %q was pressed (rule %q).", said(&f), k.Press, c.rule.name)
	}
	return d
}

// inScope tells whether the policy is for the resource at all.
func (p *Policy) inScope(s *sight) answer { return p.scope.of(s) }

// ignored is the decision to do nothing.
func ignored(f *finding.Finding, reason string) Decision {
	return Decision{Verdict: Ignored, Severity: f.Severity, Reason: reason, Violations: []tag.Violation{}}
}

// ended decides about what is over: nothing is to be done, and whatever was open of what some rule does about such findings has ended.
func (p *Policy) ended(s *sight, verdict Verdict, reason string) []Decision {
	var decisions []Decision
	f := s.f
	for i := range p.rules {
		u := &p.rules[i]
		if !u.hears(f.Kind) || !u.isFor(f) || !f.Gone && !u.mayBeWhere(s) {
			continue
		}
		uses := u.uses()
		if p.unable(u, f) != "" {
			uses = []use{telling}
		}
		for _, do := range uses {
			setting := do.holds(f)
			if do.unanswered(f) != "" || slices.ContainsFunc(decisions, func(d Decision) bool { return d.Setting == setting }) {
				continue
			}
			d := ignored(f, reason)
			d.Verdict, d.Remedy, d.Setting = verdict, do.remedy, setting
			decisions = append(decisions, d)
		}
	}
	if decisions == nil {
		return []Decision{ignored(f, reason)}
	}
	return decisions
}

// holds is what the claim of a remedy on a finding's resource is on: its setting and, where what is done depends on one thing that the finding names (an access key), that
// thing, else the control: one that says nothing of the thing is another violation.
func (d *use) holds(f *finding.Finding) string {
	if d.remedy == "" {
		return f.Control
	}
	switch part := f.Subject[d.per]; {
	case d.per == "":
		return d.setting
	case part != "":
		return d.setting + " " + part
	}
	return d.setting + " " + f.Control
}

// decide says what one remedy of the rule that acts is to do. facts are nil while deciding from the event alone.
func (p *Policy) decide(f *finding.Finding, c *choice, do *use, facts *tag.Facts) Decision {
	u := c.rule
	d := Decision{
		Verdict: c.mode, Rule: u.name, Remedy: do.remedy, Setting: do.holds(f), Severity: u.severityOf(f, do), With: do.with, Violations: []tag.Violation{},
		Urgent: f.Kind == threats || f.Pressed(), Once: once(f),
	}
	why := p.unfit(do, f)
	switch e := p.exemption(f, u.name); {
	case why != "":
		d.Verdict, d.Reason = Ignored, why
	case e != nil:
		d.Verdict, d.Until = Exempt, e.Until.Add(day)
		d.Reason = fmt.Sprintf("It is exempt until %s by %s: %s.", e.Until.Format(time.DateOnly), e.Owner, strings.TrimSuffix(e.Reason, "."))
	case do.remedy != TagsRemedy:
		p.judgeReport(&d, f, c, do)
	case c.sure == byTags:
		d.Unread, d.Attributes = true, p.shownAttributes(f)
		d.Reason = fmt.Sprintf("Whether rule %q applies depends on the tags, which have to be read.", u.name)
	case f.Resource.Tags == nil:
		d.Unread, d.Attributes = true, p.shownAttributes(f)
		d.Reason = "The tags are not in the event and have to be read" + unreadWhy(f) + "."
	default:
		p.judgeTags(&d, f, c, do, facts)
	}
	if len(c.passed) > 0 {
		d.Reason = join(d.Reason, passedOver(c))
	}
	return d
}

// severityOf is the rule's severity, else the finding's own, else low for tags.
func (u *rule) severityOf(f *finding.Finding, do *use) finding.Severity {
	switch {
	case u.severity != finding.Unset:
		return u.severity
	case f.Severity == finding.Unset && do.remedy == TagsRemedy:
		return finding.Low
	}
	return f.Severity
}
