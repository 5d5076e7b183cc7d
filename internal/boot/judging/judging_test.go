package judging

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// TestAShadowStartsOnPolicyAndPrefix holds that a function with a shadow policy needs no more than its stack tells it, and both policies beside it.
func TestAShadowStartsOnPolicyAndPrefix(t *testing.T) {
	folder := t.TempDir()
	put := func(name, text string) {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(wiring.PolicyFile, "version: 1\nshadow: true\n")
	for _, name := range []string{wiring.Table, wiring.Topic, wiring.Queue} {
		t.Setenv(name, "")
	}
	t.Setenv("LAMBDA_TASK_ROOT", folder)
	t.Setenv(wiring.Policy, wiring.PolicyFile)
	t.Setenv(wiring.Prefix, "next")
	b, err := boot.New(t.Context(), "tags")
	if err != nil || !b.Policy.Shadow() {
		t.Fatalf("got %v", err)
	}
	if err := Start(t.Context(), "tags"); err == nil || !strings.Contains(err.Error(), wiring.AgainstFile) {
		t.Errorf("without the other policy, got %v", err)
	}
	put(wiring.AgainstFile, "version: 1\n")
	s, err := shadowOf(b)
	if err != nil || !s.Policy.Shadow() || s.Against.Shadow() {
		t.Errorf("got %+v, %v", s, err)
	}
}
