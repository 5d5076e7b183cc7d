package crash

import (
	"fmt"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/standin"
)

// breaches are what does not hold.
type breaches []string

func (b *breaches) say(ok bool, format string, args ...any) {
	if !ok {
		*b = append(*b, fmt.Sprintf(format, args...))
	}
}

// audit gives what does not hold, after all was delivered again.
func (t *trial) audit() []string {
	var b breaches
	dead := t.events.Dead.Len() + t.rig.HandOver.Dead.Len()
	final := t.Fault == standin.Deny // nothing helps but somebody's doing
	b.say(dead == 0 || final, "%d messages are in a dead-letter queue", dead)
	b.say(len(t.entries) == 1 || len(t.entries) == 0 && t.events.Dead.Len() > 0, "%d entries are in the journal", len(t.entries))
	if len(t.entries) != 1 {
		return append(b, t.auditUntouched()...)
	}
	e := t.entries[0]
	b.say(e.State.Answered() || dead > 0, "the entry is %s, and no message is in a dead-letter queue", e.State)
	b.say(e.State == t.wanted() || final, "the entry is %s (%s %s), want %s", e.State, e.Reason, e.Err, t.wanted())
	b = append(b, t.auditTelling(e, dead)...)
	return append(b, t.auditChange(e)...)
}

// wanted is how the entry ends where nothing stands in the way for good.
func (t *trial) wanted() journal.State {
	if t.Remedy.Undo == remedy.None {
		return journal.Proposed
	}
	return journal.Fixed
}

// auditTelling holds that people were told of the outcome, by one id.
func (t *trial) auditTelling(e journal.Entry, dead int) []string {
	var b breaches
	told := t.told[e.ID]
	owed := e.State != journal.Compliant && e.State != journal.Gone
	b.say(e.Told || dead > 0, "the journal does not say that people were told")
	b.say(len(told) > 0 || !owed || dead > 0, "people were not told that it is %s", e.State)
	b.say(len(told) <= 1 && len(t.told) <= 1, "people were told different things: %v", t.told)
	return b
}

// auditUntouched holds that nothing was changed.
func (t *trial) auditUntouched() []string {
	var b breaches
	differs, err := t.differs(t.before, t.after)
	b.say(err == nil && !differs, "the setting was %s and is %s, and no entry tells why: %v", t.before, t.after, err)
	b.say(len(t.told) == 0, "people were told %v, of no entry", t.told)
	return b
}

// auditChange holds that the setting is right or untouched, that the journal says which, and that its before-image is the first.
func (t *trial) auditChange(e journal.Entry) []string {
	var b breaches
	changed, err := t.differs(t.before, t.after)
	b.say(err == nil, "compare: %v", err)
	wrong, err := t.Wrong(t.after)
	b.say(err == nil, "judge: %v", err)
	stopped := t.Always && (e.State == journal.Refused || e.State == journal.Failed) // a write that is denied for good may leave half of a change, and its undo
	b.say(!changed || !wrong || stopped, "the setting is neither right nor untouched: it was %s and is %s; the entry is %s", t.before, t.after, e.State)
	switch e.State {
	case journal.Fixed:
		b.say(changed && !wrong, "the journal says that it is fixed, and it is %s", t.after)
	case journal.Proposed, journal.Told, journal.Refused:
		b.say(!changed || stopped, "the journal says that it is %s, and it was changed from %s to %s", e.State, t.before, t.after)
	case journal.Compliant:
		b.say(false, "the journal says that it was right already")
	}
	if !changed {
		return b
	}
	back, err := e.Change.Reverse().Apply(t.after)
	b.say(err == nil && !e.Change.Empty(), "what the journal keeps cannot be taken back: %v, %d paths", err, len(e.Change.Touched))
	if err == nil {
		differs, err := t.differs(t.before, remedy.State(back))
		b.say(err == nil && !differs, "taken back, it would be %s; it was %s: %v", back, t.before, err)
	}
	return b
}
