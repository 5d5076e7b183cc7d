package deployed

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// number writes a number as JSON has it: 345600 and not 3.456e+05.
func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// exact marks a value that may hold nothing beside what the template has: rights, patterns.
type exact struct{ value any }

// difference tells where what a service shows is not what the template wants: "" where it is. A service shows more than was set; but for what is marked as exact, only what is
// wanted is compared. Services show numbers and switches as texts, and documents as text in JSON.
func difference(want, got any) string {
	if whole, is := got.(exact); is {
		return compare("", plain(parsed(want)), plain(parsed(whole.value)), true)
	}
	return compare("", plain(want), got, false)
}

func compare(path string, want, got any, whole bool) string {
	if shown, is := got.(string); is {
		if _, scalar := want.(string); !scalar && want != nil {
			got = parsed(shown)
		}
	}
	switch want := want.(type) {
	case map[string]any:
		return compareObjects(path, want, got, whole)
	case []any:
		return compareLists(path, want, got, whole)
	}
	if text(want) != text(got) {
		return fmt.Sprintf("%s is %s and not %s", at(path), brief(got), brief(want))
	}
	return ""
}

func compareObjects(path string, want map[string]any, got any, whole bool) string {
	shown, is := got.(map[string]any)
	if !is {
		return fmt.Sprintf("%s is %s and not %s", at(path), brief(got), brief(want))
	}
	for _, key := range slices.Sorted(maps.Keys(want)) { // the first difference is always the same
		if d := compare(path+"."+key, want[key], shown[key], whole); d != "" {
			return d
		}
	}
	for _, key := range slices.Sorted(maps.Keys(shown)) {
		if _, wanted := want[key]; whole && !wanted {
			return fmt.Sprintf("%s is %s and not in the template", at(path+"."+key), brief(shown[key]))
		}
	}
	return ""
}

func compareLists(path string, want []any, got any, whole bool) string {
	shown := list(got)
	if len(shown) != len(want) {
		return fmt.Sprintf("%s is %s and not %s", at(path), brief(got), brief(want))
	}
	for i, value := range want {
		if d := compare(fmt.Sprintf("%s[%d]", path, i), value, shown[i], whole); d != "" {
			return d
		}
	}
	return ""
}

func at(path string) string {
	if path == "" {
		return "it"
	}
	return strings.TrimPrefix(path, ".")
}

// brief is a value as an error shows it.
func brief(value any) string {
	const most = 120
	shown, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(shown) > most {
		return string(shown[:most]) + "..."
	}
	return string(shown)
}

// parsed is the document that a text in JSON holds; the text itself where it holds none.
func parsed(value any) any {
	shown, is := value.(string)
	if !is {
		return value
	}
	var document any
	if json.Unmarshal([]byte(shown), &document) != nil {
		return value
	}
	return document
}

// plain is a value as JSON has it: what a client of the SDK gives, with the members that are not there left out.
func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var again any
	if json.Unmarshal(text, &again) != nil {
		return value
	}
	return bare(again)
}

// bare leaves out what is null.
func bare(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			if value[key] = bare(item); item == nil {
				delete(value, key)
			}
		}
	case []any:
		for i, item := range value {
			value[i] = bare(item)
		}
	}
	return value
}

// object is what a client of the SDK gives, as properties.
func object(value any) map[string]any {
	properties, _ := plain(value).(map[string]any)
	if properties == nil {
		properties = map[string]any{}
	}
	return properties
}
