package clock

import (
	"context"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// TestARestoreIsTold holds that people hear once a day of a brake that nobody put on, and of no other here.
func TestARestoreIsTold(t *testing.T) {
	for reason, want := range map[string]int{journal.Restored: 2, "a bad day": 0} {
		l := newLine(t, "")
		if err := l.SetBrake(context.Background(), journal.Brake{On: true, Reason: reason}); err != nil {
			t.Fatal(err)
		}
		l.fill(t)
		notices := map[string]bool{}
		for range 40 {
			if err := l.do(wiring.Tick); err != nil {
				t.Fatal(err)
			}
			all, err := l.Memory.Recent(context.Background(), time.Time{}, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range all {
				if e.Key.Noticed() == "brake" {
					notices[e.ID] = true
				}
			}
			l.now = l.now.Add(time.Hour)
		}
		if len(notices) < want || want == 0 && len(notices) > 0 || len(notices) > 3 {
			t.Errorf("%s: %d notices in 40 hours, want one a day: %d or 3", reason, len(notices), want)
		}
	}
}
