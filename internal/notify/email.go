package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A page is the e-mail while it is written.
type page struct {
	strings.Builder
	detail
	cut bool
}

func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

// text gives s in one line, cut to what the detail allows.
func (p *page) text(s string) string {
	s, was := cut(clean(s), p.runes)
	p.cut = p.cut || was
	return s
}

// each writes the first items of a list of n and says how many are left out.
func (p *page) each(n int, write func(i int)) {
	shown := min(n, p.items)
	for i := range shown {
		write(i)
	}
	if shown < n {
		p.cut = true
		p.line(fmt.Sprintf("... %d more, not shown", n-shown))
	}
}

// email is the text for people: what and what was done first, then what they must do, and the small print last.
func (s story) email(d detail) string {
	p := &page{detail: d}
	for _, write := range s.parts() {
		write(s, p)
	}
	return p.String()
}

// parts are what an e-mail is made of, by what its entry is.
func (s story) parts() []func(story, *page) {
	switch k := s.entry.Key; {
	case k.Noticed() != "":
		return []func(story, *page){story.noticeHead, story.todo, story.by, story.smallPrint}
	case k.Exemption():
		return []func(story, *page){story.exemptionHead, story.exemptions, story.todo, story.where, story.smallPrint}
	}
	return []func(story, *page){
		story.head, story.reported, story.wrong, story.opponent, story.changed, story.code, story.todo, story.where, story.why, story.smallPrint,
	}
}

func (s story) head(p *page) {
	w := wordsOf(s.entry)
	p.line(p.text(w.headline+": "+s.topic()+s.andMore()+" of "+name(s.entry.Resource)), ".")
	p.line(w.did)
}

func (s story) noticeHead(p *page) {
	p.line(p.text(noticed(s.entry)+": "+noticeAbout(s.entry)), ".")
	p.line(p.text(s.entry.Reason))
}

func (s story) exemptionHead(p *page) {
	p.line(p.text(exempted(s.entry)+": "+s.excused()+" of "+name(s.entry.Resource)), ".")
	p.line(p.text(s.entry.Reason))
}

// by names who did it, where somebody did.
func (s story) by(p *page) {
	if s.entry.Actor != "" {
		p.line("\nBy ", p.text(s.entry.Actor))
	}
}

func (s story) wrong(p *page) {
	if len(s.violations) == 0 && !s.unreadable {
		return
	}
	p.line("\nWHAT WAS WRONG")
	if s.unreadable {
		p.cut = true
		p.line("It cannot be shown here.")
		return
	}
	p.each(len(s.violations), func(i int) {
		v := s.violations[i]
		if v.Detail != "" {
			p.line("- ", p.text(v.Detail))
			return
		}
		p.line("- ", p.text(v.Key), ": ", p.text(string(v.Problem)))
	})
}

func (s story) changed(p *page) {
	if len(s.touches) == 0 {
		return
	}
	p.line("\n", s.titleOfChange())
	p.each(len(s.touches), func(i int) {
		t := s.touches[i]
		before, after := t.before, t.after
		if s.entry.State == journal.Undone {
			before, after = after, before
		}
		p.line("- ", p.key(t.key))
		p.line("  before: ", p.value(before))
		p.line("  after: ", p.value(after))
	})
	if len(s.lost) == 0 || s.entry.State == journal.Undone {
		return
	}
	p.line("\nLOST WHERE TWO KEYS BECAME ONE")
	p.each(len(s.lost), func(i int) {
		l := s.lost[i]
		p.line("- ", p.key(l.Key), " had ", p.value(&value{text: l.Value}), "; ", p.key(l.Into), " stands")
	})
}

func (s story) titleOfChange() string {
	switch s.entry.State {
	case journal.Fixed, journal.Undone:
		return "WHAT WAS CHANGED"
	case journal.Failed:
		return "WHAT WAS TRIED"
	case journal.Compliant, journal.Gone, journal.Lapsed:
		return "WHAT WOULD HAVE CHANGED"
	}
	return "WHAT WOULD CHANGE"
}

