package act

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// silent tells whether an entry has no message of its own: a notice tells of all that are held back for the same reason. Who asked for one hears of that one.
func silent(e journal.Entry) bool {
	heldBack := e.State == journal.Proposed && (e.Held == journal.Budget || e.Held == journal.Broken)
	return heldBack && e.Press == "" && e.Approver == ""
}

// regret is what an undo counts in the breaker of the rule whose change it took back.
func (a *Actor) regret(undone journal.Entry) []journal.Mark {
	if undone.Undoes != "" {
		return nil
	}
	b := a.Policy.Breaker(undone.Rule)
	return []journal.Mark{{Counter: journal.UndoneOf(undone.Rule), Limit: b.Undone, Per: b.Window, Kind: journal.Trip}}
}

// gathering is how long what a budget holds back is counted before people are told of it, once.
const gathering = time.Minute

// warn begins the notices that an outcome may lead to: that a rule has spent its budget, that its breaker has opened. It may be done twice: a notice is begun once.
func (a *Actor) warn(ctx context.Context, e journal.Entry) error {
	counts := e.State == journal.Failed || e.Held == journal.Fight || silent(e) || e.TookBack()
	if entryTold := e.Told && e.Undoes == ""; !counts || entryTold {
		return nil
	}
	names := append(journal.Breaker(e.Rule), journal.RuleBudget(e.Rule), journal.SweepBudget)
	rails, err := a.Journal.Rails(ctx, e.Key.Account, names...)
	if err != nil {
		return fmt.Errorf("look at the counters of rule %q: %w: %w", e.Rule, errJournal, err)
	}
	for _, name := range journal.Breaker(e.Rule) {
		if c := rails.Counters[name]; c.Open(a.Now()) {
			if err := a.opened(ctx, e.Rule, c); err != nil {
				return err
			}
		}
	}
	if e.Held != journal.Budget {
		return nil
	}
	b := a.Policy.Budget(e.Rule)
	rule := fmt.Sprintf("Rule %q has spent its budget (%s an account, %s in total)", e.Rule, b.Account, b.Total)
	sweep := fmt.Sprintf("The sweep of all that exists has spent its budget (%s)", a.Policy.SweepBudget())
	return errors.Join(a.overBudget(ctx, journal.AboutRule(e.Rule), rule, rails), a.overBudget(ctx, journal.AboutSweep, sweep, rails))
}

// overBudget tells that a budget holds changes back, if it does. How many the clock adds, when it has gathered.
func (a *Actor) overBudget(ctx context.Context, about, said string, rails journal.Rails) error {
	c := rails.Counters[journal.BudgetOf(about)]
	if c.Held == 0 {
		return nil
	}
	why := said + ": what is over it is proposed instead, and made when there is room again."
	return a.notice(ctx, journal.Notice(about, "budget", stamp(c.HeldAt), "medium", why, c.HeldAt), c.HeldAt.Add(gathering))
}

// came is what changes came to that are counted in a breaker, by the first word of its counter's name.
var came = map[string]string{"failed": "failed", "undone": "were undone", "fought": "were fought over"}

// opened tells that a rule's breaker has opened.
func (a *Actor) opened(ctx context.Context, rule string, c journal.Counter) error {
	what, _, _ := strings.Cut(c.Name, "/")
	why := fmt.Sprintf("The breaker of rule %q has opened (%d of its changes %s within %s): until %s its changes are only proposed. Look at what went wrong, then close it with `tagwarden breaker close`.",
		rule, c.Count(a.Now()), came[what], c.Per, c.Until().UTC().Format(time.RFC3339))
	return a.notice(ctx, journal.Notice(journal.AboutRule(rule), "breaker", c.Name+" "+stamp(c.Opened), "high", why, c.Opened), a.Now())
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// notice begins a notice, which the clock tells at a time, or soon after.
func (a *Actor) notice(ctx context.Context, n journal.Entry, at time.Time) error {
	n.Due = at
	if _, err := a.Journal.Begin(ctx, n, a.Now()); err != nil {
		return fmt.Errorf("begin the notice about %s: %w: %w", n.Key.Resource, errJournal, err)
	}
	return nil
}
