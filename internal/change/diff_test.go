package change

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func touch(path, before, after string) Touch {
	t := Touch{Path: path}
	if before != "" {
		t.Before = json.RawMessage(before)
	}
	if after != "" {
		t.After = json.RawMessage(after)
	}
	return t
}

func TestBetween(t *testing.T) {
	tests := []struct {
		name, from, to string
		want           []Touch
	}{
		{"nothing differs", `{"a":"1"}`, `{ "a" : "1" }`, nil},
		{"a key comes", `{}`, `{"Owner":"me"}`, []Touch{touch("Owner", "", `"me"`)}},
		{"a key goes", `{"owner":"me"}`, `{}`, []Touch{touch("owner", `"me"`, "")}},
		{"a value changes", `{"a":"1","b":"2"}`, `{"a":"1","b":"3"}`, []Touch{touch("b", `"2"`, `"3"`)}},
		{"an empty value is a value", `{}`, `{"a":""}`, []Touch{touch("a", "", `""`)}},
		{"keys with slashes and tildes", `{}`, `{"a/b~c":"1"}`, []Touch{touch("a~1b~0c", "", `"1"`)}},
		{"nested objects by path", `{"x":{"a":1,"b":2}}`, `{"x":{"a":1,"b":3}}`, []Touch{touch("x/b", "2", "3")}},
		{"a list is one value", `{"l":[1,2]}`, `{"l":[2,1]}`, []Touch{touch("l", "[1,2]", "[2,1]")}},
		{"null is no state but an empty one", `null`, `{"a":1}`, []Touch{touch("a", "", "1")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Between("tags", 1, []byte(test.from), []byte(test.to))
			if err != nil {
				t.Fatal(err)
			}
			want := Change{Remedy: "tags", Schema: 1, Touched: test.want}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestBetweenRefusesWhatIsNoObject(t *testing.T) {
	for _, state := range []string{"", "[]", `"x"`, "{"} {
		if _, err := Between("tags", 1, []byte(state), []byte("{}")); err == nil {
			t.Errorf("Between(%q, {}) gave no error", state)
		}
	}
}

func TestUndoKeepsUnrelatedEdits(t *testing.T) {
	fix, err := Between("tags", 1, []byte(`{"environment":"prod","Name":"a"}`), []byte(`{"Environment":"Prod","Name":"a"}`))
	if err != nil {
		t.Fatal(err)
	}
	now := []byte(`{"Environment":"Prod","Name":"b","Extra":"1"}`)
	if stale, err := fix.Reverse().Stale(now); err != nil || stale != nil {
		t.Fatalf("Stale = %v, %v; want nothing", stale, err)
	}
	got, err := fix.Reverse().Apply(now)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"Extra":"1","Name":"b","environment":"prod"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestUndoOfAFirstKey holds that what others put beside it is neither in the way nor lost, however the setting shows that nothing is there.
func TestUndoOfAFirstKey(t *testing.T) {
	for _, before := range []string{`{}`, `{"rules":{}}`, `{"rules":null}`} {
		fix, err := Between("r", 1, []byte(before), []byte(`{"rules":{"a":{"on":true}}}`))
		if err != nil {
			t.Fatal(err)
		}
		for now, want := range map[string]string{`{"rules":{"a":{"on":true}}}`: `{}`, `{"rules":{"a":{"on":true},"b":{"on":false}}}`: `{"rules":{"b":{"on":false}}}`} {
			stale, err := fix.Reverse().Stale([]byte(now))
			if err != nil || stale != nil {
				t.Errorf("from %s, now %s: stale %v, %v", before, now, stale, err)
			}
			if got, err := fix.Reverse().Apply([]byte(now)); err != nil || string(got) != want {
				t.Errorf("from %s, now %s: got %s, %v; want %s", before, now, got, err, want)
			}
		}
	}
}

func TestStaleNamesTheDifference(t *testing.T) {
	fix := Change{Remedy: "tags", Schema: 1, Touched: []Touch{touch("Owner", "", `"x"`)}}
	got, err := fix.Reverse().Stale([]byte(`{"Owner":"y"}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := []Touch{touch("Owner", `"x"`, `"y"`)}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOverKeepsTheFirstBeforeImage(t *testing.T) {
	first := Change{Remedy: "tags", Schema: 1, Touched: []Touch{touch("Owner", `"old"`, `"new"`), touch("tmp", `"1"`, "")}}
	// The first try wrote Owner and removed tmp, and then the process died. What is planned now knows nothing of that.
	now := []byte(`{"Owner":"new"}`)
	again := Change{Remedy: "tags", Schema: 1, Touched: []Touch{touch("Cost", "", `"FIN1"`)}}
	got, err := again.Over(first, now)
	if err != nil {
		t.Fatal(err)
	}
	want := Change{Remedy: "tags", Schema: 1, Touched: []Touch{touch("Cost", "", `"FIN1"`), touch("Owner", `"old"`, `"new"`), touch("tmp", `"1"`, "")}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestChangeProperties holds that a change leads from before to after and its reverse back, whatever the two states are.
func TestChangeProperties(t *testing.T) {
	leaf := rapid.OneOf(rapid.Just[any]("x"), rapid.Just[any]("y"), rapid.Just[any](true), rapid.Just[any]([]any{}))
	inner := rapid.Map(rapid.MapOfN(rapid.StringN(1, 2, 4), leaf, 1, 3), func(m map[string]any) any { return m })
	state := rapid.Custom(func(t *rapid.T) []byte {
		m := rapid.MapOf(rapid.StringN(1, 2, 4), rapid.OneOf(leaf, inner)).Draw(t, "state")
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return data
	})
	rapid.Check(t, func(t *rapid.T) {
		from, to := state.Draw(t, "from"), state.Draw(t, "to")
		c, err := Between("tags", 1, from, to)
		if err != nil {
			t.Fatal(err)
		}
		there, err := c.Apply(from)
		if err != nil {
			t.Fatal(err)
		}
		back, err := c.Reverse().Apply(there)
		if err != nil {
			t.Fatal(err)
		}
		if !same(there, to) || !same(back, from) {
			t.Fatalf("from %s to %s: there %s, back %s, change %v", from, to, there, back, c)
		}
	})
}
