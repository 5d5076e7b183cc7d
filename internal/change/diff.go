package change

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Between is what differs from one state of a setting to another, both one JSON object. Objects are compared key by key, everything else as a whole. Null and an object
// without keys are the same as nothing at all: so an undo of the first key of a map leaves alone what others have put beside it.
func Between(remedy string, schema int, from, to []byte) (Change, error) {
	before, err := leaves(from)
	if err != nil {
		return Change{}, err
	}
	after, err := leaves(to)
	if err != nil {
		return Change{}, err
	}
	c := Change{Remedy: remedy, Schema: schema}
	paths := maps.Clone(before)
	maps.Copy(paths, after)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if !bytes.Equal(before[path], after[path]) {
			c.Touched = append(c.Touched, Touch{Path: path, Before: before[path], After: after[path]})
		}
	}
	return c, nil
}

// Apply gives a state with each touched path as After says; all else stays as it is. The result is canonical JSON (sorted keys).
func (c Change) Apply(state []byte) ([]byte, error) {
	root, err := object(state)
	if err != nil {
		return nil, err
	}
	for _, t := range c.Touched {
		if t.After == nil {
			remove(root, split(t.Path))
		}
	}
	for _, t := range c.Touched {
		if t.After == nil {
			continue
		}
		if err := set(root, split(t.Path), t.After); err != nil {
			return nil, fmt.Errorf("apply a change at %s: %w", t.Path, err)
		}
	}
	return json.Marshal(root)
}

// Stale gives the touched paths whose value in a state is not Before: somebody else changed them since. Each comes with Before as it was expected and After as it is.
func (c Change) Stale(state []byte) ([]Touch, error) {
	now, err := leaves(state)
	if err != nil {
		return nil, err
	}
	var stale []Touch
	for _, t := range c.Touched {
		if !same(t.Before, now[t.Path]) {
			stale = append(stale, Touch{Path: t.Path, Before: t.Before, After: now[t.Path]})
		}
	}
	return stale, nil
}

// Over is c made after an earlier try at the same thing was cut short: where both touch a path, the earlier before-image is the true one. A path that only the earlier
// try touched stays touched with what the setting holds there in state, so that its undo is not lost.
func (c Change) Over(earlier Change, state []byte) (Change, error) {
	now, err := leaves(state)
	if err != nil {
		return Change{}, err
	}
	byPath := map[string]Touch{}
	for _, t := range earlier.Touched {
		byPath[t.Path] = Touch{Path: t.Path, Before: t.Before, After: now[t.Path]}
	}
	for _, t := range c.Touched {
		if first, ok := byPath[t.Path]; ok {
			t.Before = first.Before
		}
		byPath[t.Path] = t
	}
	whole := Change{Remedy: c.Remedy, Schema: c.Schema}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		if t := byPath[path]; !same(t.Before, t.After) {
			whole.Touched = append(whole.Touched, t)
		}
	}
	return whole, nil
}

// same compares two values as JSON: the journal may have stored them with other white space or another order of keys.
func same(a, b json.RawMessage) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	x, errX := canonical(a)
	y, errY := canonical(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Values are the values of a state by path, each as canonical JSON; a path that holds nothing is not among them.
func Values(state []byte) (map[string]json.RawMessage, error) { return leaves(state) }

// leaves are the values of a state by path, each as canonical JSON.
func leaves(state []byte) (map[string]json.RawMessage, error) {
	root, err := object(state)
	if err != nil {
		return nil, err
	}
	found := map[string]json.RawMessage{}
	if err := walk("", root, found); err != nil {
		return nil, err
	}
	return found, nil
}

func walk(prefix string, node map[string]any, found map[string]json.RawMessage) error {
	for key, value := range node {
		path := prefix + escape(key)
		if value == nil {
			continue
		}
		if inner, ok := value.(map[string]any); ok {
			if err := walk(path+"/", inner, found); err != nil {
				return err
			}
			continue
		}
		data, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encode the value at %s: %w", path, err)
		}
		found[path] = data
	}
	return nil
}

func object(state []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(state))
	decoder.UseNumber()
	var root map[string]any
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("read a setting as a JSON object: %w", err)
	}
	if root == nil {
		root = map[string]any{}
	}
	return root, nil
}

func canonical(value json.RawMessage) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// remove takes a path away, and each object that is left without keys by that.
func remove(node map[string]any, path []string) {
	key := path[0]
	if len(path) == 1 {
		delete(node, key)
		return
	}
	inner, ok := node[key].(map[string]any)
	if !ok {
		return
	}
	if remove(inner, path[1:]); len(inner) == 0 {
		delete(node, key)
	}
}

func set(node map[string]any, path []string, value json.RawMessage) error {
	for _, key := range path[:len(path)-1] {
		inner, ok := node[key].(map[string]any)
		if !ok {
			if node[key] != nil {
				return fmt.Errorf("%s is no object any more", key)
			}
			inner = map[string]any{}
			node[key] = inner
		}
		node = inner
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return err
	}
	node[path[len(path)-1]] = v
	return nil
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

func escape(key string) string { return escaper.Replace(key) }

// split gives the keys of a path.
func split(path string) []string {
	keys := strings.Split(path, "/")
	for i, key := range keys {
		keys[i] = unescaper.Replace(key)
	}
	return keys
}

// Keys gives a path's keys as they stand in the setting: for the remedy "tags", the tag's key.
func (t Touch) Keys() []string { return split(t.Path) }
