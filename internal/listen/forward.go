package listen

import (
	"encoding/json"
	"fmt"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Forwarding are the rules by which an account of an organization forwards to the hub: one a kind, of the kind's own pattern and never of the policy's, so that no edit of the policy
// reaches into all accounts. Each takes its kind's heartbeat beside, so that a beat which arrives proves that very rule.
//
// An error means that a kind's pattern is too long for that, or that it cannot be narrowed to the deployment's buttons.
func Forwarding(kinds []events.Kind, names rights.Names) ([]Rule, error) {
	rules := make([]Rule, len(kinds))
	for i, kind := range kinds {
		own, err := stable(kind, names)
		if err != nil {
			return nil, err
		}
		text := `{"$or":[` + own.String() + `,` + Beat(kind.ID, names).String() + `]}`
		both, err := pattern.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("the forwarding rule of the kind %s: %w", kind.ID, err)
		}
		if both.Len() > pattern.MaxLength {
			return nil, fmt.Errorf("the forwarding rule of the kind %s: its pattern has %d characters, EventBridge takes %d; shorten the kind's own", kind.ID, both.Len(), pattern.MaxLength)
		}
		rules[i] = Rule{kind, both}
	}
	return rules, nil
}

// stable is a kind's own pattern; that of presses takes those of the deployment's buttons alone, whatever their names.
func stable(kind events.Kind, names rights.Names) (pattern.Pattern, error) {
	if kind.Pressed == nil {
		return kind.Pattern, nil
	}
	leaf, err := json.Marshal([]map[string]string{{"wildcard": "*:action/custom/" + names.ActionStart() + "*"}})
	if err != nil {
		return pattern.Pattern{}, fmt.Errorf("the forwarding rule of the kind %s: %w", kind.ID, err)
	}
	own, ok := kind.Pattern.And(kind.Pressed, leaf)
	if !ok {
		return pattern.Pattern{}, fmt.Errorf("the forwarding rule of the kind %s: its pattern takes no condition on the action", kind.ID)
	}
	return own, nil
}

// Beat is the pattern of the heartbeat of one kind, or of wiring.RolesKind.
func Beat(kind string, names rights.Names) pattern.Pattern {
	return beats(names, map[string]any{"detail": map[string]any{"kind": []string{kind}}})
}

// Beats is the pattern of all heartbeats of a deployment: the hub's own rule.
func Beats(names rights.Names) pattern.Pattern { return beats(names, map[string]any{}) }

// beats is the pattern of heartbeats with what more they have to have.
func beats(names rights.Names, tree map[string]any) pattern.Pattern {
	tree["source"], tree["detail-type"] = []string{names.Source()}, []string{wiring.Heartbeat}
	text, err := json.Marshal(tree)
	if err != nil { // strings, slices and maps of them: there is nothing that could not be encoded
		panic(err)
	}
	return pattern.MustParse(string(text))
}
