package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestExemptions holds what of the policy's exemptions is told to others, and that they are known by what they say.
func TestExemptions(t *testing.T) {
	const text = `version: 1
tags: [{key: A}]
rules: [{name: r, on: [config], do: [tags]}]
exempt:
  - {resources: ["arn:aws:s3:::a", "*b"], rules: [r], reason: why, owner: web, until: 2026-01-31}
  - {resources: ["*"], reason: why, owner: web}
  - {resources: ["*"], reason: why, owner: web, until: 2027-01-31}
`
	got := parse(t, text).Exemptions()
	if len(got) != 2 || !slices.Equal(got[0].Resources, []string{"arn:aws:s3:::a", "*b"}) || !slices.Equal(got[0].Rules, []string{"r"}) || got[0].Reason != "why" || got[0].Owner != "web" ||
		!got[0].Until.Equal(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)) || got[1].Rules != nil {
		t.Fatalf("Exemptions = %+v, want the first and the third", got)
	}
	ids := []string{got[0].ID(), got[1].ID()}
	for _, change := range [][2]string{{"arn:aws:s3:::a", "arn:aws:s3:::c"}, {"rules: [r], ", ""}, {"reason: why", "reason: else"}, {"owner: web", "owner: else"}, {"2026-01-31", "2026-02-01"}} {
		ids = append(ids, parse(t, strings.Replace(text, change[0], change[1], 1)).Exemptions()[0].ID())
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != 7 {
		t.Errorf("exemptions that differ are named %v, want each another name", ids)
	}
	moved := strings.Replace(strings.Replace(text, "exempt:\n", "# words\nexempt:\n", 1), "owner: web", `owner: "web"`, 1)
	if again := parse(t, moved).Exemptions()[0].ID(); again != got[0].ID() {
		t.Errorf("the same exemption is named %s and %s", got[0].ID(), again)
	}
}

const exempting = `version: 1
mode: notify
buttons:
  - {name: Exempt 30 days, do: exempt, for: 30d, trust: true}
rules:
  - {name: two, on: [securityhub], where: {account: ["111122223333"]}, controls: ["securityhub:S3.8", "securityhub:S3.9"], do: [log, s3-block-public-access], with: {log: {to: x}}}
  - {name: by tags, on: [securityhub], controls: ["securityhub:IAM.3"], trust_tags: true, where: {tags: {Team: [data]}}, do: [rotate], mode: propose}
  - {name: observed, on: [securityhub, guardduty], mode: observe}
exempt:
  - {resources: ["arn:aws:s3:::exempt"], reason: known, owner: web, until: 2026-12-31}
`

