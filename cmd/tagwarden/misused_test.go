package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMisused holds that a command which is called otherwise than it is meant says in one sentence how it is.
func TestMisused(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"validate my.yaml", "tagwarden validate takes no argument: name the policy with --policy my.yaml; see tagwarden validate --help"},
		{"iam my.yaml", "tagwarden iam takes no argument: name the policy with --policy my.yaml; see tagwarden iam --help"},
		{"journal tw-1", `tagwarden journal takes no argument: leave "tw-1" out; see tagwarden journal --help`},
		{"replay", "tagwarden replay needs recorded events: files, folders, or - for standard input; see tagwarden replay --help"},
		{"match", "tagwarden match needs one file of cases, a line each, or - for standard input; see tagwarden match --help"},
		{"explain a b", `tagwarden explain takes one recorded event: a file, or - for standard input, and nothing else: leave "b" out; see tagwarden explain --help`},
		{"remedies a b", `tagwarden remedies takes the id of one remedy, or none, and nothing else: leave "b" out; see tagwarden remedies --help`},
	} {
		t.Run(test.line, func(t *testing.T) {
			if got, code := playCommand(strings.Fields(test.line)); got != "tagwarden: "+test.want+"\n" || code != exitFault {
				t.Errorf("got %d %swant %s", code, got, test.want)
			}
		})
	}
}

// TestValidateSpeaksToOne holds that what is wrong with a policy is said once: to people on standard error, or to programs on standard output.
func TestValidateSpeaksToOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(file, []byte("version: 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"table", "json"} {
		var out, told bytes.Buffer
		root := newRoot()
		root.SetArgs([]string{"validate", "--policy", file, "--format", format})
		root.SetOut(&out)
		root.SetErr(&told)
		if err := root.Execute(); !errors.Is(err, errWrong) {
			t.Errorf("%s: got %v, want that it is refused", format, err)
		}
		if people, programs := told.Len() > 0, out.Len() > 0; people != (format == "table") || programs != (format == "json") {
			t.Errorf("%s: on standard error %q, on standard output %q", format, told.String(), out.String())
		}
	}
}
