//go:build synth

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What cannot be deployed is refused before anything is synthesized, a line a problem.
func TestRefuses(t *testing.T) {
	const sound = "version: 1\ntags:\n  - {key: Owner, required: true}\nrules:\n  - {name: tags, on: [config, tags], do: [tags]}\n"
	tests := []struct {
		name, policy string
		context      map[string]any
		spoil        func(t *testing.T, dist string)
		want         []string
	}{
		{name: "a sound policy", policy: sound},
		{name: "wrong field", policy: "version: 1\nmood: fix\nrule: []\n", want: []string{":2:1: ", ":3:1: "}},
		{name: "an exemption that is over is only a warning", policy: sound + "exempt:\n  - {resources: ['arn:aws:s3:::x'], reason: old, owner: o@example.com, until: 2026-01-31}\n"},
		{name: "not built yet", policy: sound + "tag_policies: [unknown.json]\n", want: []string{":6:", "none:thing"}},
		{name: "asks for OUs without an organization", policy: sound + "scope: {ou: [ou-ab12-11111111]}\n", want: []string{"ou or account_tags", "-c organization=o-"}},
		{name: "asks for OUs in a hub", policy: sound + "scope: {ou: [ou-ab12-11111111]}\n", context: map[string]any{"organization": "o-exampleorgid"}},
		{name: "a missing tag policy", policy: sound + "tag_policies: [org.json]\n", want: []string{":6:", "org.json"}},
		{name: "hears nothing", policy: "version: 1\n", want: []string{"no rule hears any event"}},
		{name: "no such policy", policy: sound, context: map[string]any{"policy": "none.yaml"}, want: []string{"read the policy: open none.yaml", "-c policy=FILE"}},
		{name: "prefix", policy: sound, context: map[string]any{"prefix": "9"}, want: []string{"-c prefix=9: "}},
		{name: "a key that is renewed too often", policy: sound, context: map[string]any{"rotation": "30"}, want: []string{"-c rotation=30: use a number of days from 90 to 2560"}},
		{name: "neither nagged nor not", policy: sound, context: map[string]any{"nag": "yes"}, want: []string{"-c nag=yes: use true"}},
		{name: "e-mail", policy: sound, context: map[string]any{"email": "ops"}, want: []string{"-c email=ops: "}},
		{name: "not built", policy: sound, spoil: func(t *testing.T, dist string) { remove(t, dist, "act", "bootstrap") }, want: []string{"function act", "make dist"}},
		{name: "custom buttons, not built", policy: sound, context: map[string]any{"buttons": "custom"}, spoil: func(t *testing.T, dist string) { remove(t, dist, "buttons", "bootstrap") }, want: []string{"function buttons", "make dist"}},
		{name: "other buttons", policy: sound, context: map[string]any{"buttons": "native"}, want: []string{"-c buttons=native: use custom"}},
		{name: "no policy beside", policy: sound, spoil: func(t *testing.T, dist string) { remove(t, dist, "tags", "policy.yaml") }, want: []string{"function tags", "make dist"}},
		{name: "another policy beside", policy: sound, spoil: func(t *testing.T, dist string) {
			if err := os.WriteFile(filepath.Join(dist, "config", "policy.yaml"), []byte("version: 1\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, want: []string{"config/policy.yaml is not the same as", "make dist"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "policy.yaml")
			unknown := `{"tags": {"a": {"tag_key": {"@@assign": "A"}, "report_required_tag_for": {"@@assign": ["none:thing"]}}}}`
			for path, text := range map[string]string{file: test.policy, filepath.Join(filepath.Dir(file), "unknown.json"): unknown} {
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			context := map[string]any{"dist": dist(t, file)}
			for name, value := range test.context {
				context[name] = value
			}
			if test.spoil != nil {
				test.spoil(t, context["dist"].(string))
			}
			_, err := buildApp(t, file, context)
			if len(test.want) == 0 {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
		})
	}
}

func remove(t *testing.T, path ...string) {
	t.Helper()
	if err := os.Remove(filepath.Join(path...)); err != nil {
		t.Fatal(err)
	}
}
