package recorded

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.json":       "{\n \"id\": 1\n}\n",
		"b.jsonl":      "{\"id\":2}\n\nbroken\n{\"id\":3}\n",
		"sub/c.gz":     zipped(t, `{"id":4}`),
		"sub/d.json":   `[{"id":5},{"id":6}]`,
		"sub/e.md":     "# text\nmore",
		"sub/f.json":   "",
		"sub/g.json":   "{\"id\":7} {\"id\":8}",
		"sub/h.json":   `{"id":9`,
		"sub/i.gz":     zipped(t, "{\"id\":10}")[:12],
		"sub/j.json":   "\xef\xbb\xbf{\"id\":11}",
		"sub/k.ndjson": "{\"id\":12}\r\n{\"id\":13}",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "void"), 0o755); err != nil {
		t.Fatal(err)
	}
	var got []string
	for text := range Read([]string{dir, filepath.Join(dir, "missing"), filepath.Join(dir, "void"), "-"}, strings.NewReader(`{"id":14}`)) {
		line := strings.TrimPrefix(text.Place, dir+"/") + " " + strings.Join(strings.Fields(string(text.Data)), "")
		if text.Err != nil {
			line += "error"
		}
		got = append(got, line)
	}
	want := []string{
		`a.json {"id":1}`, `b.jsonl:1 {"id":2}`, `b.jsonl:3 error`, `b.jsonl:4 {"id":3}`, `sub/c.gz {"id":4}`, `sub/d.json[0] {"id":5}`, `sub/d.json[1] {"id":6}`, `sub/e.md error`,
		`sub/f.json error`, `sub/g.json {"id":7}`, `sub/g.json {"id":8}`, `sub/h.json error`, `sub/i.gz error`, `sub/j.json {"id":11}`, `sub/k.ndjson:1 {"id":12}`,
		`sub/k.ndjson:2 {"id":13}`, `missing error`, `void error`, `standard input {"id":14}`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestReadStopsEarly(t *testing.T) {
	for text := range Read([]string{"-", "missing"}, strings.NewReader("{}\n{}\n")) {
		if text.Place != "standard input:1" {
			t.Errorf("got %s after the stop", text.Place)
		}
		break
	}
}
