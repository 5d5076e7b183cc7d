package remedies

import (
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

func TestAllAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All {
		t.Run(r.ID, func(t *testing.T) {
			summary, rest, found := strings.Cut(r.Doc, "\n\n")
			switch {
			case r.ID == "" || seen[r.ID]:
				t.Errorf("got the id %q twice, or none", r.ID)
			case !found || rest == "" || strings.Contains(summary, "\n") || !strings.HasSuffix(summary, "."):
				t.Errorf("got the summary %q, want one line that ends with a full stop, and more behind a blank line", summary)
			case r.Setting == "" || len(r.Answers) == 0 || r.Resource == "" || r.Schema < 1 || r.Lens == nil:
				t.Errorf("got %+v, want every field set", r)
			case (r.Undo == remedy.Exact) != (r.UndoNote == ""):
				t.Errorf("got undo %s with the note %q", r.Undo, r.UndoNote)
			}
			seen[r.ID] = true
		})
	}
}

// TestTheQueueGivesTimeToSettle holds that what takes minutes is delivered for longer than that.
func TestTheQueueGivesTimeToSettle(t *testing.T) {
	var all time.Duration
	for receives := 1; receives < wiring.MaxReceives; receives++ {
		all += awssqs.Pause(receives)
	}
	for _, r := range All {
		if r.Settle > all {
			t.Errorf("%s settles within %s, and the queue delivers it for the last time after %s", r.ID, r.Settle, all)
		}
	}
}
