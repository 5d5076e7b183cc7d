// Package clock does what no event starts: it takes up again what waits and is due, sends digests, and sweeps through what exists. It changes nothing of AWS's resources:
// whatever is to be done it hands over to act, which looks anew.
package clock

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Journal is what the clock needs of the journal.
type Journal interface {
	Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error)
	Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error)
	Take(ctx context.Context, id, holder string, now, until time.Time) (journal.Entry, error)
	Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error)
	Get(ctx context.Context, id string) (journal.Entry, error)
	Due(ctx context.Context, now time.Time, limit int) ([]journal.Entry, error)
	Recent(ctx context.Context, since time.Time, limit int) ([]journal.Entry, error)
	Rails(ctx context.Context, account string, counters ...string) (journal.Rails, error)
}

// A Queue takes what act has to see to.
type Queue interface {
	Send(ctx context.Context, h handover.Handover) error
}

// A Topic tells people.
type Topic interface {
	Tell(ctx context.Context, m notify.Message) error
}

// Self is the clock's own queue: the pages of a sweep are messages to itself.
type Self interface {
	Send(ctx context.Context, body string) error
}

// A Judge judges what a sweep finds.
type Judge interface {
	Findings(ctx context.Context, findings []finding.Finding) error
}

// A Clock does what is due. It is safe for concurrent use, and whatever it does may be done twice, or by two of them at once.
type Clock struct {
	Policy  *policy.Policy
	Journal Journal
	Queue   Queue
	Topic   Topic
	Self    Self
	Judge   Judge
	Sources []Source // of a sweep: the first that can be asked is
	Hub     *Hub     // nil where the deployment keeps one account
	Log     *slog.Logger
	Meter   *meter.Meter
	Now     func() time.Time
}

// A Delivery is one message as the clock's queue delivers it.
type Delivery struct {
	Body   []byte
	Holder string // the queue's message id: the holder of leases
	Last   bool   // whether the queue delivers it no more after this
}

// Do carries out one message. An error means "deliver again"; a message that nobody understands ends in the dead-letter queue. When working ends, what was not begun is left to
// the next tick.
func (c *Clock) Do(ctx, working context.Context, d Delivery) error {
	if b, is, wrong := c.Hub.heartbeat(d.Body); is {
		return c.beat(ctx, b, wrong)
	}
	m, err := decode(d.Body)
	if err != nil {
		c.Log.ErrorContext(ctx, "message unreadable", "outcome", "unreadable", "err", err)
		c.Meter.Outcome("unreadable")
		return err
	}
	if m.Do == sweep {
		return c.sweep(ctx, m, d.Last)
	}
	return errors.Join(c.due(ctx, working), c.written(ctx), c.digest(ctx, d.Holder), c.members(ctx, working))
}

// source is what hand-overs and metrics call the clock, and the policy the findings of its sweeps.
const source = "clock"

// busy tells whether somebody else is at an entry: it is left to the next tick.
func busy(err error) bool {
	return errors.Is(err, journal.ErrConflict) || errors.Is(err, journal.ErrBusy)
}

// handOver has act take an entry up.
func (c *Clock) handOver(ctx context.Context, e journal.Entry) error {
	err := c.Queue.Send(ctx, handover.Handover{
		Entry: e.ID, Revision: e.Revision, Account: e.Key.Account, Region: e.Key.Region, Service: e.Service(), Urgent: e.Urgent(), Source: source,
	})
	if err != nil {
		return fmt.Errorf("hand over entry %s: %w", e.ID, err)
	}
	return nil
}
