package journal

import (
	"fmt"
	"slices"
	"time"
)

// ChangedSince ends the reason of an undo that was refused because others changed what it would put back: it can be forced.
const ChangedSince = "changed since."

// Undo is the entry that takes another back, by whom and because of which event (or operator's act). It is begun like a violation, and handed over.
func Undo(original Entry, by, event string) Entry {
	undo := original.fresh()
	undo.ID = NewID(original.Key, event, "undo "+original.ID)
	undo.Event, undo.Actor, undo.Undoes = event, by, original.ID
	undo.Reporters = append(slices.Clone(original.Reporters), Reporter{Kind: original.Kind, Event: event, Control: original.Control})
	undo.Redoes = original.Undoes != "" && !original.Redoes // what made a change again is taken back like the change
	undo.Reason = "Takes back entry " + original.ID + "."
	return undo
}

// TookBack tells whether an undo left what it was for as it had been before: it changed that, or found it so.
func (e Entry) TookBack() bool {
	return e.Undoes != "" && (e.State == Fixed || e.State == Compliant)
}

// Displaced tells whether an undo that came to nothing took the place of an entry about a violation that may still be there, and that nobody looks at any more.
func (e Entry) Displaced() bool {
	nothing := e.Undoes != "" && (e.State == Refused || e.State == Failed)
	return nothing && e.Prior != nil && (e.Prior.State == Waiting || e.Prior.State == Exempted || e.Prior.State.Standing())
}

// A Reversal is what must be known of a remedy for its changes to be taken back.
type Reversal struct {
	Known  bool   // whether there is such a remedy
	Schema int    // version of the shape of its changes
	Never  string // why none of its changes can be taken back; "" where they can
}

// Undoable says, in a sentence, why an entry's change cannot be taken back whatever the resource is like; "" if it can be tried. keep is how long the policy lets changes be
// taken back. Ask before an undo is begun, so that one that can only be refused takes no other entry's place.
func Undoable(e Entry, r Reversal, keep time.Duration, now time.Time) string {
	switch {
	case e.Unproved:
		return Doubt(e)
	case !r.Known:
		return fmt.Sprintf("This version of Tagwarden has no remedy %s.", e.Remedy)
	case now.Sub(e.Updated) > keep:
		return fmt.Sprintf("Entry %s ended more than %d days ago: the policy lets changes be undone for so long (journal.undo).", e.ID, int(keep.Hours()/24))
	case !slices.Contains([]State{Fixed, Failed, Refused}, e.State): // what ended badly may have been written in part
		return fmt.Sprintf("Entry %s is %s: there is nothing to undo.", e.ID, e.State)
	case e.Change.Empty():
		return fmt.Sprintf("Entry %s changed nothing.", e.ID)
	case e.Change.Schema != r.Schema:
		return fmt.Sprintf("Entry %s was made by another version of the remedy %s, whose changes this one cannot read.", e.ID, e.Remedy)
	case r.Never != "":
		return fmt.Sprintf("Changes of %s cannot be undone: %s", e.Remedy, r.Never)
	}
	return ""
}
