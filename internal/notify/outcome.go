package notify

import (
	"github.com/tagwarden/tagwarden/internal/journal"
)

// Outcome is what became of an entry, as the command line and messages name it: observed, told, proposed, waiting, fixed, compliant, exempt, gone, refused, failed,
// lapsed or undone. An entry that is on its way is waiting; one that took another back is undone; one that keeps exemptions is exempt, and lapsed when they are over.
func Outcome(e journal.Entry) string {
	switch e.State {
	case journal.Open, journal.Planned, journal.Applying, journal.Settling:
		return string(journal.Waiting)
	case journal.Fixed:
		if e.Undoes != "" {
			return string(journal.Undone)
		}
	case journal.Told:
		if e.Key.Exemption() {
			return string(journal.Exempted)
		}
	case journal.Compliant:
		if e.Key.Exemption() {
			return string(journal.Lapsed)
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
