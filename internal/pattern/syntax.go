package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// maxDepth bounds the nesting of a pattern. A pattern within MaxLength cannot reach it: a level costs five characters.
const maxDepth = 500

type kind byte

const (
	kindString kind = iota
	kindNumber
	kindWord // true, false, null
	kindObject
	kindArray
)

// A value is a JSON value as it was written: the order of keys, repeated keys and the digits of numbers are
// kept, for all of them can decide what a pattern matches.
type value struct {
	kind    kind
	text    string // the string itself, the digits of a number as written, or the word
	members []member
	items   []value
}

type member struct {
	key   string
	value value
}

func decode(data []byte) (value, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return value{}, notJSON(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return decodeValue(dec, nil, 0)
}

func notJSON(err error) *Error {
	at := ""
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = fmt.Sprintf(" at byte %d", syntax.Offset)
	}
	return (*place)(nil).fault("not one JSON document"+at+": "+err.Error(), "write one JSON object and nothing after it")
}

func decodeValue(dec *json.Decoder, at *place, depth int) (value, error) {
	token, err := dec.Token()
	if err != nil {
		return value{}, notJSON(err)
	}
	switch t := token.(type) {
	case string:
		return value{kind: kindString, text: t}, nil
	case json.Number:
		return value{kind: kindNumber, text: t.String()}, nil
	case bool:
		return value{kind: kindWord, text: strconv.FormatBool(t)}, nil
	case json.Delim:
		if depth == maxDepth {
			return value{}, at.fault(fmt.Sprintf("nested deeper than %d levels", maxDepth), "write a flatter pattern")
		}
		if t == '{' {
			return decodeObject(dec, at, depth)
		}
		return decodeArray(dec, at, depth)
	}
	return value{kind: kindWord, text: "null"}, nil
}

func decodeObject(dec *json.Decoder, at *place, depth int) (value, error) {
	v := value{kind: kindObject}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return value{}, notJSON(err)
		}
		key, ok := token.(string)
		if !ok {
			return value{}, notJSON(io.ErrUnexpectedEOF)
		}
		child, err := decodeValue(dec, at.down(key), depth+1)
		if err != nil {
			return value{}, err
		}
		v.members = append(v.members, member{key, child})
	}
	if _, err := dec.Token(); err != nil {
		return value{}, notJSON(err)
	}
	return v, nil
}

func decodeArray(dec *json.Decoder, at *place, depth int) (value, error) {
	v := value{kind: kindArray}
	for dec.More() {
		child, err := decodeValue(dec, at.item(len(v.items)), depth+1)
		if err != nil {
			return value{}, err
		}
		v.items = append(v.items, child)
	}
	if _, err := dec.Token(); err != nil {
		return value{}, notJSON(err)
	}
	return v, nil
}

func (p *place) item(i int) *place { return p.down("[" + strconv.Itoa(i) + "]") }

// sorted gives the value with the keys of every object in order; objects under one repeated key become one.
func (v value) sorted() value {
	out := v
	out.items, out.members = nil, nil
	for _, item := range v.items {
		out.items = append(out.items, item.sorted())
	}
	for _, m := range v.members {
		i := slices.IndexFunc(out.members, func(o member) bool { return o.key == m.key })
		if i >= 0 && m.value.kind == kindObject && out.members[i].value.kind == kindObject {
			both := slices.Concat(out.members[i].value.members, m.value.members)
			out.members[i].value = value{kind: kindObject, members: both}
			continue
		}
		out.members = append(out.members, m)
	}
	for i, m := range out.members {
		out.members[i].value = m.value.sorted()
	}
	slices.SortStableFunc(out.members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	return out
}

// json is the value as compact JSON.
func (v value) json() string {
	var b bytes.Buffer
	v.write(&b)
	return b.String()
}

// write adds the value as compact JSON.
func (v value) write(b *bytes.Buffer) {
	switch v.kind {
	case kindString:
		writeString(b, v.text)
	case kindNumber, kindWord:
		b.WriteString(v.text)
	case kindArray:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	case kindObject:
		b.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, m.key)
			b.WriteByte(':')
			m.value.write(b)
		}
		b.WriteByte('}')
	}
}

func writeString(b *bytes.Buffer, s string) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false) // `<` in {"numeric":["<",1]} is to stay one character: the length of a pattern is limited
	_ = enc.Encode(s)        // a string and a buffer give no error
	b.Truncate(b.Len() - 1)  // the line end that Encode adds
}
