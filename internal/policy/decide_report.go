package policy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// judgeReport completes a decision about what the event does not show: the setting is read, unless people are only told of what a service reports.
func (p *Policy) judgeReport(d *Decision, f *finding.Finding, c *choice, do *use) {
	d.Fingerprint = reported(f, do)
	switch acts := d.Verdict == Fix || d.Verdict == Propose; {
	case acts && c.sure == byDetail:
		d.Verdict, d.Reason = Notify, fmt.Sprintf("Rule %q may not be meant, for its match needs the event.", c.rule.name)
	case c.sure == byAccount && c.read && acts, c.sure == byAccount && !acts && reports(f.Kind):
		d.Verdict, d.Reason = weaker(d.Verdict, Notify), fmt.Sprintf("%s; %s.", said(f), c.doubt(f))
	case acts && c.rule.leavesToCode(f):
		d.Verdict, d.Reason = Notify, fmt.Sprintf("%s; %s.", said(f), p.patch(f, do, nil, nil))
	case c.read && acts, !acts && reports(f.Kind):
		d.Untagged = acts && c.needsTags(f)
		d.Reason = fmt.Sprintf("%s; rule %q %s.", said(f), c.rule.name, does[d.Verdict])
	default:
		d.Unread = true
		applies := fmt.Sprintf("Rule %q applies", c.rule.name)
		if c.sure == byAccount {
			applies = strings.ToUpper(c.doubt(f)[:1]) + c.doubt(f)[1:]
		}
		clauses := append([]string{applies, "the setting is read before anything is done"}, p.waits(f, c)...)
		d.Reason = strings.Join(clauses, "; ") + "."
	}
}

// leavesToCode tells whether what is reported is for the code to put right that made the resource: its next update would undo a fix. A threat does not wait for that, nor
// does whoever presses a button.
func (u *rule) leavesToCode(f *finding.Finding) bool {
	return f.Resource.Stack() != "" && u.heedsCode(f)
}

// heedsCode tells whether it matters to a rule whose code made the resource.
func (u *rule) heedsCode(f *finding.Finding) bool {
	return !u.fixIaC && f.Kind != threats && !finding.Threat(f.Control) && !f.Pressed()
}

// needsTags tells whether what the rule does about a finding cannot be said without the resource's tags, which are not known.
func (c *choice) needsTags(f *finding.Finding) bool {
	return f.Resource.Tags == nil && (c.sure == byTags || c.rule.heedsCode(f)) && arn.Taggable(f.Resource.Type) != arn.No
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

// reported names a violation that the event does not show: the same for whatever has the same answer. A threat that is no repeat is another one, though it may have the
// same answer: people hear of each; and so is whatever people are only told of.
func reported(f *finding.Finding, do *use) string {
	switch {
	case do.remedy == "":
		return fingerprint(f.Control+" "+once(f), nil)
	case finding.Threat(f.Control):
		return fingerprint(do.remedy+" "+string(do.with)+" "+once(f), nil)
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
