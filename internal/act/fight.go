package act

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// fightSpan is for how long a flip counts, at least: code that is applied once an hour, or at night, fights, too.
const fightSpan = 24 * time.Hour

// fought counts how often what is to be changed was changed so before and is back, and ends an entry that would only go on with that: people are told who is on the other side.
// A threat is contained however often it comes back: whoever attacks must not be rid of us by trying three times.
// What a person asks for is made all the same, and counts.
func (a *Actor) fought(ctx context.Context, e journal.Entry) (journal.Flips, error) {
	last, found, err := a.Journal.Changed(ctx, e.Key)
	if err != nil {
		return nil, fmt.Errorf("look for the last change of %s: %w: %w", e.Key.Setting, errJournal, err)
	}
	if !found || last.State != journal.Fixed || !again(last.Change, e.Change) {
		return nil, nil
	}
	b := a.Policy.Breaker(e.Rule)
	span := max(fightSpan, b.Window)
	flips := last.Flips.With(a.Now(), span)
	if len(flips) < b.Flips || asked(e) || threatens(e) {
		return flips, nil
	}
	return flips, &end{
		event: journal.Tell, held: journal.Fight, due: a.Now().Add(span),
		reason: join(e.Reason, fmt.Sprintf("It was put right and changed back %d times since %s, so it is left alone until %s: change the code that sets it, or exempt it.",
			len(flips), flips[0].UTC().Format(time.RFC3339), a.Now().Add(span).UTC().Format(time.RFC3339))),
	}
}

// again tells whether a change would make part of an earlier one once more.
func again(earlier, c change.Change) bool {
	return slices.ContainsFunc(c.Touched, func(t change.Touch) bool {
		return slices.ContainsFunc(earlier.Touched, func(was change.Touch) bool {
			return was.Path == t.Path && string(was.After) == string(t.After)
		})
	})
}
