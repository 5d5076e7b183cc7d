package policy_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// TestAnswers holds what decides one answer each: the verdict, the rule, and a part of the reason.
func TestAnswers(t *testing.T) {
	const (
		tags   = "version: 1\ntags: [{key: A, required: true, fill: [{value: x}]}]\nrules:\n  - "
		bucket = "AWS::S3::Bucket"
	)
	detail := func(text string) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Detail = json.RawMessage(text) }
	}
	news := func(f *finding.Finding) { f.Kind, f.Control = "config", "tags" }
	for _, test := range []struct {
		name, text string
		f          finding.Finding
		verdict    policy.Verdict
		rule       string
		reason     string
	}{
		{
			"what is surely not so needs no tags", tags + "{name: a, on: [config], do: [tags], where: {tags: {T: [x]}, $or: [{region: [us-east-1]}, {account: [\"444455556666\"]}]}, trust_tags: true}\n",
			found(nil), policy.Ignored, "", "No rule",
		},
		{
			"a rule that does not apply makes no other stronger",
			tags + "{name: a, on: [config], do: [tags], where: {tags: {T: [x]}}, trust_tags: true, mode: notify}\n  - {name: b, on: [config], do: [tags], where: {region: [us-east-1]}, mode: fix}\n",
			found(nil), policy.Notify, "a", "depends on the tags",
		},
		{"out of the scope by a field that must not be there", tags + "{name: a, on: [config], do: [tags]}\nscope: {region: [{exists: false}]}\n", found(nil), policy.Ignored, "", "outside the scope"},
		{"in the scope by one that must", tags + "{name: a, on: [config], do: [tags]}\nscope: {region: [{exists: True}]}\n", found(map[string]string{"A": "x"}), policy.Compliant, "a", "as the policy wants"},
		{"news are for a remedy that reads", "version: 1\nrules:\n  - {name: a, on: [config], do: [s3-block-public-access], mode: fix}\n", reported("config", "tags", bucket, news), policy.Fix, "a", "is read before"},
		{
			"no type, and tag rules for some types", "version: 1\ntags: [{key: A, types: [\"AWS::RDS::*\"]}]\nrules:\n  - {name: a, on: [config], do: [tags]}\n",
			found(map[string]string{}, of("", "x", "arn:aws:x:::x")), policy.Ignored, "a", "type is not known",
		},
		{
			"another type, and tag rules for some types", "version: 1\ntags: [{key: A, types: [\"AWS::RDS::*\"]}]\nrules:\n  - {name: a, on: [config], do: [tags]}\n",
			found(map[string]string{}), policy.Ignored, "a", "No tag rule is for resources of the type AWS::EC2::Instance",
		},
		{
			"a finding's own type is no threat's", "version: 1\nrules:\n  - {name: a, on: [securityhub], match: {type: [mine]}, mode: notify}\n",
			reported("securityhub", "securityhub:S3.8", bucket, detail(`{"type":"mine"}`)), policy.Notify, "a", "is reported",
		},
		{
			"a threat that Security Hub tells no severity of", services, reported("securityhub", "guardduty:Backdoor:EC2/S", "AWS::EC2::Instance", press("Do it"), fromGuardDuty, detail(`{"findings":[]}`)),
			policy.Fix, "instance", "was pressed",
		},
		{
			"a threat of which Security Hub tells nothing", services, reported("securityhub", "guardduty:Backdoor:EC2/S", "AWS::EC2::Instance", press("Do it"), fromGuardDuty, detail(`null`)),
			policy.Fix, "instance", "was pressed",
		},
		{"what is not required", "version: 1\ntags: [{key: A, required: false}]\nrules: [{name: a, on: [config], do: [tags]}]\n", found(map[string]string{}), policy.Compliant, "a", "as the policy wants"},
		{"no grace is none", tags + "{name: a, on: [config], do: [tags], after: 0s, mode: fix}\n", found(map[string]string{}), policy.Fix, "a", `A is missing; rule "a" puts it right.`},
		{"unnamed keys are forbidden", "version: 1\nunnamed: forbid\nrules: [{name: a, on: [config], do: [tags]}]\n", found(map[string]string{"x": "1"}), policy.Notify, "a", "x is forbidden"},
		{"unnamed keys are allowed", "version: 1\nunnamed: allow\ntags: [{key: A}]\nrules: [{name: a, on: [config], do: [tags]}]\n", found(map[string]string{"x": "1"}), policy.Compliant, "a", "as the policy wants"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := parseServices(t, test.text).Decide(test.f)[0]
			if d.Verdict != test.verdict || d.Rule != test.rule || !strings.Contains(d.Reason, test.reason) {
				t.Errorf("got %+v\nwant %s by rule %q, because %q", d, test.verdict, test.rule, test.reason)
			}
		})
	}
}

