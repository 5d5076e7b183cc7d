package local

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestFunctionThatNeverStarts gives up a function whose process ends before it asks for work, and says what it said last.
func TestFunctionThatNeverStarts(t *testing.T) {
	folder := t.TempDir()
	binary := filepath.Join(folder, bootstrap)
	if err := os.WriteFile(binary, []byte("#!/bin/sh\necho starts >> starts\necho first\necho last\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	api, err := newRuntime("arn", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	f := &function{name: "f", binary: binary, runtime: api, log: filepath.Join(folder, "f.log")}
	f.run(t.Context())
	if got, want := errText(f.err()), "the function f ended too often: last"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	starts, err := os.ReadFile(filepath.Join(folder, "starts"))
	if got, want := string(starts), "starts\nstarts\nstarts\n"; err != nil || got != want {
		t.Errorf("got starts %q and error %v, want %q", got, err, want)
	}
}

func TestNewestSource(t *testing.T) {
	root := t.TempDir()
	when := time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)
	for i, name := range []string{"go.mod", "events/a.go", "functions/act/main.go", "internal/x/y.go", "README.md"} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		at := when.Add(time.Duration(i) * time.Hour)
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	got, err := newestSource(root)
	if want := when.Add(3 * time.Hour); err != nil || !got.Equal(want) {
		t.Errorf("got %s and error %v, want %s: of internal/x/y.go, not of README.md", got, err, want)
	}
	if got, err := newestSource(""); err != nil || !got.IsZero() {
		t.Errorf("without sources: got %s and error %v, want no time", got, err)
	}
}
