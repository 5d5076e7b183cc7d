package policy_test

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

const stacks = `
version: 1
mode: fix
tags:
  - {key: Owner, required: true, fill: [{value: Unassigned}]}
  - {key: "tmp-*", forbid: true}
buttons:
  - {name: Do it, do: fix, trust: true}
rules:
  - {name: tags, on: [config], do: [tags]}
  - {name: bucket, on: [securityhub, guardduty], do: [s3-block-public-access], with: {s3-block-public-access: {all: true}}}
  - {name: key, on: [securityhub], do: [rotate], iac: fix, where: {type: ["AWS::IAM::User"]}}
  - {name: key by tags, on: [securityhub], do: [rotate], iac: fix, where: {type: ["AWS::IAM::Role"], tags: {Team: [web]}}, trust_tags: true}
`

// parseStacks gives the policy of these tests; its catalog has code for buckets and none for keys.
func parseStacks(t *testing.T) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(stacks), policy.Catalog{Kinds: []string{"config", "securityhub", "guardduty"}, Remedies: []policy.CatalogRemedy{
		{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
		{
			ID: "s3-block-public-access", Setting: "s3:block", Answers: []string{"securityhub:S3.8", "guardduty:Policy:S3/*", "guardduty:Stealth:S3/*"},
			Resource: "AWS::S3::Bucket", Undo: "exact",
			With: []policy.CatalogParam{{Name: "all", Kind: "bool"}, {Name: "days", Kind: "integer", Default: "7"}},
			Code: []iac.Code{{CloudFormation: "Block: {All: {{all}}, Days: {{days}}}\nBucket: !Ref {{Resource}}"}},
		},
		{ID: "rotate", Setting: "iam:key", Answers: []string{"securityhub:IAM.3"}, Resource: "AWS::IAM::*", Undo: "exact"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestThePatchIsTheReason holds that what belongs to a stack is told with the code to change, and that nothing else waits for code.
func TestThePatchIsTheReason(t *testing.T) {
	p := parseStacks(t)
	const s3 = "AWS::S3::Bucket"
	of := func(typ string, tags map[string]string) finding.Finding {
		f := found(tags, of(typ, "r", "arn:aws:ec2:eu-west-1:111122223333:r/r"))
		f.Resource.Tags["aws:cloudformation:stack-name"], f.Resource.Tags["aws:cloudformation:logical-id"] = "net", "It"
		return f
	}
	of3 := func(kind, control string, change ...func(*finding.Finding)) finding.Finding {
		return reported(kind, control, s3, append([]func(*finding.Finding){func(f *finding.Finding) { f.Resource.Tags = of(s3, map[string]string{}).Resource.Tags }}, change...)...)
	}
	const fixes = "is read before"
	for _, c := range []struct {
		name    string
		f       finding.Finding
		verdict policy.Verdict
		reason  string // how it goes on
	}{
		{
			"tags", of("AWS::EC2::Volume", map[string]string{"tmp-a": "1"}), policy.Notify,
			`; it belongs to the CloudFormation stack net, so change its code: on the resource It, Tags: [{Key: "Owner", Value: "Unassigned"}], without tmp-a, ` +
				`in CDK Tags.of(x).add("Owner", "Unassigned"); Tags.of(x).remove("tmp-a").`,
		},
		{
			"tags that are a map", of("AWS::SSM::Parameter", map[string]string{}), policy.Notify,
			`: on the resource It, Tags: {"Owner": "Unassigned"}, in CDK Tags.of(x).add("Owner", "Unassigned").`,
		},
		{
			"tags that no template holds", of("AWS::Config::ConfigRule", map[string]string{}), policy.Notify,
			"; it belongs to the CloudFormation stack net, so change its code (iac: fix has tags do it).",
		},
		{
			"a setting, with the rule's parameters", of3("securityhub", "securityhub:S3.8"), policy.Notify,
			"; it belongs to the CloudFormation stack net, so change its code: on the resource It, Block: {All: true, Days: 7}, Bucket: !Ref It.",
		},
		{"a policy finding of GuardDuty", of3("guardduty", "guardduty:Policy:S3/X"), policy.Fix, fixes},
		{"a threat that Security Hub passes on", of3("securityhub", "guardduty:Stealth:S3/X"), policy.Fix, fixes},
		{"a press", of3("securityhub", "securityhub:S3.8", press("Do it")), policy.Fix, "was pressed"},
		{"a rule that fixes it anyway", reported("securityhub", "securityhub:IAM.3", "AWS::IAM::User", inStack), policy.Fix, fixes},
	} {
		d := p.Decide(c.f)[0]
		if d.Verdict != c.verdict || !strings.Contains(d.Reason, c.reason) {
			t.Errorf("%s: got %s: %s\nwant %s: %s", c.name, d.Verdict, d.Reason, c.verdict, c.reason)
		}
	}
}

// TestTagsAreAskedFor holds that a second judgement, which knows no tags, says that it needs them, and only where the answer depends on them.
func TestTagsAreAskedFor(t *testing.T) {
	p := parseStacks(t)
	s38 := policy.Known{Rule: "bucket", Remedy: "s3-block-public-access", Kind: "securityhub", Control: "securityhub:S3.8"}
	byTags := policy.Known{Rule: "key by tags", Remedy: "rotate", Kind: "securityhub", Control: "securityhub:IAM.3"}
	pressed := s38
	pressed.Press = "Do it"
	in := map[string]string{"aws:cloudformation:stack-name": "net"}
	for _, c := range []struct {
		name    string
		known   policy.Known
		typ     string
		tags    map[string]string
		want    bool
		verdict policy.Verdict
	}{
		{"not known", s38, "AWS::S3::Bucket", nil, true, policy.Fix},
		{"none", s38, "AWS::S3::Bucket", map[string]string{}, false, policy.Fix},
		{"a stack's", s38, "AWS::S3::Bucket", in, false, policy.Notify},
		{"of GuardDuty", policy.Known{Rule: "bucket", Remedy: "s3-block-public-access", Kind: "guardduty", Control: "guardduty:Policy:S3/X"}, "AWS::S3::Bucket", nil, false, policy.Fix},
		{"pressed", pressed, "AWS::S3::Bucket", nil, false, policy.Fix},
		{"iac: fix", policy.Known{Rule: "key", Remedy: "rotate", Kind: "securityhub", Control: "securityhub:IAM.3"}, "AWS::IAM::User", nil, false, policy.Fix},
		{"a where on tags", byTags, "AWS::IAM::Role", nil, true, policy.Fix},
		{"a where on tags that holds", byTags, "AWS::IAM::Role", map[string]string{"Team": "web"}, false, policy.Fix},
	} {
		r := found(nil, of(c.typ, "r", "arn:aws:s3:::r")).Resource
		r.Tags = c.tags
		if d := p.DecideRead(c.known, r, tag.Facts{}); d.Untagged != c.want || d.Verdict != c.verdict {
			t.Errorf("%s: got %v, %s (%s), want %v, %s", c.name, d.Untagged, d.Verdict, d.Reason, c.want, c.verdict)
		}
	}
	for _, c := range []struct {
		remedy, typ string
		want        bool
	}{
		{"s3-block-public-access", "AWS::S3::Bucket", true},
		{"rotate", "AWS::IAM::User", false},
		{"rotate", "AWS::IAM::Role", true},
		{"tags", "AWS::S3::Bucket", false},
		{"s3-block-public-access", "AWS::::Account", false},
	} {
		if got := p.ReadsTags(c.remedy, c.typ); got != c.want {
			t.Errorf("ReadsTags of %s on %s: got %v", c.remedy, c.typ, got)
		}
	}
}
