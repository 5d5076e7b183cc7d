package notify

import (
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// ending is the end of the exemption that ends first, of those that people granted; zero if there is none. Of those that belong to an undo, the undo's own message speaks.
func ending(grants []journal.Grant) time.Time {
	var first time.Time
	for _, g := range grants {
		if g.Undo == "" && (first.IsZero() || g.Until.Before(first)) {
			first = g.Until
		}
	}
	return first
}

// exempted is the headline of a resource's exemptions.
func exempted(e journal.Entry) string {
	grants, err := journal.Grants(e)
	first := ending(grants)
	switch {
	case e.State.Final():
		return "In force again"
	case err != nil || first.IsZero():
		return "Exempt"
	case !e.Updated.Before(first.Add(-journal.Remind)):
		return "Exemption ends " + day(first)
	}
	return "Exempt until " + day(first)
}

// day is the day of a moment, for a subject.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// rulesOf names the rules that a grant is for.
func rulesOf(g journal.Grant) string {
	switch len(g.Rules) {
	case 0:
		return "all rules"
	case 1:
		return "rule " + quoteRule(g.Rules[0])
	}
	quoted := make([]string, len(g.Rules))
	for i, rule := range g.Rules {
		quoted[i] = quoteRule(rule)
	}
	return "rules " + strings.Join(quoted, ", ")
}

// excused is what the exemptions of a resource are about: the rules of the last one, of which they tell.
func (s story) excused() string {
	if len(s.grants) == 0 {
		return "the rules"
	}
	return clean(rulesOf(s.grants[len(s.grants)-1]))
}

// exemptions lists what a resource is exempt from.
func (s story) exemptions(p *page) {
	if s.unreadable {
		p.cut = true
		p.line("\nIN FORCE\nIt cannot be shown here.")
		return
	}
	if len(s.grants) == 0 {
		return
	}
	p.line("\nIN FORCE")
	p.each(len(s.grants), func(i int) {
		g := s.grants[i]
		p.line("- from ", p.text(rulesOf(g)), " until ", moment(g.Until))
		p.line("  ", p.text(fmt.Sprintf("%s answers for it, granted by %s: %s", orUnknown(g.Owner), orUnknown(g.By), g.Reason)))
	})
}

// adviceOnExemption is what can be done about the exemptions of a resource.
func (s story) adviceOnExemption() []string {
	arn := argument(s.entry.Resource.ARN)
	again := fmt.Sprintf("%s exempt %s --for 30d --reason WHY --owner WHO", s.about.Tool, arn)
	switch {
	case s.entry.Resource.ARN == "":
		return nil
	case s.entry.State.Final():
		return []string{"The next event about the resource is judged by the rules.", "Exempt it anew: " + again}
	case !s.entry.Updated.Before(ending(s.grants).Add(-journal.Remind)):
		return []string{"Put it right until then; after that the rules hold again.", "Exempt it for longer: " + again}
	}
	return []string{fmt.Sprintf("End it before its time: %s exempt end %s", s.about.Tool, arn)}
}

// A grant is an exemption as programs read it.
type grant struct {
	Rules  []string `json:"rules"` // empty: all
	Until  string   `json:"until"` // RFC 3339, the first moment at which it does not hold any more
	Reason string   `json:"reason"`
	Owner  string   `json:"owner"`
	By     string   `json:"by"`
	Undo   string   `json:"undo,omitempty"` // id of the undo that it belongs to
}

func (s story) shownGrants(k *knife) []grant {
	const field = "exemptions"
	if s.unreadable && s.entry.Key.Exemption() {
		k.mark(field)
	}
	var list []grant
	for i, g := range s.grants {
		if i == k.items {
			k.mark(field)
			break
		}
		rules := make([]string, len(g.Rules))
		for j, rule := range g.Rules {
			rules[j] = k.text(field, rule)
		}
		list = append(list, grant{rules, stamp(g.Until), k.text(field, g.Reason), k.text(field, g.Owner), k.text(field, g.By), k.text(field, g.Undo)})
	}
	return list
}
