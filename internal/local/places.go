package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A place is what was made of an entry of the seed.
type place struct{ id, arn string }

// places are what {{NAME}} and {{NAME.arn}} stand for, by name.
type places map[string]place

// mark is a name in braces.
var mark = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// Named gives the first name in braces of a text; "" if there is none.
func Named(text []byte) string {
	if found := mark.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return ""
}

// fill puts ids and ARNs where a text names entries of the seed. file is for the error about a name that the seed does not have.
func (p places) fill(file string, text []byte) ([]byte, error) {
	var unknown []string
	filled := mark.ReplaceAllFunc(text, func(found []byte) []byte {
		name := string(mark.FindSubmatch(found)[1])
		value, ok := p.value(name)
		if !ok {
			unknown = append(unknown, name)
			return found
		}
		return inText(value)
	})
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%s: the seed has no {{%s}}; it has %s", file, unknown[0], p.list())
	}
	return filled, nil
}

func (p places) value(name string) (string, bool) {
	if at, ok := p[name]; ok {
		return at.id, true
	}
	if base, arn := strings.CutSuffix(name, ".arn"); arn {
		at, ok := p[base]
		return at.arn, ok
	}
	return "", false
}

// inText is a value as it stands within a JSON or YAML text in quotes.
func inText(value string) []byte {
	quoted, err := json.Marshal(value)
	if err != nil {
		return []byte(value)
	}
	return bytes.Trim(quoted, `"`)
}

func (p places) list() string {
	if len(p) == 0 {
		return "no names"
	}
	return strings.Join(slices.Sorted(maps.Keys(p)), ", ")
}
