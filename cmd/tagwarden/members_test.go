package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
)

// TestMembers lists the members of a hub, and gives the list to replay.
func TestMembers(t *testing.T) {
	d := newDeployed(t)
	got, said, code := command("", "members")
	if code != 1 || got != "" || !strings.Contains(said, "keeps its own account alone") {
		t.Errorf("of one account: code %d, %q, %q", code, got, said)
	}
	store, now := journal.NewMemory(), time.Now().UTC().Truncate(time.Second)
	d.o.Members, d.o.Roles = store, "0123456789ab"
	for _, a := range []members.Account{
		{Account: "111122223333", Name: "hub", OUs: []string{"r-ab12"}, Tags: map[string]string{}},
		{Account: "222233334444", Name: "shop", OUs: []string{"r-ab12", "ou-ab12-workloads1"}, Tags: map[string]string{"Stage": "prod"}},
		{Account: "333344445555", Name: "old", OUs: []string{"r-ab12"}, Suspended: true},
	} {
		if err := store.PutAccount(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range []members.Beat{
		{Account: "111122223333", Region: "eu-west-1", Kind: "roles", Policy: "0123456789ab", Seen: now},
		{Account: "111122223333", Region: "eu-west-1", Kind: "config", Seen: now},
		{Account: "111122223333", Region: "eu-west-1", Kind: "tags", Seen: now.Add(-10 * time.Hour)},
		{Account: "111122223333", Region: "us-east-1", Kind: "config", Seen: now},
		{Account: "222233334444", Region: "eu-west-1", Kind: "roles", Policy: "none", Seen: now},
	} {
		if err := store.PutBeat(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	got, said, code = command("", "members")
	at := now.Format(time.RFC3339)
	want := [][]string{
		{"ACCOUNT", "NAME", "BELOW", "ROLES", "REGION", "KINDS", "LAST"},
		{"111122223333", "hub", "r-ab12", "0123456789ab", "eu-west-1", "config", "tags!", at},
		{"111122223333", "hub", "r-ab12", "0123456789ab", "us-east-1", "config", at},
		{"222233334444", "shop", "r-ab12", "ou-ab12-workloads1", "none,", "not", "0123456789ab", "-", "-", "never"},
		{"333344445555", "old", "r-ab12", "closed", "-", "-", "never"},
		{"3", "accounts,", "1", "of", "them", "enrolled", "at", "policy", "0123456789ab"},
	}
	var lines [][]string
	for line := range strings.Lines(got) {
		lines = append(lines, strings.Fields(line))
	}
	if code != 0 || said != "" || len(lines) != len(want) {
		t.Fatalf("code %d, %q:\n%s", code, said, got)
	}
	for i, line := range want {
		if strings.Join(lines[i], " ") != strings.Join(line, " ") {
			t.Errorf("line %d: got %q, want %q", i, lines[i], line)
		}
	}
	file := filepath.Join(t.TempDir(), "accounts.jsonl")
	printed, _, code := command("", "members", "--format", "json")
	if err := os.WriteFile(file, []byte(printed), 0o600); err != nil || code != 0 {
		t.Fatal(err, code)
	}
	replayed(t, file)
}

// replayed holds that the printed list tells replay and explain where accounts stand.
func replayed(t *testing.T, file string) {
	t.Helper()
	policy, event := filepath.Join(t.TempDir(), "policy.yaml"), filepath.Join(t.TempDir(), "event.json")
	sample := strings.ReplaceAll(read(t, "../../testdata/events/tags_bucket.json"), "111122223333", "222233334444")
	const text = "version: 1\nmode: fix\ntags: [{key: Owner, required: true}]\nrules: [{name: prod, on: [tags], do: [tags], where: {ou: [ou-ab12-workloads1], account_tags: {Stage: [WANTED]}}}]\n"
	for _, c := range []struct{ wanted, directory, want string }{
		{"prod", file, `"fix"`}, {"dev", file, `"ignored"`}, {"dev", "", "directory does not know"},
	} {
		for path, content := range map[string]string{policy: strings.Replace(text, "WANTED", c.wanted, 1), event: sample} {
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"replay", "explain"} {
			got, said, code := command("", name, "--format", "json", "--policy", policy, "--directory", c.directory, event)
			if code != 0 || !strings.Contains(got, c.want) {
				t.Errorf("%s, %s by %q: code %d, %s%s; want %s", name, c.wanted, c.directory, code, got, said, c.want)
			}
		}
	}
	if _, said, code := command("", "replay", "--policy", policy, "--directory", policy, event); code != 2 || !strings.Contains(said, "line 1 is no account") {
		t.Errorf("a directory that is none: code %d, %s", code, said)
	}
}
