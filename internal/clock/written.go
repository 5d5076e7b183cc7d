package clock

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// written has people told of the exemptions that the policy file grants: a week before one ends, and when it has. Each is a notice, which is begun once.
func (c *Clock) written(ctx context.Context) error {
	var failed error
	for _, x := range c.Policy.Exemptions() {
		n, said := writtenTurn(x, c.Now())
		if !said {
			continue
		}
		if _, err := c.Journal.Begin(ctx, n, c.Now()); err != nil {
			failed = errors.Join(failed, fmt.Errorf("begin the notice about an exemption of the policy: %w", err))
		}
	}
	return failed
}

// writtenTurn is what is said of an exemption of the policy at a time, to its owner; false if nothing is. The notice of its end is begun for as long as the reminder is.
func writtenTurn(x policy.Exemption, now time.Time) (journal.Entry, bool) {
	end := x.Until.AddDate(0, 0, 1) // its last day is inclusive
	which, said := "ends", fmt.Sprintf("ends at %s (%s): put it right until then, or give it a later end in the policy.", stamp(end), x.Reason)
	switch {
	case now.Before(end.Add(-journal.Remind)), !now.Before(end.Add(journal.Remind)):
		return journal.Entry{}, false
	case !now.Before(end):
		which, said = "over", fmt.Sprintf("ended at %s: in force again, from the next event or sweep on. Take it out of the policy.", stamp(end))
	}
	reason := fmt.Sprintf("The policy's exemption of %s from %s by %s %s", few(x.Resources), rulesOf(journal.Grant{Rules: x.Rules}), x.Owner, said)
	n := journal.Notice("exemption/"+x.ID(), "exemption", which, "", reason, now)
	n.Owner, n.Due = x.Owner, now
	if which == "over" {
		n.Control = journal.ExemptionOver
	}
	return n, true
}

// few names the first of a list.
func few(names []string) string {
	const most = 5
	list := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return list
}
