package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// TestBundleOfAShadow holds that a shadow policy carries the one with which it is compared, with the files of each beside it, and that any other policy carries none.
func TestBundleOfAShadow(t *testing.T) {
	folder := t.TempDir()
	put := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const tagPolicy = `{"tags":{"%":{"tag_key":{"@@assign":"%"}}}}`
	const rest = "tag_policies: [org.json]\nrules: [{name: tags, on: [config], do: [tags]}]\n"
	put("old/org.json", strings.ReplaceAll(tagPolicy, "%", "Old"))
	put("new/org.json", strings.ReplaceAll(tagPolicy, "%", "New"))
	old, next := put("old/policy.yaml", "version: 1\n"+rest), put("new/next.yaml", "version: 1\nshadow: true\n"+rest)
	to := filepath.Join(folder, "dist", "config")
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			return ""
		}
		return string(data)
	}
	if out, told, code := command("", "bundle", "--policy", next, "--against", old, to); code != exitDone {
		t.Fatalf("got %d %s%s", code, out, told)
	}
	if !strings.Contains(read(wiring.PolicyFile), "shadow: true") || strings.Contains(read(wiring.AgainstFile), "shadow") || !strings.Contains(read("org.json"), "New") ||
		!strings.Contains(read("against/org.json"), "Old") {
		t.Errorf("got %q, %q, %q, %q", read(wiring.PolicyFile), read(wiring.AgainstFile), read("org.json"), read("against/org.json"))
	}
	if _, told, code := command("", "bundle", "--policy", next, "--against", next, to); code != exitFault || !strings.Contains(told, "name the policy that is deployed") {
		t.Errorf("against itself: got %d %s", code, told)
	}
	if _, told, code := command("", "bundle", "--policy", old, to); code != exitDone || read(wiring.AgainstFile) != "" {
		t.Errorf("of no shadow: got %d %s and %q", code, told, read(wiring.AgainstFile))
	}
}
