//go:build moto

package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLater holds that what waits for its grace is told and left alone, and is put right when that is over, as the clock sees it.
func TestLater(t *testing.T) {
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	text := "version: 1\nmode: fix\ntags: [{key: Owner, required: true, fill: [{value: nobody}]}]\nrules: [{name: tags, on: [tags], do: [tags], after: 72h}]\n"
	if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	event := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(event, []byte(`{"version":"0","id":"later-1","detail-type":"Tag Change on Resource","source":"aws.tag","account":"111122223333","time":"{{now}}","region":"us-east-1",
		"resources":["{{web.arn}}"],"detail":{"changed-tag-keys":["Owner"],"service":"ec2","resource-type":"instance","version":2,"tags":{}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(seed, []byte("- {type: AWS::EC2::Instance, name: web}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for later, want := range map[time.Duration]string{0: "waiting", 71 * time.Hour: "waiting", 73 * time.Hour: "fixed"} {
		o := options(t, event)
		o.Policy, o.Seed, o.Later = policy, seed, later
		got := run(t, o)
		if len(got.Results) != 1 || got.Results[0].Outcome != want || got.Summary.Lost != 0 || got.Invocations["clock"] == 0 {
			t.Fatalf("%s later: got %+v, %+v; want %s", later, got.Results, got.Invocations, want)
		}
		if want == "waiting" && !strings.Contains(got.Results[0].Message, "Waiting") {
			t.Errorf("%s later: people were told %q", later, got.Results[0].Message)
		}
	}
}
