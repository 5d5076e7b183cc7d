package policy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
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
		d.Forged, d.Setting = true, forgery
		return []Decision{d}
	}
	switch {
	case !p.inScope(s):
		return []Decision{ignored(f, "The resource is outside the scope of the policy.")}
	case f.Gone:
		return p.ended(s, Ignored, "The resource was deleted.")
	case f.Moot != "":
		return []Decision{ignored(f, "Nothing is to be done about it: "+f.Moot+".")}
	case f.Right:
		return p.ended(s, Compliant, "The reporter finds nothing wrong with "+f.Control+".")
	case isPress(f):
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

// unable says why none of a rule's remedies is for what a service reports; "" where one is. Nobody should miss a finding because the rule that takes it has remedies for
// resources of other types, or for other controls, only.
func (p *Policy) unable(u *rule, f *finding.Finding) string {
	why := ""
	if !reports(f.Kind) || f.Beside {
		return ""
	}
	for i := range u.do {
		do := &u.do[i]
		unfit := p.unfit(do, f)
		if unfit == "" {
			return ""
		}
		why = cmp.Or(why, unfit)
	}
	return why
}

// forgery is the setting of which refused events are kept in the journal: they hold nothing of the resource that they claim to be about.
const forgery = "forged report"

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
	Time    time.Time // the clock
	Press   string    // name of the button that was pressed for it; "" where none was
	Report  finding.Report
	// Detail is the event's detail, if it is at hand. Without it, a rule with a match that did not act before cannot be told to apply, and only tells people.
	Detail json.RawMessage
}

// DecideRead judges a resource again after a read, with its tags and what fills draw on. The rule that acted before acts again, unless the tags that are known now
// say otherwise: then the next one that applies.
func (p *Policy) DecideRead(k Known, r finding.Resource, facts tag.Facts) Decision {
	f := finding.Finding{Kind: k.Kind, Control: k.Control, Resource: r, Time: k.Time, Detail: k.Detail, Report: k.Report}
	s := &sight{f: &f, matched: k.Rule, noDetail: k.Detail == nil}
	if !p.inScope(s) {
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
	if k.Press != "" && d.Remedy != TagsRemedy && d.Verdict.Violates() {
		d.Reason = fmt.Sprintf("%s; the button %q was pressed (rule %q).", said(&f), k.Press, c.rule.name)
	}
	return d
}

// inScope tells whether the policy is for the resource at all.
func (p *Policy) inScope(s *sight) bool { return !p.scope.set || p.scope.holds(s.resource()) }

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
		Urgent: f.Kind == "guardduty" || isPress(f), Once: once(f),
	}
	why := p.unfit(do, f)
	switch e := p.exemption(f, u.name); {
	case why != "":
		d.Verdict, d.Reason = Ignored, why
	case e != nil:
		d.Verdict = Exempt
		d.Reason = fmt.Sprintf("It is exempt until %s by %s: %s.", e.until.Format(time.DateOnly), e.owner, strings.TrimSuffix(e.reason, "."))
	case do.remedy != TagsRemedy:
		p.judgeReport(&d, f, c, do)
	case c.sure == byTags:
		d.Unread, d.Attributes = true, p.shownAttributes(f)
		d.Reason = fmt.Sprintf("Whether rule %q applies depends on the tags, which have to be read.", u.name)
	case f.Resource.Tags == nil:
		d.Unread, d.Attributes = true, p.shownAttributes(f)
		d.Reason = "The tags are not in the event and have to be read" + unreadWhy(f) + "."
	default:
		p.judgeTags(&d, f, c, facts)
	}
	if len(c.passed) > 0 {
		d.Reason = join(d.Reason, passedOver(c))
	}
	return d
}

