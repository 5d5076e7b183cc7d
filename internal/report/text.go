package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Tags shows tags in one line for people: sorted, "Owner=me Env=Prod"; values with blanks or none are quoted. "-" stands for no tags.
func Tags(tags map[string]string) string {
	if len(tags) == 0 {
		return "-"
	}
	shown := make([]string, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		shown = append(shown, plain(key)+"="+plain(tags[key]))
	}
	return strings.Join(shown, " ")
}

// plain quotes a text that would not stand alone in a line.
func plain(s string) string {
	if quoted := strconv.Quote(s); s == "" || quoted != `"`+s+`"` || strings.ContainsAny(s, " =") {
		return quoted
	}
	return s
}
