package act

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// planUndo plans to take back what another entry changed: only its paths are looked at, and merged into what is there now. Where one of them is no longer as it was
// left, somebody else has changed it since, and the undo is refused.
func (a *Actor) planUndo(ctx context.Context, p planned) (planned, error) {
	original, err := a.toUndo(ctx, p.entry)
	if err != nil {
		return p, err
	}
	back := original.Change.Reverse()
	if begun(p.entry) && !p.entry.Change.Empty() { // it is finished as it was recorded
		back = p.entry.Change
	}
	todo, changed, err := remaining(back, p.from)
	if err != nil {
		return p, err
	}
	if !begun(p.entry) {
		p.entry.Change = todo // what is as it was already is not ours to change, nor to take back
	}
	if len(changed) > 0 && p.entry.Override.Force && !begun(p.entry) {
		return a.force(p, original)
	}
	switch {
	case len(changed) > 0:
		return p, &remedy.RefusedError{Why: fmt.Sprintf("It was not undone: %s %s", differences(changed, p.from), journal.ChangedSince)}
	case todo.Empty() && begun(p.entry):
		return p, &end{event: journal.Verify}
	case todo.Empty():
		return p, &end{event: journal.Nothing, reason: "Nothing is left to be undone: it is as it was before."}
	}
	if err := a.unsettled(p); err != nil {
		return p, err
	}
	to, err := todo.Apply(p.from)
	p.to = remedy.State(to)
	p.entry.Reason = "Takes back entry " + original.ID + "."
	return p, err
}

// toUndo is the entry that another one takes back.
func (a *Actor) toUndo(ctx context.Context, undo journal.Entry) (journal.Entry, error) {
	original, err := a.Journal.Get(ctx, undo.Undoes)
	if errors.Is(err, journal.ErrUnknown) {
		return original, fmt.Errorf("read entry %s, which is to be undone: %w", undo.Undoes, err)
	}
	if err != nil {
		return original, fmt.Errorf("read entry %s, which is to be undone: %w: %w", undo.Undoes, errJournal, err)
	}
	return original, a.Undoable(original)
}

// force plans to write the before-image of an entry whatever its paths hold by now. What others had written there is this undo's own before-image.
func (a *Actor) force(p planned, original journal.Entry) (planned, error) {
	to, err := original.Change.Reverse().Apply(p.from)
	if err != nil {
		return p, err
	}
	p.to = remedy.State(to)
	p.entry.Change, err = change.Between(p.remedy.ID, p.remedy.Schema, p.from, p.to)
	p.entry.Reason = "Takes back entry " + original.ID + ", over what others changed since."
	return p, err
}

// Undoable refuses, with a *remedy.RefusedError, what cannot be taken back whatever the resource is like. Ask before an undo is begun, so that one that can only be
// refused takes no other entry's place.
func (a *Actor) Undoable(original journal.Entry) error {
	var how journal.Reversal
	if i := slices.IndexFunc(a.Remedies, func(r remedy.Remedy) bool { return r.ID == original.Remedy }); i >= 0 {
		r := a.Remedies[i]
		how = journal.Reversal{Known: true, Schema: r.Schema, Never: r.Never()}
	}
	if why := journal.Undoable(original, how, a.Policy.Journal().Undo, a.Now()); why != "" {
		return &remedy.RefusedError{Why: why}
	}
	return nil
}

// differences name, for people, the keys that others changed: as what each was left, and what it is now.
func differences(touches []change.Touch, state remedy.State) string {
	now, err := change.Values(state)
	if err != nil {
		now = nil // the state was read as an object before: cannot happen
	}
	keys := make([]string, len(touches))
	for i, t := range touches {
		keys[i] = fmt.Sprintf("%s (left as %s, now %s)", strings.Join(t.Keys(), "."), brief(t.Before), brief(now[t.Path]))
	}
	return strings.Join(keys, ", ")
}

// brief is a value in a sentence: "nothing" where there is none, and cut where it is long.
func brief(value json.RawMessage) string {
	const most = 60
	switch runes := []rune(string(value)); {
	case len(runes) == 0:
		return "nothing"
	case len(runes) > most:
		return string(runes[:most]) + "…"
	}
	return string(value)
}

// remaining is what of a change is still to be made in a state, and what is foreign: the touches whose paths hold neither the one value nor the other.
func remaining(c change.Change, state remedy.State) (change.Change, []change.Touch, error) {
	unmade, err := c.Stale(state) // not at Before: made already, or changed by somebody else
	if err != nil {
		return c, nil, err
	}
	foreign, err := c.Reverse().Stale(state) // not at After: still to be made, or changed by somebody else
	if err != nil {
		return c, nil, err
	}
	is := func(touches []change.Touch, path string) bool {
		return slices.ContainsFunc(touches, func(t change.Touch) bool { return t.Path == path })
	}
	todo := change.Change{Remedy: c.Remedy, Schema: c.Schema}
	var changed []change.Touch
	for _, t := range c.Touched {
		switch {
		case is(unmade, t.Path) && is(foreign, t.Path):
			changed = append(changed, t)
		case !is(unmade, t.Path):
			todo.Touched = append(todo.Touched, t)
		}
	}
	return todo, changed, nil
}
