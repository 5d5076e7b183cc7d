package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRightsOfAShadow holds that a policy with shadow: true needs no role but its judges', which may take from their queue and write their log, and nothing else.
func TestRightsOfAShadow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "next.yaml")
	text := "version: 1\nshadow: true\nmode: fix\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [config, tags], do: [tags]}]\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, told, code := command("", "iam", "--policy", file, "--prefix", "next")
	if code != exitDone || strings.Count(out, "function/") != 2 || strings.Count(out, "sqs:ReceiveMessage") != 2 || strings.Count(out, "logs:PutLogEvents") != 2 {
		t.Fatalf("got %d %s%s", code, out, told)
	}
	for _, never := range []string{"dynamodb:", "sns:", "kms:", "sqs:SendMessage", "sts:", "function/act"} {
		if strings.Contains(out, never) {
			t.Errorf("%s is among the rights:\n%s", never, out)
		}
	}
}
