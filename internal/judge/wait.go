package judge

import (
	"context"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// waits answers a report of what waits. The clock takes that up when its time has come; a rule that would not wait so long takes it up now. What people are still to hear of it,
// act says.
func (j *Judge) waits(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	switch {
	case j.sooner(f, d, entry):
		return j.hasten(ctx, f, d, entry)
	case !entry.Told:
		return j.Queue.Send(ctx, handoverOf(f, d, entry))
	}
	j.tally(ctx, f, d, "repeated")
	return nil
}

// sooner tells whether the rule by which something is reported now would change it sooner than the rule by which it waits. What a person asked for waits for what holds all
// rules.
func (j *Judge) sooner(f finding.Finding, d policy.Decision, entry journal.Entry) bool {
	if d.Verdict != policy.Fix || d.Rule == entry.Rule || entry.Held == journal.Braked || entry.Approved || entry.Press != "" {
		return false
	}
	hold, holds := j.Policy.Hold(d.Rule, f.Time, j.Now(), policy.Override{})
	return !holds || hold.Until.Before(entry.Due)
}

// hasten has act look at an entry at once, by the rule that does not wait.
func (j *Judge) hasten(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	move, _ := entry.Next(journal.Resume) // what waits can be taken up
	entry = renew(entry, f, d)
	entry.State, entry.Due, entry.Updated = move.To, time.Time{}, j.Now()
	entry, err := j.Journal.Record(ctx, entry)
	if err != nil {
		return err
	}
	j.tally(ctx, f, d, "handed over")
	return j.Queue.Send(ctx, handoverOf(f, d, entry))
}

// beside has act go on with an undo that is on its way: what is seen now is what it takes back. That answers no threat, which comes again when the undo is over.
func (j *Judge) beside(ctx context.Context, f finding.Finding, d policy.Decision, undo journal.Entry) error {
	if err := j.Queue.Send(ctx, handoverOf(f, d, undo)); err != nil || d.Once == "" || f.Pressed() {
		return err
	}
	return fmt.Errorf("entry %s, an undo of the same setting, is on its way: %w", undo.ID, journal.ErrBusy)
}

// rights tells whether an event shows that what a write of ours left wrong is right by now, or gone.
func rights(f finding.Finding, entry journal.Entry, by journal.Event) bool {
	return entry.Left != "" && by != journal.Excuse && !f.Seen.Before(entry.Seen)
}

// forget records that what a write of ours left wrong is right by now: the next event that shows it is no echo of that write.
func (j *Judge) forget(ctx context.Context, entry journal.Entry) error {
	entry.Left, entry.Updated = "", j.Now()
	_, err := j.Journal.Record(ctx, entry)
	return err
}
