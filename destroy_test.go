package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDestroyAsksFirst holds that nothing is removed before somebody saw what is open and said so, and what is said of what stays.
func TestDestroyAsksFirst(t *testing.T) {
	for _, test := range []struct {
		name, input, yes string
		open             int // how `tagwarden open` ends
		removed          bool
		says             string
	}{
		{"answered with y", "y\n", "", 0, true, "delete-table --table-name acme-journal"},
		{"answered with yes", "yes\n", "", 0, true, "--import-existing-resources"},
		{"answered with n", "n\n", "", 0, false, "Nothing was removed"},
		{"nobody answers", "", "", 0, false, "Nothing was removed"},
		{"not asked", "", "1", 0, true, "acme-journal stays"},
		{"what goes with the key", "", "1", 0, true, "deleted in 7 days"},
		{"the deployment cannot be asked", "y\n", "", 2, false, "TAGWARDEN_URL"},
		{"the deployment cannot be asked, and that does not matter", "", "1", 2, true, "TAGWARDEN_URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			stub(t, folder, "tagwarden", `echo "asked: $*"; exit `+string(rune('0'+test.open)))
			stub(t, folder, "npx", `echo "removed: $*"`)
			c := exec.Command("bash", "scripts/destroy", "Acme", "acme", "-c", "prefix=acme")
			c.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "TAGWARDEN=" + filepath.Join(folder, "tagwarden"), "YES=" + test.yes}
			c.Stdin = strings.NewReader(test.input)
			text, err := c.CombinedOutput()
			said := string(text)
			asked, gone := strings.Index(said, "asked: open --prefix acme"), strings.Index(said, "removed: cdk destroy Acme --force --no-notices -c prefix=acme")
			if asked < 0 || (gone >= 0) != test.removed || test.removed && gone < asked || (err == nil) != test.removed || !strings.Contains(said, test.says) {
				t.Errorf("got %v, %s", err, said)
			}
		})
	}
}

// TestStackOfAPrefix holds that a deployment with a prefix of its own is deployed to, compared with and removed from a stack of its own, and never the other that is there.
func TestStackOfAPrefix(t *testing.T) {
	for _, test := range []struct{ target, arguments, want string }{
		{"destroy", "PREFIX=staging", "scripts/destroy Tagwarden-staging staging -c policy=policy.yaml -c prefix=staging -c against=policy.yaml -c stack=Tagwarden-staging"},
		{"deploy", "PREFIX=staging", "cdk deploy Tagwarden-staging "},
		{"diff", "PREFIX=staging", "--against-stack Tagwarden-staging "},
		{"deploy", "PREFIX=tagwarden", "cdk deploy Tagwarden "},
		{"deploy", "STACK=Tagwarden PREFIX=acme", "-c prefix=acme -c against=policy.yaml -c stack=Tagwarden "},
	} {
		text, err := exec.Command("make", append([]string{"-n", test.target}, strings.Fields(test.arguments)...)...).CombinedOutput()
		if err != nil || !strings.Contains(string(text), test.want) {
			t.Errorf("make %s %s: %v, got %s, want %q in it", test.target, test.arguments, err, text, test.want)
		}
	}
}

// stub puts a command into a folder.
func stub(t *testing.T, folder, name, does string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