// TestWhatAPressMayDo holds that a trusted press needs nothing shown, but for what cannot be undone.
func TestWhatAPressMayDo(t *testing.T) {
	p := parseServices(t, services)
	for _, test := range []struct {
		control, typ, button string
		approves, outright   bool
	}{
		{"securityhub:S3.8", "AWS::S3::Bucket", "Do it", true, true},
		{"securityhub:S3.8", "AWS::S3::Bucket", "Remediate", true, false},
		{"securityhub:IAM.3", "AWS::IAM::User", "Do it", true, false},
		{"securityhub:IAM.3", "AWS::IAM::User", "Remediate", false, false},
	} {
		d := p.Decide(reported("securityhub", test.control, test.typ, press(test.button)))[0]
		if d.Approves != test.approves || d.Outright != test.outright {
			t.Errorf("%s on %s: approves %v, outright %v, want %v and %v", test.button, test.control, d.Approves, d.Outright, test.approves, test.outright)
		}
	}
}

// TestReadOfAReport holds what is said once the setting was read: nothing is unread any more, and a button is named where one was pressed.
func TestReadOfAReport(t *testing.T) {
	p := parseServices(t, services)
	f := reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket")
	for button, want := range map[string]string{
		"":          `securityhub:S3.8 is reported; rule "bucket" proposes to put it right.`,
		"Remediate": `securityhub:S3.8 is reported; the button "Remediate" was pressed (rule "bucket").`,
	} {
		d := p.DecideRead(policy.Known{Rule: "bucket", Remedy: "s3-block-public-access", Control: f.Control, Kind: f.Kind, Time: f.Time, Press: button}, f.Resource, noFacts)
		if d.Reason != want || d.Unread {
			t.Errorf("%q: got %s, unread %v, want %s", button, d.Reason, d.Unread, want)
		}
	}
	read := parse(t, readPolicy)
	d := read.DecideRead(policy.Known{Rule: "picked", Remedy: "tags", Control: "tags", Kind: "config", Time: noon, Press: "Remediate"}, found(map[string]string{"owner": "x"}).Resource, noFacts)
	if d.Verdict != policy.Fix || !strings.HasPrefix(d.Reason, `Owner is written owner; rule "picked" puts it right`) {
		t.Errorf("a key in another letter case: got %s, %s", d.Verdict, d.Reason)
	}
}

// TestReadWithoutTheEvent holds that a rule whose match needs the event, which is not at hand, only tells people.
func TestReadWithoutTheEvent(t *testing.T) {
	p := parseServices(t, `version: 1
rules:
  - {name: a, on: [securityhub], do: [s3-block-public-access], where: {tags: {T: [x]}}, trust_tags: true, mode: fix}
  - {name: b, on: [securityhub], do: [s3-block-public-access], match: {x: [1]}, mode: fix}
`)
	f := reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket")
	f.Resource.Tags = map[string]string{}
	d := p.DecideRead(policy.Known{Rule: "a", Remedy: "s3-block-public-access", Control: f.Control, Kind: f.Kind, Time: f.Time}, f.Resource, noFacts)
	if d.Verdict != policy.Notify || d.Rule != "b" || d.Reason != `Rule "b" may not be meant, for its match needs the event.` {
		t.Errorf("got %+v, want that people are told", d)
	}
}

