package remedies

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/remedies/tags"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// tapes is the folder of what went over the wire between remedies and the emulator. `make tapes` writes it.
const tapes = "testdata/tapes"

// TestConformance takes every remedy through the one test that it owes, from the tapes.
func TestConformance(t *testing.T) {
	for _, r := range All {
		if r.ID == tags.Remedy.ID {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			remedytest.Replay(t, r, cases[r.ID], tapes)
		})
	}
}
