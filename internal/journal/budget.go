package journal

import "strings"

// What a notice about a budget is about: a rule, or the sweep.
const (
	aboutRule  = "rule/"
	AboutSweep = "sweep"
)

// AboutRule is what a notice is about that is about a rule.
func AboutRule(rule string) string { return aboutRule + rule }

// BudgetOf is the counter of the budget that a notice is about.
func BudgetOf(about string) string {
	if about == AboutSweep {
		return SweepBudget
	}
	return RuleBudget(strings.TrimPrefix(about, aboutRule))
}
