package clock

import (
	"encoding/json"
	"testing"

	"github.com/tagwarden/tagwarden/internal/frozen"
)

func messagesV1() map[string]message {
	return map[string]message{
		"tick":  {Do: tick},
		"sweep": {Do: sweep, ID: "2026-11-26T03:17:00Z"},
		"page":  {Do: sweep, ID: "2026-11-26T03:17:00Z", Source: 1, Token: "next", Page: 2},
	}
}

// Schedules of the version before, and pages of a sweep that a release interrupts, are read by it.
func TestFrozenV1(t *testing.T) {
	frozen.Each(t, "testdata/v1", messagesV1(), func(m message) ([]byte, error) { return json.Marshal(m) }, decode)
	frozen.Whole(t, messagesV1())
}
