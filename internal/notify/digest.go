package notify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// A DigestOf is what one owner is told together.
type DigestOf struct {
	Owner        string // "" for what has none
	Since, Until time.Time
	Entries      []journal.Entry
	Totals       map[string]int // by outcome, since the last digest
	Policy       string         // short hash of the policy
	Topic        string         // ARN of the topic; "" for the stack's own
}

// Digest makes the messages of a digest.
func Digest(d DigestOf) []Message {
	var text strings.Builder
	for _, e := range d.Entries {
		fmt.Fprintf(&text, "%s: %s\n", Outcome(e), e.Key.Resource)
	}
	for _, outcome := range slices.Sorted(maps.Keys(d.Totals)) {
		fmt.Fprintf(&text, "%s: %d\n", outcome, d.Totals[outcome])
	}
	subject := fmt.Sprintf("Digest: %d entries", len(d.Entries))
	return []Message{{ID: "digest", Subject: subject, Email: text.String(), JSON: "{}", Default: subject, Attributes: map[string]string{"outcome": "digest"}}}
}
