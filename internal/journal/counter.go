package journal

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// slots is into how many parts a counter divides its span of time: what happened in the oldest part counts to its end, so that a count is never too low.
const slots = 60

// A Counter counts what a rule did in the last span of time: its changes, its failures. It moves together with the revision of an entry (Mark), or not at all. Its methods are
// pure and change nothing.
type Counter struct {
	Name    string        `json:"name"`
	Version int64         `json:"version"` // one more with each write; 0: nothing was counted yet
	Per     time.Duration `json:"per"`     // the span of time that counts
	Slots   map[int64]int `json:"slots"`   // how many, by the part's first moment in Unix seconds
	Opened  time.Time     `json:"opened"`  // when it reached its limit, of one that trips; zero while it has not
	Held    int           `json:"held"`    // how many were held back since HeldAt
	HeldAt  time.Time     `json:"held_at"` // of the first that was held back in this span
	Touched time.Time     `json:"touched"` // of the last write
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
	Trip                  // one more; a counter that reaches its limit opens, and stays open for its span
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

// Mark is the counter as a mark leaves it. It answers a *SpentError for what would be over the limit.
func (c Counter) Mark(m Mark, now time.Time) (Counter, error) {
	now = now.UTC()
	next := c
	next.Name, next.Version, next.Per, next.Touched = m.Counter, c.Version+1, m.Per, now
	next.Slots = c.since(now.Add(-m.Per))
	if m.Kind == Spend && m.Limit > 0 && total(next.Slots) >= m.Limit {
		return c, &SpentError{Counter: m.Counter, Limit: m.Limit, Free: next.Free(m.Limit)}
	}
	if m.Kind == Keep {
		if c.HeldAt.IsZero() || !now.Before(c.HeldAt.Add(m.Per)) {
			next.Held, next.HeldAt = 0, now
		}
		next.Held++
		return next, nil
	}
	next.Slots[now.Truncate(width(m.Per)).Unix()]++
	if m.Kind == Trip && m.Limit > 0 && total(next.Slots) >= m.Limit && !c.Open(now) {
		next.Opened = now
	}
	return next, nil
}

// Count is how many were counted in the span that ends now.
func (c Counter) Count(now time.Time) int { return total(c.since(now.Add(-c.Per))) }

// Open tells whether a counter that trips is open.
func (c Counter) Open(now time.Time) bool { return !c.Opened.IsZero() && now.Before(c.Until()) }

// Until is when a counter that is open closes by itself.
func (c Counter) Until() time.Time { return c.Opened.Add(c.Per) }

// Free is when fewer than limit will be left of what is counted.
func (c Counter) Free(limit int) time.Time {
	left := total(c.Slots)
	for _, slot := range slices.Sorted(maps.Keys(c.Slots)) {
		if left -= c.Slots[slot]; left < limit {
			return time.Unix(slot, 0).UTC().Add(width(c.Per) + c.Per)
		}
	}
	return c.Touched
}

// Reset is the counter with nothing counted, and closed.
func (c Counter) Reset(now time.Time) Counter {
	return Counter{Name: c.Name, Version: c.Version + 1, Per: c.Per, Slots: map[int64]int{}, Touched: now.UTC()}
}

// since are the parts that do not end before a time.
func (c Counter) since(from time.Time) map[int64]int {
	kept := make(map[int64]int, len(c.Slots)+1)
	for slot, n := range c.Slots {
		if time.Unix(slot, 0).Add(width(c.Per)).After(from) {
			kept[slot] = n
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

// Moved are the counters as marks leave them, in the order of the marks; was holds them as they are kept. Two marks of one counter follow one another.
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
