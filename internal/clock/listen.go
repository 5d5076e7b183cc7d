package clock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// When silence is worth telling: where a source that spoke on some of the last days has said nothing for one. A source that speaks rarely, such as GuardDuty where all is well, makes no
// noise.
const (
	silence   = 24 * time.Hour
	lookBack  = 7 * 24 * time.Hour
	daysHeard = 3
)

// A voice is what was heard of a kind of events.
type voice struct {
	last time.Time
	days int // on how many of the last days
}

// silent tells whether a source that used to speak does not.
func (v voice) silent(now time.Time) bool { return v.days >= daysHeard && now.Sub(v.last) >= silence }

// voices are what was heard lately, by kind. Pure.
func voices(heard []journal.Hearing, now time.Time) map[string]voice {
	all := map[string]voice{}
	for _, h := range heard {
		v := all[h.Kind]
		if h.At.After(now.Add(-lookBack)) {
			v.days++
		}
		if h.At.After(v.last) {
			v.last = h.At
		}
		all[h.Kind] = v
	}
	return all
}

// listen has people told, once, of each kind of events that the policy hears and that fell silent, and once when it speaks again.
func (c *Clock) listen(ctx context.Context) error {
	heard, err := c.Watched.Heard(ctx)
	if err != nil {
		return err
	}
	all := voices(heard, c.Now())
	var failed error
	for _, kind := range c.Policy.Kinds() {
		if v, known := all[kind]; known {
			failed = errors.Join(failed, c.voice(ctx, kind, v))
		}
	}
	return failed
}

// voice begins the notice about one kind, if one is owed. Begun again it is the same, so that two clocks tell once.
func (c *Clock) voice(ctx context.Context, kind string, v voice) error {
	now := c.Now()
	reason := fmt.Sprintf("No event of %s has come since %s. On %d of the last 7 days there were some.", kind, stamp(v.last), v.days)
	n := journal.Notice("source/"+kind, journal.Quiet, compactly(v.last), finding.Medium.String(), reason, now)
	told, found, err := c.Journal.Open(ctx, n.Key)
	if err != nil {
		return fmt.Errorf("look for the notice about events of %s: %w", kind, err)
	}
	found = found && told.Control == journal.Quiet
	switch {
	case v.silent(now) && !(found && told.Event == n.Event):
	case !v.silent(now) && found && told.Event != n.Event:
		n = journal.Notice("source/"+kind, journal.Quiet, "again after "+told.Event, finding.Low.String(), fmt.Sprintf("Events of %s come again, since %s.", kind, stamp(v.last)), now)
		n.Control = journal.HeardAgain
	default:
		return nil
	}
	n.Due = now
	if _, err := c.Journal.Begin(ctx, n, now); err != nil {
		return fmt.Errorf("begin the notice about events of %s: %w", kind, err)
	}
	c.Log.InfoContext(ctx, "source of events noticed", "source", kind, "last", v.last, "outcome", n.Control)
	return nil
}

// compactly names a time in a notice's id: to the second, because a table may keep no more.
func compactly(t time.Time) string { return t.UTC().Format(compact) }
