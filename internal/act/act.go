// Package act is the second half of the flow, and the only one that changes anything: admit, plan, record, apply, verify, record, tell, close.
package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A Journal is what act needs of the journal.
type Journal interface {
	Take(ctx context.Context, id, holder string, now, until time.Time) (journal.Entry, error)
	Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error)
	Get(ctx context.Context, id string) (journal.Entry, error)
	Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error)
	Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	// Changed is the last entry that changed a setting and was no undo; false if there is none.
	Changed(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	// Rails are the brake that is on for an account, if one is, and some counters.
	Rails(ctx context.Context, account string, counters ...string) (journal.Rails, error)
}

// A Topic tells people.
type Topic interface {
	Tell(ctx context.Context, m notify.Message) error
}

// Reach gives the configuration with which a remedy works on one resource, in its account and region, narrowed to the remedy's grants on that very resource. The entry's
// id names the session. A role that is not there, or may not be used, is a *remedy.RefusedError.
type Reach func(ctx context.Context, r remedy.Remedy, resource finding.Resource, entry string) (aws.Config, error)

// An Actor carries decisions out. It is safe for concurrent use.
type Actor struct {
	Policy   *policy.Policy
	Remedies []remedy.Remedy
	Journal  Journal
	Topic    Topic
	Hub      Hub // nil where no finding of Security Hub is heard
	Reach    Reach
	Log      *slog.Logger
	Meter    *meter.Meter
	Now      func() time.Time
	Wait     func(context.Context, time.Duration) error // between two reads that verify
}

// A Delivery is one hand-over as the queue delivers it.
type Delivery struct {
	Handover handover.Handover
	Holder   string // the queue's message id: the lease's holder
	Last     bool   // whether the queue delivers it no more after this
}

// Act answers one violation. An error means "deliver again"; every outcome, bad ones too, is recorded and told instead.
//
// The outcome is recorded before it is told: if telling fails, the next delivery finds the outcome, touches AWS no more, and tells.
//
// What was changed in the journal meanwhile, or reported, is no reason to hold the queue up: the entry is taken up again at once, a few times.
func (a *Actor) Act(ctx, working context.Context, d Delivery) error {
	var err error
	for range tries {
		err = a.once(ctx, working, d)
		if !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journal.ErrStale) && !errors.Is(err, errMore) {
			return err
		}
	}
	return err
}

// tries is how often an entry is taken up in one delivery.
const tries = 3

