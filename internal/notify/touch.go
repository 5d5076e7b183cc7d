package notify

import (
	"encoding/json"
	"strings"

	"github.com/tagwarden/tagwarden/internal/change"
)

// A touch is one changed path as people read it: a tag's key with its values.
type touch struct {
	key           string
	before, after *value // nil where there was, or is, nothing
}

// A value is a tag's value, or any other JSON as its text.
type value struct {
	text string
	raw  json.RawMessage // nil for a string
}

// unescape reads a path as RFC 6901, section 4 has it: first "~1", then "~0".
func unescape(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "~1", "/"), "~0", "~")
}

func touches(c change.Change) []touch {
	list := make([]touch, 0, len(c.Touched))
	for _, t := range c.Touched {
		list = append(list, touch{key: strings.ToValidUTF8(unescape(t.Path), "\ufffd"), before: read(t.Before), after: read(t.After)})
	}
	return list
}

func read(raw json.RawMessage) *value {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err == nil {
		return &value{text: s}
	}
	text := strings.ToValidUTF8(string(raw), "\ufffd")
	if !json.Valid([]byte(text)) {
		return &value{text: text} // kept as it is: better an odd text than nothing
	}
	return &value{text: text, raw: json.RawMessage(text)}
}

// show gives the value for the text, quoted.
func (v *value) show(runes int) string {
	switch {
	case v == nil:
		return "(none)"
	case v.raw != nil:
		text, was := cut(clean(v.text), runes)
		if was {
			return text + " (cut)"
		}
		return text
	}
	return quote(v.text, runes)
}

// json gives the value for the document, and tells whether it was cut.
func (v *value) json(runes int) (any, bool) {
	text, was := cut(v.text, runes)
	if v.raw != nil && !was {
		return v.raw, false
	}
	return text, was
}
