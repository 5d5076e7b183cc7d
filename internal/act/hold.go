package act

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// held ends an entry whose change may not be made now: by the brake, or by the rule's grace, the policy's freeze, the rule's window.
func (a *Actor) held(ctx context.Context, entry journal.Entry) error {
	rails, err := a.Journal.Rails(ctx, entry.Key.Account)
	if err != nil {
		return fmt.Errorf("look for a brake: %w: %w", errJournal, err)
	}
	if rails.Brake != nil && !entry.Override.Brake {
		return a.stopped(entry, *rails.Brake)
	}
	if entry.Undoes != "" || begun(entry) {
		return nil // a person's own act, and what was begun, is no change by a rule
	}
	hold, holds := a.Policy.Hold(entry.Rule, entry.Since, a.Now(), override(entry))
	if !holds {
		return nil
	}
	return &end{event: journal.Hold, held: hold.Kind, due: hold.Until, reason: join(entry.Reason, hold.Reason)}
}

// stopped ends an entry that the brake stops. An undo is refused: whoever asked for it is there to ask again.
func (a *Actor) stopped(entry journal.Entry, b journal.Brake) error {
	why := "The brake is on" + because(b) + "."
	switch {
	case entry.Undoes != "" && !begun(entry):
		return &end{event: journal.Refuse, reason: "It was not undone: t" + why[1:] + " Take it off, or ask for the undo with --during-brake."}
	case begun(entry):
		return &end{held: journal.Braked, due: a.Now().Add(journal.BrakePause)}
	}
	return &end{event: journal.Hold, held: journal.Braked, due: a.Now().Add(journal.BrakePause), reason: join(entry.Reason, why)}
}

// because says why a brake is on.
func because(b journal.Brake) string {
	if b.Reason == "" {
		return ""
	}
	return " (" + b.Reason + ")"
}

// override is what the policy is told that somebody let go. Whoever approves a change, or presses a button for it, does not wait for grace or window.
func override(e journal.Entry) policy.Override {
	return policy.Override{Grace: asked(e), Window: asked(e), Freeze: e.Override.Freeze}
}

// sure tells whether it is known already that something is wrong, so that what waits need not be read before: the event showed the tags, or a service reports it.
func sure(e journal.Entry) bool {
	reported := slices.ContainsFunc(e.Reporters, func(r journal.Reporter) bool { return r.Report.ID != "" })
	return e.Fingerprint != "" && e.Unread == "" && (reported || e.Remedy == policy.TagsRemedy)
}

func join(reason, more string) string {
	switch {
	case reason == "":
		return more
	case strings.Contains(reason, more):
		return reason
	}
	return reason + " " + more
}
