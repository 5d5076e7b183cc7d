package clock

import (
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// exemptionTurn is the turn of the exemptions of a resource: people are reminded a week before one ends, and told when it has. One thing is told after the other.
func exemptionTurn(e journal.Entry, now time.Time) (turn, error) {
	if e.State == journal.Open {
		return move(e, journal.Tell, false, "", now) // it was granted, and nobody was told
	}
	if !e.Told {
		return deliver(e, now), nil
	}
	grants, err := journal.Grants(e)
	if err != nil {
		return turn{}, err
	}
	left, said := renew(grants, now)
	next, err := e.Regrant(left, now)
	if err != nil || len(said) == 0 {
		return turn{next: next}, err
	}
	next.Told, next.Reason = false, join(said...)
	return deliver(next, now), nil
}

// renew parts the exemptions that still hold from those that are over, and says what is new. Of those that belong to an undo the undo's own message spoke, and what comes of
// their end is told by itself.
func renew(grants []journal.Grant, now time.Time) (left []journal.Grant, said []string) {
	for _, g := range grants {
		over, soon := !now.Before(g.Until), !now.Before(g.Until.Add(-journal.Remind))
		switch {
		case g.Undo != "":
		case over:
			said = append(said, fmt.Sprintf("Its exemption from %s by %s ended at %s: in force again.", rulesOf(g), g.Owner, stamp(g.Until)))
		case soon && !g.Reminded:
			g.Reminded = true
			said = append(said, fmt.Sprintf("Its exemption from %s by %s ends at %s (%s): put it right until then, or have it exempted anew.", rulesOf(g), g.Owner, stamp(g.Until), g.Reason))
		}
		if !over {
			left = append(left, g)
		}
	}
	return left, said
}

// rulesOf names the rules that a grant is for.
func rulesOf(g journal.Grant) string {
	switch len(g.Rules) {
	case 0:
		return "all rules"
	case 1:
		return fmt.Sprintf("rule %q", g.Rules[0])
	}
	return `the rules "` + strings.Join(g.Rules, `", "`) + `"`
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
