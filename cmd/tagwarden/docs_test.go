package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/preflight"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/threat"
)

var update = flag.Bool("update", false, "write the generated documents, and the output of their commands, anew")

// TestDocs holds that generated documents are what the lists say, and that commands in the others answer as they are shown to.
func TestDocs(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []struct {
		name string
		make func(t *testing.T, root, had string) string
	}{
		{"remedies.md", func(*testing.T, string, string) string { return remediesDocument(remedies.All) }},
		{"events.md", func(_ *testing.T, _, had string) string { return eventsDocument(had, events.All()) }},
		{"guardduty.md", func(*testing.T, string, string) string { return guardDutyDocument(threat.Types(), remedies.All) }},
		{"watch.md", watchDocument},
		{"preflight.md", func(_ *testing.T, _, had string) string { return preflightDocument(had, preflight.Checks) }},
		{"cost.md", costDocument},
		{"cli.md", played},
		{"policy.md", played},
		{"messages.md", played},
		{"adding-a-remedy.md", played},
	} {
		t.Run(document.name, func(t *testing.T) {
			path := filepath.Join(root, "docs", document.name)
			had, err := os.ReadFile(path)
			if err != nil && !*update {
				t.Fatal(err)
			}
			want := document.make(t, root, string(had))
			if *update {
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if line, got, wanted := firstDifference(string(had), want); line > 0 {
				t.Errorf("docs/%s is stale from line %d on: run make docs\ngot  %s\nwant %s", document.name, line, got, wanted)
			}
		})
	}
}

// TestPolicyExamples holds that each example of a policy is one: it is proved, and nothing in it waits for a later version.
func TestPolicyExamples(t *testing.T) {
	clock := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) // exemptions in examples end; the examples do not
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []struct {
		name  string
		least int
	}{{"docs/policy.md", 10}, {"README.md", 1}} {
		text, err := os.ReadFile(filepath.Join(root, document.name))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		t.Chdir(written(t, string(text)))
		for _, b := range blocks(string(text)) {
			name, content, _ := b.file()
			if !b.policy() {
				continue
			}
			found++
			writeExample(t, name, content) // another example may have the same name
			var problems bytes.Buffer
			p, err := readPolicy(name, &problems)
			if err != nil {
				t.Errorf("%s:%d: the example is refused: %v\n%s", document.name, b.line, err, problems.String())
				continue
			}
			for _, problem := range p.Validate(clock) {
				t.Errorf("%s:%d: the example is refused: %v", document.name, b.line, problem)
			}
		}
		if found < document.least {
			t.Errorf("%s has %d examples of policies, marked as ```yaml policy; want at least %d", document.name, found, document.least)
		}
	}
}

// A block is a fenced block of a document.
type block struct {
	info string // what stands behind the opening fence
	text string
	line int // of the opening fence, from 1
	at   int // where the text begins in the document
}

var fence = regexp.MustCompile("(?m)^```([a-z]+[^`\n]*)\n((?s:.*?))^```$")

func blocks(document string) []block {
	var list []block
	for _, m := range fence.FindAllStringSubmatchIndex(document, -1) {
		list = append(list, block{document[m[2]:m[3]], document[m[4]:m[5]], 1 + strings.Count(document[:m[0]], "\n"), m[4]})
	}
	return list
}

// policy tells whether the block is marked as a policy: ```yaml policy, or ```yaml policy NAME.
func (b block) policy() bool {
	words := strings.Fields(b.info)
	return len(words) > 1 && words[0] == "yaml" && words[1] == "policy"
}

// file is the file that a block stands for. A policy may leave out what an example is not about; a block with another second word is the file of that name.
func (b block) file() (name, content string, ok bool) {
	words := strings.Fields(b.info)
	_, _, quotes := b.golden()
	_, shows := b.source()
	switch {
	case quotes, shows:
		return "", "", false
	case b.policy():
		return cmp.Or(strings.Join(words[2:], ""), "policy.yaml"), completed(b.text), true
	case len(words) > 1:
		return words[1], b.text, true
	}
	return "", "", false
}

// written is a folder with the files of a document.
func written(t *testing.T, document string) string {
	dir := t.TempDir()
	for _, b := range blocks(document) {
		if name, content, ok := b.file(); ok {
			writeExample(t, filepath.Join(dir, name), content)
		}
	}
	return dir
}

