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
		{"frob", `there is no command "frob"; see tagwarden --help`},
		{"aprove tw-1", `there is no command "aprove", but there is approve; see tagwarden --help`},
		{"validate my.yaml", "tagwarden validate takes no argument: name the policy with --policy my.yaml; see tagwarden validate --help"},
		{"iam my.yaml", "tagwarden iam takes no argument: name the policy with --policy my.yaml; see tagwarden iam --help"},
		{"journal tw-1 tw-2", `tagwarden journal takes the id of one entry, or none, and nothing else: leave "tw-2" out; see tagwarden journal --help`},
		{"exempt list x", `tagwarden exempt list takes no argument: leave "x" out; see tagwarden exempt list --help`},
		{"undo", "tagwarden undo needs the id of one entry, as `tagwarden journal` lists it, or --rule NAME --since 2h; see tagwarden undo --help"},
		{"undo tw-1 --all", "--rule, --since, --all and --yes are for many changes: leave them out, or the entry; see tagwarden undo --help"},
		{"undo --rule tags", "--rule needs --since: how far back the rule's changes are to be undone, such as 2h; see tagwarden undo --help"},
		{"undo --rule tags --since now", `"now" is no time: write how long ago (2h, 3d), a day (2026-11-23) or a time (2026-11-23T09:30:00Z); see tagwarden undo --help`},
		{"exempt arn:aws:s3:::x --for 3", `"3" is no length of time: write a number and s, m, h or d, such as 2h or 30d; see tagwarden exempt --help`},
		{"exempt arn:aws:s3:::x", "say how long, with --for 30d or with --until 2027-01-31; see tagwarden exempt --help"},
		{"brake maybe", `tagwarden brake takes on or off, not "maybe"; see tagwarden brake --help`},
		{"local --later soon", `invalid argument "soon" for "--later" flag: "soon" is no length of time: write a number and s, m, h or d, such as 2h or 30d; see tagwarden local --help`},
		{"breaker open", `tagwarden breaker takes nothing, or close RULE, not "open"; see tagwarden breaker --help`},
		{"breaker close", "tagwarden breaker close needs the name of one rule; see tagwarden breaker close --help"},
		{"approve tw-1 --url https://x --endpoint http://y", "--url names a deployment and --endpoint an emulator: leave one of them out; see tagwarden approve --help"},
		{"approve tw-1 --url https://x --as arn:aws:iam::111122223333:role/x", "--as belongs to --endpoint: a deployment is asked under the name that AWS knows of you; see tagwarden approve --help"},
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
