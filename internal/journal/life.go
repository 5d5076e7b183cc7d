package journal

import "slices"

// A State is where an entry stands in its life.
type State string

// The states. Open to Settling are on the way; Observed, Told and Proposed stand until the violation ends or changes; the rest are final.
const (
	Open      State = "open"
	Waiting   State = "waiting"
	Planned   State = "planned"
	Applying  State = "applying"
	Settling  State = "settling"
	Observed  State = "observed"
	Told      State = "told"
	Proposed  State = "proposed"
	Fixed     State = "fixed"
	Compliant State = "compliant" // nothing was wrong any more when it was read, or somebody put it right
	Exempted  State = "exempt"
	Gone      State = "gone"
	Refused   State = "refused"
	Failed    State = "failed"
	Lapsed    State = "lapsed" // another entry took its place
	Undone    State = "undone"
)

// Final tells whether nothing more happens to an entry in this state but that it is undone; a final entry holds no claim.
func (s State) Final() bool { return stages[s] == final }

// Standing tells whether the violation was answered and still stands: the entry holds its claim and is not answered again.
func (s State) Standing() bool { return stages[s] == standing }

// Answered tells whether an entry's outcome is recorded, so that at most telling of it is owed.
func (s State) Answered() bool { return s.Standing() || s.Final() }

type stage int

const (
	unknown stage = iota
	moving
	standing
	final
)

var stages = map[State]stage{
	Open: moving, Waiting: moving, Planned: moving, Applying: moving, Settling: moving,
	Observed: standing, Told: standing, Proposed: standing,
	Fixed: final, Compliant: final, Exempted: final, Gone: final, Refused: final, Failed: final, Lapsed: final, Undone: final,
}

// An Event is what happens to an entry.
type Event string

// The events of an entry's life.
const (
	Watch     Event = "watch"     // mode observe: written down, nothing else
	Tell      Event = "tell"      // mode notify, or nothing of it can be fixed
	Propose   Event = "propose"   // mode propose: the plan was made and shown
	Hold      Event = "hold"      // not now: it waits
	Plan      Event = "plan"      // mode fix: the plan shows a change
	Start     Event = "start"     // the change is recorded; the first write may go out
	Wrote     Event = "wrote"     // written, but a read will show it only later
	Verify    Event = "verify"    // a read after the write shows it
	Nothing   Event = "nothing"   // a read shows nothing wrong, or a compliant event came
	Excuse    Event = "excuse"    // an exemption holds
	Vanish    Event = "vanish"    // the resource is gone
	Refuse    Event = "refuse"    // it cannot be done, and a retry would not help
	Fail      Event = "fail"      // tried, and not right afterwards, or every try failed
	Supersede Event = "supersede" // another entry takes the claim
	TakeBack  Event = "take back" // an undo of it was verified
	Approve   Event = "approve"   // somebody approved the change that was shown, or would not wait for it
	Resume    Event = "resume"    // what it waited for is over, or may be: it is judged again
	Expire    Event = "expire"    // nobody approved it in time, or an exemption ended
)

// A Move is where an event leads, and what is owed because of it.
type Move struct {
	To   State
	Tell bool // people are to be told, once
}

// The states from which an entry may still be judged, those in which a write may be on its way, and those that hold their claim without moving.
var (
	before = []State{Open, Waiting, Planned}
	during = []State{Applying, Settling}
	stands = []State{Observed, Told, Proposed}
)

// A rule is one row of the table of an entry's life.
type rule struct {
	on   Event
	from []State
	move Move
}

// life is the whole of an entry's life: what is not here cannot happen.
//
// Once a write may be on its way (during), an entry is carried through whatever the policy says by now: it is not observed, told, proposed, held or excused any more.
// After a crash it is planned again from what a read shows; the change that was recorded before the first write must then be kept, and that is the caller's duty: the
// table knows nothing of changes.
var life = []rule{
	{Watch, before, Move{To: Observed}},
	{Tell, before, Move{To: Told, Tell: true}},
	{Propose, before, Move{To: Proposed, Tell: true}},
	{Hold, before, Move{To: Waiting, Tell: true}},
	{Plan, slices.Concat(before, during), Move{To: Planned}},
	{Plan, stands, Move{To: Planned}}, // a rule whose mode was raised
	{Start, []State{Planned}, Move{To: Applying}},
	{Wrote, []State{Applying}, Move{To: Settling}},
	{Verify, during, Move{To: Fixed, Tell: true}},
	{Nothing, slices.Concat(before, during, stands), Move{To: Compliant}},
	{Excuse, slices.Concat(before, stands), Move{To: Exempted}},
	{Vanish, slices.Concat(before, during, stands), Move{To: Gone}},
	{Refuse, slices.Concat(before, during), Move{To: Refused, Tell: true}},
	{Fail, slices.Concat(before, during), Move{To: Failed, Tell: true}},
	{Approve, []State{Waiting, Proposed}, Move{To: Open}}, // it is read and planned again, and made if it is what was shown
	{Resume, []State{Waiting, Told, Proposed}, Move{To: Open}},
	{Expire, []State{Told, Proposed}, Move{To: Lapsed, Tell: true}},
	{Supersede, stands, Move{To: Lapsed}},
	{Supersede, []State{Open, Waiting}, Move{To: Lapsed}},         // a notice in whose place a newer one comes; what waits, where an undo comes
	{TakeBack, []State{Fixed, Refused, Failed}, Move{To: Undone}}, // what was refused or failed may have been written in part
}

// awaited are the reasons to wait of which people were told for the very entry: of what a budget or a breaker holds back they hear once a rule.
var awaited = []string{Grace, Window, Freeze, Braked, Fight}

// Next is where the event leads the entry, and what is owed because of it; false if it cannot happen to it. What people were told to wait for is told again when it ends by
// itself; and who asked for an undo hears what came of it.
func (e Entry) Next(on Event) (Move, bool) {
	move, possible := Next(e.State, on)
	if possible && (on == Nothing || on == Vanish) && (e.Undoes != "" || slices.Contains(awaited, e.Held)) {
		move.Tell = true
	}
	return move, possible
}

// Next is where the event leads an entry in this state, and what is owed because of it; false if the event cannot happen in this state. It is pure.
func Next(s State, e Event) (Move, bool) {
	for _, r := range life {
		if r.on == e && slices.Contains(r.from, s) {
			return r.move, true
		}
	}
	return Move{}, false
}
