package notify

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A hold is why something waits: as a word within a sentence, and as a sentence of its own, in which %s is until when.
type hold struct{ name, why string }

// holds are the reasons to wait.
var holds = map[string]hold{
	journal.Grace:  {"its grace", "The rule leaves time: it is taken up again at %s."},
	journal.Window: {"its window", "The rule's window is not open: it is taken up again at %s."},
	journal.Freeze: {"a freeze", "A freeze holds all changes back: it is taken up again at %s."},
	journal.Braked: {"the brake", "The brake is on, so that nothing is changed until somebody takes it off."},
	journal.Budget: {"its budget", "The rule has made as many changes as its budget allows; there is room again at %s."},
	journal.Broken: {"its breaker", "The rule's changes went wrong too often, so that its breaker is open until %s."},
}

// sentence says why an entry waits, and until when.
func (h hold) sentence(e journal.Entry) string {
	if !strings.Contains(h.why, "%s") {
		return h.why
	}
	return fmt.Sprintf(h.why, moment(e.Due))
}

// wordsOfHeld are the words of an entry that waits or, once it is answered, has waited.
func wordsOfHeld(e journal.Entry) words {
	h, known := holds[e.Held]
	if e.Held == journal.Fight && e.State == journal.Told {
		return wordsOfFight(e)
	}
	if !known {
		return wordsOfState(e)
	}
	switch e.State {
	case journal.Waiting:
		return words{fmt.Sprintf("Waiting (%s)", e.Held), "Nothing was changed yet. " + h.sentence(e) + " " + then(e)}
	case journal.Proposed:
		const when = " The change below is made then, if it is still wrong, or as soon as somebody approves it."
		return words{fmt.Sprintf("Proposed (%s)", e.Held), "Nothing was changed yet. " + h.sentence(e) + when}
	case journal.Compliant:
		return words{"Put right", fmt.Sprintf("Nothing is wrong any more: it was put right while it waited for %s, and Tagwarden changed nothing.", h.name)}
	case journal.Gone:
		return words{"Gone", fmt.Sprintf("The resource was deleted while it waited for %s.", h.name)}
	}
	w := wordsOfState(e)
	return words{w.headline, fmt.Sprintf("%s It had waited for %s.", w.did, h.name)}
}

// then says what becomes of an entry when it need not wait any more.
func then(e journal.Entry) string {
	switch {
	case e.Approved:
		return "Then what was approved is made, if it is still as it was shown."
	case e.Mode == string(policy.Propose):
		return "Then a change is proposed, if it is still wrong."
	}
	return "Then it is put right, if it is still wrong."
}

// adviceOnWaiting is what helps while an entry waits.
func (s story) adviceOnWaiting() []string {
	list := []string{"Put it right until then, and Tagwarden changes nothing."}
	if s.entry.Held == journal.Braked {
		list = append(list, fmt.Sprintf("When changes may be made again, see which brake is on, and take it off: %s brake", s.about.Tool))
	} else if approve := s.approve(); approve != "" {
		list = append(list, "Do not wait: "+approve)
	}
	return append(list, s.adviceToExempt()...)
}

// adviceToExempt is how the resource is taken out of its rule; none where it cannot be.
func (s story) adviceToExempt() []string {
	if _, exemptible := journal.ExemptionKey(s.entry.Resource); !exemptible {
		return nil
	}
	return []string{fmt.Sprintf("Leave it as it is: %s exempt %s --for 30d --reason WHY --owner WHO", s.about.Tool, argument(s.entry.Resource.ARN))}
}
