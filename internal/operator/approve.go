package operator

import (
	"context"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// An Approve has the change made that an entry proposes, or that waits for its time.
type Approve struct {
	Entry        string `json:"entry"`
	Shown        string `json:"shown,omitempty"`         // hash of the change that the caller was shown: only that one is approved
	DuringFreeze bool   `json:"during_freeze,omitempty"` // the policy's freeze does not hold it
}

func (*Approve) acts() []string { return []string{approve} }

func (a *Approve) do(ctx context.Context, o *Operator, caller string) (answer Response, err error) {
	err = again(func() error {
		e, err := o.entry(ctx, a.Entry)
		if err != nil {
			return err
		}
		if e, err = o.approve(ctx, caller, a, e); err != nil {
			return err
		}
		answer = Response{Entry: whole(e)}
		answer.Message, err = o.waits(ctx, e)
		return err
	})
	return answer, err
}

// approve opens an entry again with the change that was shown, and hands it over: act makes exactly that, if all that it touches is still as it was shown.
func (o *Operator) approve(ctx context.Context, caller string, a *Approve, e journal.Entry) (journal.Entry, error) {
	if !e.Unproved && e.Approved && e.Approver == caller && e.State != journal.Waiting && e.State != journal.Proposed {
		if e.State.Answered() {
			return e, nil
		}
		return e, o.hand(ctx, e) // what was asked before may have been cut short
	}
	if err := o.approvable(a, e); err != nil {
		return e, err
	}
	move, _ := e.Next(journal.Approve) // approvable knows the states from which it leads on
	e.State, e.Told, e.Updated, e.Due = move.To, !move.Tell, o.Now(), o.Now().Add(journal.Overdue)
	e.Approved, e.Approver, e.Noted = true, caller, false
	e.Override.Freeze = e.Override.Freeze || a.DuringFreeze
	e, err := o.Journal.Record(ctx, e)
	if err != nil {
		return e, fmt.Errorf("record the approval of entry %s: %w", e.ID, err)
	}
	return e, o.hand(ctx, e)
}

// approvable refuses what cannot be approved, or not as it was shown.
func (o *Operator) approvable(a *Approve, e journal.Entry) error {
	mode, ruled := o.Policy.Mode(e.Rule)
	switch {
	case e.Unproved:
		return refuse(Refused, "It was not approved. %s", journal.Doubt(e))
	case e.Remedy == "":
		return refuse(Refused, "Entry %s only tells something: there is nothing to be approved.", e.ID)
	case e.State == journal.Exempted:
		return refuse(Refused, "Entry %s is exempt since %s: it is judged again with the next event about the resource%s, and what is proposed then can be approved.", e.ID, at(e.Updated), o.taken(e))
	case e.State != journal.Proposed && e.State != journal.Waiting:
		return refuse(Refused, "Entry %s is %s since %s%s: only what is proposed or waits can be approved.", e.ID, e.State, at(e.Updated), by(e))
	case a.Shown != "" && a.Shown != seal(e):
		return refuse(Refused, "Entry %s proposes another change by now than the one that you saw: look at it again, and then approve it.", e.ID)
	case expired(e, o.Policy.Journal().Proposal, o.Now()):
		return refuse(Refused, "The proposal of entry %s expired at %s: what is still wrong is proposed anew at the next event about the resource.", e.ID, at(expiry(e, o.Policy.Journal().Proposal)))
	case !ruled:
		return refuse(Refused, "The policy has no rule %q any more, so nothing is made in its name.", e.Rule)
	case e.Press == "" && mode != policy.Propose && mode != policy.Fix:
		return refuse(Refused, "The mode of rule %q is %s by now, so nothing is made in its name: set it to propose or fix, and deploy.", e.Rule, mode)
	}
	return nil
}

// taken says when the clock takes an entry up by itself; "" if it does not.
func (o *Operator) taken(e journal.Entry) string {
	switch {
	case e.Due.IsZero():
		return ""
	case o.Now().Before(e.Due):
		return fmt.Sprintf(", or when the clock takes it up at %s", at(e.Due))
	}
	return ", or when the clock takes it up, within minutes"
}

// expired tells whether a proposal is no longer to be approved. One that a budget or a breaker holds back has no end of its own: its due time is when it is tried again.
func expired(e journal.Entry, proposal time.Duration, now time.Time) bool {
	return e.State == journal.Proposed && e.Held == "" && !now.Before(expiry(e, proposal))
}

func expiry(e journal.Entry, proposal time.Duration) time.Time {
	if e.Due.IsZero() {
		return e.Updated.Add(proposal)
	}
	return e.Due
}

// waits says what becomes of an entry that was handed over.
func (o *Operator) waits(ctx context.Context, e journal.Entry) (string, error) {
	if e.State.Answered() {
		return fmt.Sprintf("Entry %s was approved by you before, and is %s.", e.ID, e.State), nil
	}
	rails, err := o.Journal.Rails(ctx, e.Key.Account)
	if err != nil {
		return "", fmt.Errorf("look for a brake: %w", err)
	}
	said := fmt.Sprintf("Entry %s is approved.", e.ID)
	why, until, frozen := o.Policy.Freezing(o.Now())
	frozen = frozen && !e.Override.Freeze
	if rails.Brake != nil {
		said += fmt.Sprintf(" The brake is on (%s): the change is made when it is off.", rails.Brake.Reason)
	}
	switch {
	case frozen:
		said += fmt.Sprintf(" No changes are made until %s (%s): approve it again with --during-freeze, or it is made then.", at(until), why)
	case rails.Brake != nil: // no more is to be said
	case e.Change.Empty():
		said += " The setting is read, and what is wrong is planned and put right at once."
	default:
		said += " The setting is read again, and the change is made if all that it touches is as it was shown."
	}
	return said, nil
}

// at is a time as people read it.
func at(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// by names who approved an entry, if somebody did.
func by(e journal.Entry) string {
	if e.Approver == "" {
		return ""
	}
	return ", approved by " + e.Approver
}