func (a *Actor) once(ctx, working context.Context, d Delivery) error {
	entry, err := a.Journal.Take(ctx, d.Handover.Entry, d.Holder, a.Now(), a.Now().Add(journal.Lease))
	if errors.Is(err, journal.ErrUnknown) {
		return a.unknown(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("take entry %s: %w", d.Handover.Entry, err)
	}
	if entry.State.Answered() || entry.State == journal.Waiting && entry.Due.After(a.Now()) {
		return a.tell(ctx, working, d, entry)
	}
	entry, end := a.work(working, entry)
	a.count(end)
	outcome, err := a.outcome(entry, end, d.Last)
	if err != nil {
		a.Log.WarnContext(ctx, "finding not answered yet", append(about(entry), "err", err)...)
		return err
	}
	entry, err = a.close(ctx, entry, outcome)
	if err != nil {
		return err
	}
	a.tally(ctx, d, entry, outcome.cause)
	if outcome.event == "" {
		return nil
	}
	return a.tell(ctx, working, d, entry)
}

// work is the order of every change. Each step takes what only the one before it gives, so that no other order compiles. It always ends with an error: how the entry
// ended (*end), or why it did not.
func (a *Actor) work(ctx context.Context, entry journal.Entry) (journal.Entry, error) {
	admitted, err := a.admit(ctx, entry)
	if err != nil {
		return entry, err
	}
	planned, err := a.plan(ctx, admitted)
	if err != nil {
		return planned.entry, err
	}
	reserved, err := a.reserve(ctx, planned)
	if err != nil {
		return reserved.entry, err
	}
	recorded, err := a.record(ctx, reserved)
	if err != nil {
		return recorded.entry, err
	}
	applied, err := a.apply(ctx, recorded)
	if err != nil {
		return applied.entry, err
	}
	return a.verify(ctx, applied)
}

// count counts an error of AWS by its class; how an entry ends is none.
func (a *Actor) count(err error) {
	var ended *end
	if !errors.As(err, &ended) && !inJournal(err) {
		a.Meter.Error(string(remedy.ClassOf(err)))
	}
}

// unknown ends a hand-over whose entry the journal does not know: nothing can be done about it, now or later.
func (a *Actor) unknown(ctx context.Context, d Delivery) error {
	a.Log.ErrorContext(ctx, "entry not in the journal", "finding", d.Handover.Entry, "account", d.Handover.Account, "region", d.Handover.Region, "outcome", "unknown")
	a.Meter.Outcome("unknown", d.Handover.Source, 0)
	return nil
}

// close records the outcome, and what it counts for its rule's breaker.
func (a *Actor) close(ctx context.Context, entry journal.Entry, o *end) (journal.Entry, error) {
	next, err := a.ended(entry, o)
	if err != nil {
		return entry, err
	}
	recorded, err := a.Journal.Record(ctx, next, a.trips(entry, next, o)...)
	if err != nil {
		return entry, fmt.Errorf("record entry %s as %s: %w", next.ID, next.State, err)
	}
	if recorded.TookBack() {
		return recorded, a.takeBack(ctx, recorded)
	}
	return recorded, nil
}

// ended is the entry as an outcome leaves it. One without an event stays where it is, and the clock takes it up again.
func (a *Actor) ended(entry journal.Entry, o *end) (journal.Entry, error) {
	if o.event == "" {
		entry.Held, entry.Due = o.held, o.due
		return entry, nil
	}
	move, possible := entry.Next(o.event)
	if !possible {
		return entry, fmt.Errorf("entry %s is %s and cannot %s", entry.ID, entry.State, o.event)
	}
	waited := entry.Told && o.held != "" && entry.Held == o.held && (o.event == journal.Hold || o.event == journal.Propose) // people know
	entry.State, entry.Told, entry.Noted, entry.Updated = move.To, !move.Tell || waited, entry.Noted && waited, a.Now()
	if !entry.State.Final() { // of what has ended it stays, so that people hear what became of what they were told to wait for
		entry.Held = o.held
	}
	entry.Due = a.dueOf(entry, o)
	if o.reason != "" {
		entry.Reason = o.reason
	}
	if o.mark != "" {
		entry.Fingerprint = o.mark
	}
	if o.cause != nil {
		entry.Err = o.cause.Error()
	}
	if errors.Is(o.cause, journal.ErrTooLarge) {
		entry.Change = change.Change{}
	}
	if entry.State == journal.Proposed {
		entry.Shown = journal.Seal(entry.Change)
	}
	a.gather(&entry)
	return entry, nil
}

// dueOf is when the clock takes an entry up that ended so; zero: never.
func (a *Actor) dueOf(entry journal.Entry, o *end) time.Time {
	switch {
	case !o.due.IsZero():
		return o.due
	case entry.State == journal.Proposed:
		return a.Now().Add(a.Policy.Journal().Proposal)
	case entry.TookBack() && !entry.Redoes:
		return a.Now().Add(undoneFor)
	case entry.Displaced():
		return a.Now()
	}
	return time.Time{}
}

// gather leaves to the digest what need not be told at once.
func (a *Actor) gather(e *journal.Entry) {
	quiet := e.State == journal.Observed || e.State == journal.Told && e.Held == "" && e.Mode == string(policy.Notify) && e.Press == ""
	if quiet && a.Policy.Digest() > 0 {
		e.Gathered, e.Told = true, true
	}
}

// tell says what is owed of a recorded outcome, in findings and in a message, and then records that it was said.
func (a *Actor) tell(ctx, working context.Context, d Delivery, entry journal.Entry) error {
	if entry.TookBack() {
		if err := a.takeBack(ctx, entry); err != nil {
			return err
		}
	}
	if err := a.warn(ctx, entry); err != nil {
		return err
	}
	noted, err := a.note(working, d, entry)
	if err != nil {
		return err
	}
	if entry.Told && !noted {
		return nil
	}
	if err := a.message(ctx, entry); err != nil {
		return err
	}
	entry.Told, entry.Noted, entry.Updated = true, entry.Noted || noted, a.Now()
	if _, err := a.Journal.Record(ctx, entry); err != nil {
		return fmt.Errorf("record that entry %s was told: %w", entry.ID, err)
	}
	return nil
}

// message tells people of an outcome, if that is still owed and wanted.
func (a *Actor) message(ctx context.Context, entry journal.Entry) error {
	if entry.Told || silent(entry) || !notify.Wanted(entry, a.Policy.MinSeverity()) {
		return nil
	}
	if err := a.Topic.Tell(ctx, notify.Render(entry, notify.AboutOf(a.Policy, entry))); err != nil {
		return fmt.Errorf("tell entry %s: %w", entry.ID, err)
	}
	return nil
}

// takeBack records on the entry that was undone that it was. It may be done twice.
func (a *Actor) takeBack(ctx context.Context, undo journal.Entry) error {
	entry, err := a.Journal.Get(ctx, undo.Undoes)
	if err != nil {
		return fmt.Errorf("read entry %s, which was undone: %w", undo.Undoes, err)
	}
	move, possible := journal.Next(entry.State, journal.TakeBack)
	if !possible {
		return nil // recorded already
	}
	if err := a.excuse(ctx, undo, entry); err != nil {
		return err
	}
	entry.State, entry.Updated, entry.Reason = move.To, a.Now(), "Taken back by entry "+undo.ID+"."
	if _, err := a.Journal.Record(ctx, entry, a.regret(entry)...); err != nil {
		return fmt.Errorf("record that entry %s was undone: %w", entry.ID, err)
	}
	return nil
}

// tally logs and counts an outcome: one line, and never a tag's value.
func (a *Actor) tally(ctx context.Context, d Delivery, entry journal.Entry, cause error) {
	attributes := append(about(entry), "outcome", notify.Outcome(entry))
	if cause != nil {
		attributes = append(attributes, "err", cause)
	}
	a.Log.InfoContext(ctx, "finding answered", attributes...)
	a.Meter.Outcome(notify.Outcome(entry), d.Handover.Source, a.Now().Sub(entry.Since))
}

func about(e journal.Entry) []any {
	return []any{
		"event", e.Event, "finding", e.ID, "control", e.Control, "account", e.Key.Account, "region", e.Key.Region, "resource", e.Key.Resource,
		"rule", e.Rule, "remedy", e.Remedy, "verdict", e.Mode,
	}
}
