package judge

import (
	"context"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Diary keeps when events of each kind were heard, so that a source that falls silent is told.
type Diary interface {
	Hear(ctx context.Context, h journal.Hearing) error
}

// An ear remembers what this function itself wrote into the diary lately. Its zero value remembers nothing; it may be used concurrently.
type ear struct {
	mu   sync.Mutex
	last map[string]time.Time // by kind
}

// news tells whether it is time to write of a kind again.
func (e *ear) news(kind string, now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	last, known := e.last[kind]
	return !known || now.Sub(last) >= journal.HeardEvery || now.Before(last)
}

func (e *ear) wrote(kind string, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil {
		e.last = map[string]time.Time{}
	}
	e.last[kind] = now
}

// hear writes down that an event of a kind came, at most once in journal.HeardEvery: an event costs no write of its own. People's presses are no source that could fall silent. What cannot
// be written keeps no event from being judged, and is tried again with the next.
func (j *Judge) hear(ctx context.Context, kind events.Kind) {
	now := j.Now()
	if j.Diary == nil || kind.Pressed != nil || !j.ear.news(kind.Name(), now) {
		return
	}
	if err := j.Diary.Hear(ctx, journal.Hearing{Kind: kind.Name(), At: now}); err != nil {
		j.Log.WarnContext(ctx, "event not written down as heard", "source", kind.Name(), "err", err)
		return
	}
	j.ear.wrote(kind.Name(), now)
}
