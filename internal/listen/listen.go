// Package listen says which EventBridge rules a policy needs, and which functions judge what they bring. Pure.
package listen

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// A Rule is one EventBridge rule: a kind of events, as far as the policy wants them.
type Rule struct {
	Kind    events.Kind
	Pattern pattern.Pattern
}

// A Function is a judging function with its rules, whose events come to it through one queue.
type Function struct {
	Name  string
	Doc   string // one sentence for operators
	Rules []Rule
	Grace time.Duration // how long its queue holds each event back
	// Window is how long its events are gathered into one batch; 0: not at all. Only what all of its kinds may wait.
	Window time.Duration
}

// Functions are the judging functions that a policy needs, in the order of the kinds. Names are those of the deployment: its own buttons are heard, and no other's.
func Functions(p *policy.Policy, kinds []events.Kind, names rights.Names) []Function {
	var list []Function
	for _, kind := range kinds {
		narrowed, heard := rule(p, kind, names)
		if !heard {
			continue
		}
		i := slices.IndexFunc(list, func(f Function) bool { return f.Name == kind.Judge() })
		if i < 0 {
			i = len(list)
			list = append(list, Function{Name: kind.Judge(), Doc: "Judges: " + kind.Doc, Grace: kind.Grace, Window: kind.Window})
		}
		list[i].Window = min(list[i].Window, kind.Window)
		list[i].Rules = append(list[i].Rules, Rule{kind, narrowed})
	}
	return list
}

// rule gives a kind's pattern as far as the policy wants its events; false: it wants none.
func rule(p *policy.Policy, kind events.Kind, names rights.Names) (pattern.Pattern, bool) {
	if kind.Pressed == nil {
		return p.Narrow(kind.Name(), kind.Pattern, kind.Fields)
	}
	var actions []map[string]string
	for _, b := range p.Buttons() {
		actions = append(actions, map[string]string{"suffix": ":action/custom/" + names.Action(b.Name)})
	}
	leaf, err := json.Marshal(actions)
	if err != nil || len(actions) == 0 {
		return pattern.Pattern{}, false
	}
	narrowed, ok := kind.Pattern.And(kind.Pressed, leaf)
	return narrowed, ok && narrowed.Len() <= pattern.MaxLength
}