// key shows a tag's key, in quotes where it would not be seen well without.
func (p *page) key(key string) string {
	if q := quote(key, len(key)); strings.ContainsAny(key, " :") || q != `"`+key+`"` {
		key = q
	}
	return p.text(key)
}

func (p *page) value(v *value) string {
	shown := v.show(p.runes)
	p.cut = p.cut || strings.HasSuffix(shown, " (cut)")
	return shown
}

func (s story) todo(p *page) {
	hand := s.byHand()
	advice := s.advice()
	if len(hand) == 0 && len(advice) == 0 {
		return
	}
	p.line("\nWHAT YOU CAN DO")
	if len(hand) > 0 {
		p.line("- Put right by hand:")
	}
	p.each(len(hand), func(i int) { p.line("  ", p.key(hand[i])) })
	for _, line := range advice {
		p.line("- ", line)
	}
}

// byHand are the keys that a person must put right, each once: after a fix those that it could not, else all that are wrong.
func (s story) byHand() []string {
	var fixable bool // whether what a fix can put right is a person's work too
	switch s.entry.State {
	case journal.Told, journal.Refused, journal.Failed:
		fixable = true
	case journal.Fixed, journal.Proposed, journal.Waiting:
	default:
		return nil
	}
	if s.entry.Undoes != "" {
		return nil
	}
	var keys []string
	for _, v := range s.violations {
		if (fixable || !v.Fixable) && !slices.Contains(keys, v.Key) {
			keys = append(keys, v.Key)
		}
	}
	return keys
}

// advice is what helps beyond the single keys.
func (s story) advice() []string {
	switch {
	case s.entry.Key.Noticed() != "":
		return s.adviceOnNotice()
	case s.entry.Key.Exemption():
		return s.adviceOnExemption()
	case s.entry.Undoes != "":
		return s.adviceOnUndo()
	case s.entry.State == journal.Told && s.threat():
		return []string{investigate}
	}
	switch s.entry.State {
	case journal.Fixed:
		return s.adviceOnFix()
	case journal.Told:
		return slices.Concat(s.adviceOnCode(), s.adviceOnFight())
	case journal.Waiting:
		return s.adviceOnWaiting()
	case journal.Proposed:
		return s.adviceOnProposal()
	case journal.Lapsed:
		return []string{"Put it right by hand: what is still wrong is proposed anew at the next event about the resource."}
	case journal.Undone:
		return []string{stillAsked}
	case journal.Failed:
		return []string{lookAt}
	}
	return nil
}

const (
	investigate = "Open the finding, look at what happened before and after it, and find the way in."
	stillAsked  = "The policy still asks for it: exempt the resource or change the policy, or the next change to it is answered again."
	lookAt      = "Look at the resource: part of a change may have been made."
)

func (s story) adviceOnFix() []string {
	switch undo := s.undo(); {
	case undo == "":
		return s.adviceOnCode()
	case s.threat():
		return []string{investigate, "Take it back when that is over: " + undo}
	default:
		return append(s.adviceOnCode(), "Take it back: "+undo)
	}
}

// adviceOnProposal is how what is proposed comes to be made, and until when that can be asked for.
func (s story) adviceOnProposal() []string {
	var list []string
	if approve := s.approve(); approve != "" {
		list = append(list, "Have exactly this made: "+approve)
	}
	if button := clean(s.about.Button); button != "" {
		switch {
		case s.inHub():
			list = append(list, fmt.Sprintf("Have exactly this made: choose the custom action %q on the finding in Security Hub.", button))
		case s.posted():
			list = append(list, fmt.Sprintf("Have exactly this made: choose the custom action %q on the finding %s%s in Security Hub.", button, finding.Ours, clean(s.entry.ID)))
		}
	}
	if len(list) == 0 {
		list = append(list, "Make the change by hand, or set the rule to mode fix.")
	}
	if s.entry.Held == "" && !s.entry.Due.IsZero() {
		list = append(list, "It is proposed until "+moment(s.entry.Due)+".")
	}
	return list
}

// posted tells whether a finding of our own shows the proposal.
func (s story) posted() bool {
	_, posted := PostingOf(s.entry)
	return s.about.Posts && posted
}

