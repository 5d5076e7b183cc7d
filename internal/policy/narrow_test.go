package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// bases are the patterns of the kinds in these tests, and shownAt says where their events show a resource's attributes.
var (
	bases = map[string]pattern.Pattern{
		"config": pattern.MustParse(`{"source":["aws.config"]}`),
		"tags":   pattern.MustParse(`{"source":["aws.tag"]}`),
	}
	shownAt = map[string][]string{
		"account": {"account"}, "region": {"region"}, "type": {"detail", "type"}, "arn": {"detail", "arn"}, "id": {"detail", "id"},
	}
)

// event is an event of one of the kinds as these tests have it.
func event(t interface{ Fatal(...any) }, f *finding.Finding, color string) []byte {
	detail := map[string]any{"color": color, "deep": map[string]any{"n": len(color)}}
	for name, text := range map[string]string{"type": f.Resource.Type, "arn": f.Resource.ARN, "id": f.Resource.ID} {
		if text != "" {
			detail[name] = text
		}
	}
	text, err := json.Marshal(detail)
	if err != nil {
		t.Fatal(err)
	}
	f.Detail = text
	whole, err := json.Marshal(map[string]any{
		"source": map[string]string{"config": "aws.config", "tags": "aws.tag"}[f.Kind], "account": f.Resource.Account, "region": f.Resource.Region, "detail": f.Detail,
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

func TestNarrow(t *testing.T) {
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprintf("%012d", i)
	}
	accounts := `"` + strings.Join(many, `", "`) + `"`
	for _, c := range []struct{ name, kind, text, want string }{
		{
			"scope, types and where", "config", `version: 1
scope: {account: ["111122223333"], partition: [aws]}
tags:
  - {key: A, required: true, types: ["AWS::RDS::*"]}
  - {key: B, required: true, types: ["AWS::EC2::Instance"]}
rules:
  - {name: a, on: [config], do: [tags], where: {region: [{prefix: eu-}]}, match: {color: [red]}}
  - {name: b, on: [tags], do: [tags]}
`, `{"account":["111122223333"],"detail":{"type":["AWS::EC2::Instance",{"wildcard":"AWS::RDS::*"}]},"region":[{"prefix":"eu-"}],"source":["aws.config"]}`,
		},
		{
			"match", "tags", `version: 1
tags: [{key: A, required: true}]
rules:
  - {name: a, on: [tags], do: [tags], match: {color: [red], deep: {n: [{numeric: [">", 2]}]}, $or: [{x: [1]}, {y: [2]}]}}
`, `{"detail":{"color":["red"],"deep":{"n":[{"numeric":[">",2]}]}},"source":["aws.tag"]}`,
		},
		{
			"two rules want more than either", "tags", `version: 1
tags: [{key: A, required: true}]
rules:
  - {name: a, on: [tags], do: [tags], where: {region: [eu-west-1]}}
  - {name: b, on: [tags, config], do: [tags], match: {color: [red]}}
`, `{"source":["aws.tag"]}`,
		},
		{
			"another remedy wants other types", "tags", `version: 1
tags: [{key: A, required: true, types: ["AWS::EC2::Instance"]}]
rules:
  - {name: a, on: [tags], do: [tags, s3-block-public-access]}
`, `{"source":["aws.tag"]}`,
		},
		{
			"too long", "tags", `version: 1
scope: {account: [` + accounts + `], region: [eu-west-1]}
tags: [{key: A, required: true}]
rules:
  - {name: a, on: [tags], do: [tags]}
`, `{"region":["eu-west-1"],"source":["aws.tag"]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := parse(t, c.text).Narrow(c.kind, bases[c.kind], shownAt)
			if !ok || got.String() != c.want {
				t.Errorf("Narrow = %s, %v\nwant %s", got, ok, c.want)
			}
		})
	}
	if _, ok := parse(t, "version: 1\n").Narrow("config", bases["config"], shownAt); ok {
		t.Error("a policy without rules wants events of config")
	}
}

// The words that generated policies and findings are made of; few, so that they meet.
var (
	someAccounts = []string{"111122223333", "444455556666"}
	someRegions  = []string{"eu-west-1", "eu-central-1", "us-east-1"}
	someTypes    = []string{"AWS::EC2::Instance", "AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::IAM::Role"}
	someColors   = []string{"red", "green", "blue"}
)

// aLeaf draws alternatives over words.
func aLeaf(t *rapid.T, words []string) string {
	w := rapid.SampledFrom(words).Draw(t, "word")
	return rapid.SampledFrom([]string{
		fmt.Sprintf("[%q]", w), fmt.Sprintf("[{anything-but: [%q]}]", w), fmt.Sprintf("[{prefix: %q}, %q]", w[:3], w), "[{exists: true}]", "[{exists: false}]",
	}).Draw(t, "leaf")
}

// aCondition draws a condition on a resource, as fields.
func aCondition(t *rapid.T) []string {
	var parts []string
	for _, field := range []struct {
		name  string
		words []string
	}{{"account", someAccounts}, {"region", someRegions}, {"type", someTypes}} {
		if rapid.IntRange(0, 2).Draw(t, field.name) == 0 {
			parts = append(parts, field.name+": "+aLeaf(t, field.words))
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "or") == 0 {
		parts = append(parts, fmt.Sprintf("$or: [{account: %s}, {region: %s}]", aLeaf(t, someAccounts), aLeaf(t, someRegions)))
	}
	if rapid.IntRange(0, 3).Draw(t, "ou") == 0 {
		parts = append(parts, rapid.SampledFrom([]string{"ou: [" + root + "]", "ou: [" + workloads + "]", "account_tags: {Stage: [prod]}", "account_tags: {Stage: [{anything-but: [prod]}]}"}).Draw(t, "place"))
	}
	if rapid.IntRange(0, 3).Draw(t, "except") == 0 {
		parts = append(parts, "except: {"+rapid.SampledFrom([]string{"ou: [" + sandbox + "]", "account: " + aLeaf(t, someAccounts), "region: " + aLeaf(t, someRegions) + ", type: " + aLeaf(t, someTypes)}).Draw(t, "out")+"}")
	}
	return parts
}

// aPolicy draws a policy. Some are refused, for instance where a rule can never apply.
func aPolicy(t *rapid.T) string {
	text := "version: 1\nmode: fix\n"
	if parts := aCondition(t); len(parts) > 0 {
		text += "scope: {" + strings.Join(parts, ", ") + "}\n"
	}
	text += "tags:\n"
	for i := range rapid.IntRange(1, 2).Draw(t, "tag rules") {
		text += fmt.Sprintf("  - {key: K%d, required: true, fill: [{value: x}]", i)
		if rapid.Bool().Draw(t, "typed") {
			text += fmt.Sprintf(", types: [%q]", rapid.SampledFrom([]string{"AWS::RDS::*", "AWS::EC2::Instance", "AWS::IAM::Role", "AWS::*"}).Draw(t, "type"))
		}
		text += "}\n"
	}
	text += "rules:\n"
	for i := range rapid.IntRange(1, 3).Draw(t, "rules") {
		text += fmt.Sprintf("  - {name: r%d, do: [tags], on: %s", i, rapid.SampledFrom([]string{"[config]", "[tags]", "[config, tags]"}).Draw(t, "on"))
		parts := aCondition(t)
		if rapid.IntRange(0, 3).Draw(t, "trusted") == 0 {
			parts = append(parts, "tags: {K0: [x]}")
			text += ", trust_tags: true"
		}
		if len(parts) > 0 {
			text += ", where: {" + strings.Join(parts, ", ") + "}"
		}
		if rapid.Bool().Draw(t, "matched") {
			text += fmt.Sprintf(", match: {color: %s}", aLeaf(t, someColors))
		}
		text += "}\n"
	}
	if rapid.Bool().Draw(t, "exempt") {
		text += "exempt: [{resources: [\"arn:aws:*\"], reason: r, owner: o, until: 2026-12-24}]\n"
	}
	return text
}

// aFinding draws a finding.
func aFinding(t *rapid.T) finding.Finding {
	f := found(nil, of(rapid.SampledFrom(append(someTypes, "")).Draw(t, "type"), "i-1", rapid.SampledFrom([]string{"", "arn:aws:ec2:::x"}).Draw(t, "arn")))
	f.Kind = rapid.SampledFrom([]string{"config", "tags"}).Draw(t, "kind")
	f.Resource.Account = rapid.SampledFrom(someAccounts).Draw(t, "account")
	f.Resource.Region = rapid.SampledFrom(someRegions).Draw(t, "region")
	f.Place = rapid.SampledFrom([]*finding.Place{nil, {OUs: []string{root, workloads}}, {OUs: []string{root, sandbox}, Tags: map[string]string{"Stage": "prod"}}}).Draw(t, "place")
	f.Gone = rapid.IntRange(0, 5).Draw(t, "gone") == 0
	f.Resource.Tags = rapid.SampledFrom([]map[string]string{nil, {}, {"K0": "x"}, {"k0": "y"}, {"K0": "x", "K1": "x"}}).Draw(t, "tags")
	return f
}

// TestNarrowWantsAll holds that no event is left out by a rule's pattern whose finding the policy would not ignore, nor a deletion that would close something.
func TestNarrowWantsAll(t *testing.T) {
	accepted, wanted, left := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := aPolicy(t)
		p, err := policy.Parse("policy.yaml", []byte(text), catalog)
		if err != nil {
			if !strings.Contains(err.Error(), "can never apply") && !strings.Contains(err.Error(), "nothing is left") {
				t.Fatalf("%v\n%s", err, text)
			}
			return
		}
		accepted++
		f := aFinding(t)
		whole := event(t, &f, rapid.SampledFrom(someColors).Draw(t, "color"))
		got, delivered := delivers(t, p, f.Kind, whole)
		if !delivered && couldBeOpen(t, p, f) {
			t.Fatalf("the pattern %s leaves out a deletion that may end something open\npolicy:\n%s\nevent: %s", got, text, whole)
		}
		for _, d := range p.Decide(f) {
			holdsDecision(t, d, f)
			if d.Verdict == policy.Ignored {
				continue
			}
			if f.Gone {
				t.Fatalf("a deleted resource is not ignored: %+v", d)
			}
			wanted++
			if !delivered {
				t.Fatalf("the pattern %s leaves out an event that is decided so: %+v\npolicy:\n%s\nevent: %s", got, d, text, whole)
			}
		}
		if !delivered {
			left++
		}
	})
	if min(accepted, wanted, left) == 0 {
		t.Errorf("nothing was tried: %d policies, %d findings wanted, %d events left out", accepted, wanted, left)
	}
}

// delivers tells whether the rule that the policy makes of a kind selects an event.
func delivers(t *rapid.T, p *policy.Policy, kind string, event []byte) (pattern.Pattern, bool) {
	got, hears := p.Narrow(kind, bases[kind], shownAt)
	if !hears {
		return got, false
	}
	ok, err := got.Match(event)
	if err != nil {
		t.Fatal(err)
	}
	return got, ok
}

// couldBeOpen tells whether an event is a deletion and the policy would not have ignored the resource before.
func couldBeOpen(t *rapid.T, p *policy.Policy, f finding.Finding) bool {
	if !f.Gone || f.Kind != "config" {
		return false
	}
	f.Gone = false
	for _, color := range someColors {
		event(t, &f, color)
		if p.Decide(f)[0].Verdict != policy.Ignored {
			return true
		}
	}
	return false
}

// holdsDecision holds what every decision owes.
func holdsDecision(t *rapid.T, d policy.Decision, f finding.Finding) {
	switch {
	case d.Reason == "" || !strings.HasSuffix(d.Reason, "."):
		t.Fatalf("no sentence as a reason: %+v", d)
	case d.Violations == nil:
		t.Fatalf("violations are null: %+v", d)
	case d.Unread && (d.Fingerprint != "" || !d.Verdict.Violates()):
		t.Fatalf("nothing was read, and yet: %+v", d)
	case d.Verdict == policy.Compliant && f.Resource.Tags == nil:
		t.Fatalf("tags that are not known comply: %+v", d)
	}
	if !d.Unread && d.Verdict.Violates() != (len(d.Violations) > 0) {
		t.Fatalf("verdict and violations differ: %+v", d)
	}
}

// TestDecideReadAgrees holds that a judgement after a read is the one that the event would have given, had it carried the tags.
func TestDecideReadAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := policy.Parse("policy.yaml", []byte(aPolicy(t)), catalog)
		if err != nil {
			return
		}
		f := aFinding(t)
		event(t, &f, rapid.SampledFrom(someColors).Draw(t, "color"))
		tags := f.Resource.Tags
		f.Gone, f.Resource.Tags, f.Place = false, nil, rapid.SampledFrom([]*finding.Place{{OUs: []string{root}, Tags: map[string]string{}}, {OUs: []string{root, workloads}, Tags: map[string]string{"Stage": "prod"}}}).Draw(t, "known place")
		unread := p.Decide(f)[0]
		if !unread.Unread || tags == nil {
			return
		}
		f.Resource.Tags = tags
		got := p.DecideRead(policy.Known{Rule: unread.Rule, Remedy: unread.Remedy, Control: f.Control, Kind: f.Kind, Time: f.Time, Detail: f.Detail, Place: f.Place}, f.Resource, noFacts)
		if want := p.Decide(f)[0]; got.Verdict != want.Verdict || got.Rule != want.Rule || got.Fingerprint != want.Fingerprint || got.Reason != want.Reason {
			t.Fatalf("after a read %+v\nfrom the event %+v", got, want)
		}
	})
}