// unreadWhy gives the event's own reason for not carrying the tags.
func unreadWhy(f *finding.Finding) string {
	if f.Unread == "" {
		return ""
	}
	return " (" + f.Unread + ")"
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

// exemption gives the exemption that takes the resource out of the rule at the finding's time, or nil.
func (p *Policy) exemption(f *finding.Finding, rule string) *exemption {
	for i := range p.exempt {
		e := &p.exempt[i]
		if (e.rules == nil || slices.Contains(e.rules, rule)) && !e.over(f.Time) && f.Resource.ARN != "" && globAny(e.resources, f.Resource.ARN) {
			return e
		}
	}
	return nil
}

// judgeReport completes a decision about what the event does not show: the setting is read, unless people are only told of what a service reports.
func (p *Policy) judgeReport(d *Decision, f *finding.Finding, c *choice, do *use) {
	d.Fingerprint = reported(f, do)
	stack := f.Resource.Stack()
	switch acts := d.Verdict == Fix || d.Verdict == Propose; {
	case c.read && acts && c.sure != byDetail, !acts && reports(f.Kind):
		d.Reason = fmt.Sprintf("%s; rule %q %s.", said(f), c.rule.name, does[d.Verdict])
	case acts && c.sure == byDetail:
		d.Verdict, d.Reason = Notify, fmt.Sprintf("Rule %q may not be meant, for its match needs the event.", c.rule.name)
	case acts && stack != "" && !c.rule.fixIaC && f.Kind != "guardduty" && !isPress(f):
		d.Verdict = Notify
		d.Reason = fmt.Sprintf("%s; it belongs to the CloudFormation stack %s, so change its code (iac: fix has %s do it).", said(f), stack, do.remedy)
	default:
		d.Unread = true
		clauses := append([]string{fmt.Sprintf("Rule %q applies", c.rule.name), "the setting is read before anything is done"}, p.waits(f, c)...)
		d.Reason = strings.Join(clauses, "; ") + "."
	}
}

// does says what a rule does about a report, by its mode.
var does = map[Verdict]string{Observe: "only records it", Notify: "tells people", Propose: "proposes to put it right", Fix: "puts it right"}

// said is what is reported, for people.
func said(f *finding.Finding) string {
	switch r := f.Report; {
	case !reports(f.Kind):
		return "The setting is not as the remedy makes it"
	case r.Title != "":
		return fmt.Sprintf("%s is reported (%s)", f.Control, r.Title)
	}
	return f.Control + " is reported"
}

// reported names a violation that the event does not show: the same for whatever has the same answer. Where people are only told, each finding that is no repeat is
// another one.
func reported(f *finding.Finding, do *use) string {
	if do.remedy == "" {
		return fingerprint(f.Control+" "+once(f), nil)
	}
	return fingerprint(do.remedy+" "+string(do.with), nil)
}

// once names a report that is answered once only.
func once(f *finding.Finding) string {
	if !f.Once {
		return ""
	}
	id := f.Report.ID[strings.LastIndexByte(f.Report.ID, '/')+1:] // a service names it by id, and Security Hub by its ARN
	return fingerprint(f.Control+" "+id, nil)
}

// unfit says why a remedy is not for a finding; "" where it is, or where the type is not known.
func (p *Policy) unfit(do *use, f *finding.Finding) string {
	typ := f.Resource.Type
	if do.remedy == TagsRemedy && !reports(f.Kind) {
		return p.untagged(typ)
	}
	if why := do.unanswered(f); why != "" {
		return why
	}
	if typ == "" || do.types == "" || globMatch(do.types, typ) {
		return ""
	}
	return fmt.Sprintf("%s is for resources of the type %s, and this is one of %s.", do.remedy, do.types, typ)
}

// untagged says why tag rules do not apply to a type; "" where they do.
func (p *Policy) untagged(typ string) string {
	switch {
	case p.judge == nil:
		return "The policy has no tag rules."
	case arn.Taggable(typ) == arn.No:
		return "Resources of the type " + typ + " cannot be tagged."
	case p.judge.Applies(typ):
		return ""
	case isPrincipal(typ):
		return "IAM users, roles and policies are judged only where a tag rule names their type."
	case typ == "":
		return "The resource's type is not known, and every tag rule is for named types."
	}
	return "No tag rule is for resources of the type " + typ + "."
}

// judgeTags judges the tags and completes the decision.
func (p *Policy) judgeTags(d *Decision, f *finding.Finding, c *choice, facts *tag.Facts) {
	known := tag.Facts{}
	if facts != nil {
		known = *facts
	}
	result := p.judge.Judge(f.Resource.Type, f.Resource.Tags, known)
	if len(result.Violations) == 0 {
		d.Verdict, d.Reason = Compliant, c.rule.compliant
		return
	}
	if facts == nil && p.eventFacts(&known, f) {
		result = p.judge.Judge(f.Resource.Type, f.Resource.Tags, known)
	}
	d.Attributes = known.Attributes
	d.Violations = result.Violations
	d.Before, d.After = changes(f.Resource.Tags, result.After)
	d.Fingerprint = fingerprint(f.Control, result.Violations)
	p.answer(d, f, c, &result)
}

// eventFacts adds what fills draw on and the event shows. It tells whether it found any.
func (p *Policy) eventFacts(known *tag.Facts, f *finding.Finding) bool {
	_, _, creator, paths := p.judge.Wants(f.Resource.Type)
	if creator && f.Kind == "create" && f.Actor != "" {
		known.Creator = &f.Actor
	}
	if len(paths) > 0 && f.Resource.Attributes != nil {
		known.Attributes = attributes(f.Resource.Attributes, paths)
	}
	return known.Creator != nil || known.Attributes != nil
}

// shownAttributes are the values that fills take from the event, kept for the judgement after a read.
func (p *Policy) shownAttributes(f *finding.Finding) map[string]string {
	var facts tag.Facts
	p.eventFacts(&facts, f)
	return facts.Attributes
}

// attributes gives the values at dotted paths in a JSON object; a path that leads to no text, number or truth value has none. nil if it is no JSON object.
func attributes(object json.RawMessage, paths []string) map[string]string {
	var tree map[string]any
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil || tree == nil {
		return nil
	}
	found := map[string]string{}
	for _, path := range paths {
		if text, ok := attribute(tree, strings.Split(path, ".")); ok {
			found[path] = text
		}
	}
	return found
}

// attribute gives the value at one path. A step into a list is an index.
func attribute(value any, path []string) (string, bool) {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return "", false
			}
			value = v[i]
		default:
			return "", false
		}
	}
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// changes gives what differs between two tag sets.
func changes(from, to map[string]string) (before, after map[string]string) {
	before, after = map[string]string{}, map[string]string{}
	for key, value := range from {
		if now, ok := to[key]; !ok || now != value {
			before[key] = value
		}
	}
	for key, value := range to {
		if was, ok := from[key]; !ok || was != value {
			after[key] = value
		}
	}
	return before, after
}

// fingerprint names a set of violations: 16 hexadecimal digits.
func fingerprint(control string, violations []tag.Violation) string {
	h := sha256.New()
	for _, field := range append([]string{control}, violationFields(violations)...) {
		fmt.Fprintf(h, "%d:%s", len(field), field) // the length keeps "a", "bc" and "ab", "c" apart; a hash has no way to fail
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// violationFields are what makes a violation the same one.
func violationFields(violations []tag.Violation) []string {
	fields := make([]string, 0, 4*len(violations))
	for _, v := range violations {
		fields = append(fields, v.Key, v.Found, string(v.Problem), v.Value)
	}
	return fields
}
