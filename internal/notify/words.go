package notify

import (
	"fmt"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// words say what became of an entry: in one or two words, and in a sentence about what was done; "" where the entry's reason says it all.
type words struct{ headline, did string }

// told says the words of an entry by its state, and undone those of an entry that takes another one back; states that are missing are on their way.
var (
	told = map[journal.State]words{
		journal.Fixed:     {"Fixed", "The change below was made, and read back to be sure."},
		journal.Told:      {"Please fix", "Nothing was changed: this message is all."},
		journal.Proposed:  {"Proposed", "Nothing was changed yet. The change below is proposed."},
		journal.Refused:   {"Cannot fix", "Nothing was put right: it cannot be done from here."},
		journal.Failed:    {"Failed to fix", "Putting it right was tried and did not succeed. Part of the change below may have been made."},
		journal.Undone:    {"Undone", "The change was taken back: the values are again as they were before it."},
		journal.Observed:  {"Observed", "Nothing was changed: the rule only observes."},
		journal.Compliant: {"Right again", "Nothing is wrong any more; nothing had to be changed."},
		journal.Exempted:  {"Exempt", "Nothing was changed: an exemption holds."},
		journal.Gone:      {"Gone", "The resource does not exist any more."},
		journal.Lapsed:    {"Superseded", "Something newer about the same resource took its place."},
	}
	undone = map[journal.State]words{
		journal.Fixed:     {"Undone", "An earlier change was taken back by the change below, and read back to be sure."},
		journal.Undone:    {"Undone", "An earlier change was taken back, and that was taken back again."},
		journal.Compliant: {"Undone", "The values were already as they were before the earlier change; nothing had to be changed."},
		journal.Refused:   {"Cannot undo", "The earlier change was not taken back: it cannot be done from here."},
		journal.Failed:    {"Failed to undo", "Taking the earlier change back was tried and did not succeed. Part of the change below may have been made."},
		journal.Gone:      {"Gone", "The resource does not exist any more; there is nothing to take back."},
		journal.Lapsed:    {"Superseded", "Something newer about the same resource took its place; the earlier change was not taken back."},
	}
)

// The words of what no state tells alone.
var (
	reported = words{"Reported", "Nothing was changed: this message is all."}                                                      // by a service, and nobody was asked to put it right
	forged   = words{"Forged", "Nothing was done: the event cannot be what it claims to be. Find out who sent it."}                // an event that is not believed
	declined = words{"Nothing done", "A button was pressed, and nothing was done."}                                                // a press that came to nothing
	expired  = words{"Not approved", "Nothing was changed: nobody approved the change below in time, and it is proposed no more."} // a proposal
	anew     = words{"Proposed again", "It was approved, and by then it was not as it had been shown: nothing was changed. The change below is proposed now."}
	approved = words{"Fixed", "The change below was made as it was shown and approved, and read back to be sure."}
	redone   = words{"Made again", "An undo was taken back: what it had taken back was made again by the change below, and read back to be sure."}
)

// wordsOf are the words of an entry.
func wordsOf(e journal.Entry) words {
	switch {
	case e.Key.Noticed() != "":
		return words{headline: noticed(e)}
	case e.Key.Exemption():
		return words{headline: exempted(e)}
	case e.Key.Setting == finding.Forgery:
		return forged
	case e.Key.Declined():
		return declined
	case e.Undoes != "":
		return wordsOfUndo(e)
	case e.Held != "":
		return wordsOfHeld(e)
	}
	return wordsOfState(e)
}

// wordsOfState are the words of an entry that never had to wait, or of which that does not matter any more.
func wordsOfState(e journal.Entry) words {
	switch {
	case e.State == journal.Told && (e.Remedy == "" || finding.Threat(e.Control)):
		return reported
	case e.State == journal.Lapsed && !e.Told: // what another entry took the place of is told by that one
		return expired
	case e.State == journal.Proposed && e.Approver != "" && !e.Approved:
		return anew
	case e.State == journal.Fixed && approvedBy(e) != "":
		return approved
	}
	if w, ok := told[e.State]; ok {
		return w
	}
	return words{"Waiting", "Nothing is finished yet: it waits."}
}

func wordsOfUndo(e journal.Entry) words {
	if e.Redoes && e.State == journal.Fixed {
		return redone
	}
	if w, ok := undone[e.State]; ok {
		return w
	}
	return words{"Undo waits", "The earlier change is not taken back yet: it waits."}
}

// approvedBy is who approved what was made, or is to be; "" where nobody was asked.
func approvedBy(e journal.Entry) string {
	switch {
	case !e.Approved:
		return ""
	case e.Approver != "":
		return e.Approver
	case e.Press != "":
		return fmt.Sprintf("the button %q, which names no person", e.Press)
	}
	return ""
}
