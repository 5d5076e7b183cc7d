// Package operator carries out what people ask for by name: approve, undo, exempt, brake, close a breaker, and look. It changes nothing itself: every act is an entry of the
// journal, or a field of one, under the caller's ARN, and is handed over to act.
package operator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Journal is what the operator needs of the journal.
type Journal interface {
	Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error)
	Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error)
	Get(ctx context.Context, id string) (journal.Entry, error)
	History(ctx context.Context, id string) ([]journal.Entry, error)
	Recent(ctx context.Context, since time.Time, limit int) ([]journal.Entry, error)
	Due(ctx context.Context, now time.Time, limit int) ([]journal.Entry, error)
	Rails(ctx context.Context, account string, counters ...string) (journal.Rails, error)
	SetBrake(ctx context.Context, b journal.Brake) error
	Brakes(ctx context.Context) ([]journal.Brake, error)
	Reset(ctx context.Context, now time.Time, counters ...string) error
}

// A Directory is what is known of the accounts of an organization.
type Directory interface {
	Accounts(ctx context.Context) ([]members.Account, error)
	BeatsBetween(ctx context.Context, from, to string, now time.Time) ([]members.Beat, error)
}

// A Queue takes what act has to see to.
type Queue interface {
	Send(ctx context.Context, h handover.Handover) error
}

// An Operator serves people. It is safe for concurrent use.
type Operator struct {
	Policy  *policy.Policy
	Journal Journal
	Queue   Queue
	Members Directory // nil where the deployment keeps one account
	Roles   string    // fingerprint of the service roles that the deployed policy needs (rights.Fingerprint); "" where it is not known
	Log     *slog.Logger
	Meter   *meter.Meter
	Now     func() time.Time
	// May tells whether a caller may do something; nil: as the policy's operators say. On one machine there is nobody to be kept from anything.
	May func(act, caller string) bool
}

// The acts, as a policy's operators name them.
const (
	approve = "approve"
	undo    = "undo"
	exempt  = "exempt"
	brake   = "brake"
)

// Do carries one request out for a caller, whose ARN AWS told. An *Error is for the caller to read; every other error means that it could not be done now, and says nothing that
// a caller may see. Whatever was cut short is done by asking again.
func (o *Operator) Do(ctx context.Context, caller string, r Request) (Response, error) {
	name, do, err := r.only()
	if err != nil {
		return Response{}, err
	}
	answer, err := Response{}, o.allowed(caller, do.acts())
	if err == nil {
		answer, err = do.do(ctx, o, caller)
	}
	o.tally(ctx, caller, name, answer, err)
	return answer, err
}

// allowed refuses a caller who may do none of some acts.
func (o *Operator) allowed(caller string, acts []string) error {
	may := o.May
	if may == nil {
		may = o.Policy.May
	}
	if slices.ContainsFunc(acts, func(act string) bool { return may(act, caller) }) {
		return nil
	}
	way := fmt.Sprintf("Add your role to operators.%s in the policy and deploy, or ask one of them.", acts[0])
	if len(acts) > 1 {
		way = "Add your role to one of the lists of operators in the policy and deploy."
	}
	return refuse(Denied, "%s may not do this: the policy's operators (%s) do not name it. %s", caller, strings.Join(acts, ", "), way)
}

// tries is how often something is read and written again that was changed meanwhile.
const tries = 3

// again does something again that lost a race.
func again(do func() error) error {
	var err error
	for range tries {
		if err = do(); !errors.Is(err, journal.ErrConflict) && !errors.Is(err, journal.ErrStale) {
			return err
		}
	}
	return refuse(Busy, "The entry is being worked on: try again in a moment.")
}

// entry gives an entry by its id.
func (o *Operator) entry(ctx context.Context, id string) (journal.Entry, error) {
	e, err := o.Journal.Get(ctx, id)
	if errors.Is(err, journal.ErrUnknown) {
		return e, refuse(Unknown, "There is no entry %q in the journal: `tagwarden journal` lists them.", id)
	}
	return e, err
}

// hand gives an entry to act.
func (o *Operator) hand(ctx context.Context, e journal.Entry) error {
	return o.Queue.Send(ctx, handover.Handover{
		Entry: e.ID, Revision: e.Revision, Account: e.Key.Account, Region: e.Key.Region, Service: e.Service(), Urgent: e.Urgent(),
		EventTime: o.Now(), Source: source,
	})
}

// source is what hand-overs and events of the operator name as where they come from.
const source = "operator"

// event names one act: every asking is another.
func (o *Operator) event() string { return fmt.Sprintf("%s-%d", source, o.Now().UnixNano()) }

// tally logs and counts what was asked and what became of it. What people wrote as reasons is not logged.
func (o *Operator) tally(ctx context.Context, caller, act string, answer Response, err error) {
	outcome, level := "done", slog.LevelInfo
	attributes := []any{"act", act, "by", caller}
	var refused *Error
	switch {
	case errors.As(err, &refused):
		outcome = refused.Code.String()
	case err != nil:
		outcome, level = "failed", slog.LevelError
		attributes = append(attributes, "err", err)
	}
	if answer.Entry != nil {
		attributes = append(attributes, "finding", answer.Entry.Entry, "account", answer.Entry.Account, "region", answer.Entry.Region, "resource", answer.Entry.Resource)
	}
	o.Log.Log(ctx, level, "operator asked", append(attributes, "outcome", outcome)...)
	o.Meter.Outcome("asked: " + outcome) // no answer to a finding
}
