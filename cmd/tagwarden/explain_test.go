package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestExplainSaysWhatHappens holds that the sentences about findings of services are true: who is told, and what is done.
func TestExplainSaysWhatHappens(t *testing.T) {
	const telling, acting = `{name: r, on: [securityhub, guardduty]}`, `{name: r, on: [securityhub, guardduty], do: [ec2-isolate, s3-block-public-access], mode: propose}`
	const buttons = `buttons: [{name: Remediate, do: fix}, {name: Undo, do: undo, trust: true}]`
	const exempts = `buttons: [{name: Exempt, do: exempt, for: 30d, trust: true}]`
	const elsewhere = `scope: {account: ["444455556666"]}`
	const somewhere = `{name: r, on: [guardduty], do: [ec2-isolate], mode: %s, where: {type: ["AWS::EC2::Instance"], %s}}`
	fixing, proposing := fmt.Sprintf(somewhere, "fix", "ou: [ou-ab12-workloads]"), fmt.Sprintf(somewhere, "propose", "ou: [ou-ab12-workloads]")
	const byTags = `{name: r, on: [config-rule], do: [iam-password-policy], mode: fix, trust_tags: true, where: {tags: {Env: [Prod]}}}`
	for _, test := range []struct{ name, sample, rule, rest, button, want string }{
		{"a fix in a place that is not known", "guardduty_instance", fixing, "", "", "\nIf the rule applies, which depends on the account's place in the organization, the resource is read again, the change is recorded, made,"},
		{"a proposal in a place that is not known", "guardduty_instance", proposing, "", "", "\nIf the rule applies, which depends on the account's place in the organization, the resource is read, and people"},
		{"a scope that is not known", "guardduty_instance", strings.Replace(fixing, ", ou: [ou-ab12-workloads]", "", 1), "scope: {ou: [ou-ab12-workloads]}", "", "\nIf the rule applies, which depends on the account's place"},
		{"a fix that depends on tags", "config-rule_account_first_evaluation", byTags, "", "", "\nIf the rule applies, which depends on the tags, the resource is read again,"},
		{"a fix", "guardduty_instance", strings.Replace(fixing, ", ou: [ou-ab12-workloads]", "", 1), "", "", "\nThe resource is read again, the change is recorded, made, verified, and people are told.\n"},
		{"a forged finding is told", "securityhub_forged", telling, "", "", "refused as forged: it names a control of Security Hub, and another product found it.\nNothing is changed; people are told of it, once.\n"},
		{"a press that comes to nothing is told", "securityhub-action_two", telling, buttons, "Remediate", "it has no remedy for securityhub:EC2.2.\nNothing is changed; people are told of it, once.\n"},
		{"a press approves", "securityhub-action_two", acting, buttons, "Remediate", "If the change was shown and is still as it was shown, it is made;"},
		{"a press takes back", "securityhub-action_two", acting, buttons, "Undo", "The last change is taken back, if nobody changed the same since"},
		{"a press exempts", "securityhub-action_two", telling, exempts, "Exempt", "exempts it from rule \"r\" until"},
		{"and changes nothing", "securityhub-action_two", telling, exempts, "Exempt", "\nThe resource is exempt from the rule until then, and people are told; nothing is changed.\n"},
		{"a rule without a remedy", "securityhub_control", telling, "", "", "Rule \"r\" decides; it has no remedy for it. Verdict: notify."},
		{"what stands beside", "guardduty_instance", acting, "", "", "and no rule does something to it. Nothing happens.\n"},
		{"of no kind", "none_create_grant", telling, "", "", "No kind of event that Tagwarden hears has a pattern that selects it"},
		{"of a kind that is not deployed", "inspector_instance_reachable", telling, "", "", "No rule of EventBridge selects it: the policy wants no event of the kind inspector,"},
		{"narrowed away", "securityhub_control", telling, elsewhere, "", "No rule of EventBridge selects it: the policy narrows the pattern of the kind securityhub ("},
		{"then nothing happens", "securityhub_control", telling, elsewhere, "", "Nothing happens: no function is started.\n"},
		{"of another deployment's button", "securityhub-action_two", acting, buttons, "", "No rule of EventBridge selects it: it is a custom action that is no button"},
		{"without a finding", "securityhub-action_none", telling, buttons, "Remediate", "The kind securityhub-action selects it.\nVerdict: ignored. The event holds no finding.\n"},
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
				sample = []byte(strings.NewReplacer("Tagwarden fix", test.button, "tagwardenfix", "tagwarden"+test.button).Replace(string(sample)))
			}
			var said strings.Builder
			if err := (explainer{p, nil, rights.Names{Prefix: "tagwarden"}, &said}).say(recorded.Text{Place: "sample", Data: sample}); err != nil || !strings.Contains(said.String(), test.want) {
				t.Errorf("got %v\n%s\nwant %q", err, said.String(), test.want)
			}
		})
	}
}
