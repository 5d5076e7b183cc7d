package members

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// How long a function believes what it read of an account, and of how many at the most. That one is unknown is believed for a shorter time: it may just have been found.
const (
	believed   = 10 * time.Minute
	doubted    = time.Minute
	mostCached = 20_000
)

// A Directory tells where accounts stand, from a store that is asked now and then. It is safe for concurrent use.
type Directory struct {
	Store interface {
		Account(ctx context.Context, id string) (Account, error)
	}
	Now func() time.Time

	mu   sync.Mutex
	held map[string]cached
}

type cached struct {
	place *finding.Place // nil: unknown
	until time.Time
}

// Place is where an account stands; nil where the directory does not know it. An error means that the directory could not be asked.
func (d *Directory) Place(ctx context.Context, account string) (*finding.Place, error) {
	now := d.Now().Round(0) // the monotonic clock stands still while a function is frozen
	d.mu.Lock()
	c, ok := d.held[account]
	d.mu.Unlock()
	if ok && now.Before(c.until) {
		return c.place, nil
	}
	a, err := d.Store.Account(ctx, account)
	switch {
	case errors.Is(err, ErrUnknown):
		c = cached{until: now.Add(doubted)}
	case err != nil:
		return nil, err
	default:
		c = cached{place: a.Place(), until: now.Add(believed)}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil || len(d.held) >= mostCached {
		d.held = map[string]cached{}
	}
	d.held[account] = c
	return c.place, nil
}
