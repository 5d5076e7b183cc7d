package policyfile_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/policyfile"
)

const head = "version: 1\nrules: [{name: tags, on: [tags], do: [tags]}]\n"

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"policy.yaml":   head + "tag_policies: [org/tags.json]\n",
		"outside.yaml":  head + "tag_policies: [../tags.json]\n",
		"missing.yaml":  head + "tag_policies: [none.json]\n",
		"org/tags.json": `{"tags":{"owner":{"tag_key":{"@@assign":"Owner"}}}}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := policyfile.Read(filepath.Join(dir, "policy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"policy.yaml", "org/tags.json"}; !reflect.DeepEqual(got.Names, want) {
		t.Errorf("names %q, want %q", got.Names, want)
	}
	if got.TagJudge() == nil {
		t.Error("the tag policy made no tag rule")
	}
	for name, want := range map[string]string{
		"none.yaml": "read the policy", "outside.yaml": "is not in the policy's folder", "missing.yaml": "none.json",
	} {
		if _, err := policyfile.Read(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, want)
		}
	}
}
