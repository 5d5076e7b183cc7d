package rights_test

import (
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestRightsOfAParameter holds that what only a parameter needs is there only where a rule sets it.
func TestRightsOfAParameter(t *testing.T) {
	for with, want := range map[string]bool{"": false, ", with: {ec2-isolate: {snapshot: false}}": false, ", with: {ec2-isolate: {snapshot: true}}": true} {
		p, err := policy.Parse("policy.yaml", []byte("version: 1\nrules: [{name: r, on: [guardduty], do: [ec2-isolate], mode: fix"+with+"}]\n"), remedies.Catalog())
		if err != nil {
			t.Fatal(err)
		}
		got := false
		for _, s := range rights.Roles(p, remedies.All)[0].Document.Statement {
			got = got || slices.Contains(s.Action, "ec2:CreateSnapshots") || slices.Contains(s.Action, "ec2:DeleteTags")
		}
		if got != want {
			t.Errorf("%s: may make snapshots: %v, want %v", with, got, want)
		}
	}
}
