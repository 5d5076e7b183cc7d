package rights_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestDirectory holds what the clock of a hub may do to read the accounts of its organization, and that nobody else may.
func TestDirectory(t *testing.T) {
	const role = "arn:aws:iam::999988887777:role/directory"
	roots := "Roots: organizations:ListRoots on *"
	units := "Units: organizations:ListAccountsForParent organizations:ListOrganizationalUnitsForParent on " +
		"arn:${Partition}:organizations::*:ou/o-exampleorgid/* arn:${Partition}:organizations::*:root/o-exampleorgid/*"
	for _, c := range []struct {
		function string
		needs    rights.Needs
		want     []string
	}{
		{"clock", rights.Needs{}, nil},
		{"clock", rights.Needs{Organization: "o-exampleorgid"}, []string{roots, units}},
		{"clock", rights.Needs{Organization: "o-exampleorgid", AccountTags: true}, []string{roots, units, "AccountTags: organizations:ListTagsForResource on arn:${Partition}:organizations::*:account/o-exampleorgid/*"}},
		{"clock", rights.Needs{Organization: "o-exampleorgid", AccountTags: true, Directory: role}, []string{"Directory: sts:AssumeRole on " + role}},
		{"tags", rights.Needs{Organization: "o-exampleorgid", AccountTags: true}, nil},
		{"act", rights.Needs{Organization: "o-exampleorgid", AccountTags: true}, nil},
		{"operator", rights.Needs{Organization: "o-exampleorgid", AccountTags: true}, nil},
	} {
		var got []string
		for _, s := range (rights.Names{Prefix: "tagwarden"}).Document(c.function, c.needs).Statement {
			if actions := strings.Join(s.Action, " "); strings.Contains(actions, "organizations:") || strings.Contains(actions, "sts:") && c.function == "clock" {
				got = append(got, s.Sid+": "+actions+" on "+strings.Join(s.Resource, " "))
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s, %+v:\n got %q\nwant %q", c.function, c.needs, got, c.want)
		}
	}
}
