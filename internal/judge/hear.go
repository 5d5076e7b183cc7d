package judge

import (
	"context"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Hearer keeps when events of each kind were heard, so that a source that falls silent is told.
type Hearer interface {
	Hear(ctx context.Context, h journal.Hearing) error
}

// A Diary writes down what is heard, each kind at most once in journal.HeardEvery: an event costs no write of its own. It may be used concurrently.
type Diary struct {
	Keep Hearer

	mu   sync.Mutex
	last map[string]time.Time // by kind: when this function itself wrote of it
}

// heard writes of a kind, if that is news.
func (d *Diary) heard(ctx context.Context, kind string, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if age := now.Sub(d.last[kind]); !d.last[kind].IsZero() && age >= 0 && age < journal.HeardEvery {
		return nil
	}
	if err := d.Keep.Hear(ctx, journal.Hearing{Kind: kind, At: now}); err != nil {
		return err
	}
	if d.last == nil {
		d.last = map[string]time.Time{}
	}
	d.last[kind] = now
	return nil
}

// hear writes down that an event of a kind came. People's presses are no source that could fall silent. What cannot be written keeps no event from being judged, and is tried again with
// the next.
func (j *Judge) hear(ctx context.Context, kind events.Kind) {
	if j.Diary == nil || kind.Pressed != nil {
		return
	}
	if err := j.Diary.heard(ctx, kind.Name(), j.Now()); err != nil {
		j.Log.WarnContext(ctx, "event not written down as heard", "source", kind.Name(), "err", err)
	}
}
