package change

import (
	"encoding/json"
	"testing"
)

func TestHashNamesAChange(t *testing.T) {
	one := func(path, before, after string) Change {
		touch := Touch{Path: path}
		if before != "" {
			touch.Before = json.RawMessage(before)
		}
		if after != "" {
			touch.After = json.RawMessage(after)
		}
		return Change{Remedy: "tags", Touched: []Touch{touch}}
	}
	first := one("Owner", "", `{"a":1,"b":2}`)
	for _, test := range []struct {
		name  string
		other Change
		same  bool
	}{
		{"the same, written otherwise", one("Owner", "", ` {"b": 2, "a":1}`), true},
		{"another value", one("Owner", "", `{"a":1,"b":3}`), false},
		{"the other way round", first.Reverse(), false},
		{"another path", one("owner", "", `{"a":1,"b":2}`), false},
		{"null is not nothing", one("Owner", "null", `{"a":1,"b":2}`), false},
		{"another remedy", Change{Remedy: "x", Touched: first.Touched}, false},
		{"another shape", Change{Remedy: "tags", Schema: 1, Touched: first.Touched}, false},
		{"nothing", Change{Remedy: "tags"}, false},
	} {
		if got := test.other.Hash() == first.Hash(); got != test.same {
			t.Errorf("%s: the hash is the same is %v, want %v", test.name, got, test.same)
		}
	}
	if got := (Change{Remedy: "tags"}).Hash(); got != "" || len(first.Hash()) != 16 {
		t.Errorf("got %q of nothing and %q; want nothing, and 16 digits", got, first.Hash())
	}
}
