package pattern

import (
	"strings"
	"testing"
)

// times is an array of n times what stands between its brackets.
func times(n int, elements ...string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(strings.Join(elements, ",")+",", n), ",") + "]"
}

// TestSearch holds what a search finds after many dead ends, and that it ends where it does not find anything. Each event meets each constraint somewhere.
func TestSearch(t *testing.T) {
	// Three arrays with a choice of 2,000 elements each, none of which matters to the fourth, where no element meets both constraints.
	const hard = `{"a":{"x":[1]},"b":{"x":[1]},"c":{"x":[1]},"z":{"p":[1],"q":[1]}}`
	free := times(2000, `{"x":1}`)
	ends := `"a":` + free + `,"b":` + free + `,"c":` + free + `,"z":[{"p":1},{"q":1}]`
	// One key with three arrays, whose elements meet one constraint each: of four constraints under one array, all choices are in vain, and all of them differ.
	const endless = `{"a":{"p":[1],"q":[1],"r":[1],"s":[1]}}`
	single := times(300, `{"p":1}`, `{"q":1}`, `{"r":1}`, `{"s":1}`)
	three := `"a":` + single + `,"a":` + single + `,"a":` + single
	deep := `"a":` + strings.Repeat("[", 5000) + times(5000, "[1]") + strings.Repeat("]", 5000) + `,"z":[{"p":1},{"q":1}]`
	or := func(first, second string) string { return `{"$or":[` + first + `,` + second + `]}` }
	tests := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"choices that do not matter are tried once", hard, `{` + ends + `}`, false},
		{"and leave time for the next alternative", or(hard, `{"w":[1]}`), `{` + ends + `,"w":1}`, true},
		{"whose choices are told apart", or(hard, `{"w":{"p":[1],"q":[1],"r":[1]}}`), `{` + ends + `,"w":[{"p":1},{"p":1,"q":1},{"p":1,"q":1,"r":1}]}`, true},
		{
			"in arrays within arrays, too", or(hard, `{"w":{"e":[1],"v":{"p":[1],"q":[1]}}}`),
			`{` + ends + `,"w":[{"e":1,"v":[{"p":1},{"q":1}]},{"e":1,"v":[{"p":1},{"p":1,"q":1}]}]}`, true,
		},
		{"choices that all matter end it", or(endless, `{"w":[1]}`), `{` + three + `,"w":1}`, false},
		{"so do values that lie deep", or(`{"a":[1],"z":{"p":[1],"q":[1]}}`, `{"w":[1]}`), `{` + deep + `,"w":1}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { holds(t, test.pattern, test.event, test.want) })
	}
}
