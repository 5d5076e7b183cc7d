package judge

import (
	"context"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// approve takes a press for the approval of the proposal that stands: act makes exactly that, if what it touches is still as it was shown.
func (j *Judge) approve(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	entry.Approved, entry.Noted = true, false
	approved, err := j.move(ctx, f, entry, journal.Approve)
	if err != nil {
		return err
	}
	return j.Queue.Send(ctx, handoverOf(f, d, approved))
}

// undo begins to take back what was changed last about the setting. Whether that is still possible is act's to see.
func (j *Judge) undo(ctx context.Context, f finding.Finding, d policy.Decision) error {
	last, found, err := j.Journal.Changed(ctx, keyOf(f, d))
	if err != nil {
		return err
	}
	if !found {
		d.Reason = fmt.Sprintf("The button %q was pressed, and there is no change of Tagwarden's that could be taken back.", f.Press.Name)
		return j.decline(ctx, f, d)
	}
	entry := journal.Undo(last, "button "+f.Press.Name, f.Event)
	entry.Press, entry.Since, entry.Kind = f.Press.Name, f.Time, f.Kind
	entry.Reporters = append(entry.Reporters, reporterOf(f))
	begun, err := j.Journal.Begin(ctx, entry, j.Now())
	if err != nil {
		return err
	}
	return j.pass(ctx, f, d, begun)
}

// refusals are the settings under which presses are kept that could not be served; they hold nothing of the resource.
const refusals = "press"

// decline answers what nothing is done about and somebody must still hear of: an event that is forged, and a press that comes to nothing. What is said is told once.
func (j *Judge) decline(ctx context.Context, f finding.Finding, d policy.Decision) error {
	if !d.Forged {
		d.Setting = refusals
	}
	entry := entryOf(f, d)
	entry.Mode, entry.Fingerprint = string(policy.Notify), f.Control+" "+f.Report.ID
	if d.Forged {
		entry.Once = entry.Fingerprint // whoever forges two findings in turn is not told of each time; a press is answered each time
	}
	begun, err := j.Journal.Begin(ctx, entry, j.Now())
	if err != nil {
		return err
	}
	entry = begun.Entry
	if entry.State == journal.Open {
		if entry, err = j.move(ctx, f, entry, journal.Refuse); err != nil {
			return err
		}
	}
	return j.say(ctx, f, d, entry)
}

// say tells of an outcome, or has act tell: it alone may write into the findings of Security Hub.
func (j *Judge) say(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	switch {
	case entry.Told:
		return nil
	case entry.Press != "":
		return j.Queue.Send(ctx, handoverOf(f, d, entry))
	}
	return j.tell(ctx, f, entry)
}

// reporterOf is a finding as the reporter of an entry.
func reporterOf(f finding.Finding) journal.Reporter {
	return journal.Reporter{Kind: f.Kind, Event: f.Event, Control: f.Control, Report: f.Report}
}
