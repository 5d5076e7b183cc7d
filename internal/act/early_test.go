package act

import (
	"context"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestWhatWaitsUnplannedCanBeApproved holds that the approval of what waits, and was not read yet, has it made before its time.
func TestWhatWaitsUnplannedCanBeApproved(t *testing.T) {
	w := newWorld(t, policyText+"    after: 72h\n")
	e := w.must(t, w.violate(t, "1", "vol-1"))
	if e.State != journal.Waiting || !e.Change.Empty() {
		t.Fatalf("it is %s with %d values, want it to wait unplanned", e.State, len(e.Change.Touched))
	}
	e.State, e.Approved, e.Approver = journal.Open, true, "arn:aws:iam::111122223333:user/ops"
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.must(t, e); got.State != journal.Fixed || !got.Approved || strings.Contains(got.Reason, "changed since") || w.writes != 1 {
		t.Errorf("approved, it is %s after %d writes (%s); want fixed after 1, as approved", got.State, w.writes, got.Reason)
	}
}
