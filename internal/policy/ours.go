package policy

import (
	"fmt"
	"slices"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Posts tells whether proposals that no finding of Security Hub reported are put there as findings of our own: where a button can approve them, and some rule may come to
// propose.
func (p *Policy) Posts() bool {
	return p.Approver() != "" && slices.ContainsFunc(p.rules, func(u rule) bool { return len(u.do) > 0 && stronger(p.reaches(&u), Notify) })
}

// pressedOurs decides about a press on a finding of our own: it is for the very entry that the finding names, whatever rule led to it. Whether there is such an entry, and
// whether it still proposes what the finding shows, is the journal's to tell.
func (p *Policy) pressedOurs(f *finding.Finding) Decision {
	b := p.button(f.Press.Name)
	if b == nil {
		return ignored(f, noButton(f))
	}
	d := Decision{Verdict: Fix, Severity: f.Severity, Violations: []tag.Violation{}, Urgent: true}
	switch b.Do {
	case "undo":
		d.Undoes, d.Reason = true, fmt.Sprintf("The button %q takes the change of entry %s back.", b.Name, f.Proposal.Entry)
	case "exempt":
		d.Exempts, d.Reason = b.For, fmt.Sprintf("The button %q exempts it until %s.", b.Name, f.Time.Add(b.For).UTC().Format("2006-01-02 15:04 UTC"))
	default:
		d.Approves, d.Reason = true, fmt.Sprintf("The button %q approves what entry %s proposes.", b.Name, f.Proposal.Entry)
	}
	return d
}

// Withheld says why a press of a button may not approve the change of a remedy; "" where it may.
func (p *Policy) Withheld(button, remedy string) string {
	b := p.button(button)
	if b == nil || b.Do != "fix" {
		return fmt.Sprintf("The policy has no button %q that approves.", button)
	}
	if m, _ := p.catalog.remedy(remedy); m.Undo == "none" && !b.Trust {
		return b.withheld(remedy)
	}
	return ""
}

// withheld says why the button may not approve what a remedy does.
func (b *Button) withheld(remedy string) string {
	return fmt.Sprintf("The button %q was pressed; %s cannot be undone, so the button may not approve it without trust.", b.Name, remedy)
}

// noButton says that what was pressed is no button of the policy's.
func noButton(f *finding.Finding) string {
	return fmt.Sprintf("The policy has no button %q that could do something.", f.Press.Name)
}
