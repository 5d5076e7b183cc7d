package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A Rate is how many changes may be made in a time. The time slides: at no moment may there have been more in the time before it.
type Rate struct {
	Count int           // at least 1
	Per   time.Duration // a minute, an hour or a day
}

// String is the rate as the policy file spells it: 50/h.
func (r Rate) String() string {
	for letter, per := range pers {
		if per == r.Per {
			return strconv.Itoa(r.Count) + "/" + letter
		}
	}
	return fmt.Sprintf("%d in %s", r.Count, r.Per)
}

// pers are the times of rates, as the policy file spells them.
var pers = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": day}

// A Budget is how many changes a rule may make. Above it the rule only proposes.
type Budget struct {
	Account Rate // in one account
	Total   Rate // in all accounts together
}

// A Breaker says when a rule stops changing anything by itself: within Window, so many of its changes failed, were undone, or were fought over (as many as may fail). And it says
// when it stops for one resource: one setting of it flipped back so many times, within Window or a day, whichever is longer.
type Breaker struct {
	Failed, Undone, Flips int // at least 1
	Window                time.Duration
}

// What holds where the policy says nothing.
var (
	defaultBudget  = Budget{Account: Rate{50, time.Hour}, Total: Rate{500, time.Hour}}
	defaultBreaker = Breaker{Failed: 5, Undone: 3, Flips: 3, Window: time.Hour}
	defaultSweep   = Rate{100, time.Hour}
)

// minWindow is the shortest window of a breaker: a shorter one would see hardly any two changes together.
const minWindow = time.Minute

// Budget is how many changes a rule may make. Each part that the rule does not give, and all of it for a rule that the policy does not have, is the default: 50 an hour in an
// account, 500 an hour in total.
func (p *Policy) Budget(rule string) Budget {
	if u := p.rule(rule); u != nil {
		return u.budget
	}
	return defaultBudget
}

// Breaker is when a rule stops by itself. Each part that the rule does not give, and all of it for a rule that the policy does not have, is the default: 5 failed, 3 undone or
// 3 flips in an hour.
func (p *Policy) Breaker(rule string) Breaker {
	if u := p.rule(rule); u != nil {
		return u.breaker
	}
	return defaultBreaker
}

// SweepBudget is how many changes all that a sweep finds may lead to, in total and beside the rules' own budgets; 100 an hour where the policy does not say.
func (p *Policy) SweepBudget() Rate { return p.sweep }

// rule gives a rule by its name, or nil.
func (p *Policy) rule(name string) *rule {
	if i := slices.IndexFunc(p.rules, func(u rule) bool { return u.name == name }); i >= 0 {
		return &p.rules[i]
	}
	return nil
}

// rate gives a reader of a rate such as 20/h.
func (r *reader) rate(to *Rate) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var text string
		r.form(budgetForm, "budget", "write a count and m, h or d: 20/h, 100/d", &text)(n)
		if count, per, ok := strings.Cut(text, "/"); ok {
			to.Count, _ = strconv.Atoi(count) // seven digits
			to.Per = pers[per]
		}
	}
}

// budget gives a reader of how many changes a rule may make.
func (r *reader) budget(u *rule) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.object(n, "a budget", fields{"account": r.rate(&u.budget.Account), "total": r.rate(&u.budget.Total)})
		u.notes = append(u.notes, "within its budget")
	}
}

// breaker gives a reader of when a rule stops by itself.
func (r *reader) breaker(to *Breaker) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.object(n, "a breaker", fields{"failed": r.count(&to.Failed), "undone": r.count(&to.Undone), "flips": r.count(&to.Flips), "window": r.duration(&to.Window)})
		if len(r.problems) == before && to.Window < minWindow {
			r.wrong(child(n, "window"), "write a time of at least 1m: 1h", "the breaker's window is shorter than a minute")
		}
	}
}

// sweep gives a reader of what holds for the sweep of all that exists.
func (r *reader) sweep(to *Rate) func(*yaml.Node) {
	return func(n *yaml.Node) { r.object(n, "sweep", fields{"budget": r.rate(to)}) }
}
