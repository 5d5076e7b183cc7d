package frozen

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

type sample struct {
	Name string  `json:"name"`
	In   []inner `json:"in,omitempty"`
	More *inner  `json:"more,omitempty"`
}

type inner struct {
	Deep int `json:"deep"`
}

func encode(s sample) ([]byte, error) { return json.Marshal(s) }

func decode(data []byte) (s sample, err error) { return s, json.Unmarshal(data, &s) }

// What is frozen stays as it was written, even where the program would write it otherwise by now.
func TestFreezeOverwritesNothing(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.json")
	if err := os.WriteFile(file, []byte(`{ "name": "old" }`), 0o644); err != nil {
		t.Fatal(err)
	}
	*freeze = true
	t.Cleanup(func() { *freeze = false })
	Each(t, folder, map[string]sample{"a": {Name: "old"}, "b": {Name: "new"}}, encode, decode)
	if data, err := os.ReadFile(file); err != nil || string(data) != `{ "name": "old" }` {
		t.Errorf("got %s, %v", data, err)
	}
	if data, err := os.ReadFile(filepath.Join(folder, "b.json")); err != nil || string(data) != "{\"name\":\"new\"}\n" {
		t.Errorf("got %s, %v", data, err)
	}
}

func TestVisitLooksWithin(t *testing.T) {
	seen := map[string]bool{}
	s := sample{In: []inner{{Deep: 1}}}
	visit(reflect.TypeOf(s), reflect.ValueOf(s), "sample", seen)
	want := map[string]bool{"sample.Name": false, "sample.In": true, "sample.In.Deep": true, "sample.More": false, "sample.More.Deep": false}
	for path, set := range want {
		if got, known := seen[path]; !known || got != set {
			t.Errorf("%s: got %v, known %v; want %v", path, got, known, set)
		}
	}
}
