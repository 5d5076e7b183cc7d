package rights

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A permission is one action on one resource, under a condition where when is set.
type permission struct {
	action, resource string
	writes           bool
	when             map[string][]string
}

// A right is one action on all resources on which it is allowed under one condition.
type right struct {
	action    string
	resources map[string]bool
	writes    bool
	condition map[string]map[string][]string
}

// document makes a document of permissions: the actions that are allowed on the same resources under the same condition share a statement.
func document(permissions []permission) Document {
	statements := map[string]*Statement{}
	for _, r := range gather(permissions) {
		resources := uncovered(slices.Sorted(maps.Keys(r.resources)))
		key := fmt.Sprint(r.writes, resources, r.condition)
		if statements[key] == nil {
			statements[key] = &Statement{Sid: verb(r.writes), Effect: "Allow", Resource: resources, Condition: r.condition}
		}
		statements[key].Action = append(statements[key].Action, r.action)
	}
	return number(statements)
}

// gather gives the rights that permissions come to, by action.
func gather(permissions []permission) []*right {
	rights := map[string]*right{}
	for _, p := range permissions {
		condition := conditionOf(p.when)
		key := fmt.Sprint(p.action, "\x00", condition) // a map prints in the order of its keys
		r := rights[key]
		if r == nil {
			r = &right{action: p.action, resources: map[string]bool{}, condition: condition}
			rights[key] = r
		}
		r.resources[p.resource] = true
		r.writes = r.writes || p.writes
	}
	list := make([]*right, 0, len(rights))
	for _, key := range slices.Sorted(maps.Keys(rights)) {
		list = append(list, rights[key])
	}
	return list
}

// conditionOf is what must hold as a statement has it.
//
// Source: IAM user guide, "IAM JSON policy elements: Condition operators" (Bool is for keys that are true or false).
func conditionOf(when map[string][]string) map[string]map[string][]string {
	var condition map[string]map[string][]string
	for key, values := range when {
		operator := "StringEquals"
		if !slices.ContainsFunc(values, func(v string) bool { return v != "true" && v != "false" }) {
			operator = "Bool"
		}
		if condition == nil {
			condition = map[string]map[string][]string{}
		}
		if condition[operator] == nil {
			condition[operator] = map[string][]string{}
		}
		condition[operator][key] = slices.Sorted(slices.Values(values))
	}
	return condition
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
		return cmp.Or(cmp.Compare(a.Sid, b.Sid), cmp.Compare(a.Action[0], b.Action[0]), cmp.Compare(len(a.Condition), len(b.Condition)),
			cmp.Compare(fmt.Sprint(a.Condition), fmt.Sprint(b.Condition)))
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
