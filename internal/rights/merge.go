package rights

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A permission is one action on one resource.
type permission struct {
	action, resource string
	writes           bool
}

// document makes a document of permissions: the actions that are allowed on the same resources share a statement.
func document(permissions []permission) Document {
	type right struct {
		resources map[string]bool
		writes    bool
	}
	rights := map[string]*right{}
	for _, p := range permissions {
		r := rights[p.action]
		if r == nil {
			r = &right{resources: map[string]bool{}}
			rights[p.action] = r
		}
		r.resources[p.resource] = true
		r.writes = r.writes || p.writes
	}
	statements := map[string]*Statement{}
	for _, action := range slices.Sorted(maps.Keys(rights)) {
		r := rights[action]
		resources := uncovered(slices.Sorted(maps.Keys(r.resources)))
		key := fmt.Sprint(r.writes, resources)
		if statements[key] == nil {
			statements[key] = &Statement{Sid: verb(r.writes), Effect: "Allow", Resource: resources}
		}
		statements[key].Action = append(statements[key].Action, action)
	}
	return number(statements)
}

func verb(writes bool) string {
	if writes {
		return "Write"
	}
	return "Read"
}

// number puts the statements in order, reads first, and makes their Sids unique. Sids are letters and digits.
//
// Source: IAM user guide, "IAM JSON policy elements: Sid".
func number(statements map[string]*Statement) Document {
	d := Document{Version: version, Statement: []Statement{}}
	for _, s := range statements {
		d.Statement = append(d.Statement, *s)
	}
	slices.SortFunc(d.Statement, func(a, b Statement) int {
		return cmp.Or(cmp.Compare(a.Sid, b.Sid), cmp.Compare(a.Action[0], b.Action[0]))
	})
	seen := map[string]int{}
	for i := range d.Statement {
		s := &d.Statement[i]
		seen[s.Sid]++
		s.Sid = fmt.Sprint(s.Sid, seen[s.Sid])
	}
	return d
}

// uncovered leaves out the resources that another one of the list allows anyway: instance/i-1 beside instance/*.
func uncovered(resources []string) []string {
	return slices.DeleteFunc(slices.Clone(resources), func(r string) bool {
		return slices.ContainsFunc(resources, func(wide string) bool {
			prefix, all := strings.CutSuffix(wide, "*")
			return all && wide != r && strings.HasPrefix(r, prefix)
		})
	})
}

// fit widens each statement that no policy could hold, whatever the partition: to all resources of the same services. A remedy for all types of a service with very many
// comes to this; the session policy of each use names the very resource all the same.
func fit(d Document) Document {
	fitted := Document{Version: d.Version, Statement: slices.Clone(d.Statement)}
	for i, s := range fitted.Statement {
		if alone(s).size() > MaxManaged {
			fitted.Statement[i].Resource = widen(s.Resource)
		}
	}
	return fitted
}

// alone is a document of one statement.
func alone(s Statement) Document { return Document{Version: version, Statement: []Statement{s}} }

// size is the length of the document where it is longest.
func (d Document) size() int { return d.In(longest).Size() }

// longest is a scope that makes documents as long as they get.
var longest = Scope{Partition: "aws-us-gov", Region: "*", Account: "111122223333"}

// widen takes ARNs to all resources of their service, in the same region and account.
func widen(resources []string) []string {
	wide := map[string]bool{}
	for _, r := range resources {
		if parts := strings.SplitN(r, ":", 6); len(parts) == 6 {
			r = strings.Join(parts[:5], ":") + ":*"
		}
		wide[r] = true
	}
	return uncovered(slices.Sorted(maps.Keys(wide)))
}
