package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Match reports whether the event, one JSON object, meets the pattern. An error says that it is not one JSON object,
// and nothing else. Of a key that an object repeats, every value counts.
func (p Pattern) Match(event []byte) (bool, error) {
	if !json.Valid(event) {
		var whole json.RawMessage
		return false, fmt.Errorf("read event as JSON: %w", json.Unmarshal(event, &whole))
	}
	text := string(event)
	if !utf8.ValidString(text) {
		text = string([]rune(text)) // as every decoder of JSON does it: U+FFFD for what is no UTF-8
	}
	text = strings.TrimLeft(text, " \t\r\n")
	if text[0] != '{' {
		return false, errors.New("read event: it is JSON, but no object")
	}
	if p.IsZero() {
		return false, nil
	}
	r := p.prog.newReading()
	defer r.release()
	r.text, r.pos = text, 0
	r.object(p.prog.root, 0)
	return r.matches(), nil
}

// MatchValue is Match for an event that was decoded by json.Decoder with UseNumber. Other Go values within it count as what json.Marshal
// makes of them.
func (p Pattern) MatchValue(event map[string]any) bool {
	if p.IsZero() {
		return false
	}
	r := p.prog.newReading()
	defer r.release()
	r.decodedObject(p.prog.root, event, 0)
	return r.matches()
}

// The functions from here to skip read r.text, which is known to be JSON.

func (r *reading) object(n *node, owner int32) {
	r.pos++
	for r.next() != '}' {
		key := r.string()
		r.next() // the colon
		r.pos++
		if child := r.prog.child(n, key); child != nil {
			r.value(child, owner)
		} else {
			r.skip()
		}
		if r.next() == ',' {
			r.pos++
		}
	}
	r.pos++
}

func (r *reading) value(n *node, owner int32) {
	switch c := r.next(); {
	case c == '{' && n.children != nil:
		r.object(n, owner)
	case c == '[':
		r.array(n, owner)
	case c == '{' || n.leaves == nil:
		r.skip()
	case c == '"':
		r.scalar(n, scalar{text: r.string(), str: true}, owner)
	default:
		from := r.pos
		r.skip()
		r.scalar(n, newWord(r.text[from:r.pos]), owner)
	}
}

func newWord(text string) scalar {
	return scalar{text: text, number: comparable64{text: text}}
}

func (r *reading) array(n *node, owner int32) {
	id := r.openArray()
	r.pos++
	for {
		switch c := r.next(); c {
		case ']':
			r.pos++
			r.closeArray(id)
			return
		case ',':
			r.pos++
		case '{', '[':
			r.value(n, r.openElem(id, owner))
		default:
			r.value(n, owner)
		}
	}
}

// next gives the next byte that is no space.
func (r *reading) next() byte {
	for {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\r', '\n':
			r.pos++
		default:
			return c
		}
	}
}

func (r *reading) string() string {
	from := r.pos
	if r.skipString() {
		return r.text[from+1 : r.pos-1]
	}
	var s string
	_ = json.Unmarshal([]byte(r.text[from:r.pos]), &s) // it is known to be JSON
	return s
}

// skipString moves behind a string and reports whether the string stands as it is, without escapes.
func (r *reading) skipString() bool {
	plain := true
	for {
		r.pos++
		switch r.text[r.pos] {
		case '\\':
			plain = false
			r.pos++
		case '"':
			r.pos++
			return plain
		}
	}
}

// skip moves behind a value.
func (r *reading) skip() {
	depth := 0
	for {
		switch r.next() {
		case '"':
			r.skipString()
		case '{', '[':
			depth++
			r.pos++
		case '}', ']':
			depth--
			r.pos++
		case ',', ':':
			r.pos++
		default:
			r.pos += len(word(r.text[r.pos:]))
		}
		if depth == 0 {
			return
		}
	}
}

// word is the number, true, false or null that text begins with.
func word(text string) string {
	for i := range len(text) {
		if strings.IndexByte(",:}] \t\r\n", text[i]) >= 0 {
			return text[:i]
		}
	}
	return text
}

func (r *reading) decodedObject(n *node, object map[string]any, owner int32) {
	if n.children == nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if child := r.prog.child(n, key); child != nil {
			r.decoded(child, object[key], owner)
		}
	}
}

func (r *reading) decoded(n *node, v any, owner int32) {
	switch v := plain(v).(type) {
	case map[string]any:
		r.decodedObject(n, v, owner)
	case []any:
		r.decodedArray(n, v, owner)
	case string:
		r.scalar(n, scalar{text: v, str: true}, owner)
	case bool:
		r.scalar(n, newWord(strconv.FormatBool(v)), owner)
	case json.Number:
		r.scalar(n, newWord(v.String()), owner)
	case nil:
		r.scalar(n, newWord("null"), owner)
	}
}

func (r *reading) decodedArray(n *node, items []any, owner int32) {
	id := r.openArray()
	for _, item := range items {
		item = plain(item)
		within := owner
		switch item.(type) {
		case map[string]any, []any:
			within = r.openElem(id, owner)
		}
		r.decoded(n, item, within)
	}
	r.closeArray(id)
}

// plain makes of a Go value what a decoder of JSON would give. What cannot be JSON becomes as a missing field.
func plain(v any) any {
	switch v.(type) {
	case nil, bool, string, json.Number, []any, map[string]any:
		return v
	}
	data, err := json.Marshal(v)
	if err != nil {
		return []any{}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var out any
	if dec.Decode(&out) != nil {
		return []any{}
	}
	return out
}