func writeExample(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// completed adds what a whole policy has besides the example. It stands behind, so that the example's lines keep their numbers.
func completed(example string) string {
	has := func(field string) bool { return regexp.MustCompile(`(?m)^` + field + `:`).MatchString(example) }
	if !has("version") {
		example += "version: 1\n"
	}
	if !has("tags") && !has("tag_policies") {
		example += "tags: [{key: Owner, required: true}]\n"
	}
	if !has("rules") {
		example += "rules: [{name: tags, on: [config, tags], do: [tags]}]\n"
	}
	return example
}

// played is a document with the output of its commands as they answer now, and with the samples and files that it quotes. Its files lie in one folder, in which its ```console blocks
// are run in their order.
func played(t *testing.T, root, document string) string {
	t.Chdir(written(t, document))
	var out strings.Builder
	done, code := 0, 0
	for _, b := range blocks(document) {
		out.WriteString(document[done:b.at])
		done = b.at + len(b.text)
		sample, section, quotes := b.golden()
		source, shows := b.source()
		switch {
		case shows:
			out.WriteString(whole(t, filepath.Join(root, source)))
		case quotes:
			out.WriteString(quoted(t, filepath.Join(root, "internal", "notify", "testdata", sample+".golden"), section))
		case b.info == "console":
			for line := range strings.Lines(b.text) {
				if command, ok := strings.CutPrefix(line, "$ "); ok {
					var answer string
					answer, code = typed(t, strings.TrimSpace(command), code)
					out.WriteString(line + answer)
				}
			}
		default:
			out.WriteString(b.text)
		}
	}
	out.WriteString(document[done:])
	return out.String()
}

// golden is the sample of a message that a block quotes: ```text golden NAME EMAIL, or ```json golden NAME JSON.
func (b block) golden() (sample, section string, ok bool) {
	words := strings.Fields(b.info)
	if len(words) != 4 || words[1] != "golden" {
		return "", "", false
	}
	return words[2], words[3], true
}

// source is the file of this module that a block shows: ```go PATH.
func (b block) source() (path string, ok bool) {
	words := strings.Fields(b.info)
	if len(words) != 2 || words[0] != "go" {
		return "", false
	}
	return words[1], true
}

// whole is the text of a file.
func whole(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// quoted is a section of a sample: what stands behind "SECTION:" until the next one.
func quoted(t *testing.T, path, section string) string {
	t.Helper()
	_, rest, found := strings.Cut(whole(t, path), "\n"+section+":\n")
	if !found {
		t.Fatalf("%s has no section %s", path, section)
	}
	rest, _, _ = strings.Cut(rest, "\nJSON:\n")
	return strings.TrimSpace(rest) + "\n"
}

// typed is what a command prints, on both outputs, and its exit code. It knows tagwarden, "| head -N" and "echo $?".
func typed(t *testing.T, line string, last int) (string, int) {
	t.Helper()
	command, pipe, piped := strings.Cut(line, " | head -")
	words := strings.Fields(command)
	switch {
	case command == "echo $?":
		return fmt.Sprintln(last), 0
	case words[0] != "tagwarden":
		t.Fatalf("the documents' commands are tagwarden's, and this is %q", line)
	}
	answer, code := playCommand(words[1:])
	if !piped {
		return answer, code
	}
	count, err := strconv.Atoi(pipe)
	if err != nil {
		t.Fatalf("%q: head takes a number", line)
	}
	lines := strings.SplitAfter(answer, "\n")
	return strings.Join(lines[:min(count, len(lines))], ""), code
}

// playCommand runs a command as main does.
func playCommand(args []string) (string, int) {
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetIn(strings.NewReader(""))
	err := root.Execute()
	switch {
	case err == nil:
		return out.String(), exitDone
	case errors.Is(err, errWrong):
		return out.String(), exitWrong
	case errors.Is(err, errFault):
		return out.String(), exitFault
	}
	return out.String() + "tagwarden: " + oneLine(err.Error()) + "\n", exitFault
}

// firstDifference is the first line in which two texts differ, from 1; 0 if none does.
func firstDifference(a, b string) (line int, inA, inB string) {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return "(no such line)"
	}
	for i := range max(len(as), len(bs)) {
		if at(as, i) != at(bs, i) {
			return i + 1, at(as, i), at(bs, i)
		}
	}
	return 0, "", ""
}

const generated = "<!-- Written by `make docs` from %s. Change it there. -->\n\n"

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func backquoted(words []string) string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = "`" + word + "`"
	}
	return strings.Join(list, ", ")
}
