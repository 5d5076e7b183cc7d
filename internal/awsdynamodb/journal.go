// Package awsdynamodb keeps the journal in one DynamoDB table.
//
// The rules are those of journal.Claim: each call reads a claim, asks it for the next step, and writes that step in one transaction, on the condition that the claim is
// still as it was read. A call that lost such a race reads again. Nothing is logged here.
package awsdynamodb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// Keep is how long entries and claims are kept after their last change, unless the policy says otherwise.
const Keep = 400 * 24 * time.Hour

// Options are what a journal may be told.
type Options struct {
	Keep time.Duration // how long an item is kept after it was written (the policy's journal.keep); 0: Keep
	Key  Key           // opens the secret by which the journal knows its own items; nil: what is in the table is believed, for tests of other things
}

// A Journal is the journal in a table that has the schema of this package. Its methods may be called concurrently, by any number of functions.
//
// An error that is none of the sentinels of package journal means: deliver again. (The SDK has tried throttled calls again by then.)
type Journal struct {
	client *dynamodb.Client
	table  string
	keep   time.Duration
	pause  func(ctx context.Context, try int) error // before a call that lost a race reads again
	now    func() time.Time                         // of how old the seal is
	seal   seal
	proof  proof
}

// New is the journal in a table.
func New(client *dynamodb.Client, table string, opts Options) *Journal {
	keep := opts.Keep
	if keep <= 0 {
		keep = Keep
	}
	return &Journal{client: client, table: table, keep: keep, pause: pause, now: time.Now, proof: proof{key: opts.Key}}
}

// Begin takes the report of a violation: see journal.Begun. It reads once, and writes once where something is new.
func (j *Journal) Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error) {
	if e.ID == "" {
		return journal.Begun{}, fmt.Errorf("begin an entry on %s: it has no id", e.Key)
	}
	var begun journal.Begun
	err := j.race(ctx, func() error {
		c, known, err := j.claimAndFirst(ctx, e)
		if err != nil {
			return err
		}
		if known && c.Entry.ID != e.ID { // delivered again, after another entry took the claim
			was, err := j.newest(ctx, e.ID)
			begun = journal.Begun{Entry: was, Kind: journal.Repeated}
			return err
		}
		step := c.Begin(e, now)
		begun.Kind = step.Kind
		begun.Entry, err = j.commit(ctx, step)
		return err
	})
	if err != nil {
		return journal.Begun{}, fmt.Errorf("begin entry %s: %w", e.ID, err)
	}
	return begun, nil
}

// Open is the newest revision of the entry that holds the claim on a key; false if none does. It is one read.
func (j *Journal) Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error) {
	c, err := j.claim(ctx, k)
	if err != nil {
		return journal.Entry{}, false, err
	}
	e, ok := c.Open()
	return e, ok, nil
}

// Last is the entry that holds a claim or, once that is final, held it last; false if nothing is kept of the key. It is one read.
func (j *Journal) Last(ctx context.Context, k journal.Key) (journal.Entry, bool, error) {
	c, err := j.claim(ctx, k)
	if err != nil {
		return journal.Entry{}, false, err
	}
	return c.Entry, c.Version > 0, nil
}

// Changed is the last entry that changed a setting and was no undo; false if there is none. It is one read, and one more where there is one.
func (j *Journal) Changed(ctx context.Context, k journal.Key) (journal.Entry, bool, error) {
	c, err := j.claim(ctx, k)
	if err != nil || c.Changed == "" {
		return journal.Entry{}, false, err
	}
	e, err := j.newest(ctx, c.Changed)
	if errors.Is(err, journal.ErrUnknown) {
		return journal.Entry{}, false, nil // not kept any more
	}
	return e, err == nil, err
}

// Take leases the claim of an entry to holder until a time. It answers ErrUnknown, and ErrBusy while another's lease holds. An entry that lost its claim to another is
// answered without a lease: nothing is left to be done for it but telling.
func (j *Journal) Take(ctx context.Context, id, holder string, now, until time.Time) (journal.Entry, error) {
	var taken journal.Entry
	err := j.race(ctx, func() error {
		was, err := j.newest(ctx, id)
		if err != nil {
			return err
		}
		c, err := j.claim(ctx, was.Key)
		if err != nil {
			return err
		}
		if c.Entry.ID != id {
			taken = was
			return nil
		}
		step, err := c.Proved(was).Take(holder, now, until)
		if err != nil {
			return err
		}
		taken, err = j.commit(ctx, step)
		return err
	})
	return taken, err
}

