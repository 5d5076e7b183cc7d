package policy

import (
	"slices"
	"strings"
)

// threatControls begins the controls of GuardDuty's findings.
const threatControls = threats + ":"

// perFinding is the claim of a remedy that works on the finding itself, and on no resource.
const perFinding = "finding"

// Contains tells whether what the remedy did about a control keeps a threat in check: an instance isolated, a key deactivated, an address blocked. It does if it answers
// findings of GuardDuty and was done about one of them, or answers nothing else. What it did to a finding itself contains nothing.
func (m CatalogRemedy) Contains(control string) bool {
	threat := func(c string) bool { return strings.HasPrefix(c, threatControls) }
	if m.Per == perFinding || !slices.ContainsFunc(m.Answers, threat) {
		return false
	}
	return threat(control) || !slices.ContainsFunc(m.Answers, func(c string) bool { return !threat(c) })
}
