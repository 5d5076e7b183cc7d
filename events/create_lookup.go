package events

import (
	"slices"
	"strings"
)

// An entry is a text that was found in a record, and the object in which it stands.
type entry struct {
	value  string
	holder map[string]any // the object in whose member it stands
	field  string         // its path in the record
}

// find gives what stands at the first of some paths that leads anywhere. nothing says that there is none because a list on the way is empty.
func (c apiCall) find(paths []string) (found []entry, nothing bool) {
	for _, path := range paths {
		var empty bool
		if found, empty = c.at(path); len(found) > 0 {
			return found, false
		}
		nothing = nothing || empty
	}
	return nil, nothing
}

// at gives what stands at one path. A path of parts with " / " between them leads to one text made of one text each.
func (c apiCall) at(path string) (found []entry, empty bool) {
	if parts := strings.Split(path, " / "); len(parts) > 1 {
		return c.joined(parts), false
	}
	root, rest, _ := strings.Cut(path, ".")
	found, empty = walk(map[string]any{"request": c.Request, "response": c.Response, "resources": c.Resources}[root], rest)
	for i := range found {
		found[i].field = fieldOf(path)
	}
	return found, empty
}

func (c apiCall) joined(parts []string) []entry {
	values := make([]string, len(parts))
	for i, part := range parts {
		found, _ := c.at(part)
		if len(found) != 1 {
			return nil
		}
		values[i] = found[0].value
	}
	return []entry{{value: strings.Join(values, "/"), field: fieldOf(parts[0])}}
}

// fieldOf is a path as the record has it.
func fieldOf(path string) string {
	root, rest, _ := strings.Cut(path, ".")
	return map[string]string{"request": "requestParameters", "response": "responseElements", "resources": "resources"}[root] + "." + rest
}

// walk follows a path of names and gives the texts at its end. A list on the way, or at the end, is followed into each of its items: CloudTrail writes a list of one item as
// the item in some calls. empty tells whether such a list had none.
func walk(tree any, path string) (found []entry, empty bool) {
	switch tree := tree.(type) {
	case []any:
		empty = len(tree) == 0
		for _, item := range tree {
			more, none := walk(item, path)
			found, empty = append(found, more...), empty || none
		}
		return found, empty
	case map[string]any:
		if path != "" {
			return walkInto(tree, path)
		}
	case string:
		if path == "" && tree != "" && tree != hidden {
			return []entry{{value: tree}}, false
		}
	}
	return nil, false
}

// walkInto follows a path into an object, which holds what is found if it is one of its own members.
func walkInto(object map[string]any, path string) (found []entry, empty bool) {
	name, rest, _ := strings.Cut(path, ".")
	found, empty = walk(memberOf(object, name), rest)
	if rest == "" {
		for i := range found {
			found[i].holder = object
		}
	}
	return found, empty
}

// hidden is what CloudTrail writes in place of what it must not show.
//
// Source: AWS CloudTrail user guide, "CloudTrail userIdentity element" (userName).
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// memberOf is a member of an object. Its name counts as it is spelt; where there is none, in any letter case: CloudTrail's differs from the services' own, and from
// one year to the next (dBInstanceArn, aRN).
func memberOf(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	var alike []string
	for key := range object {
		if strings.EqualFold(key, name) {
			alike = append(alike, key)
		}
	}
	if len(alike) == 0 {
		return nil
	}
	return object[slices.Min(alike)]
}

// unwrapped is a request or response without the one member that holds all of it, as calls of EC2's newer API have it ("CreateNatGatewayResponse").
func unwrapped(tree any, name string) any {
	if object, ok := tree.(map[string]any); ok {
		if inner, ok := memberOf(object, name).(map[string]any); ok {
			return inner
		}
	}
	return tree
}
