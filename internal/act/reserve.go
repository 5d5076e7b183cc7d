package act

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// reserved is a plan that may be made: nothing holds it back, and these counters are to move with it.
type reserved struct {
	planned
	marks []journal.Mark
}

// reserve ends an entry whose change is planned and may not be made by itself: what waits, what is fought over, what the rule's breaker stops. Of all else it says what it costs
// of the rule's budget. What was begun has paid.
func (a *Actor) reserve(ctx context.Context, p planned) (reserved, error) {
	r := reserved{planned: p}
	if begun(p.entry) || p.entry.Spent {
		return r, nil
	}
	if p.free == "" || p.free != p.entry.Rule { // else that was looked at before the read
		if err := a.held(ctx, p.entry); err != nil {
			return r, err
		}
	}
	if p.entry.Undoes == "" {
		var err error
		if r.entry.Flips, err = a.fought(ctx, p.entry); err != nil {
			return r, err
		}
		if err := a.broken(ctx, p.entry); err != nil {
			return r, err
		}
	}
	r.marks = a.costs(p.entry)
	return r, nil
}

// asked tells whether a person wants this very change.
func asked(e journal.Entry) bool { return e.Approved || e.Press != "" }

// costs is what a change counts in budgets. What a person asked for is counted and never held back; of undos only those that were asked for by the rule are counted, for
// themselves.
func (a *Actor) costs(e journal.Entry) []journal.Mark {
	budget := a.Policy.Budget(e.Rule)
	spend := func(counter string, rate policy.Rate) journal.Mark {
		m := journal.Mark{Counter: counter, Limit: rate.Count, Per: rate.Per}
		if asked(e) || e.Override.All {
			m.Limit = 0
		}
		return m
	}
	switch {
	case e.Undoes != "" && e.Override.Bulk:
		return []journal.Mark{spend(journal.UndoBudget(e.Rule), budget.Total)}
	case e.Undoes != "":
		return nil
	}
	marks := []journal.Mark{spend(journal.AccountBudget(e.Rule, e.Key.Account), budget.Account), spend(journal.RuleBudget(e.Rule), budget.Total)}
	if e.Kind == clockKind {
		marks = append(marks, spend(journal.SweepBudget, a.Policy.SweepBudget()))
	}
	return marks
}

// clockKind is the kind of what a sweep finds.
const clockKind = "clock"

// spent ends an entry whose change is over a budget: it is proposed meanwhile, and made when there is room again.
func spent(e journal.Entry, full *journal.SpentError) error {
	if e.Undoes != "" {
		return &end{event: journal.Refuse, reason: "It was not undone: so many undos of one rule are over its budget. Ask again later, or with --all."}
	}
	who := fmt.Sprintf("Rule %q", e.Rule)
	if full.Counter == journal.SweepBudget {
		who = "The sweep of all that exists"
	}
	return &end{
		event: journal.Propose, held: journal.Budget, due: full.Free, budget: full.Counter,
		reason: join(e.Reason, who+" has made as many changes as its budget allows; this one waits until there is room again, or until it is approved."),
	}
}

// broken ends an entry whose rule's breaker is open, unless a person wants its change.
func (a *Actor) broken(ctx context.Context, e journal.Entry) error {
	if asked(e) {
		return nil
	}
	trips := journal.Breaker(e.Rule)
	rails, err := a.Journal.Rails(ctx, e.Key.Account, trips...)
	if err != nil {
		return fmt.Errorf("look at the breaker of rule %q: %w: %w", e.Rule, errJournal, err)
	}
	for _, name := range trips {
		if c := rails.Counters[name]; c.Open(a.Now()) {
			return &end{
				event: journal.Propose, held: journal.Broken, due: c.Until(),
				reason: join(e.Reason, fmt.Sprintf("The breaker of rule %q is open until %s: its changes went wrong too often.", e.Rule, c.Until().UTC().Format(time.RFC3339))),
			}
		}
	}
	return nil
}

// trips is what an outcome counts in its rule's breaker, or among what its budget holds back: was is the entry before that.
func (a *Actor) trips(was, e journal.Entry, o *end) []journal.Mark {
	b := a.Policy.Breaker(e.Rule)
	trip := func(counter string, limit int) []journal.Mark {
		return []journal.Mark{{Counter: counter, Limit: limit, Per: b.Window, Kind: journal.Trip}}
	}
	switch {
	case e.Undoes != "":
		return nil
	case o.event == journal.Fail && e.Tries > 0:
		return trip(journal.FailedOf(e.Rule), b.Failed)
	case o.held == journal.Fight:
		return trip(journal.FoughtOf(e.Rule), b.Failed)
	case o.held == journal.Budget && was.Held != journal.Budget: // else it is counted
		return []journal.Mark{a.keeps(e.Rule, o.budget)}
	}
	return nil
}

// keeps counts one more that a budget holds back: the sweep's, or the rule's.
func (a *Actor) keeps(rule, counter string) journal.Mark {
	if counter == journal.SweepBudget {
		return journal.Mark{Counter: counter, Per: a.Policy.SweepBudget().Per, Kind: journal.Keep}
	}
	return journal.Mark{Counter: journal.RuleBudget(rule), Per: a.Policy.Budget(rule).Total.Per, Kind: journal.Keep}
}

// overspent is the error of a counter that is at its limit, if err is one.
func overspent(err error) (*journal.SpentError, bool) { return errors.AsType[*journal.SpentError](err) }