func (s story) adviceOnUndo() []string {
	switch s.entry.State {
	case journal.Fixed:
		return s.adviceOnUndone()
	case journal.Refused:
		list := []string{"Look at the resource and put back by hand what is still wanted."}
		if force := s.force(); force != "" {
			list = append(list, "Have the earlier values put back all the same, over what others changed since: "+force)
		}
		return list
	case journal.Failed:
		return []string{lookAt}
	}
	return nil
}

// adviceOnUndone is what comes of an undo that was made: the exemption that it granted, and how it is taken back itself.
func (s story) adviceOnUndone() []string {
	var list []string
	switch until := s.entry.Due; {
	case s.entry.Redoes:
	case until.IsZero():
		list = append(list, stillAsked)
	default:
		list = append(list, fmt.Sprintf("The rule leaves it alone until %s. Exempt the resource for longer or change the policy until then, or it is answered again.", moment(until)))
	}
	if undo := s.undo(); undo != "" {
		list = append(list, "Take this back: "+undo)
	}
	return list
}

func (s story) where(p *page) {
	r := s.entry.Resource
	p.line("\nWHERE")
	p.line(p.text(strings.TrimSpace(kind(r) + " " + name(r))))
	if r.ID != "" && r.ID != r.Name && r.ID != r.ARN {
		p.line(p.text(r.ID))
	}
	p.line("Account ", p.text(orUnknown(r.Account)), ", region ", p.text(orUnknown(r.Region)))
	if r.ARN != "" {
		p.line(p.text(r.ARN))
	}
	if link := console(r); link != "" {
		p.line(link)
	}
}

// reported names who reported it, each with its page and, of a threat, its investigation.
func (s story) reported(p *page) {
	reports := s.reports()
	if len(reports) == 0 {
		return
	}
	p.line("\nREPORTED BY")
	p.each(len(reports), func(i int) {
		r := reports[i]
		p.line("- ", p.text(service(r.Report)+": "+r.Control+" "+r.Report.Title))
		for _, link := range []string{findingLink(r.Report, partition(s.entry.Resource)), detectiveLink(r.Report, partition(s.entry.Resource))} {
			if link != "" {
				p.line("  ", link)
			}
		}
	})
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

func (s story) why(p *page) {
	e := s.entry
	p.line("\nWHY")
	var facts []string
	for _, f := range [][2]string{{"mode", e.Mode}, {"severity", e.Severity}} {
		if f[1] != "" {
			facts = append(facts, f[0]+" "+p.text(f[1]))
		}
	}
	rule := "Rule " + p.text(quoteRule(e.Rule))
	if len(facts) > 0 {
		rule += " (" + strings.Join(facts, ", ") + ")"
	}
	p.line(rule)
	who := "Changed by: "
	if e.Undoes != "" {
		who = "Asked for by: "
	}
	for _, f := range [][2]string{
		{"Reason: ", e.Reason}, {"Error: ", e.Err}, {"Not in the event: ", e.Unread}, {who, e.Actor}, {"With: ", e.Agent}, {"Approved by: ", approvedBy(e)},
	} {
		if f[1] != "" {
			p.line(f[0], p.text(f[1]))
		}
	}
}

func quoteRule(rule string) string {
	if rule == "" {
		return "not known"
	}
	return quote(rule, len(rule))
}

func (s story) smallPrint(p *page) {
	e := s.entry
	p.line("\nEntry ", clean(e.ID))
	if e.Undoes != "" {
		p.line("Takes back ", p.text(e.Undoes))
	}
	if e.Shown != "" && e.State == journal.Proposed {
		p.line("Shown as ", p.text(e.Shown))
	}
	p.line("Since ", moment(e.Since), ", answered ", moment(e.Updated))
	if s.about.Policy != "" {
		p.line("Policy ", p.text(s.about.Policy))
	}
	if p.cut {
		p.line("\nThis message was cut. The whole entry is in the journal: ", s.about.Tool, " journal")
	}
}

// moment is a time as people in any zone read it, to the second.
func moment(t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
