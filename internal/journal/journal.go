package journal

import (
	"errors"
	"time"
)

// What a journal may answer beside success. Compare with errors.Is.
var (
	ErrUnknown  = errors.New("no such entry in the journal")
	ErrBusy     = errors.New("another function holds this entry") // deliver again
	ErrConflict = errors.New("the entry was changed meanwhile")   // deliver again
	// ErrStale is Record's answer where an entry would be answered by what was seen (Entry.Seen), but something newer was seen of the resource, or reported, since. An event
	// that is answered so is over; who judged by a read reads again.
	ErrStale = errors.New("something newer was seen of the resource")
	// ErrTooLarge says that an entry is larger than a journal keeps (see MaxBytes); a retry does not help.
	ErrTooLarge = errors.New("too large for the journal")
)

// A Begun says what became of a violation that was reported to the journal.
type Begun struct {
	Entry Entry // the entry that holds the claim now
	Kind  BegunKind
}

// BegunKind is how a report was taken.
type BegunKind int

// The ways a report is taken.
const (
	Started  BegunKind = iota // a new entry was opened and holds the claim
	Repeated                  // an entry for the same violation holds the claim; the report was added to its reporters
	Stale                     // something newer was already seen of this resource: nothing was changed
)

// Lease is how long act may hold an entry without a sign of life: the function's timeout and a margin.
const Lease = 6 * time.Minute

// Overdue is how long after a hand-over an entry is handed over again that nobody has answered by then: longer than the pauses of the hand-over queue together (awssqs), so that
// it is not handed over beside itself.
const Overdue = 15 * time.Minute
