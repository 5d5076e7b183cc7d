package policy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// policies is where the tests' policies and golden files lie.
const policies = "../../testdata/policies"

// noon is the clock of the tests' findings.
var noon = time.Date(2026, 12, 24, 12, 0, 0, 0, time.UTC)

// found is a finding of the kind config about an EC2 instance with these tags.
func found(tags map[string]string, changes ...func(*finding.Finding)) finding.Finding {
	f := finding.Finding{
		Event: "e-1", Kind: "config", Control: "tags", Time: noon,
		Resource: finding.Resource{
			Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Instance", ID: "i-0abc",
			ARN: "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc", Tags: tags,
		},
	}
	for _, change := range changes {
		change(&f)
	}
	return f
}

// of makes a finding about a resource of another type.
func of(typ, id, arn string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Resource.Type, f.Resource.ID, f.Resource.ARN = typ, id, arn }
}

// right are tags that comply with every rule of decide.yaml.
func right(more ...string) map[string]string {
	tags := map[string]string{"Owner": "team-a", "Environment": "Dev"}
	for i := 0; i+1 < len(more); i += 2 {
		tags[more[i]] = more[i+1]
	}
	return tags
}

func TestDecideGolden(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(policies, "decide.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, string(text))
	var got bytes.Buffer
	for _, c := range []struct {
		name string
		f    finding.Finding
	}{
		{"compliant", found(right())},
		{"missing, spelt otherwise, a synonym", found(map[string]string{"environment": "production"})},
		{"nothing that a fix can put right", found(map[string]string{"Owner": "team-a", "Environment": "Mars"})},
		{"one fixable, one not", found(map[string]string{"owner": "team-a", "Environment": "Mars"})},
		{"forbidden", found(right("tmp-x", "1"))},
		{"outside the scope", found(nil, func(f *finding.Finding) { f.Resource.Region = "us-gov-west-1" })},
		{"deleted", found(nil, func(f *finding.Finding) { f.Gone = true })},
		{"a kind that no rule hears", found(nil, func(f *finding.Finding) { f.Kind = "inspector" })},
		{"a control that no rule answers", found(nil, func(f *finding.Finding) { f.Kind, f.Control = "securityhub", "securityhub:S3.9" })},
		{"tags not in the event", found(nil, func(f *finding.Finding) { f.Unread = "oversized configuration item" })},
		{"exempt", found(map[string]string{}, of("AWS::S3::Bucket", "public-site", "arn:aws:s3:::public-site"))},
		{"exempt no longer", found(map[string]string{}, of("AWS::S3::Bucket", "public-site", "arn:aws:s3:::public-site"), func(f *finding.Finding) {
			f.Time = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
		})},
		{"in a stack", found(map[string]string{"environment": "production", "aws:cloudformation:stack-name": "net"})},
		{"in a stack of a rule that fixes them", found(map[string]string{"Environment": "Dev", "aws:cloudformation:stack-name": "net"}, of("AWS::SQS::Queue", "q", "arn:aws:sqs:eu-west-1:111122223333:q"))},
		{"a stack itself", found(map[string]string{}, of("AWS::CloudFormation::Stack", "arn:aws:cloudformation:eu-west-1:111122223333:stack/net/1", "arn:aws:cloudformation:eu-west-1:111122223333:stack/net/1"))},
		{"an IAM role", found(map[string]string{}, of("AWS::IAM::Role", "AROA1", "arn:aws:iam::111122223333:role/app"))},
		{"a fill from the account", found(map[string]string{}, of("AWS::DynamoDB::Table", "t", "arn:aws:dynamodb:eu-west-1:111122223333:table/t"))},
		{"where on tags that are not known", found(nil, of("AWS::SNS::Topic", "s", "arn:aws:sns:eu-west-1:111122223333:s"))},
		{"where on tags that hold", found(map[string]string{"Team": "data"}, of("AWS::SNS::Topic", "s", "arn:aws:sns:eu-west-1:111122223333:s"))},
		{"another remedy", found(nil, of("AWS::S3::Bucket", "b", "arn:aws:s3:::b"), func(f *finding.Finding) {
			f.Kind, f.Control, f.Severity = "securityhub", "securityhub:S3.8", finding.Medium
		})},
		{"another remedy, on a resource that it is not for", found(nil, func(f *finding.Finding) { f.Kind, f.Control = "securityhub", "securityhub:S3.8" })},
	} {
		text, err := json.MarshalIndent(struct {
			Name      string
			Decisions []shown
		}{c.name, show(p.Decide(c.f))}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got.Write(append(text, '\n'))
	}
	golden(t, filepath.Join(policies, "decide.golden"), got.Bytes())
}

// shown is a decision as the golden file shows it.
type shown struct {
	Verdict                       policy.Verdict
	Rule, Remedy, Setting, Reason string
	Severity                      string
	Unread                        bool              `json:",omitempty"`
	Violations                    []tag.Violation   // [] where there are none, never null
	Before, After                 map[string]string `json:",omitempty"`
	Fingerprint                   string            `json:",omitempty"`
	With                          json.RawMessage   `json:",omitempty"`
}

func show(decisions []policy.Decision) []shown {
	list := make([]shown, len(decisions))
	for i, d := range decisions {
		for j := range d.Violations {
			d.Violations[j].Detail = "" // the words are package tag's own
		}
		list[i] = shown{d.Verdict, d.Rule, d.Remedy, d.Setting, d.Reason, d.Severity.String(), d.Unread, d.Violations, d.Before, d.After, d.Fingerprint, d.With}
	}
	return list
}

// golden compares with a file, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what the test got (write it anew with -update and look at the difference):\n%s", name, got)
	}
}