// TestWhatEnds holds that a deletion ends what any of the rules does, each setting once.
func TestWhatEnds(t *testing.T) {
	p := parse(t, `version: 1
tags: [{key: A}]
rules:
  - {name: a, on: [tags], do: [tags]}
  - {name: b, on: [config], do: [tags], where: {region: [x]}}
  - {name: c, on: [config], do: [tags, ec2-isolate, s3-block-public-access]}
`)
	var got []string
	for _, d := range p.Decide(found(nil, func(f *finding.Finding) { f.Gone = true })) {
		got = append(got, d.Setting+" by "+d.Remedy)
	}
	if want := []string{"tags by tags", "ec2:security-groups by ec2-isolate", "s3:public-access-block by s3-block-public-access"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDecideCreator holds that who created a resource is told by the event of its creation, and by no other.
func TestDecideCreator(t *testing.T) {
	p := parseServices(t, "version: 1\nmode: fix\ntags: [{key: Owner, required: true, fill: [{from: creator}]}]\nrules: [{name: a, on: [create, config], do: [tags]}]\n")
	by := func(kind, actor string) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Kind, f.Actor = kind, actor }
	}
	for _, test := range []struct {
		kind, actor string
		want        map[string]string
	}{
		{"create", "alice", map[string]string{"Owner": "alice"}},
		{"config", "alice", map[string]string{}},
		{"create", "", map[string]string{}},
	} {
		f := found(map[string]string{}, by(test.kind, test.actor))
		f.Resource.Attributes = json.RawMessage(`{"a":"b"}`)
		d := p.Decide(f)[0]
		if !reflect.DeepEqual(d.After, test.want) || d.Attributes != nil {
			t.Errorf("%s by %q: got %v and attributes %v, want %v and none", test.kind, test.actor, d.After, d.Attributes, test.want)
		}
	}
}

// TestInAStack holds what the owner of a stack is told to write, and nothing where that is nothing.
func TestInAStack(t *testing.T) {
	p := parse(t, "version: 1\nmode: fix\ntags: [{key: A, required: true, fill: [{value: x}]}, {key: tmp, forbid: true}]\nrules: [{name: a, on: [config], do: [tags]}]\n")
	stack := func(tags map[string]string) map[string]string {
		tags["aws:cloudformation:stack-name"] = "net"
		return tags
	}
	for _, test := range []struct {
		name string
		tags map[string]string
		must []string
		not  []string
	}{
		{"one comes", stack(map[string]string{}), []string{`{Key: "A", Value: "x"}`}, []string{"without", "remove"}},
		{"one goes", stack(map[string]string{"A": "x", "tmp": "y"}), []string{"without tmp"}, []string{"Tags: ["}},
	} {
		d := p.Decide(found(test.tags))[0]
		for _, part := range test.must {
			if !strings.Contains(d.Reason, part) {
				t.Errorf("%s: %q is not in %s", test.name, part, d.Reason)
			}
		}
		for _, part := range test.not {
			if strings.Contains(d.Reason, part) {
				t.Errorf("%s: %q is in %s", test.name, part, d.Reason)
			}
		}
	}
}

// TestOneReportOfSeveralResources holds that what is done to the resources themselves is done to each of them.
func TestOneReportOfSeveralResources(t *testing.T) {
	p := parseServices(t, "version: 1\nmode: fix\ntags: [{key: A, required: true, fill: [{value: x}]}]\nrules:\n  - {name: a, on: [config], do: [tags]}\n  - {name: b, on: [securityhub], do: [s3-block-public-access]}\n")
	report := func(f *finding.Finding) { f.Report = finding.Report{Service: "x", ID: "one"} }
	for name, findings := range map[string][]finding.Finding{
		"tags":    {found(map[string]string{}, report), found(map[string]string{}, report)},
		"buckets": {reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket"), reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket")},
	} {
		for i, decisions := range p.DecideAll(findings) {
			if len(decisions) != 1 || decisions[0].Verdict != policy.Fix {
				t.Errorf("%s: got %+v for resource %d, want that it is fixed", name, decisions, i)
			}
		}
	}
}

