//go:build moto

package remedies

import (
	"flag"
	"os"
	"testing"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/remedies/tags"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var record = flag.Bool("record", false, "write the tapes anew")

// TestConformanceOnTheEmulator is TestConformance against a real server.
func TestConformanceOnTheEmulator(t *testing.T) {
	endpoint := os.Getenv("TAGWARDEN_MOTO")
	if endpoint == "" {
		t.Fatal("TAGWARDEN_MOTO is not set: start the emulator and give its address")
	}
	front, err := emulator.New(endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer front.Close()
	folder := ""
	if *record {
		folder = tapes
	}
	for _, r := range All {
		if r.ID != tags.Remedy.ID {
			t.Run(r.ID, func(t *testing.T) { remedytest.Live(t, r, cases[r.ID], front.Address, folder) })
		}
	}
}
