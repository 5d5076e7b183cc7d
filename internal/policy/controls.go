package policy

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// controlForm is how controls are named: "tags", or the service that reports them and their name there; * stands for any text.
var controlForm = regexp.MustCompile(`^(tags|(securityhub|config|guardduty|inspector):[^\s:].{0,255})$`)

// controls reads the controls that a rule is for; * stands for any text. A rule that does something needs a remedy that answers each.
func (r *reader) controls(n *yaml.Node, u *rule, c Catalog) {
	if n == nil {
		return
	}
	before := len(r.problems)
	r.few(n, "controls")
	r.some("controls", &u.controls)(n)
	if len(r.problems) > before {
		return
	}
	for i, control := range u.controls {
		item := target(n).Content[i]
		switch known := c.answersTo(control); {
		case !controlForm.MatchString(control) && control != "*", !known && len(u.do) > 0:
			r.wrong(item, r.choices(control, c.answers()), "unknown control %q", control)
		case slices.Contains(u.controls[:i], control):
			r.wrong(item, "name it once", "%s stands twice", control)
		}
	}
	if len(r.problems) == before {
		r.idle(u)
	}
}

// idle refuses a remedy that answers none of the rule's controls: the rule would never do it.
func (r *reader) idle(u *rule) {
	for _, d := range u.do {
		if !slices.ContainsFunc(u.controls, func(control string) bool { return overlaps(d.answers, control) }) && d.at != nil && d.answers != nil {
			r.wrong(d.at, "leave it out, or add a control that it answers: "+enumerate(d.answers[:min(len(d.answers), 6)], "or"), "%s answers none of the rule's controls", d.remedy)
		}
	}
}

// answersTo tells whether some remedy answers a control, or one of those that a glob stands for.
func (c Catalog) answersTo(control string) bool {
	return slices.ContainsFunc(c.Remedies, func(m CatalogRemedy) bool { return overlaps(m.Answers, control) })
}

// overlaps tells whether one of some globs and another glob can mean the same. It may miss two globs that only overlap in part.
func overlaps(globs []string, glob string) bool {
	return slices.ContainsFunc(globs, func(g string) bool { return globMatch(g, glob) || globMatch(glob, g) })
}

// isFor tells whether the rule is for what a finding is about: its controls, else those that its remedies answer. News of a resource are for every remedy: they say of
// no control that it is broken.
func (u *rule) isFor(f *finding.Finding) bool {
	switch {
	case u.controls != nil:
		return globAny(u.controls, f.Control)
	case len(u.do) == 0, !bound(f.Kind):
		return true
	}
	return slices.ContainsFunc(u.do, func(d use) bool { return globAny(d.answers, f.Control) })
}

// unanswered says why a remedy is not for what a finding is about; "" where it is.
func (d *use) unanswered(f *finding.Finding) string {
	if d.remedy == "" || !bound(f.Kind) || globAny(d.answers, f.Control) {
		return ""
	}
	return d.remedy + " does not answer " + f.Control + ", but " + strings.Join(d.answers, ", ") + "."
}
