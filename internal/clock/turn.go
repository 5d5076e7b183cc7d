package clock

import (
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A turn is what the clock writes about an entry whose time has come.
type turn struct {
	next journal.Entry // its next revision or, with anew, the entry that takes its place
	anew bool
	hand bool // whether act takes it up then: it judges anew, or tells
}

// What a turn depends on beside its entry.
type known struct {
	braked   bool          // the brake of all accounts is on
	heldBack int           // changes, by the budget that a notice is about
	undone   journal.Entry // the entry that an undo took back; its zero value where it is not kept any more
}

// turnOf is what becomes of an entry whose time has come. Pure. Each turn but the last moves the time on, so that a clock that dies before the hand-over loses nothing.
func turnOf(e journal.Entry, now time.Time, k known) (turn, error) {
	switch {
	case e.Key.Exemption() && !e.State.Final():
		return exemptionTurn(e, now)
	case e.Key.Noticed() != "" && !e.State.Answered():
		return announce(e, now, k.heldBack)
	case !e.Told && (e.State.Final() || e.Key.Noticed() != ""):
		return deliver(e, now), nil // it was answered, and people were not told
	case waits(e) && e.Held == journal.Braked && k.braked:
		e.Due = now.Add(journal.BrakePause)
		return turn{next: e}, nil
	case waits(e):
		return move(e, journal.Resume, e.Told, "", now)
	case !e.State.Answered():
		return deliver(e, now), nil
	case e.State == journal.Proposed:
		return move(e, journal.Expire, false, "Nobody approved it in time.", now)
	}
	return over(e, k), nil
}

// waits tells whether an entry waits for something else than a person.
func waits(e journal.Entry) bool {
	switch e.State {
	case journal.Waiting:
		return true
	case journal.Told:
		return e.Held == journal.Fight
	case journal.Proposed:
		return e.Held != ""
	}
	return false
}

// move is an entry to which something happens, and which act takes up.
func move(e journal.Entry, on journal.Event, told bool, reason string, now time.Time) (turn, error) {
	to, possible := journal.Next(e.State, on)
	if !possible {
		return turn{}, fmt.Errorf("entry %s is %s and cannot %s", e.ID, e.State, on)
	}
	e.State, e.Told, e.Noted = to.To, told, e.Noted && told
	if reason != "" {
		e.Reason = reason
	}
	return deliver(e, now), nil
}

// deliver is an entry that is handed over as it is.
func deliver(e journal.Entry, now time.Time) turn {
	e.Due = now.Add(journal.Overdue)
	return turn{next: e, hand: true}
}

// announce is the turn of a notice; one about a budget has waited, so that it can tell how much is held back.
func announce(e journal.Entry, now time.Time, heldBack int) (turn, error) {
	reason := e.Reason
	switch {
	case heldBack == 1:
		reason = join(reason, "1 change is held back.")
	case heldBack > 1:
		reason = join(reason, fmt.Sprintf("%d changes are held back.", heldBack))
	}
	return move(e, journal.Tell, false, reason, now)
}

// over is the turn of an entry whose exemption has ended, its own or that of an undo, and of an undo that came to nothing and took a violation's place: that is looked at anew.
// What somebody did is past, and is not taken up again.
// For all else nothing is due any more.
func over(e journal.Entry, k known) turn {
	violation := e
	if e.Undoes != "" {
		violation = k.undone
	}
	ended := e.State == journal.Exempted || e.TookBack() || e.Displaced()
	if ended && violation.ID != "" && !finding.Threat(violation.Control) {
		again := journal.Again(violation, e.Due)
		again.Due = e.Due.Add(journal.Overdue)
		return turn{next: again, anew: true, hand: true}
	}
	e.Due = time.Time{}
	return turn{next: e}
}

func join(sentences ...string) string { return strings.TrimSpace(strings.Join(sentences, " ")) }
