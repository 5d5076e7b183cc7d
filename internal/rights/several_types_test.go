package rights_test

import (
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// A remedy for a glob of types gets rights on those types alone that its grants name.
func TestRemedyOfSeveralTypes(t *testing.T) {
	const text = "version: 1\nmode: fix\nrules:\n  - {name: protect, on: [securityhub], controls: ['securityhub:RDS.7', 'securityhub:RDS.8'], do: [rds-deletion-protection]}\n"
	p, err := policy.Parse("policy.yaml", []byte(text), remedies.Catalog())
	if err != nil {
		t.Fatal(err)
	}
	roles := rights.Roles(p, remedies.All)
	if len(roles) != 1 || roles[0].Service != "rds" {
		t.Fatalf("got %+v, want the role rds", roles)
	}
	var on []string
	for _, s := range roles[0].Document.Statement {
		on = append(on, s.Resource...)
	}
	slices.Sort(on)
	const here = "arn:${Partition}:rds:${Region}:${Account}:"
	if got, want := slices.Compact(on), []string{here + "cluster:*", here + "db:*"}; !slices.Equal(got, want) {
		t.Errorf("got rights on %v, want %v", got, want)
	}
}
