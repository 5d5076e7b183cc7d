package judge

import (
	"context"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// press answers a press for a proposal that stands, or for a change that waits.
func (j *Judge) press(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	switch {
	case !d.Approves:
		return j.decline(ctx, f, d)
	case d.Outright, entry.Told && f.Time.After(entry.Updated):
		return j.approve(ctx, f, d, entry)
	}
	return j.remind(ctx, f, d, entry)
}

// remind has act say in the findings what is proposed: whoever pressed had not been shown it yet. That may be the press which led to the proposal, delivered again, or the
// one for a second finding of two that were chosen together.
func (j *Judge) remind(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	if entry.Noted {
		entry.Noted, entry.Updated = false, j.Now()
		var err error
		if entry, err = j.Journal.Record(ctx, entry); err != nil {
			return err
		}
	}
	j.tally(ctx, f, d, "repeated")
	return j.Queue.Send(ctx, handoverOf(f, d, entry))
}

// approve takes a press for the approval of the proposal that stands: act makes exactly that, if what it touches is still as it was shown. What waits and was not shown yet is
// only hastened.
func (j *Judge) approve(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	entry.Approved = entry.State == journal.Proposed || entry.Shown != ""
	entry.Noted, entry.Due = false, time.Time{}
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
	return j.takeBack(ctx, f, d, last)
}

// takeBack begins to take a change back.
func (j *Judge) takeBack(ctx context.Context, f finding.Finding, d policy.Decision, last journal.Entry) error {
	if f.Time.Before(last.Since) {
		d.Reason = fmt.Sprintf("The button %q was pressed before what led to entry %s: press it again if that is to be taken back.", f.Press.Name, last.ID)
		return j.decline(ctx, f, d)
	}
	entry := journal.Undo(last, "button "+f.Press.Name, f.Event)
	entry.Press, entry.Since, entry.Kind = f.Press.Name, f.Time, f.Kind
	entry.Reporters = append(entry.Reporters, reporterOf(f))
	begun, err := j.Journal.Begin(ctx, entry, j.Now())
	if err != nil {
		return err
	}
	if begun.Entry.Undoes == "" {
		d.Reason = fmt.Sprintf("The button %q was pressed while entry %s is on its way: press it again when that has ended.", f.Press.Name, begun.Entry.ID)
		return j.decline(ctx, f, d)
	}
	return j.pass(ctx, f, d, begun)
}

// decline answers what nothing is done about and somebody must still hear of: an event that is forged, and a press that comes to nothing. What is said is told once: of
// what is forged for each finding, of presses for each.
func (j *Judge) decline(ctx context.Context, f finding.Finding, d policy.Decision) error {
	if !d.Forged { // each press has a claim of its own: it holds nothing of the resource
		d.Setting, d.Remedy = journal.DeclinedSetting(f.Event, f.Control+" "+f.Report.ID), ""
	}
	entry := entryOf(f, d)
	entry.Mode, entry.Fingerprint, entry.Once, entry.Seen = string(policy.Notify), f.Control+" "+f.Report.ID, "", finding.Version{}
	if d.Forged { // it is no press, nothing is written into the findings that it names, and whoever forges two in turn is not told of each time
		entry.Once, entry.Press = entry.Fingerprint, ""
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
	_, err := j.tell(ctx, entry)
	return err
}

// reporterOf is a finding as the reporter of an entry.
func reporterOf(f finding.Finding) journal.Reporter {
	return journal.Reporter{Kind: f.Kind, Event: f.Event, Control: f.Control, Report: f.Report}
}
