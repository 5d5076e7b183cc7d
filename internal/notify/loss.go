package notify

import (
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/tag"
)

// A loss is a key and value that gave way when two keys became one.
type loss struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Into  string `json:"into"` // the key that stands
}

// losses reads out of a change what was lost in it: of several keys that mean one, only one value is kept.
func losses(list []touch, violations []tag.Violation) []loss {
	byKey := map[string]touch{}
	for _, t := range list {
		byKey[t.key] = t
	}
	var lost []loss
	for _, key := range renamed(violations) {
		gone := leaving(key, byKey, violations)
		target, touched := byKey[key]
		if touched && target.before == nil && len(gone) > 0 {
			gone = withoutKept(gone, target)
		}
		for _, t := range gone {
			if !touched || target.before == nil || target.before.text != t.before.text {
				lost = append(lost, loss{Key: t.key, Value: t.before.text, Into: key})
			}
		}
	}
	return lost
}

// renamed are the rules' keys for which another key was found, each once.
func renamed(violations []tag.Violation) []string {
	var keys []string
	for _, v := range violations {
		if v.Problem == tag.WrongKey && v.Found != "" && !slices.Contains(keys, v.Key) {
			keys = append(keys, v.Key)
		}
	}
	return keys
}

// leaving are the removed keys that stood for key: other letter cases first, sorted, then aliases in the rule's order (POLICY, "Fixing tags").
func leaving(key string, byKey map[string]touch, violations []tag.Violation) []touch {
	var cases, aliases []touch
	for _, v := range violations {
		t, touched := byKey[v.Found]
		if v.Problem != tag.WrongKey || v.Key != key || !touched || t.before == nil || t.after != nil {
			continue
		}
		if strings.EqualFold(v.Found, key) {
			cases = append(cases, t)
		} else {
			aliases = append(aliases, t)
		}
	}
	slices.SortFunc(cases, func(a, b touch) int { return strings.Compare(a.key, b.key) })
	return append(cases, aliases...)
}

// withoutKept leaves out the key whose value lives on, and others with the same value. Where the value was put right on the way, the order tells which it was.
func withoutKept(gone []touch, target touch) []touch {
	kept := gone[0].before.text
	if target.after != nil && slices.ContainsFunc(gone, func(t touch) bool { return t.before.text == target.after.text }) {
		kept = target.after.text
	}
	return slices.DeleteFunc(gone, func(t touch) bool { return t.before.text == kept })
}
