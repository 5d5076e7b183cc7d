package storm_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/storm"
)

func TestStorm(t *testing.T) {
	report, err := storm.Run(t.Context(), storm.Options{Events: 2000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(report)
	for _, breach := range report.Breaches {
		t.Error(breach)
	}
	for _, state := range []string{"fixed", "proposed", "told", "gone", "compliant"} {
		if report.Answers[state] == 0 {
			t.Errorf("no entry came to be %s: the storm tries less than it should", state)
		}
	}
	if report.Echoes == 0 || report.Faults == 0 {
		t.Errorf("%d echoes and %d faults: the storm tries less than it should", report.Echoes, report.Faults)
	}
}

// TestPlants holds that the audit finds each fault that can be planted.
func TestPlants(t *testing.T) {
	for _, plant := range slices.Sorted(maps.Keys(storm.Plants)) {
		t.Run(plant, func(t *testing.T) {
			report, err := storm.Run(t.Context(), storm.Options{Events: 300, Seed: 1, Plant: plant})
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Breaches) == 0 {
				t.Error("the audit found nothing")
			}
		})
	}
	if _, err := storm.Run(t.Context(), storm.Options{Events: 300, Plant: "unheard of"}); err == nil {
		t.Error("a fault was planted that there is not")
	}
}
