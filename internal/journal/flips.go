package journal

import "time"

// Flips are the times at which what we had changed was changed back, the oldest first.
type Flips []time.Time

// With are the flips of a span that ends now, and this one.
func (f Flips) With(now time.Time, span time.Duration) Flips {
	var kept Flips
	for _, t := range f {
		if now.Sub(t) < span {
			kept = append(kept, t)
		}
	}
	return append(kept, now.UTC())
}
