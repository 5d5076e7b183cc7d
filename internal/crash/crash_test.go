package crash_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/crash"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/standin"
)

func subject(t *testing.T, mode policy.Verdict) (crash.Subject, []standin.Call) {
	t.Helper()
	s, err := crash.Tags(mode)
	if err != nil {
		t.Fatal(err)
	}
	calls, err := crash.Baseline(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s, calls
}

// TestEveryCallOfTheTagsRemedy breaks the line at each of its calls, on the stand-in alone; make crash does so for every remedy.
func TestEveryCallOfTheTagsRemedy(t *testing.T) {
	s, calls := subject(t, policy.Fix)
	t.Log(calls)
	held := 0
	points := crash.Points(calls)
	for _, p := range points {
		breaches, err := crash.Try(t.Context(), s, p, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, breach := range breaches {
			t.Errorf("%s (%s): %s", p, calls[p.Call-1], breach)
		}
		if len(breaches) == 0 {
			held++
		}
	}
	t.Logf("%d points, %d held", len(points), held)
}

// TestPlants holds that each planted fault is found where a process dies.
func TestPlants(t *testing.T) {
	s, calls := subject(t, policy.Fix)
	for _, plant := range slices.Sorted(maps.Keys(crash.Plants)) {
		found := 0
		for _, p := range crash.Points(calls) {
			if p.Fault != standin.DieAfter && p.Fault != standin.DieBefore {
				continue
			}
			breaches, err := crash.Try(t.Context(), s, p, plant)
			if err != nil {
				t.Fatal(err)
			}
			if len(breaches) > 0 {
				found++
				break
			}
		}
		if found == 0 {
			t.Errorf("%s: no point found it", plant)
		}
	}
}