// TestAButtonExempts holds that a press takes the resource out of the rule which answers the finding, once, whatever the rule does, and that it says why where it cannot.
func TestAButtonExempts(t *testing.T) {
	p := parseServices(t, exempting)
	const bucket = "AWS::S3::Bucket"
	pressed := press("Exempt 30 days")
	tagged := func(f *finding.Finding) { f.Resource.Tags = map[string]string{"Team": "data"} }
	for _, c := range []struct {
		name    string
		f       finding.Finding
		verdict policy.Verdict
		rule    string
		remedy  string
		exempts time.Duration
		reason  string // a part of it
	}{
		{"of two remedies the one that answers it", reported("securityhub", "securityhub:S3.8", bucket, pressed), policy.Fix, "two", "s3-block-public-access", 720 * time.Hour, `The button "Exempt 30 days" exempts it from rule "two" until 2027-01-23 12:00 UTC.`},
		{"what none of its remedies is for", reported("securityhub", "securityhub:S3.8", "AWS::::Account", pressed), policy.Fix, "two", "", 720 * time.Hour, "exempts it"},
		{"what is only recorded", reported("securityhub", "guardduty:New:Thing/X", bucket, pressed, fromGuardDuty), policy.Fix, "observed", "", 720 * time.Hour, "exempts it"},
		{"in a stack", reported("securityhub", "securityhub:S3.8", bucket, pressed, inStack), policy.Fix, "two", "s3-block-public-access", 720 * time.Hour, "exempts it"},
		{"tags that are known", reported("securityhub", "securityhub:IAM.3", "AWS::IAM::User", pressed, tagged), policy.Fix, "by tags", "rotate", 720 * time.Hour, "exempts it"},
		{"tags that are not known", reported("securityhub", "securityhub:IAM.3", "AWS::IAM::User", pressed), policy.Ignored, "", "", 0, "depends on tags that the finding does not carry"},
		{"what is exempt", reported("securityhub", "securityhub:S3.8", bucket, pressed, of(bucket, "exempt", "arn:aws:s3:::exempt")), policy.Exempt, "two", "s3-block-public-access", 0, "until 2026-12-31"},
		{"what has no ARN", reported("securityhub", "securityhub:S3.8", bucket, pressed, of(bucket, "b", "")), policy.Ignored, "", "", 0, "does not tell the resource's ARN"},
		{"what is right", reported("securityhub", "securityhub:S3.8", bucket, pressed, func(f *finding.Finding) { f.Right = true }), policy.Compliant, "", "s3-block-public-access", 0, "nothing wrong"},
	} {
		d := p.Decide(c.f)[0]
		if d.Verdict != c.verdict || d.Rule != c.rule || d.Remedy != c.remedy || d.Exempts != c.exempts || !strings.Contains(d.Reason, c.reason) {
			t.Errorf("%s: got %+v\nwant %s by %q with %q for %v, because ...%s...", c.name, d, c.verdict, c.rule, c.remedy, c.exempts, c.reason)
		}
		if d.Exempts > 0 && (d.Unread || d.Undoes || d.Approves || !d.Urgent || len(p.Decide(c.f)) != 1) {
			t.Errorf("%s: got %+v, want one answer that is nothing but an exemption", c.name, p.Decide(c.f))
		}
	}
	telling := "version: 1\nbuttons: [{name: Press, do: exempt, for: 1h, trust: true}]\nrules: [{name: r, on: [securityhub]}]\n"
	if got := parseServices(t, telling).Warnings(noon); len(got) != 0 {
		t.Errorf("warnings %v, want none: people need not be told any more", got)
	}
	if got := parseServices(t, strings.Replace(telling, "do: exempt, for: 1h", "do: undo", 1)).Warnings(noon); len(got) != 1 {
		t.Errorf("warnings %v, want one: there is nothing that could be undone", got)
	}
	if b := p.Buttons()[0]; b.For != 720*time.Hour {
		t.Errorf("the button exempts for %v, want 30 days", b.For)
	}
	if got := p.Warnings(noon); len(got) != 1 || !strings.Contains(got[0].Problem, "nobody may approve") {
		t.Errorf("warnings %v, want that nobody may approve alone: the buttons come to something", got)
	}
	if uses := p.Remedies(); uses[0].Verdict != policy.Notify || p.Approver() != "" {
		t.Errorf("Remedies = %v, Approver = %q: a button that exempts gives no rights, and approves nothing", uses, p.Approver())
	}
}

// TestAButtonExemptsEachResource holds that of a finding about several resources each is taken out, also where one answer would do for all of them.
func TestAButtonExemptsEachResource(t *testing.T) {
	c := catalog
	c.Kinds = []string{"guardduty", "securityhub"}
	c.Remedies = append([]policy.CatalogRemedy{{ID: "archive", Setting: "archived", Answers: []string{"guardduty:*"}, Resource: "*", Undo: "exact", Per: "finding"}}, c.Remedies...)
	p, err := policy.Parse("policy.yaml", []byte(`version: 1
buttons: [{name: Exempt, do: exempt, for: 1h, trust: true}]
rules: [{name: archive, on: [securityhub], do: [archive], mode: fix}]
`), c)
	if err != nil {
		t.Fatal(err)
	}
	first := reported("securityhub", "guardduty:Recon:S3/X", "AWS::IAM::User", press("Exempt"), fromGuardDuty)
	second := reported("securityhub", "guardduty:Recon:S3/X", "AWS::S3::Bucket", press("Exempt"), fromGuardDuty, func(f *finding.Finding) { f.Beside = true })
	for i, decisions := range p.DecideAll([]finding.Finding{first, second}) {
		if len(decisions) != 1 || decisions[0].Exempts != time.Hour {
			t.Errorf("resource %d: got %+v, want it exempt for an hour", i, decisions)
		}
	}
}
