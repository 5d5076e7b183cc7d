package notify

import (
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// Outcome is what became of an entry, as the command line and messages name it: observed, told, proposed, waiting, fixed, compliant, exempt, gone, refused, failed,
// lapsed or undone. An entry that is on its way is waiting; one that took another back is undone.
func Outcome(e journal.Entry) string {
	switch e.State {
	case journal.Open, journal.Planned, journal.Applying, journal.Settling:
		return string(journal.Waiting)
	case journal.Fixed:
		if e.Undoes != "" {
			return string(journal.Undone)
		}
	}
	return string(e.State)
}

// verdict is what the policy said, by the entry's mode; what nothing could be done about is only told, and what turned out right has the verdict of that.
func verdict(e journal.Entry) string {
	switch e.State {
	case journal.Told:
		return "notify"
	case journal.Compliant, journal.Exempted:
		return string(e.State)
	}
	return e.Mode
}

// words say what became of an entry: in one or two words, and in a sentence about what was done.
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

// reported are the words of what a service reports and nobody was asked to put right, forged those of an event that is not believed, and declined those of a press that came
// to nothing.
var (
	reported = words{"Reported", "Nothing was changed: this message is all."}
	forged   = words{"Forged", "Nothing was done: the event cannot be what it claims to be. Find out who sent it."}
	declined = words{"Nothing done", "A button was pressed, and nothing was done."}
)

func wordsOf(e journal.Entry) words {
	switch {
	case e.Key.Setting == finding.Forgery:
		return forged
	case e.Key.Declined():
		return declined
	case e.State == journal.Told && (e.Remedy == "" || finding.Threat(e.Control)):
		return reported
	}
	list, onItsWay := told, words{"Waiting", "Nothing is finished yet: it waits."}
	if e.Undoes != "" {
		list, onItsWay = undone, words{"Undo waits", "The earlier change is not taken back yet: it waits."}
	}
	if w, ok := list[e.State]; ok {
		return w
	}
	return onItsWay
}
