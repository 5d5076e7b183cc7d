package policy

import (
	"encoding/json"
	"slices"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

// implied tells whether everything that satisfies tree also satisfies looser, as far as can be told by comparing alternatives: false where it cannot be told.
func implied(tree, looser map[string]any, always map[string]bool) bool {
	for name, want := range looser {
		has := tree[name]
		switch want := want.(type) {
		case map[string]any:
			object, ok := has.(map[string]any)
			if !ok || !implied(object, want, nil) {
				return false
			}
		case []any:
			if !impliedList(name, has, want, tree, always) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// impliedList is implied for one list of alternatives.
func impliedList(name string, has any, want []any, tree map[string]any, always map[string]bool) bool {
	if always[name] && slices.ContainsFunc(want, universal) {
		return true
	}
	if name == "$or" {
		return slices.ContainsFunc(want, func(alternative any) bool {
			object, ok := alternative.(map[string]any)
			return ok && implied(tree, object, always)
		})
	}
	list, ok := has.([]any)
	return ok && within(list, want)
}

// ofResources are the fields that every resource has.
var ofResources = map[string]bool{"account": true, "region": true, "partition": true}

// universal tells whether an alternative holds for every text.
func universal(alternative any) bool {
	text, err := json.Marshal(alternative)
	return err == nil && slices.Contains([]string{`{"exists":true}`, `{"prefix":""}`, `{"suffix":""}`, `{"wildcard":"*"}`}, string(text))
}

// within tells whether each alternative of list stands in wider, too.
func within(list, wider []any) bool {
	spelt := make(map[string]bool, len(wider))
	for _, item := range wider {
		text, _ := json.Marshal(item)
		spelt[string(text)] = true
	}
	for _, item := range list {
		if text, _ := json.Marshal(item); !spelt[string(text)] && !fits(item, wider) {
			return false
		}
	}
	return true
}

// fits tells whether a value, and not an operator, is one that the alternatives select.
func fits(item any, wider []any) bool {
	if _, operator := item.(map[string]any); operator {
		return false
	}
	text, err := json.Marshal(map[string]any{"x": wider})
	if err != nil {
		return false
	}
	p, err := pattern.Parse(text)
	return err == nil && p.MatchValue(map[string]any{"x": item})
}
