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

// TestSamples holds each sample to exactly the rule that its name begins with, and near misses to none, with the patterns as they are and as the demonstration's policy
// narrows them.
func TestSamples(t *testing.T) {
	root := filepath.Join("..", "..", "testdata")
	data, err := os.ReadFile(filepath.Join(root, "demo", "policy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse("policy.yaml", data, catalogOf())
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
			decodes(t, sample, len(want) > 0)
		})
	}
}

// decodes holds a sample to the form that AWS documents.
func decodes(t *testing.T, sample []byte, wanted bool) {
	t.Helper()
	envelope, kind, known, err := events.Open(sample)
	if err != nil || known != wanted {
		t.Fatalf("open: got known %t and error %v, want %t", known, err, wanted)
	}
	if !known {
		return
	}
	findings, err := kind.Decode(envelope)
	if err != nil || len(findings) != 1 || findings[0].Resource.Type == "" || findings[0].Resource.ARN == "" {
		t.Errorf("decode: got %+v and error %v, want one finding with type and ARN", findings, err)
	}
}
