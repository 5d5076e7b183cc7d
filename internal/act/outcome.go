package act

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// An end is how an entry ends: an event of its life, or none where it stays as it is and waits for the clock. It is an error only so that a step can stop the work with it.
type end struct {
	event  journal.Event
	reason string    // one sentence; "" keeps the entry's
	cause  error     // for operators; nil if all went well
	mark   string    // the entry's fingerprint, where the end tells it; "" keeps the entry's
	held   string    // why it waits; "" where it does not
	budget string    // the counter that holds it back, of a budget
	due    time.Time // when the clock takes it up again; zero where the event itself says when, or never
}

// unjudged marks an entry whose setting could not be read where nothing is to be changed, so that people are not told of each event of such a resource.
const unjudged = "unjudged"

func (e *end) Error() string { return "the entry ends: " + string(cmp.Or(e.event, "it waits")) }

// young is how long after an event a resource that is not found may only not be there yet: AWS's APIs are eventually consistent, and tagging right after a creation can
// answer "not found" for minutes.
//
// Source: EC2 API reference, "Eventual consistency"; AWS's own auto-tagging sample retries for ten minutes.
const young = 10 * time.Minute

// outcome says how the work ended, or gives the error with which the queue is to deliver again. At the last delivery every error is an outcome: nothing is lost silently.
func (a *Actor) outcome(entry journal.Entry, err error, last bool) (*end, error) {
	var ended *end
	var refused *remedy.RefusedError
	switch {
	case errors.As(err, &ended):
		return ended, nil
	case errors.Is(err, remedy.ErrGone):
		return a.gone(entry, err, last)
	case errors.As(err, &refused) && (last || !begun(entry) || errors.Is(err, errUntouched)): // else a part of the change may be made: it is carried through, if it can be
		return refusal(entry, refused, err), nil
	case errors.Is(err, guard.ErrRefused):
		return &end{event: journal.Fail, reason: "The remedy tried a call that it does not declare. This is a fault in Tagwarden; nothing was sent.", cause: err}, nil
	case errors.Is(err, journal.ErrTooLarge):
		return &end{event: journal.Fail, reason: "The change is too large to be kept for an undo, so it was not made.", cause: err}, nil
	case last && !inJournal(err):
		return exhausted(entry, err), nil
	}
	return nil, fmt.Errorf("entry %s: %w", entry.ID, err)
}

// exhausted ends an entry that the queue delivers no more.
func exhausted(entry journal.Entry, err error) *end {
	switch {
	case errors.Is(err, errMore):
		return &end{event: journal.Verify}
	case entry.State == journal.Settling:
		return &end{event: journal.Fail, reason: "AWS took the change, and a read does not show it yet. It is judged again when the next event about the resource comes.", cause: err}
	}
	return &end{event: journal.Fail, reason: "Every attempt failed. It is tried again when the next event about the resource comes.", cause: err}
}

// gone ends an entry whose resource does not exist, unless it may only not be there yet.
func (a *Actor) gone(entry journal.Entry, err error, last bool) (*end, error) {
	if a.Now().Sub(entry.Since) < young && !last {
		return nil, fmt.Errorf("entry %s: not there yet: %w", entry.ID, err)
	}
	if entry.Once != "" && entry.Undoes == "" && !begun(entry) {
		return &end{event: journal.Tell, reason: fmt.Sprintf("%s is reported, and the resource does not exist any more.", entry.Control)}, nil
	}
	return &end{event: journal.Vanish, reason: "The resource does not exist any more."}, nil
}

// refusal ends an entry that cannot be answered. Where nothing was to be changed anyway, that is only told, or written down.
func refusal(entry journal.Entry, refused *remedy.RefusedError, err error) *end {
	unread := "It could not be judged: " + refused.Why
	switch {
	case entry.Undoes == "" && !begun(entry) && entry.Mode == string(policy.Observe):
		return &end{event: journal.Watch, reason: unread, cause: err, mark: unjudged}
	case entry.Undoes == "" && !begun(entry) && entry.Mode == string(policy.Notify):
		return &end{event: journal.Tell, reason: unread, cause: err, mark: unjudged}
	}
	ended := &end{event: journal.Refuse, reason: refused.Why, cause: err}
	if entry.Undoes == "" && entry.Fingerprint == "" {
		ended.mark = unjudged
	}
	return ended
}

// final tells whether an error is a refusal, which no retry helps.
func final(err error) bool {
	var refused *remedy.RefusedError
	return errors.As(err, &refused)
}

// inJournal tells whether the journal itself is why the work stopped: then no outcome can be recorded either.
func inJournal(err error) bool {
	return errors.Is(err, journal.ErrConflict) || errors.Is(err, journal.ErrBusy) || errors.Is(err, errJournal)
}

// errJournal marks an error of the journal.
var errJournal = errors.New("the journal did not take it")
