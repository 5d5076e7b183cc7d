package journaltest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// ErrFault is the error of a call that was made to fail.
var ErrFault = errors.New("a fault, planted by a test")

// Faults make one call of many fail: the At-th, before or after it took effect. What else a function calls (a queue, a topic) can be counted among them by Fault. The zero value
// makes none fail, and counts. It may be called concurrently.
type Faults struct {
	At    int  // which call fails, from 1 on; 0: none
	After bool // it fails after it took effect: its answer is lost

	mu    sync.Mutex
	calls int
	done  string
}

// Fault makes a call, or fails instead of it, or after it. A call that fails by itself answers its own error.
func (f *Faults) Fault(name string, call func() error) error {
	if !f.next(name) {
		return call()
	}
	if f.After {
		if err := call(); err != nil {
			return err
		}
	}
	return ErrFault
}

// next tells whether this is the call that fails.
func (f *Faults) next(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.calls != f.At {
		return false
	}
	f.done = name
	return true
}

// Calls is how many calls were made, or failed.
func (f *Faults) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Done names the call that failed ("record fixed"); "" while none did.
func (f *Faults) Done() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.done
}

// A Faulty journal is a journal of which each call may fail. What fails after its effect answers what it would have answered, and the error.
type Faulty struct {
	Journal
	*Faults
}

// Begin fails as "begin".
func (f Faulty) Begin(ctx context.Context, e journal.Entry, now time.Time) (begun journal.Begun, err error) {
	err = f.Fault("begin", func() error { begun, err = f.Journal.Begin(ctx, e, now); return err })
	return begun, err
}

// Open fails as "open".
func (f Faulty) Open(ctx context.Context, k journal.Key) (e journal.Entry, open bool, err error) {
	err = f.Fault("open", func() error { e, open, err = f.Journal.Open(ctx, k); return err })
	return e, open, err
}

// Changed fails as "changed".
func (f Faulty) Changed(ctx context.Context, k journal.Key) (e journal.Entry, found bool, err error) {
	err = f.Fault("changed", func() error { e, found, err = f.Journal.Changed(ctx, k); return err })
	return e, found, err
}

// Take fails as "take".
func (f Faulty) Take(ctx context.Context, id, holder string, now, until time.Time) (e journal.Entry, err error) {
	err = f.Fault("take", func() error { e, err = f.Journal.Take(ctx, id, holder, now, until); return err })
	return e, err
}

// Record fails as "record" and the state.
func (f Faulty) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (kept journal.Entry, err error) {
	err = f.Fault("record "+string(e.State), func() error { kept, err = f.Journal.Record(ctx, e, marks...); return err })
	return kept, err
}

// Last fails as "last".
func (f Faulty) Last(ctx context.Context, k journal.Key) (e journal.Entry, ok bool, err error) {
	err = f.Fault("last", func() error { e, ok, err = f.Journal.Last(ctx, k); return err })
	return e, ok, err
}

// Get fails as "get".
func (f Faulty) Get(ctx context.Context, id string) (e journal.Entry, err error) {
	err = f.Fault("get", func() error { e, err = f.Journal.Get(ctx, id); return err })
	return e, err
}

// History fails as "history".
func (f Faulty) History(ctx context.Context, id string) (all []journal.Entry, err error) {
	err = f.Fault("history", func() error { all, err = f.Journal.History(ctx, id); return err })
	return all, err
}

// Recent fails as "recent".
func (f Faulty) Recent(ctx context.Context, since time.Time, limit int) (all []journal.Entry, err error) {
	err = f.Fault("recent", func() error { all, err = f.Journal.Recent(ctx, since, limit); return err })
	return all, err
}

// Due fails as "due".
func (f Faulty) Due(ctx context.Context, now time.Time, limit int) (all []journal.Entry, err error) {
	err = f.Fault("due", func() error { all, err = f.Journal.Due(ctx, now, limit); return err })
	return all, err
}

// Rails fails as "rails".
func (f Faulty) Rails(ctx context.Context, account string, counters ...string) (r journal.Rails, err error) {
	err = f.Fault("rails", func() error { r, err = f.Journal.Rails(ctx, account, counters...); return err })
	return r, err
}

// SetBrake fails as "set brake".
func (f Faulty) SetBrake(ctx context.Context, b journal.Brake) error {
	return f.Fault("set brake", func() error { return f.Journal.SetBrake(ctx, b) })
}

// Brakes fails as "brakes".
func (f Faulty) Brakes(ctx context.Context) (all []journal.Brake, err error) {
	err = f.Fault("brakes", func() error { all, err = f.Journal.Brakes(ctx); return err })
	return all, err
}

// Reset fails as "reset".
func (f Faulty) Reset(ctx context.Context, now time.Time, counters ...string) error {
	return f.Fault("reset", func() error { return f.Journal.Reset(ctx, now, counters...) })
}

// Hear fails as "hear".
func (f Faulty) Hear(ctx context.Context, h journal.Hearing) error {
	return f.Fault("hear", func() error { return f.Journal.Hear(ctx, h) })
}

// Heard fails as "heard".
func (f Faulty) Heard(ctx context.Context) (all []journal.Hearing, err error) {
	err = f.Fault("heard", func() error { all, err = f.Journal.Heard(ctx); return err })
	return all, err
}

// Pending fails as "pending".
func (f Faulty) Pending(ctx context.Context, limit int) (n int, err error) {
	err = f.Fault("pending", func() error { n, err = f.Journal.Pending(ctx, limit); return err })
	return n, err
}