// noFacts are the facts of a read that found nothing beside the tags.
var noFacts = tag.Facts{}

// readPolicy is for judgements after a read.
const readPolicy = `version: 1
mode: fix
tags:
  - {key: Owner, required: true, fill: [{from: attribute, path: configuration.owner}, {from: account}]}
rules:
  - {name: trusted, on: [config], do: [tags], where: {tags: {Team: [data]}}, trust_tags: true, mode: propose}
  - {name: picked, on: [config], do: [tags], match: {color: [red]}}
  - {name: all, on: [config], do: [tags], mode: observe}
`

func TestDecideRead(t *testing.T) {
	p := parse(t, readPolicy)
	account, none := map[string]string{"Owner": "team-a"}, map[string]string{}
	for _, c := range []struct {
		name  string
		known policy.Known
		tags  map[string]string
		facts tag.Facts
		want  shown
	}{
		{
			"the rule applies by the tags",
			policy.Known{Rule: "trusted", Remedy: "tags"},
			map[string]string{"Team": "data"},
			tag.Facts{Account: account, Attributes: none},
			shown{Verdict: policy.Propose, Rule: "trusted", Reason: `Owner is missing; rule "trusted" proposes to put it right; rule "all" applies too and was passed over.`, After: account},
		},
		{
			"it does not, and the next needs the event",
			policy.Known{Rule: "trusted", Remedy: "tags"},
			map[string]string{},
			tag.Facts{Account: account, Attributes: none},
			shown{Verdict: policy.Notify, Rule: "picked", Reason: `Owner is missing; rule "picked" may not be meant, for its match needs the event; otherwise rule "all" does.`, After: account},
		},
		{
			"the next by the event",
			policy.Known{Rule: "trusted", Remedy: "tags", Detail: json.RawMessage(`{"color":"red"}`)},
			map[string]string{},
			tag.Facts{Account: account, Attributes: none},
			shown{Verdict: policy.Fix, Rule: "picked", Reason: `Owner is missing; rule "picked" puts it right; rule "all" applies too and was passed over.`, After: account},
		},
		{
			"the rule that matched before",
			policy.Known{Rule: "picked", Remedy: "tags"},
			map[string]string{},
			tag.Facts{Account: account, Attributes: none},
			shown{Verdict: policy.Fix, Rule: "picked", Reason: `Owner is missing; rule "picked" puts it right; rule "all" applies too and was passed over.`, After: account},
		},
		{
			"what a fill needs cannot be learnt",
			policy.Known{Rule: "picked", Remedy: "tags"},
			map[string]string{},
			tag.Facts{Attributes: none},
			shown{Verdict: policy.Notify, Rule: "picked", Reason: `Owner is missing; Owner is filled from the account, which could not be learnt; a person must see to it; rule "all" applies too and was passed over.`},
		},
		{
			"complies by now",
			policy.Known{Rule: "all", Remedy: "tags"},
			map[string]string{"Owner": "x"},
			noFacts,
			shown{Verdict: policy.Compliant, Rule: "all", Reason: `The tags are as the policy wants them (rule "all").`},
		},
		{
			"a rule that is no more",
			policy.Known{Rule: "old", Remedy: "tags"},
			map[string]string{},
			noFacts,
			shown{Verdict: policy.Ignored, Reason: `The policy has no rule "old" any more.`},
		},
		{
			"a remedy that it does not do",
			policy.Known{Rule: "all", Remedy: "rotate"},
			map[string]string{},
			noFacts,
			shown{Verdict: policy.Ignored, Reason: `Rule "all" applies to it, and does not do rotate.`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.known.Kind, c.known.Control, c.known.Time = "config", "tags", noon
			d := p.DecideRead(c.known, found(c.tags).Resource, c.facts)
			got := shown{Verdict: d.Verdict, Rule: d.Rule, Reason: d.Reason, After: d.After}
			if len(got.After) == 0 {
				got.After = nil
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestDecideAttribute holds that a fill finds its value in the event.
func TestDecideAttribute(t *testing.T) {
	p := parse(t, readPolicy)
	f := found(map[string]string{})
	f.Detail = json.RawMessage(`{"color":"red"}`)
	f.Resource.Attributes = json.RawMessage(`{"configuration":{"owner":"team-b"}}`)
	d := p.Decide(f)[0]
	if want := map[string]string{"Owner": "team-b"}; !reflect.DeepEqual(d.After, want) {
		t.Errorf("After = %v, want %v", d.After, want)
	}
	if want := map[string]string{"configuration.owner": "team-b"}; !reflect.DeepEqual(d.Attributes, want) {
		t.Errorf("Attributes = %v, want %v", d.Attributes, want)
	}
}

// TestDecideUnread holds that what the event shows is kept for the judgement after a read.
func TestDecideUnread(t *testing.T) {
	f := found(nil)
	f.Resource.Attributes = json.RawMessage(`{"configuration":{"owner":"team-b"}}`)
	d := parse(t, readPolicy).Decide(f)[0]
	if want := map[string]string{"configuration.owner": "team-b"}; !d.Unread || !reflect.DeepEqual(d.Attributes, want) {
		t.Errorf("Decide = %+v, want it unread, with the attributes %v", d, want)
	}
}

// TestFingerprint holds that the same violations have one fingerprint, and others another.
func TestFingerprint(t *testing.T) {
	p := parse(t, readPolicy)
	f := found(map[string]string{"Name": "a"})
	first := p.Decide(f)[0].Fingerprint
	f.Resource.Tags = map[string]string{"Name": "b", "Other": "c"}
	if got := p.Decide(f)[0].Fingerprint; got != first || first == "" {
		t.Errorf("the same violations have the fingerprints %q and %q", first, got)
	}
	f.Resource.Tags = map[string]string{"owner": "a"}
	if got := p.Decide(f)[0].Fingerprint; got == first || got == "" {
		t.Errorf("other violations have the fingerprint %q, too", got)
	}
}

func BenchmarkDecideCompliant(b *testing.B) {
	text, err := os.ReadFile(filepath.Join(policies, "decide.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	whole := parse(b, string(text))
	plain := parse(b, "version: 1\nmode: fix\ntags:\n- {key: Owner, required: true}\n- {key: Environment, values: [Dev, Prod]}\nrules:\n- {name: tags, on: [config, tags], do: [tags]}\n")
	f := found(right())
	f.Detail = json.RawMessage(`{"a":1}`)
	for name, p := range map[string]*policy.Policy{"where and scope": whole, "one rule": plain} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d := p.Decide(f); d[0].Verdict != policy.Compliant {
					b.Fatal(d)
				}
			}
		})
	}
}
