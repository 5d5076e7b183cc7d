package policy

import "github.com/tagwarden/tagwarden/internal/finding"

// DecideAll is Decide for all that one event tells, in its order: the decisions about each. What concerns a report as a whole, and not one of the resources that it names, is
// decided once:
//
//   - what a remedy does with the report itself (it archives it, or blocks its address);
//   - that a press comes to nothing, which is so only if it comes to nothing for all of the resources.
func (p *Policy) DecideAll(findings []finding.Finding) [][]Decision {
	all := make([][]Decision, len(findings))
	for i, f := range findings {
		all[i] = p.Decide(f)
	}
	kept := make([][]Decision, len(findings))
	for i, f := range findings {
		for _, d := range all[i] {
			if !p.doneBefore(findings, all, i, d) && !(f.Pressed() && !d.Forged && !d.Verdict.Violates() && servedElsewhere(findings, all, i)) {
				kept[i] = append(kept[i], d)
			}
		}
	}
	return kept
}

// doneBefore tells whether a remedy for whatever a report is about does the same already, for a resource that the report names earlier.
func (p *Policy) doneBefore(findings []finding.Finding, all [][]Decision, at int, d Decision) bool {
	m, known := p.catalog.remedy(d.Remedy)
	if !known || m.ID == TagsRemedy || m.Resource != "*" || !d.Verdict.Violates() || d.Exempts > 0 {
		return false
	}
	for i := range at {
		for _, before := range all[i] {
			if findings[i].Report.Is(findings[at].Report) && before.Remedy == d.Remedy && before.Verdict.Violates() {
				return true
			}
		}
	}
	return false
}

// servedElsewhere tells whether a press comes to something for another resource of the same report.
func servedElsewhere(findings []finding.Finding, all [][]Decision, at int) bool {
	for i, f := range findings {
		for _, d := range all[i] {
			if i != at && f.Report.Is(findings[at].Report) && d.Verdict.Violates() {
				return true
			}
		}
	}
	return false
}