// TestNoParameters holds that parameters without any are none.
func TestNoParameters(t *testing.T) {
	p := parseServices(t, "version: 1\nrules: [{name: a, on: [guardduty], do: [ec2-isolate], with: {ec2-isolate: {}}}]\n")
	if d := p.Decide(reported("guardduty", "guardduty:Backdoor:EC2/C", "AWS::EC2::Instance"))[0]; d.With != nil {
		t.Errorf("With = %s, want none", d.With)
	}
}

// TestLook holds what is said of each rule, in the file's order.
func TestLook(t *testing.T) {
	p := parseServices(t, `version: 1
tags: [{key: A}]
rules:
  - {name: deaf, on: [config], do: [tags]}
  - {name: other control, on: [securityhub], controls: ["securityhub:S3.9", "securityhub:EC2.*"]}
  - {name: other remedy, on: [securityhub], do: [rotate]}
  - {name: other event, on: [securityhub], do: [s3-block-public-access], match: {x: [1]}}
  - {name: other place, on: [securityhub], do: [s3-block-public-access], where: {region: [us-east-1]}}
  - {name: tags, on: [securityhub], do: [s3-block-public-access], where: {tags: {T: [x]}}, trust_tags: true}
  - {name: all, on: [securityhub], do: [s3-block-public-access]}
`)
	want := []policy.Look{
		{Rule: "deaf", Why: "it does not hear events of the kind securityhub"},
		{Rule: "other control", Why: "it is not for the control securityhub:S3.8, but for securityhub:S3.9, securityhub:EC2.*"},
		{Rule: "other remedy", Why: "none of its remedies answers the control securityhub:S3.8"},
		{Rule: "other event", Why: "the event's detail does not fit its match"},
		{Rule: "other place", Why: "the resource does not fit its where"},
		{Rule: "tags", Applies: true, Why: "that depends on tags, which the event does not carry: they have to be read"},
		{Rule: "all", Applies: true, Why: "it fits"},
	}
	if got := p.Look(reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket")); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestViews holds what the rest of the program asks a policy.
func TestViews(t *testing.T) {
	p := parseServices(t, services)
	none := parse(t, "version: 1\n")
	sets := parseServices(t, "version: 1\nrules: [{name: a, on: [guardduty], do: [ec2-isolate], with: {ec2-isolate: {snapshot: true}}}, {name: b, on: [securityhub], do: [log], with: {log: {to: x}}}]\n")
	unset := parseServices(t, "version: 1\nrules: [{name: a, on: [guardduty], do: [ec2-isolate], with: {ec2-isolate: {snapshot: false}}}]\n")
	buttons := parse(t, "version: 1\nbuttons: [{name: Undo, do: undo, trust: true}]\n")
	hub := parseServices(t, "version: 1\nrules: [{name: a, on: [securityhub]}]\n")
	named := parse(t, "version: 1\nmode: notify\nbuttons: [{name: R, do: fix}]\nrules: [{name: a, controls: [\"securityhub:S3.8\"], do: [s3-block-public-access]}]\n")
	told := parseServices(t, "version: 1\nmode: notify\nbuttons: [{name: R, do: fix}]\nrules: [{name: a, on: [securityhub]}]\n")
	threat := parseServices(t, "version: 1\nmode: fix\nrules: [{name: a, on: [guardduty], do: [ec2-isolate]}]\n")
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"the first button that fixes", p.Approver(), "Remediate"},
		{"no button", none.Approver(), ""},
		{"no button that fixes", buttons.Approver(), ""},
		{"a parameter that is set", sets.Sets("ec2-isolate", "snapshot"), true},
		{"one of another remedy", sets.Sets("log", "snapshot"), false},
		{"one that is no truth value", sets.Sets("log", "to"), false},
		{"one that is false", unset.Sets("ec2-isolate", "snapshot"), false},
		{"a rule about findings writes back", hub.WritesBack(), true},
		{"a button writes back", buttons.WritesBack(), true},
		{"nothing does not", none.WritesBack(), false},
		{"the rules' names", p.RuleNames(), []string{"bucket", "logs", "key", "severe", "instance", "other threats"}},
		{"what a rule does", modeOf(p, "logs"), "fix true"},
		{"what no rule does", modeOf(p, "none"), " false"},
		{"proposals are posted where a button approves them", named.Posts(), true},
		{"and nothing where no rule can propose", told.Posts(), false},
		{"whose code made a bucket is asked", named.ReadsTags("s3-block-public-access", "AWS::S3::Bucket"), true},
		{"and of no threat", threat.ReadsTags("ec2-isolate", "AWS::EC2::Instance"), false},
		{"a press reaches a rule that names its control", named.Remedies()[0].Verdict, policy.Propose},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, test.got, test.want)
		}
	}
}

