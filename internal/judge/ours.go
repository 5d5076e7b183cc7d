package judge

import (
	"context"
	"errors"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// pressOurs answers a press on a finding of our own. Whoever may import findings may write one that names any entry: so what is done is only ever about what the journal keeps
// of the entry, and only where our own finding of it would be.
func (j *Judge) pressOurs(ctx context.Context, f finding.Finding, d policy.Decision) error {
	if f.Report.Product != j.Product {
		d.Reason = fmt.Sprintf("The button %q was pressed for a finding that Tagwarden did not put where it is.", f.Press.Name)
		return j.decline(ctx, f, d)
	}
	entry, err := j.Journal.Get(ctx, f.Proposal.Entry)
	if errors.Is(err, journal.ErrUnknown) || err == nil && entry.Shown == "" {
		d.Reason = fmt.Sprintf("The button %q was pressed for a finding that names no proposal of Tagwarden's.", f.Press.Name)
		return j.decline(ctx, f, d)
	}
	if err != nil {
		return err
	}
	f.Resource = entry.Resource
	d.Rule, d.Remedy, d.Setting = entry.Rule, entry.Remedy, entry.Key.Setting
	d.Severity, _ = finding.ParseSeverity(entry.Severity) // none is none
	switch {
	case d.Exempts > 0:
		return j.exempt(ctx, f, d)
	case d.Undoes && entry.State != journal.Fixed:
		d.Reason = fmt.Sprintf("The button %q was pressed, and entry %s is %s: there is no change of it that could be taken back.", f.Press.Name, entry.ID, entry.State)
		return j.decline(ctx, f, d)
	case d.Undoes:
		return j.takeBack(ctx, f, d, entry)
	}
	return j.approveOurs(ctx, f, d, entry)
}

// approveOurs answers a press that approves: exactly what the finding shows, of the very entry, and only if it was shown before the press.
func (j *Judge) approveOurs(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	pending := entry.State == journal.Proposed || entry.State == journal.Waiting
	again := entry.Press == f.Press.Name && (entry.Approved || !f.Time.After(entry.Updated))
	switch why := j.Policy.Withheld(f.Press.Name, entry.Remedy); {
	case why != "":
		d.Reason = why
	case !pending && again && !entry.State.Answered():
		return j.Queue.Send(ctx, handoverOf(f, d, entry)) // it may not have been handed over
	case !pending && again:
		j.tally(ctx, f, d, "repeated")
		return nil
	case !pending:
		d.Reason = fmt.Sprintf("The button %q was pressed, and entry %s proposes nothing any more: it is %s.", f.Press.Name, entry.ID, entry.State)
	case !entry.Told || !f.Time.After(entry.Updated):
		return j.remind(ctx, f, d, entry)
	case f.Proposal.Shown != entry.Shown:
		d.Reason = fmt.Sprintf("The button %q was pressed for a change that entry %s proposes no more: look at the finding, and press again.", f.Press.Name, entry.ID)
	default:
		entry.Press = f.Press.Name
		return j.approve(ctx, f, d, entry)
	}
	return j.decline(ctx, f, d)
}
