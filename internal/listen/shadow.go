package listen

import (
	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// Shadow are the judging functions that compare a policy with the one that is deployed, in the order of the kinds. A kind that either of them hears is heard; where the two narrow it
// otherwise, it is heard whole, so that nothing is missed that only one of them wants. Presses of buttons are left out: they are for the deployment that shows the buttons.
func Shadow(p, against *policy.Policy, kinds []events.Kind, names rights.Names) []Function {
	was, now := patterns(against, kinds, names), patterns(p, kinds, names)
	var heard []events.Kind
	for _, kind := range kinds {
		if kind.Pressed == nil && (was[kind.ID] != "" || now[kind.ID] != "") {
			heard = append(heard, kind)
		}
	}
	return group(heard, func(kind events.Kind) Rule {
		if was[kind.ID] != now[kind.ID] {
			return Rule{kind, kind.Pattern}
		}
		narrowed, _ := rule(p, kind, names)
		return Rule{kind, narrowed}
	})
}

// patterns are the patterns of a policy by the ids of the kinds that it hears.
func patterns(p *policy.Policy, kinds []events.Kind, names rights.Names) map[string]string {
	all := map[string]string{}
	for _, f := range Functions(p, kinds, names) {
		for _, r := range f.Rules {
			all[r.Kind.ID] = r.Pattern.String()
		}
	}
	return all
}

// group makes functions of kinds, each with its rule.
func group(kinds []events.Kind, of func(events.Kind) Rule) []Function {
	var list []Function
	at := map[string]int{}
	for _, kind := range kinds {
		i, known := at[kind.Judge()]
		if !known {
			i = len(list)
			at[kind.Judge()] = i
			list = append(list, Function{Name: kind.Judge(), Doc: "Compares two policies on: " + kind.Doc, Grace: kind.Grace})
		}
		list[i].Rules = append(list[i].Rules, of(kind))
	}
	return list
}
