package crash

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Plant is a fault in the line itself, so that it is seen that the harness finds it.
type Plant string

// The faults that can be planted.
const (
	BeforeImage Plant = "before-image"
	ToldFirst   Plant = "told-first"
	Forget      Plant = "forget"
	Mute        Plant = "mute"
)

// Plants are the faults that can be planted, and what they are.
var Plants = map[Plant]string{
	BeforeImage: "what is to be changed is not recorded before the first write",
	ToldFirst:   "that people were told is recorded before they are",
	Forget:      "a message that failed is taken off its queue",
	Mute:        "the topic takes messages and loses them",
}

// A forgetful journal has a fault planted.
type forgetful struct {
	act.Journal
	plant Plant
}

// Record keeps less, or more, than it was given, and answers as if it had not.
func (f forgetful) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error) {
	kept := e
	switch {
	case f.plant == BeforeImage && e.State == journal.Applying:
		kept.Change = change.Change{}
	case f.plant == ToldFirst && e.State.Answered():
		kept.Told = true
	}
	recorded, err := f.Journal.Record(ctx, kept, marks...)
	recorded.Change, recorded.Told = e.Change, e.Told
	return recorded, err
}
