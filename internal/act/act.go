// Package act is the second half of the flow, and the only one that changes anything: admit, plan, reserve, record, apply, verify, record, note, tell, close.
package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

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

// An Announcer tells programs of outcomes. An error that is notify.ErrNotTaken says that no retry helps.
type Announcer interface {
	Put(ctx context.Context, e notify.Event) error
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
	Events   Announcer // nil where no program is told
	Hub      Hub       // nil where no finding of Security Hub is heard
	Reach    Reach
	Members  *Members // nil where the deployment keeps one account
	Prefix   string   // of the deployment's names, for Events
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
	began := beginning(entry)
	entry, end := a.work(working, entry)
	end = a.unenrolled(ctx, entry, end)
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
	a.tally(ctx, entry, outcome.cause, began)
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
	a.Meter.Outcome("unknown")
	return nil
}

// beginning is from when on it is measured how long a fix took: the event or, of what waited for a time, a press or a person on purpose, the moment from which it did no longer.
func beginning(e journal.Entry) time.Time {
	waited := e.Held != "" || e.Press != "" || e.Approved || e.Undoes != ""
	if waited && e.Updated.After(e.Since) {
		return e.Updated
	}
	return e.Since
}

// tally logs and counts an outcome: one line, and never a tag's value.
func (a *Actor) tally(ctx context.Context, entry journal.Entry, cause error, began time.Time) {
	attributes := append(about(entry), "outcome", notify.Outcome(entry))
	if cause != nil {
		attributes = append(attributes, "err", cause)
	}
	a.Log.InfoContext(ctx, "finding answered", attributes...)
	a.Meter.Outcome(notify.Outcome(entry))
	if notify.Outcome(entry) == string(journal.Fixed) {
		a.Meter.Fixed(entry.Kind, a.Now().Sub(began))
	}
}

func about(e journal.Entry) []any {
	return []any{
		"event", e.Event, "finding", e.ID, "control", e.Control, "account", e.Key.Account, "region", e.Key.Region, "resource", e.Key.Resource,
		"rule", e.Rule, "remedy", e.Remedy, "verdict", e.Mode,
	}
}
