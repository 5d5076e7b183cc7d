package rights_test

import (
	"slices"
	"strings"
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

// A remedy that leaves to code what a stack made may read the tags that say so, of the types that it works on and of no other; one that does not care may not.
func TestRolesThatReadTags(t *testing.T) {
	for _, test := range []struct {
		name, rule string
		want       []string // actions about tags, of all roles
	}{
		{"a stack's resource waits for code", "on: [securityhub], do: [s3-versioning]", []string{"s3:GetBucketTagging"}},
		{"several types, by one call", "on: [securityhub], controls: ['securityhub:RDS.7'], do: [rds-deletion-protection]", []string{"rds:ListTagsForResource"}},
		{"it is fixed all the same", "on: [securityhub], do: [s3-versioning], iac: fix", nil},
		{"only people are told", "on: [securityhub], do: [s3-versioning], mode: notify", nil},
		{"threats do not wait", "on: [guardduty], do: [ec2-isolate]", nil},
		{"it works on another thing than the resource", "on: [guardduty, securityhub], do: [guardduty-archive]", nil},
	} {
		p, err := policy.Parse("policy.yaml", []byte("version: 1\nmode: fix\nrules:\n  - {name: it, "+test.rule+"}\n"), remedies.Catalog())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, role := range rights.Roles(p, remedies.All) {
			for _, s := range role.Document.Statement {
				for _, action := range s.Action {
					if strings.Contains(action, "Tag") && !strings.Contains(action, "CreateTags") {
						got = append(got, action)
					}
				}
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
