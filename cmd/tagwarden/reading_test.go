package main

import (
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/report"
)

// TestOpenOfWhatIsForLocal holds that an event which waits for the names of a seed is refused with one clear error, and that braces of anybody's own are none.
func TestOpenOfWhatIsForLocal(t *testing.T) {
	sample := read(t, "../../testdata/events/tags_bucket.json")
	for _, test := range []struct{ name, event, want string }{
		{"an ARN", read(t, "../../testdata/demo/events/volume_tags.json"), "{{data.arn}} in it stands for what `tagwarden local` makes of a seed"},
		{"an id", read(t, "../../testdata/demo/events/guardduty_instance.json"), "{{compromised}} in it stands for"},
		{"the time", read(t, "../../testdata/demo/later/securityhub-action_undo.json"), "{{now}} in it stands for"},
		{"a value of a tag", strings.Replace(sample, `"ops"`, `"{{ops}}"`, 1), ""},
		{"nothing", sample, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := open(recorded.Text{Data: []byte(test.event)})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReplayOfNoFinding holds that an event which holds no finding is answered, too.
func TestReplayOfNoFinding(t *testing.T) {
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nrules: [{name: all, on: [securityhub]}]\n"), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := judged(p, nil, recorded.Text{Data: []byte(read(t, "../../testdata/events/securityhub-action_none.json"))})
	if err != nil || len(rows) != 1 || rows[0].Verdict != policy.Ignored || rows[0].Kind != "securityhub-action" || rows[0].Reason != report.NoFinding {
		t.Errorf("got %v, %+v; want one row: ignored, %q", err, rows, report.NoFinding)
	}
}
