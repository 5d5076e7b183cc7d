package journal

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// slots is into how many parts a counter divides its span of time. What happened in a part counts until a span after the part's end, so that a count is never too low; it
	// is too high for at most one part.
	slots = 60
	// spans is for how many spans a counter remembers. One would do if all clocks were one; what a clock that is ahead forgets must not be what one behind still counts, nor what
	// a policy counts that makes the span twice as long.
	spans = 2
)

// A Counter counts what a rule did in the last span of time: its changes, its failures. It moves together with the revision of an entry (Mark), or not at all. Its methods are
// pure and change nothing.
type Counter struct {
	Name    string        `json:"name"`
	Version int64         `json:"version"` // one more with each write; 0: nothing was counted yet
	Per     time.Duration `json:"per"`     // the span of time that counts, as the last mark gave it
	Slots   map[int64]int `json:"slots"`   // how many, by the moment in Unix seconds at which their part ends
	Opened  time.Time     `json:"opened"`  // when it reached its limit, of one that trips; zero while it has not
	Held    int           `json:"held"`    // how many were held back since HeldAt
	HeldAt  time.Time     `json:"held_at"` // of the first that was held back in this span
	Touched time.Time     `json:"touched"` // of the last write

	later later // what a newer version wrote of it
}

// A Mark moves a counter.
type Mark struct {
	Counter string
	Limit   int           // the most in a span; 0: it is only counted
	Per     time.Duration // the span, from a second on
	Kind    MarkKind
}

// MarkKind is what a mark does to its counter.
type MarkKind int

// The kinds of marks.
const (
	Spend MarkKind = iota // one more, unless that is over the limit: then the whole revision is refused with a *SpentError
	Trip                  // one more; a counter that reaches its limit opens, and stays open for its span. Then it begins anew
	Keep                  // nothing more: one was held back
)

// A SpentError says that a counter is at its limit. Nothing was recorded.
type SpentError struct {
	Counter string
	Limit   int
	Free    time.Time // when there is room again, if nothing else is counted
}

func (e *SpentError) Error() string {
	return fmt.Sprintf("%s: %d are made, and there is room again at %s", e.Counter, e.Limit, e.Free.Format(time.RFC3339))
}

// Mark is the counter as a mark leaves it. It answers a *SpentError for what would be over the limit, and another error for a span in which nothing can be counted.
func (c Counter) Mark(m Mark, now time.Time) (Counter, error) {
	if m.Per < time.Second {
		return c, fmt.Errorf("mark %s: a span of %s is too short to count in", m.Counter, m.Per)
	}
	now = now.UTC()
	next := c.turned(m, now)
	switch m.Kind {
	case Keep:
		next.keep(now)
	case Trip:
		next.trip(c, m, now)
	case Spend:
		if m.Limit > 0 && next.Count(now) >= m.Limit {
			return c, &SpentError{Counter: m.Counter, Limit: m.Limit, Free: next.Free(m.Limit)}
		}
		next.add(now)
	}
	return next, nil
}

// turned is the counter with the mark's span, without what is too long ago.
func (c Counter) turned(m Mark, now time.Time) Counter {
	next := c
	next.Name, next.Version, next.Per, next.Touched = m.Counter, c.Version+1, m.Per, latest(c.Touched, now)
	next.Slots = c.since(now.Add(-spans * m.Per))
	return next
}

// add counts one more in the part that is now.
func (c *Counter) add(now time.Time) {
	part := width(c.Per)
	c.Slots[now.Truncate(part).Add(part).Unix()]++
}

// trip counts one more, and opens the counter at its limit. One that was open, and has closed by time, begins anew.
func (c *Counter) trip(was Counter, m Mark, now time.Time) {
	if !was.Opened.IsZero() && !was.Open(now) {
		c.Opened, c.Slots = time.Time{}, map[int64]int{}
	}
	c.add(now)
	if m.Limit > 0 && c.Opened.IsZero() && c.Count(now) >= m.Limit {
		c.Opened = now
	}
}

// keep counts what was held back, from the first of a span on.
func (c *Counter) keep(now time.Time) {
	if c.HeldAt.IsZero() || !now.Before(c.HeldAt.Add(c.Per)) {
		c.Held, c.HeldAt = 0, now
	}
	c.Held++
}

// Count is how many were counted in the span that ends now, and after it by clocks that are ahead.
func (c Counter) Count(now time.Time) int { return total(c.since(now.Add(-c.Per))) }

// Open tells whether a counter that trips is open.
func (c Counter) Open(now time.Time) bool { return !c.Opened.IsZero() && now.Before(c.Until()) }

// Until is when a counter that is open closes by itself.
func (c Counter) Until() time.Time { return c.Opened.Add(c.Per) }

// Free is from when on fewer than limit, at least 1, will be left of what is counted. A time that is over says that there is room.
func (c Counter) Free(limit int) time.Time {
	left, free := total(c.Slots), c.Touched
	for _, end := range slices.Sorted(maps.Keys(c.Slots)) {
		if left < limit {
			break
		}
		left -= c.Slots[end]
		free = time.Unix(end, 0).UTC().Add(c.Per)
	}
	return free
}

// Reset is the counter with nothing counted, and closed.
func (c Counter) Reset(now time.Time) Counter {
	return Counter{Name: c.Name, Version: c.Version + 1, Per: c.Per, Slots: map[int64]int{}, Touched: latest(c.Touched, now.UTC()), later: c.later}
}

// since are the parts that end after a time.
func (c Counter) since(from time.Time) map[int64]int {
	kept := make(map[int64]int, len(c.Slots)+1)
	for end, n := range c.Slots {
		if time.Unix(end, 0).After(from) {
			kept[end] = n
		}
	}
	return kept
}

// width is how long a part of a span is: a whole number of seconds.
func width(per time.Duration) time.Duration {
	return max(time.Second, (per / slots).Truncate(time.Second))
}

func total(slots map[int64]int) int {
	n := 0
	for _, count := range slots {
		n += count
	}
	return n
}

// Moved are the counters as marks leave them, each once, in the order of the marks; was holds them as they are kept. Two marks of one counter follow one another.
func Moved(marks []Mark, was map[string]Counter, now time.Time) ([]Counter, error) {
	var names []string
	next := map[string]Counter{}
	maps.Copy(next, was)
	for _, m := range marks {
		c, err := next[m.Counter].Mark(m, now)
		if err != nil {
			return nil, err
		}
		c.Version = was[m.Counter].Version + 1
		next[m.Counter] = c
		if !slices.Contains(names, m.Counter) {
			names = append(names, m.Counter)
		}
	}
	counters := make([]Counter, len(names))
	for i, name := range names {
		counters[i] = next[name]
	}
	return counters, nil
}

// Marked are the names of the counters that marks move.
func Marked(marks []Mark) []string {
	names := make([]string, len(marks))
	for i, m := range marks {
		names[i] = m.Counter
	}
	return names
}

// With is the step with the counters that marks move, or why they cannot. They count at the time of the revision, which no clock behind can make older than the one before.
func (s Step) With(marks []Mark, was map[string]Counter) (Step, error) {
	counts, err := Moved(marks, was, s.Entry.Updated)
	s.Counts = counts
	return s, err
}
