package policy

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A Button is a custom action of Security Hub. A press names no person.
type Button struct {
	Name  string        // at most 20 characters
	Do    string        // "fix", "undo" or "exempt"
	Trust bool          // everybody who may press it is trusted: it does more than approve what was shown and can be undone
	For   time.Duration // how long it exempts; 0 where it does something else
}

// Buttons are the policy's buttons, in the file's order.
func (p *Policy) Buttons() []Button { return slices.Clone(p.buttons) }

// Approver is the name of the first button that approves proposals; "" if there is none.
func (p *Policy) Approver() string {
	if i := slices.IndexFunc(p.buttons, func(b Button) bool { return b.Do == "fix" }); i >= 0 {
		return p.buttons[i].Name
	}
	return ""
}

// maxButtons is how many buttons a policy may have: the pattern of one EventBridge rule, of 2,048 characters, names them all.
const maxButtons = 30

// maxButton is how long a button's name may be. Source: Security Hub API, CreateActionTarget, Name.
const maxButton = 20

// buttonList gives a reader of the buttons.
func (r *reader) buttonList(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.atMost(n, "buttons", maxButtons)
		r.list(n, "buttons", func(_ int, n *yaml.Node) {
			b := r.button(n)
			if slices.ContainsFunc(p.buttons, func(o Button) bool { return o.Name == b.Name && b.Name != "" }) {
				r.wrong(child(n, "name"), "give each button its own name", "two buttons have the name %q", b.Name)
			}
			p.buttons = append(p.buttons, b)
		})
	}
}

// button reads one button.
func (r *reader) button(n *yaml.Node) Button {
	var b Button
	r.object(n, "a button", fields{
		"name":  r.string(&b.Name),
		"do":    func(n *yaml.Node) { b.Do, _ = r.oneOf(n, "action of a button", "fix", "undo", "exempt") },
		"for":   r.duration(&b.For),
		"trust": r.bool(&b.Trust),
	}, "name", "do")
	if length := utf8.RuneCountInString(b.Name); length > maxButton {
		r.wrong(child(n, "name"), "shorten it", "the name has %d characters, and Security Hub takes %d", length, maxButton)
	}
	r.span(n, &b)
	if (b.Do == "exempt" || b.Do == "undo") && !b.Trust {
		r.wrong(child(n, "do"), "add trust: true if everybody who may press it is trusted", "a press names no person and may only approve what was shown")
	}
	return b
}

// span checks how long a button exempts.
func (r *reader) span(n *yaml.Node, b *Button) {
	switch last := child(n, "for"); {
	case b.Do == "exempt" && last == nil:
		r.wrong(n, "add for: 30d", "a button that exempts has no end")
	case b.Do == "exempt" && b.For <= 0 && durationForm.MatchString(target(last).Value):
		r.wrong(last, "write a time above 0: 30d", "the button exempts for no time")
	case b.Do != "exempt" && b.Do != "" && last != nil:
		r.wrong(last, "leave it out", "for belongs to buttons that exempt")
	}
}

// button gives a button by its name, or nil.
func (p *Policy) button(name string) *Button {
	if i := slices.IndexFunc(p.buttons, func(b Button) bool { return b.Name == name }); i >= 0 {
		return &p.buttons[i]
	}
	return nil
}

// pressMode is what a rule does when a button was pressed: what it does anyway, but at least a proposal, so that what would be done is shown; and all of it where the
// button is trusted.
func (b *Button) pressMode(u *rule) Verdict {
	if b.Trust || u.mode == Fix {
		return Fix
	}
	return Propose
}

// pressed decides about a finding for which somebody chose a custom action.
func (p *Policy) pressed(s *sight) []Decision {
	f, b := s.f, p.button(s.f.Press.Name)
	if b == nil {
		return []Decision{ignored(f, noButton(f))}
	}
	c := p.choose(s, 0)
	switch {
	case c.rule == nil:
		return []Decision{ignored(f, "No rule of the policy applies to it.")}
	case b.Do == "exempt":
		return []Decision{p.exempted(f, &c, b)}
	case len(c.rule.do) == 0:
		return []Decision{ignored(f, fmt.Sprintf("Rule %q only tells people: it has no remedy for %s.", c.rule.name, f.Control))}
	}
	c.mode = b.pressMode(c.rule)
	decisions := make([]Decision, len(c.rule.do))
	for i := range c.rule.do {
		do := &c.rule.do[i]
		d := p.decide(f, &c, do, nil)
		if d.Verdict.Violates() {
			b.press(&d, do)
		}
		decisions[i] = d
	}
	return served(decisions)
}

// exempted decides about a press that takes the resource out of the rule which answers the finding, whatever the rule does about it: one decision.
func (p *Policy) exempted(f *finding.Finding, c *choice, b *Button) Decision {
	do := &telling
	if i := slices.IndexFunc(c.rule.do, func(d use) bool { return p.unfit(&d, f) == "" }); i >= 0 {
		do = &c.rule.do[i]
	}
	d := p.decide(f, c, do, nil)
	switch {
	case d.Verdict == Exempt:
		return d
	case c.sure == byAccount:
		return ignored(f, fmt.Sprintf("The button %q was pressed, and %s: exempt it by command.", b.Name, c.doubt(f)))
	case c.sure != yes:
		const why = "The button %q was pressed, and whether rule %q applies depends on tags that the finding does not carry: exempt it by command."
		return ignored(f, fmt.Sprintf(why, b.Name, c.rule.name))
	case f.Resource.ARN == "":
		return ignored(f, fmt.Sprintf("The button %q was pressed, and the finding does not tell the resource's ARN, without which nothing can be exempted.", b.Name))
	}
	d.Verdict, d.Exempts, d.Unread = Fix, b.For, false
	d.Reason = fmt.Sprintf("The button %q exempts it from rule %q until %s.", b.Name, c.rule.name, f.Time.Add(b.For).UTC().Format("2006-01-02 15:04 UTC"))
	return d
}

// served are, of the decisions about a press, those that come to something; else the first, which says why none does: a press has one answer.
func served(decisions []Decision) []Decision {
	if !slices.ContainsFunc(decisions, func(d Decision) bool { return d.Verdict.Violates() }) {
		return decisions[:1]
	}
	return slices.DeleteFunc(decisions, func(d Decision) bool { return !d.Verdict.Violates() })
}

// press says what a button makes of a decision.
func (b *Button) press(d *Decision, do *use) {
	switch {
	case b.Do == "undo":
		d.Verdict, d.Undoes = Fix, true
		d.Reason = fmt.Sprintf("The button %q takes the last change back.", b.Name)
	case do.undo == "none" && !b.Trust:
		d.Reason = b.withheld(do.remedy)
	default:
		d.Approves, d.Outright = true, d.Verdict == Fix && do.undo != "none"
		d.Reason = fmt.Sprintf("The button %q was pressed (rule %q); the setting is read before anything is done.", b.Name, d.Rule)
	}
}

// pressable tells whether a press may come to the rule's remedies.
func (p *Policy) pressable(u *rule) bool {
	fixes := slices.ContainsFunc(p.buttons, func(b Button) bool { return b.Do == "fix" })
	return fixes && u.hearsReports() && (u.controls == nil || slices.ContainsFunc(u.controls, func(c string) bool { return c != TagsRemedy }))
}

// asPressed is a decision after a read as the press that led to it wants it.
func (p *Policy) asPressed(c *choice, press string) {
	if b := p.button(press); b != nil && b.Do == "fix" && c.rule != nil {
		c.mode = b.pressMode(c.rule)
	}
}
