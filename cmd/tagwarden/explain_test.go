package main

import (
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
)

// TestExplainSaysWhatHappens holds that the sentences about findings of services are true: who is told, and what is done.
func TestExplainSaysWhatHappens(t *testing.T) {
	const telling, acting = `{name: r, on: [securityhub, guardduty]}`, `{name: r, on: [securityhub, guardduty], do: [ec2-isolate, s3-block-public-access], mode: propose}`
	const buttons = `buttons: [{name: Tagwarden fix, do: fix}, {name: Undo, do: undo, trust: true}]`
	for _, test := range []struct{ name, sample, rule, rest, button, want string }{
		{"a forged finding is told", "securityhub_forged", telling, "", "", "refused as forged: it names a control of Security Hub, and another product found it.\nNothing is changed; people are told of it, once.\n"},
		{"a press that comes to nothing is told", "securityhub-action_two", telling, "", "", "that could do something.\nNothing is changed; people are told of it, once.\n"},
		{"a press approves", "securityhub-action_two", acting, buttons, "", "If the change was shown and is still as it was shown, it is made;"},
		{"a press takes back", "securityhub-action_two", acting, buttons, "Undo", "The last change is taken back, if nobody changed the same since"},
		{"a rule without a remedy", "securityhub_control", telling, "", "", "Rule \"r\" decides; it has no remedy for it. Verdict: notify."},
		{"what stands beside", "guardduty_instance", acting, "", "", "and no rule does something to it. Nothing happens.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := policy.Parse("policy.yaml", []byte("version: 1\nrules: ["+test.rule+"]\n"+test.rest), catalog.Known())
			if err != nil {
				t.Fatal(err)
			}
			sample, err := os.ReadFile("../../testdata/events/" + test.sample + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if test.button != "" {
				sample = []byte(strings.ReplaceAll(string(sample), "Tagwarden fix", test.button))
			}
			var said strings.Builder
			if err := explain(&said, p, recorded.Text{Place: "sample", Data: sample}); err != nil || !strings.Contains(said.String(), test.want) {
				t.Errorf("got %v\n%s\nwant %q", err, said.String(), test.want)
			}
		})
	}
}
