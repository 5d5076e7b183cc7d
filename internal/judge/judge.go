// Package judge is the first half of the flow: it decodes an event, decides what the policy says, claims the setting, records the violation and hands it over. It
// reads nothing of AWS's resources and changes nothing.
package judge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Journal is what the judges need of the journal.
type Journal interface {
	Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error)
	Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error)
	Get(ctx context.Context, id string) (journal.Entry, error)
	// Last is the entry that holds a claim or, once that is final, held it last; false if there is none.
	Last(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	// Changed is the last entry that changed a setting and was no undo; false if there is none.
	Changed(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
}

// A Queue takes what act has to see to.
type Queue interface {
	Send(ctx context.Context, h handover.Handover) error
}

// A Topic tells people.
type Topic interface {
	Tell(ctx context.Context, m notify.Message) error
}

// An Announcer tells programs of outcomes. An error that is notify.ErrNotTaken says that no retry helps.
type Announcer interface {
	Put(ctx context.Context, e notify.Event) error
}

// A Directory tells where an account stands in the organization; nil where that is not known. An error means that it could not be asked.
type Directory interface {
	Place(ctx context.Context, account string) (*finding.Place, error)
}

// A Judge judges events by one policy. It is safe for concurrent use.
type Judge struct {
	Policy  *policy.Policy
	Journal Journal
	Queue   Queue
	Topic   Topic
	Events  Announcer // nil where no program is told
	Prefix  string    // of the deployment's names, for Events
	Log     *slog.Logger
	Meter   *meter.Meter
	Now     func() time.Time
	// Directory is of the organization's accounts; nil where there is none, or the policy asks nothing of it.
	Directory Directory
	// Product is the product under which findings of our own are in Security Hub: a press on one that is elsewhere is for none of our entries.
	Product string
}

// Event judges one event. An error means "deliver again"; what is final (unreadable, of no known kind, outside the policy) is none.
func (j *Judge) Event(ctx context.Context, event []byte) error {
	envelope, findings, err := j.decode(ctx, event)
	var failed error
	if err != nil {
		failed = j.unreadable(ctx, envelope, err) // what of it could be read is judged all the same
	}
	return errors.Join(failed, j.Findings(ctx, findings))
}

// Findings judges findings of one event, or page of a sweep. An error means "deliver again".
func (j *Judge) Findings(ctx context.Context, findings []finding.Finding) error {
	findings, err := j.placed(ctx, findings)
	if err != nil {
		return err
	}
	var failed error
	for i, decisions := range j.Policy.DecideAll(findings) {
		f := findings[i]
		for _, d := range decisions {
			if err := j.answer(ctx, f, d); err != nil {
				j.Log.ErrorContext(ctx, "event not judged", append(about(f, d), "err", err)...)
				failed = errors.Join(failed, fmt.Errorf("judge event %s: %w", f.Event, err))
			}
		}
	}
	return failed
}

// placed are findings with the places of their accounts, where the policy asks for them.
func (j *Judge) placed(ctx context.Context, findings []finding.Finding) ([]finding.Finding, error) {
	if j.Directory == nil {
		return findings, nil
	}
	list := slices.Clone(findings)
	for i := range list {
		var err error
		if list[i].Place, err = j.Directory.Place(ctx, list[i].Resource.Account); err != nil {
			return nil, fmt.Errorf("look up the account of event %s: %w", list[i].Event, err)
		}
	}
	return list, nil
}

func (j *Judge) decode(ctx context.Context, event []byte) (events.Envelope, []finding.Finding, error) {
	envelope, kind, known, err := events.Open(event)
	if err != nil {
		return envelope, nil, err
	}
	if !known {
		j.Log.InfoContext(ctx, "event of no known kind", "event", envelope.ID, "source", envelope.Source, "outcome", policy.Ignored)
		j.Meter.Outcome(string(policy.Ignored))
		return envelope, nil, nil
	}
	findings, err := kind.Decode(envelope)
	return envelope, findings, err
}

// unreadable ends an event that is not as AWS documents it: a retry would not help, so it is logged and told, once.
func (j *Judge) unreadable(ctx context.Context, envelope events.Envelope, cause error) error {
	j.Meter.Outcome("unreadable")
	j.Log.ErrorContext(ctx, "event unreadable", "event", envelope.ID, "source", envelope.Source, "outcome", "unreadable", "err", cause)
	m := notify.Unreadable(envelope.ID, envelope.Source, envelope.AccountID, envelope.Region, cause)
	if err := j.Topic.Tell(ctx, m); err != nil {
		return fmt.Errorf("tell that event %s is unreadable: %w", envelope.ID, err)
	}
	return nil
}

// answer carries one decision out as far as a judge may.
func (j *Judge) answer(ctx context.Context, f finding.Finding, d policy.Decision) error {
	switch {
	case d.Forged, f.Pressed() && !d.Verdict.Violates():
		return j.decline(ctx, f, d)
	case f.Proposal != finding.Proposal{}:
		return j.pressOurs(ctx, f, d)
	case d.Exempts > 0:
		return j.exempt(ctx, f, d)
	case d.Undoes:
		return j.undo(ctx, f, d)
	case f.Gone:
		return j.end(ctx, f, d, journal.Vanish)
	case d.Verdict == policy.Compliant:
		return j.end(ctx, f, d, journal.Nothing)
	case d.Verdict == policy.Exempt:
		j.tally(ctx, f, d, string(d.Verdict))
		return j.end(ctx, f, d, journal.Excuse)
	case !d.Verdict.Violates():
		j.Meter.Outcome(string(d.Verdict))
		return nil
	}
	return j.violation(ctx, f, d)
}

// violation answers one, unless somebody exempted the resource.
func (j *Judge) violation(ctx context.Context, f finding.Finding, d policy.Decision) error {
	grant, exempt, err := j.granted(ctx, f, d)
	switch {
	case err != nil:
		return err
	case exempt && f.Pressed():
		d.Reason = grant.Sentence()
		return j.decline(ctx, f, d)
	case exempt:
		return j.excuse(ctx, f, d, grant)
	}
	begun, err := j.Journal.Begin(ctx, entryOf(f, d), j.Now())
	if err != nil {
		return err
	}
	return j.pass(ctx, f, d, begun)
}

// pass takes a violation on: a judge answers by itself what needs no read, act does all else. Whatever was cut short before is taken up where it was left.
func (j *Judge) pass(ctx context.Context, f finding.Finding, d policy.Decision, begun journal.Begun) error {
	entry := begun.Entry
	switch {
	case begun.Kind == journal.Stale:
		j.tally(ctx, f, d, "stale")
		return nil
	case f.Pressed() && entry.Undoes == "" && (entry.State == journal.Proposed || entry.State == journal.Waiting):
		return j.press(ctx, f, d, entry)
	case entry.State == journal.Told && !entry.Told:
		return j.publish(ctx, f, d, entry)
	case entry.State == journal.Waiting && entry.Undoes == "":
		return j.waits(ctx, f, d, entry)
	case entry.State.Answered():
		j.tally(ctx, f, d, "repeated")
		return j.settle(ctx, f, d, entry)
	case entry.Undoes != "":
		return j.beside(ctx, f, d, entry)
	case entry.State == journal.Open && entry.Fingerprint != d.Mark() && !entry.Approved:
		return j.renewed(ctx, f, d, begun.Kind, entry) // it was opened by another event, and nobody has answered it yet
	}
	return j.carryOn(ctx, f, d, begun.Kind, entry)
}

// renewed answers an entry that another event opened and nobody answered yet, as it is seen now. A report that asks for more is what act goes by from now on; one that asks
// for less changes nothing, unless it shows what became of what was seen before.
func (j *Judge) renewed(ctx context.Context, f finding.Finding, d policy.Decision, kind journal.BegunKind, entry journal.Entry) error {
	verdict := policy.Verdict(entry.Mode)
	switch {
	case verdict.Stronger(d.Verdict) && f.Seen.Source == "":
		return j.Queue.Send(ctx, handoverOf(f, d, entry))
	case d.Verdict.Stronger(verdict):
		entry, err := j.Journal.Record(ctx, renew(entry, f, d))
		if err != nil {
			return err
		}
		return j.carryOn(ctx, f, d, kind, entry)
	}
	return j.carryOn(ctx, f, d, kind, renew(entry, f, d))
}

// carryOn answers an entry that is on its way, or hands it over.
func (j *Judge) carryOn(ctx context.Context, f finding.Finding, d policy.Decision, kind journal.BegunKind, entry journal.Entry) error {
	here := !d.Unread && entry.State == journal.Open && !entry.Approved && entry.Press == ""
	switch {
	case d.Verdict == policy.Observe && here:
		return j.stand(ctx, f, d, entry, journal.Watch)
	case d.Verdict == policy.Notify && here:
		entry.Change = advice(d)
		return j.stand(ctx, f, d, entry, journal.Tell)
	}
	if kind == journal.Started {
		j.tally(ctx, f, d, "handed over")
	}
	return j.Queue.Send(ctx, handoverOf(f, d, entry))
}

// stand records what a judge answers by itself, and says so: at once, or in the next digest, if the policy gathers such messages.
func (j *Judge) stand(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry, by journal.Event) error {
	entry.Gathered, entry.Due = j.Policy.Digest() > 0, time.Time{}
	entry, err := j.move(ctx, f, entry, by)
	if err != nil {
		return err
	}
	return j.publish(ctx, f, d, entry)
}

// publish says what is owed of an answer of the judge's own.
func (j *Judge) publish(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	if !entry.Told {
		var err error
		if entry, err = j.tell(ctx, entry); err != nil {
			return err
		}
	}
	return j.settle(ctx, f, d, entry)
}

// end closes what was open about a setting that is right again, excused or gone. Only an event that itself shows a change of the setting can have ended something: for all
// others nothing is read.
func (j *Judge) end(ctx context.Context, f finding.Finding, d policy.Decision, by journal.Event) error {
	if !f.Changed || d.Setting == "" {
		j.count(d)
		return nil
	}
	entry, found, err := j.Journal.Last(ctx, keyOf(f, d))
	if err != nil {
		return err
	}
	move, possible := entry.Next(by)
	switch {
	case found && !entry.State.Final() && working(entry) && j.Now().Sub(entry.Updated) > journal.Lease:
		return j.Queue.Send(ctx, handoverOf(f, d, entry)) // nobody is at it any more
	case found && ended(entry):
		j.count(d)
		return j.settle(ctx, f, d, entry)
	case found && rights(f, entry, by):
		j.count(d)
		return j.forget(ctx, entry)
	case !found || entry.State.Final() || !possible || !endedBy(f, entry, by):
		j.count(d)
		return nil
	}
	return j.conclude(ctx, f, d, entry, move)
}

// ended tells whether an entry is over without anything that was done: an event ended it, or may have. What is owed of that may not have been handed over.
func ended(e journal.Entry) bool {
	return e.State == journal.Compliant || e.State == journal.Gone || e.State == journal.Exempted
}

// endedBy tells whether an event may have ended an entry: not one that act works on, unless the resource is gone; nor one of which something newer was seen.
func endedBy(f finding.Finding, entry journal.Entry, by journal.Event) bool {
	switch {
	case working(entry) && by != journal.Vanish, f.Seen.Before(entry.Seen):
		return false
	}
	return !f.Right || refutes(f, entry)
}

// conclude records that an entry ended by itself. That is news only for those who were told that it waits; where a finding of our own shows it, that has to say so.
func (j *Judge) conclude(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry, move journal.Move) error {
	entry.Told = !(move.Tell && entry.Told)
	entry.Noted = entry.Noted && entry.Shown == "" && entry.Press == ""
	entry.State, entry.Reason, entry.Updated, entry.Due = move.To, d.Reason, j.Now(), d.Until
	if f.Seen.Source != "" {
		entry.Seen = f.Seen
	}
	entry, err := j.Journal.Record(ctx, entry)
	if errors.Is(err, journal.ErrStale) {
		j.tally(ctx, f, d, "stale")
		return nil
	}
	if err != nil {
		return err
	}
	j.tally(ctx, f, d, string(move.To))
	return j.settle(ctx, f, d, entry)
}

// settle has act say what is still owed of an entry that is answered: it works on one entry after the other, so that nothing is said twice, and it alone may write into
// Security Hub.
func (j *Judge) settle(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry) error {
	if owed := ended(entry) && !entry.Told || j.Policy.Posts() && notify.OwesPosting(entry); !owed {
		return nil
	}
	return j.Queue.Send(ctx, handoverOf(f, d, entry))
}

// refutes tells whether a report that all is right speaks of all that an entry was opened for, and later: that one control passes says nothing of another.
func refutes(f finding.Finding, entry journal.Entry) bool {
	return f.Time.After(entry.Since) && f.Control == entry.Control && !slices.ContainsFunc(entry.Reporters, func(r journal.Reporter) bool { return r.Control != f.Control })
}

// working tells whether act has a write of its own on the way, or an undo to make. The event may well show that very write, or what is to be taken back: act ends the entry
// itself.
func working(e journal.Entry) bool {
	return e.State == journal.Planned || e.State == journal.Applying || e.State == journal.Settling || e.Undoes != "" && !e.State.Standing()
}

func (j *Judge) move(ctx context.Context, f finding.Finding, entry journal.Entry, by journal.Event) (journal.Entry, error) {
	move, possible := entry.Next(by)
	if !possible {
		return entry, fmt.Errorf("entry %s is %s and cannot %s", entry.ID, entry.State, by)
	}
	entry.State, entry.Told, entry.Updated = move.To, !move.Tell || entry.Gathered, j.Now()
	entry, err := j.Journal.Record(ctx, entry)
	if err != nil {
		return entry, err
	}
	j.outcome(ctx, f, entry)
	return entry, nil
}

// announce tells programs of an outcome. What the bus will not take is logged, and people are told all the same.
func (j *Judge) announce(ctx context.Context, entry journal.Entry) error {
	if j.Events == nil {
		return nil
	}
	err := j.Events.Put(ctx, notify.EventOf(entry, j.Prefix))
	if errors.Is(err, notify.ErrNotTaken) {
		j.Log.WarnContext(ctx, "outcome not announced", "finding", entry.ID, "account", entry.Key.Account, "region", entry.Key.Region, "err", err)
		return nil
	}
	return err
}

// tell sends the message of a recorded outcome and then records that it was sent. If sending fails, the next delivery finds the outcome and sends again.
func (j *Judge) tell(ctx context.Context, entry journal.Entry) (journal.Entry, error) {
	if err := j.announce(ctx, entry); err != nil {
		return entry, err
	}
	if notify.Wanted(entry, j.Policy.MinSeverity()) {
		if err := j.Topic.Tell(ctx, notify.Render(entry, notify.AboutOf(j.Policy, entry))); err != nil {
			return entry, err
		}
	}
	entry.Told, entry.Updated = true, j.Now()
	return j.Journal.Record(ctx, entry)
}