func modeOf(p *policy.Policy, rule string) string {
	mode, ok := p.Mode(rule)
	return fmt.Sprintf("%s %v", mode, ok)
}

// TestTagTypes holds which types tag rules are for, IAM's beside others among them.
func TestTagTypes(t *testing.T) {
	of := func(text string) []string { return parse(t, "version: 1\n"+text).TagTypes() }
	if got := of("tags: [{key: A}, {key: B, types: [\"AWS::RDS::*\"]}]\n"); got != nil {
		t.Errorf("every type: got %q", got)
	}
	if got := of("unnamed: forbid\ntags: [{key: B, types: [\"AWS::RDS::*\"]}]\n"); got != nil {
		t.Errorf("every type, for the set is closed: got %q", got)
	}
	if got := of("tags: [{key: B, types: [\"AWS::RDS::*\", \"AWS::EC2::VPC\"]}, {key: C, types: [\"AWS::EC2::VPC\"]}]\n"); !reflect.DeepEqual(got, []string{"AWS::EC2::VPC", "AWS::RDS::*"}) {
		t.Errorf("named types: got %q", got)
	}
	both := " " + strings.Join(of("tags: [{key: A}, {key: B, types: [\"AWS::IAM::Role\"]}]\n"), " ") + " "
	for typ, want := range map[string]bool{"AWS::IAM::Role": true, "AWS::EC2::VPC": true, "AWS::IAM::User": false, "AWS::EC2::EIPAssociation": false} {
		if got := strings.Contains(both, " "+typ+" "); got != want {
			t.Errorf("every type and IAM roles: %s is there: %v, want %v", typ, got, want)
		}
	}
}

// TestNarrowToTheLast holds that a pattern is narrowed up to the last character that a rule may have, and the same each time.
func TestNarrowToTheLast(t *testing.T) {
	const rest = `{"account":["111122223333"],"detail":{"arn":[""]},"region":["eu-west-1"],"source":["aws.config"]}`
	for more, want := range map[int]bool{0: true, 1: false} {
		arn := strings.Repeat("x", pattern.MaxLength-len(rest)+more)
		p := parse(t, fmt.Sprintf("version: 1\nscope: {account: [\"111122223333\"], arn: [%s], partition: [aws], region: [eu-west-1]}\ntags: [{key: A}]\nrules: [{name: a, on: [config], do: [tags]}]\n", arn))
		for range 10 {
			got, _ := p.Narrow("config", bases["config"], shownAt)
			if all := got.Len() == pattern.MaxLength; all != want || !strings.Contains(got.String(), "111122223333") {
				t.Fatalf("%d more: %d characters, want all of it: %v", more, got.Len(), want)
			}
		}
	}
}

// TestHindered holds that a change of as many keys as it takes away is a change.
func TestHindered(t *testing.T) {
	p := parse(t, readPolicy)
	d := p.DecideRead(policy.Known{Rule: "all", Remedy: "tags", Control: "tags", Kind: "config", Time: noon}, found(map[string]string{"owner": "x"}).Resource, tag.Facts{})
	if len(d.Before) != 1 || len(d.After) != 1 {
		t.Errorf("got %v and %v, want one key that goes and one that comes", d.Before, d.After)
	}
}
