// Package change holds what a remedy touched as data: the paths of a setting that differ, with the value before and after. A change is kept in the journal
// and is its own undo.
package change

import "encoding/json"

// A Change is what a remedy touched.
type Change struct {
	Remedy  string  `json:"remedy"`
	Schema  int     `json:"schema"`  // version of the shape of the remedy's setting
	Touched []Touch `json:"touched"` // in order of Path
}

// A Touch is one path of a setting with its value before and after; nil means that there was, or is, nothing there.
//
// A path is the keys of nested objects, or the identities of list elements, each escaped as in a JSON pointer and joined with "/" (RFC 6901).
type Touch struct {
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Empty tells whether the change touches nothing.
func (c Change) Empty() bool { return len(c.Touched) == 0 }

// Reverse is the change that takes c back.
func (c Change) Reverse() Change {
	back := Change{Remedy: c.Remedy, Schema: c.Schema, Touched: make([]Touch, len(c.Touched))}
	for i, t := range c.Touched {
		back.Touched[i] = Touch{Path: t.Path, Before: t.After, After: t.Before}
	}
	return back
}