// Record appends e as the revision after e.Revision, and answers it as it is kept; marks move their counters in the same transaction. It answers ErrUnknown, ErrStale,
// ErrTooLarge, ErrConflict if that is not the newest, and a *journal.SpentError if a counter is at its limit.
func (j *Journal) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error) {
	var kept journal.Entry
	err := j.race(ctx, func() error {
		c, err := j.claim(ctx, e.Key)
		if err != nil {
			return err
		}
		step, err := j.step(ctx, c, e)
		if err != nil {
			return err
		}
		was, err := j.counters(ctx, journal.Marked(marks))
		if err != nil {
			return err
		}
		if step, err = step.With(marks, was); err != nil {
			return err
		}
		kept, err = j.commit(ctx, step)
		return err
	})
	return kept, err
}

// step is what Record writes: on an entry that lost its claim to another, its revision alone.
func (j *Journal) step(ctx context.Context, c journal.Claim, e journal.Entry) (journal.Step, error) {
	if c.Version > 0 && c.Entry.ID == e.ID {
		return c.Record(e)
	}
	was, err := j.newest(ctx, e.ID)
	if err != nil {
		return journal.Step{}, err
	}
	e, err = journal.Amend(was, e)
	return journal.Step{Entry: e, Append: []journal.Entry{e}}, err
}

// errRaced says that somebody else wrote between a read and the write after it.
var errRaced = errors.New("others write to it all the time")

// races is how often a call reads again before it gives up: with the pauses, some six seconds. What is written to most is the counter of a rule's changes in all accounts,
// by as many functions as run at once: a hundred that begin in the same moment all get through, and the stack runs ten.
const races = 12

// race tries again what lost a race, and answers ErrConflict if it loses every time.
func (j *Journal) race(ctx context.Context, call func() error) error {
	for try := range races {
		err := call()
		if !errors.Is(err, errRaced) {
			return err
		}
		if err := j.pause(ctx, try); err != nil {
			return err
		}
	}
	return fmt.Errorf("tried %d times: %w: %w", races, errRaced, journal.ErrConflict)
}

// pause waits a random part of a time that doubles with each try, from 10 ms to 2.5 s.
func pause(ctx context.Context, try int) error {
	timer := time.NewTimer(rand.N(min(10*time.Millisecond<<min(try, 8), 2500*time.Millisecond)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// commit writes a step whole or not at all, and answers the entry as it will be read.
func (j *Journal) commit(ctx context.Context, s journal.Step) (journal.Entry, error) {
	var writes []types.TransactWriteItem
	for _, e := range s.Append {
		put, err := j.putRevision(e)
		if err != nil {
			return journal.Entry{}, err
		}
		writes = append(writes, put)
	}
	if s.Claim != nil {
		put, err := j.putClaim(*s.Claim)
		if err != nil {
			return journal.Entry{}, err
		}
		writes = append(writes, put)
	}
	for _, c := range s.Counts {
		put, err := j.putCounter(c)
		if err != nil {
			return journal.Entry{}, err
		}
		writes = append(writes, put)
	}
	if len(writes) == 0 {
		return journal.Reread(s.Entry)
	}
	for _, w := range writes {
		if err := j.sign(ctx, w.Put.Item); err != nil {
			return journal.Entry{}, err
		}
	}
	_, err := j.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	if err != nil {
		return journal.Entry{}, refusal(s.Entry, err)
	}
	return journal.Reread(s.Entry)
}

// refusal tells a lost race from a write that could not be made.
func refusal(e journal.Entry, err error) error {
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) && raced(canceled.CancellationReasons) {
		return fmt.Errorf("write entry %s: %w", e.ID, errRaced)
	}
	return fmt.Errorf("write entry %s: %w", e.ID, err)
}

// raced tells whether a transaction was cancelled because of other writers, and for nothing else.
//
// Source: DynamoDB API reference, TransactWriteItems, "Cancellation reasons".
func raced(reasons []types.CancellationReason) bool {
	found := false
	for _, r := range reasons {
		switch {
		case r.Code == nil || *r.Code == "None":
		case *r.Code == "ConditionalCheckFailed" || *r.Code == "TransactionConflict":
			found = true
		default:
			return false
		}
	}
	return found
}
