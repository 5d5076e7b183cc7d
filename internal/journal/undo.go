package journal

import (
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// Undo is the entry that takes another back, by whom and because of which event (or operator's act). It is begun like a violation, and handed over.
func Undo(original Entry, by, event string) Entry {
	undo := original
	undo.ID = NewID(original.Key, event, "undo "+original.ID)
	undo.Revision, undo.State, undo.Undoes, undo.Prior = 0, Open, original.ID, nil
	undo.Event, undo.Actor, undo.Seen, undo.Once = event, by, finding.Version{}, ""
	undo.Reporters = append(slices.Clone(original.Reporters), Reporter{Kind: original.Kind, Event: event, Control: original.Control})
	undo.Fingerprint, undo.Change, undo.Calls, undo.Err, undo.Told = "", change.Change{}, nil, "", false
	undo.Press, undo.Approved, undo.Noted, undo.Redoes = "", false, false, original.Undoes != ""
	undo.Held, undo.Due, undo.Tries, undo.Spent, undo.Left, undo.Shown = "", time.Time{}, 0, false, "", ""
	undo.Flips, undo.Approver, undo.Override, undo.Gathered = nil, "", Override{}, false
	undo.Reason = "Takes back entry " + original.ID + "."
	return undo
}
