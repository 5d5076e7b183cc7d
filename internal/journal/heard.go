package journal

import "time"

// A Hearing says when an event of a kind was last heard on one day, in UTC. Hearings are kept for HeardFor: they tell a source that has fallen silent from one that never spoke.
type Hearing struct {
	Kind string // as in a policy's `on`
	At   time.Time
}

// Day is the day of the hearing, which names it together with its kind: a later one on the same day takes its place.
func (h Hearing) Day() string { return h.At.UTC().Format(time.DateOnly) }

// How hearings are kept.
const (
	HeardFor = 10 * 24 * time.Hour // and a little longer
	// HeardEvery is how often one function writes down that it heard a kind: what a million events cost must not grow by a write each.
	HeardEvery = 30 * time.Minute
)

// Quiet is what a notice is (Key.Noticed) that tells of a source that has fallen silent or, with HeardAgain, that speaks again.
const Quiet = "quiet"

// HeardAgain is what a notice is about (Entry.Control) that tells of a source that speaks again. All others of Quiet tell of one that is silent.
const HeardAgain = "heard again"
