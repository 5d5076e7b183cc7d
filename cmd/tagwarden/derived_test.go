package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/events"
)

// TestOfAnOrganization holds that the commands which print what a deployment is made of print a hub and its members, too, and refuse what is no organization.
func TestOfAnOrganization(t *testing.T) {
	const file, id = "../../testdata/stack/fix.yaml", "o-exampleorgid"
	decoded := func(typed string) map[string]json.RawMessage {
		t.Helper()
		out, told, code := command("", strings.Fields(typed)...)
		if code != 0 {
			t.Fatalf("%s: exit %d, %s", typed, code, told)
		}
		rows := map[string]json.RawMessage{}
		for line := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
			var row struct {
				Kind, Role        string
				Pattern, Document json.RawMessage
			}
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			rows[row.Kind+row.Role] = append(row.Pattern, row.Document...)
		}
		return rows
	}
	alone, hub := decoded("patterns --format json --policy "+file), decoded("patterns --format json --policy "+file+" --organization "+id)
	if got, want := len(hub), len(alone)+len(events.All())+2; got != want {
		t.Errorf("a hub and its members have %d rules, want %d", got, want)
	}
	for kind, pattern := range alone {
		if string(hub[kind]) != string(pattern) || !strings.Contains(string(hub["member/"+kind]), `"kind":["`+kind+`"]`) {
			t.Errorf("%s: got %s, and in a member %s", kind, hub[kind], hub["member/"+kind])
		}
	}
	roles := decoded("iam --format json --prefix staging --policy " + file + " --organization " + id)
	for role, want := range map[string]string{
		"function/act":     `"Resource":["arn:${Partition}:iam::*:role/staging-ec2"`,
		"member/forward":   `"arn:${Partition}:events:${HubRegion}:${HubAccount}:event-bus/staging"`,
		"member/heartbeat": `"events:source":["tagwarden.staging"]`,
	} {
		if !strings.Contains(string(roles[role]), want) {
			t.Errorf("%s may %s, want %s in it", role, roles[role], want)
		}
	}
	if _, told, code := command("", "iam", "--organization", "111122223333"); code != 2 || !strings.Contains(told, "no organization's id") {
		t.Errorf("exit %d, %s; want 2 and what is wrong", code, told)
	}
}

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
