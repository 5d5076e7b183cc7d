package journal

// What the counters are called, here only: act counts on them, operator and clock read them, and a name that is spelled otherwise would count nothing.

// RuleBudget is the counter of all changes that a rule makes.
func RuleBudget(rule string) string { return "budget/" + rule }

// AccountBudget is the counter of the changes that a rule makes in one account.
func AccountBudget(rule, account string) string { return "budget/" + rule + "/" + account }

// UndoBudget is the counter of the changes of a rule that are taken back in bulk.
func UndoBudget(rule string) string { return "undo/" + rule }

// SweepBudget is the counter of all changes that a sweep of what exists leads to.
const SweepBudget = "budget of the sweep"

// FailedOf is the counter of the changes of a rule that failed.
func FailedOf(rule string) string { return "failed/" + rule }

// UndoneOf is the counter of the changes of a rule that were taken back.
func UndoneOf(rule string) string { return "undone/" + rule }

// FoughtOf is the counter of the fights of a rule.
func FoughtOf(rule string) string { return "fought/" + rule }

// Breaker are the counters of a rule's breaker: it is open while one of them is.
func Breaker(rule string) []string { return []string{FailedOf(rule), UndoneOf(rule), FoughtOf(rule)} }
