package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A Hold is why a change has to wait, and until when.
type Hold struct {
	Kind   string    // "grace", "freeze" or "window": the first of these that holds now
	Until  time.Time // UTC: the first moment at which none of them holds
	Reason string    // one sentence for people, about Kind
}

// An Override is what somebody who approves a change lets go.
type Override struct{ Grace, Window, Freeze bool }

// Hold tells until when a change by a rule has to wait; false: it may be made now. since is when the first event of the violation happened, from which the rule's grace counts.
// A freeze holds every rule, also one that the policy does not have any more.
func (p *Policy) Hold(rule string, since, now time.Time, o Override) (Hold, bool) {
	holds := p.holds(rule, since, o)
	first, held := firstHold(holds, now)
	if !held {
		return Hold{}, false
	}
	until := first.Until
	for next, more := firstHold(holds, until); more; next, more = firstHold(holds, until) {
		until = next.Until // it ends: each freeze is over once and for all, and behind the last one the window opens
	}
	first.Until = until.UTC()
	return first, true
}

// A holder tells whether it holds changes back at a moment, and until when by itself: the first later moment at which it does not.
type holder func(at time.Time) (Hold, bool)

// holds are what may hold a rule's changes back, in the order in which people are told.
func (p *Policy) holds(name string, since time.Time, o Override) []holder {
	var all []holder
	u := p.rule(name)
	if u != nil && u.after > 0 && !o.Grace {
		all = append(all, u.grace(since))
	}
	if len(p.freezes) > 0 && !o.Freeze {
		all = append(all, p.frozen)
	}
	if u != nil && u.window.set && !o.Window {
		all = append(all, u.closed)
	}
	return all
}

// firstHold is the first that holds changes back at a moment.
func firstHold(holds []holder, at time.Time) (Hold, bool) {
	for _, hold := range holds {
		if h, held := hold(at); held {
			return h, true
		}
	}
	return Hold{}, false
}

// grace holds changes back until the violation has stood for a while.
func (u *rule) grace(since time.Time) holder {
	end := since.Add(u.after)
	return func(at time.Time) (Hold, bool) {
		return Hold{"grace", end, fmt.Sprintf("Rule %q changes nothing before it has been wrong for %s.", u.name, u.afterText)}, at.Before(end)
	}
}

// closed holds changes back outside of the rule's window.
func (u *rule) closed(at time.Time) (Hold, bool) {
	if u.window.open(at) {
		return Hold{}, false
	}
	return Hold{"window", u.window.opens(at), fmt.Sprintf("Rule %q changes things only in its window (%s).", u.name, u.window.text)}, true
}

// frozen holds changes back while they are frozen.
func (p *Policy) frozen(at time.Time) (Hold, bool) {
	reason, until, on := p.Freezing(at)
	return Hold{"freeze", until, sentence(thaw(reason, until))}, on
}

// sentence makes a clause a sentence.
func sentence(clause string) string {
	return strings.ToUpper(clause[:1]) + clause[1:] + "."
}

// A freeze is a time without changes.
type freeze struct {
	from, until time.Time // days, UTC, both inclusive
	reason      string
}

// ends is the first moment after the freeze.
func (f freeze) ends() time.Time { return f.until.Add(day) }

// Freezing tells whether changes are frozen: why, by the first freeze that holds, and the first moment (UTC) at which none does. Freezes that adjoin or overlap are one.
func (p *Policy) Freezing(now time.Time) (reason string, until time.Time, on bool) {
	until = now
	for {
		i := slices.IndexFunc(p.freezes, func(f freeze) bool { return !until.Before(f.from) && until.Before(f.ends()) })
		if i < 0 {
			return reason, until, on
		}
		if !on {
			reason, on = p.freezes[i].reason, true
		}
		until = p.freezes[i].ends()
	}
}

// thaw says until which day there are no changes, and why.
func thaw(reason string, until time.Time) string {
	return fmt.Sprintf("no changes until %s: %s", until.Add(-day).Format(time.DateOnly), strings.TrimSuffix(reason, "."))
}

// freezeList gives a reader of the freezes.
func (r *reader) freezeList(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.few(n, "freeze")
		r.list(n, "freeze", func(_ int, n *yaml.Node) {
			var f freeze
			r.object(n, "a freeze", fields{"from": r.date(&f.from), "until": r.date(&f.until), "reason": r.string(&f.reason)}, "from", "until", "reason")
			if !f.until.IsZero() && f.until.Before(f.from) {
				r.wrong(child(n, "until"), "put the later day last", "the freeze ends before it begins")
			}
			p.freezes = append(p.freezes, f)
		})
	}
}

// after gives a reader of a rule's grace.
func (r *reader) after(u *rule) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.duration(&u.after)(n)
		if u.afterText = target(n).Value; u.after > 0 {
			u.notes = append(u.notes, "only "+u.afterText+" after it was told")
		}
	}
}
