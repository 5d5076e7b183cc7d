package local

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// hearsAll is a policy that wants every kind of event, and has the button of the samples.
const hearsAll = `version: 1
buttons: [{name: fix, do: fix}]
tags: [{key: Owner, required: true}]
rules:
  - {name: tags, on: [config, tags, create], do: [tags]}
  - {name: reports, on: [guardduty, securityhub, config-rule, inspector]}
`

// TestSamples holds each sample to exactly the rule that its name begins with, and near misses to none, with the patterns as they are and as a policy
// narrows them.
func TestSamples(t *testing.T) {
	root := filepath.Join("..", "..", "testdata")
	p, err := policy.Parse("policy.yaml", []byte(hearsAll), catalogOf())
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "events", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d samples and error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			sample, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			if kind, _, _ := strings.Cut(filepath.Base(file), "_"); kind != "none" {
				want = []string{kind}
			}
			var whole, narrowed []string
			for _, kind := range events.All() {
				if ok, err := kind.Pattern.Match(sample); err != nil || ok {
					whole = append(whole, kind.ID)
				}
			}
			for _, f := range listen.Functions(p, events.All(), names) {
				for _, rule := range f.Rules {
					if ok, err := rule.Pattern.Match(sample); err != nil || ok {
						narrowed = append(narrowed, rule.Kind.ID)
					}
				}
			}
			if !slices.Equal(whole, want) || !slices.Equal(narrowed, want) {
				t.Errorf("got %v, and %v by the policy, want %v", whole, narrowed, want)
			}
			if _, kind, known, err := events.Open(sample); err != nil || known != (len(want) > 0) || known && kind.ID != want[0] {
				t.Errorf("open: got %s and error %v, want %v", kind.ID, err, want)
			}
		})
	}
}
