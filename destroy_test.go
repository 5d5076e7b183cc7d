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
	runs(t, "scripts/destroy")
	for _, test := range []struct {
		name, input, yes string
		open             int // how `tagwarden open` ends
		removed          bool
		says             string
	}{
		{"answered with y", "y\n", "", 0, true, "delete-table --table-name acme-journal"},
		{"answered with yes", "yes\n", "", 0, true, "make deploy PREFIX=acme STACK=Acme PREFLIGHT=off DEPLOY=--import-existing-resources"},
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

// TestDestroyOfAShadow holds that of a policy on trial, which has neither operator nor journal, nobody is asked what is open and nothing is promised to stay.
func TestDestroyOfAShadow(t *testing.T) {
	runs(t, "scripts/destroy")
	for _, test := range []struct {
		name, input, yes string
		removed          bool
		says             string
	}{
		{"answered with y", "y\n", "", true, "compared with is as it was"},
		{"answered with n", "n\n", "", false, "Nothing was removed"},
		{"nobody answers", "", "", false, "Nothing was removed"},
		{"not asked", "", "1", true, "compared with is as it was"},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			stub(t, folder, "tagwarden", `echo "asked: $*"; exit 2`)
			stub(t, folder, "npx", `echo "removed: $*"`)
			c := exec.Command("bash", "scripts/destroy", "Tagwarden-Shadow", "next", "-c", "prefix=next")
			c.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "TAGWARDEN=" + filepath.Join(folder, "tagwarden"), "YES=" + test.yes}
			c.Stdin = strings.NewReader(test.input)
			text, err := c.CombinedOutput()
			said := string(text)
			if strings.Contains(said, "asked: ") || strings.Contains(said, "next-journal") || (err == nil) != test.removed ||
				strings.Contains(said, "removed: cdk destroy Tagwarden-Shadow --force --no-notices -c prefix=next") != test.removed || !strings.Contains(said, test.says) {
				t.Errorf("got %v, %s", err, said)
			}
		})
	}
}

// TestDeployLooksFirst holds that nothing is deployed where the look at the account found what would make it fail, or could not be made.
func TestDeployLooksFirst(t *testing.T) {
	runs(t, "Makefile")
	for _, test := range []struct {
		name, preflight string
		look            int // how `tagwarden preflight` ends
		deployed        bool
		says            string
	}{
		{"nothing is wrong", "", 0, true, "looked: preflight --deploy"},
		{"it would fail", "", 1, false, "would fail: see above, or go on with PREFLIGHT=off"},
		{"it could not look", "", 2, false, "was not looked at, and nothing was deployed: see above, or go on without the look by PREFLIGHT=off"},
		{"nobody is to look", "off", 2, true, "deployed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			stub(t, folder, "tagwarden", `echo "looked: $*"; exit `+string(rune('0'+test.look)))
			stub(t, folder, "npx", `echo "deployed: $*"`)
			c := exec.Command("make", "deploy", "-o", "cli", "-o", "dist", "-o", "node_modules", "TAGWARDEN="+filepath.Join(folder, "tagwarden"), "PREFLIGHT="+test.preflight)
			c.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
			text, err := c.CombinedOutput()
			said := string(text)
			if (err == nil) != test.deployed || strings.Contains(said, "deployed: cdk deploy Tagwarden ") != test.deployed || !strings.Contains(said, test.says) {
				t.Errorf("got %v, %s", err, said)
			}
		})
	}
}

// TestExampleOrganization holds that templates of an example's hub are made only where nobody names an organization of his own, and that nothing of an earlier run is left among them.
func TestExampleOrganization(t *testing.T) {
	runs(t, "Makefile")
	shadow := filepath.Join(t.TempDir(), "next.yaml")
	if err := os.WriteFile(shadow, []byte("version: 1\nshadow: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"synth", "nag"} {
		for argument, example := range map[string]bool{"CDK=": true, "CDK=-c organization=o-abcdefghij": false, "POLICY=" + shadow: false} {
			text, err := exec.Command("make", "-n", target, argument).CombinedOutput()
			said := string(text)
			gone, made := strings.Index(said, "rm -rf cdk.out\n"), strings.Index(said, "npx cdk synth")
			if err != nil || gone < 0 || made < gone || strings.Contains(said, "o-exampleorgid") != example || strings.Contains(said, "deploy none of it") != example {
				t.Errorf("make %s %s: %v, got %s", target, argument, err, said)
			}
		}
	}
}

// TestStackOfAPrefix holds that a deployment with a prefix of its own is deployed to, compared with and removed from a stack of its own, and never the other that is there.
func TestStackOfAPrefix(t *testing.T) {
	runs(t, "Makefile")
	for _, test := range []struct{ target, arguments, want string }{
		{"bootstrap", "PREFIX=staging", "cdk bootstrap --no-notices -c policy=policy.yaml -c prefix=staging "},
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

// runs tells the cache of go test which file another program is going to run for the test: it knows only those that the test itself looks at.
func runs(t *testing.T, file string) {
	t.Helper()
	if _, err := os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
}

// stub puts a command into a folder.
func stub(t *testing.T, folder, name, does string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
