package policy_test

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// services is a policy over findings of services, its buttons among them.
const services = `version: 1
mode: notify
administrators: ["999988887777"]
buttons:
  - {name: Remediate, do: fix}
  - {name: Do it, do: fix, trust: true}
  - {name: Undo, do: undo, trust: true}
rules:
  - {name: bucket, on: [securityhub, config-rule, guardduty], controls: ["securityhub:S3.8", "config:s3-bucket-*"], where: {account: [{anything-but: ["444455556666"]}]}, do: [s3-block-public-access], mode: propose}
  - {name: logs, on: [securityhub], do: [log], mode: fix, with: {log: {to: somewhere}}}
  - {name: key, on: [securityhub], do: [rotate], mode: propose}
  - {name: severe, on: [guardduty], match: {type: ["Backdoor:EC2/S"], severity: [{numeric: [">=", 7]}]}, do: [ec2-isolate], mode: fix}
  - {name: instance, on: [guardduty], match: {type: [{prefix: "Backdoor:EC2/"}]}, do: [ec2-isolate], mode: fix}
  - {name: other threats, on: [guardduty]}
`

// parseServices gives a policy that must be right and may hear every kind.
func parseServices(t *testing.T, text string) *policy.Policy {
	t.Helper()
	c := catalog
	c.Kinds = []string{"config", "tags", "guardduty", "securityhub", "config-rule", "inspector", "create"}
	p, err := policy.Parse("policy.yaml", []byte(text), c)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	if unbuilt := p.Unbuilt(); len(unbuilt) > 0 {
		t.Fatalf("unbuilt: %v", unbuilt)
	}
	return p
}

// reported is a finding of a service about a resource.
func reported(kind, control, typ string, change ...func(*finding.Finding)) finding.Finding {
	f := found(nil, of(typ, "r", "arn:aws:s3:::r"))
	f.Kind, f.Control, f.From, f.Severity = kind, control, f.Resource.Account, finding.High
	f.Report = finding.Report{Service: kind, ID: "f-1", Title: "A title"}
	f.Detail = []byte(`{"type":"` + strings.TrimPrefix(control, "guardduty:") + `"}`)
	for _, c := range change {
		c(&f)
	}
	return f
}

// fromGuardDuty makes a finding one that Security Hub has of GuardDuty.
func fromGuardDuty(f *finding.Finding) {
	f.Report.Service = "guardduty"
	f.Detail = []byte(`{"findings":[{"Severity":{"Product":5.5}}]}`)
}

func press(name string) func(*finding.Finding) {
	return func(f *finding.Finding) {
		f.Press = finding.Press{Name: name, ARN: "arn:aws:securityhub:eu-west-1:111122223333:action/custom/x"}
	}
}

// inStack has CloudFormation own the resource of a finding.
func inStack(f *finding.Finding) {
	f.Resource.Tags = map[string]string{"aws:cloudformation:stack-name": "net"}
}

func TestFindingsOfServices(t *testing.T) {
	p := parseServices(t, services)
	const s3, ec2 = "AWS::S3::Bucket", "AWS::EC2::Instance"
	for _, c := range []struct {
		name    string
		f       finding.Finding
		verdict policy.Verdict
		rule    string
		remedy  string
		setting string
		reason  string // a part of it
		more    func(policy.Decision) bool
	}{
		{"a proposal is read first", reported("securityhub", "securityhub:S3.8", s3), policy.Propose, "bucket", "s3-block-public-access", "s3:public-access-block", "is read before", func(d policy.Decision) bool { return d.Unread && !d.Urgent && d.Once == "" && d.Mark() != "" }},
		{"a glob of controls", reported("config-rule", "config:s3-bucket-level-public-access-prohibited", s3), policy.Propose, "bucket", "s3-block-public-access", "s3:public-access-block", "", nil},
		{"a glob that no remedy of the rule answers", reported("config-rule", "config:s3-bucket-unknown", s3), policy.Notify, "bucket", "", "config:s3-bucket-unknown", "does not answer", func(d policy.Decision) bool { return !d.Unread }},
		{"a resource that the rule's remedy is not for", reported("securityhub", "securityhub:S3.8", "AWS::::Account"), policy.Notify, "bucket", "", "securityhub:S3.8", "is for resources of the type AWS::S3::Bucket", nil},
		{"a rule without controls is for what its remedies answer", reported("securityhub", "securityhub:S3.9", s3), policy.Fix, "logs", "log", "s3:logging", "", nil},
		{"nobody answers it", reported("securityhub", "securityhub:EC2.8", ec2), policy.Ignored, "", "", "", "No rule", nil},
		{"a threat to a known family", reported("guardduty", "guardduty:Backdoor:EC2/C", ec2), policy.Fix, "instance", "ec2-isolate", "ec2:security-groups", "", func(d policy.Decision) bool { return d.Urgent && d.Unread }},
		{"any other threat is told", reported("guardduty", "guardduty:New:Thing/X", ""), policy.Notify, "other threats", "", "guardduty:New:Thing/X", "A title", func(d policy.Decision) bool { return !d.Unread && d.Urgent && d.Mark() != "" }},
		{"a threat to what the remedy is not for is told", reported("guardduty", "guardduty:Backdoor:EC2/C", s3), policy.Notify, "instance", "", "guardduty:Backdoor:EC2/C", "ec2-isolate is for resources of the type AWS::EC2::Instance", func(d policy.Decision) bool { return !d.Unread && d.Mark() != "" }},
		{"an account in place of its buckets is told", reported("securityhub", "securityhub:S3.8", "AWS::::Account"), policy.Notify, "bucket", "", "securityhub:S3.8", "and this is one of AWS::::Account", nil},
		{"what was told ends", reported("securityhub", "securityhub:S3.8", "AWS::::Account", func(f *finding.Finding) { f.Right = true }), policy.Compliant, "", "", "securityhub:S3.8", "nothing wrong", nil},
		{"a key has a claim of its own", reported("securityhub", "securityhub:IAM.3", "AWS::IAM::User", func(f *finding.Finding) { f.Subject = finding.Subject{"key": "AKIA1"} }), policy.Propose, "key", "rotate", "iam:key AKIA1", "", nil},
		{"moot", reported("securityhub", "securityhub:S3.8", s3, func(f *finding.Finding) { f.Moot = "it is archived" }), policy.Ignored, "", "", "", "it is archived", nil},
		{"right", reported("securityhub", "securityhub:S3.8", s3, func(f *finding.Finding) { f.Right = true }), policy.Compliant, "", "s3-block-public-access", "s3:public-access-block", "nothing wrong", nil},
		{"right, of a resource that no rule is for", reported("securityhub", "securityhub:S3.8", s3, func(f *finding.Finding) { f.Right, f.Resource.Account, f.From = true, "444455556666", "" }), policy.Ignored, "", "", "", "nothing wrong", nil},
		{"forged by itself", reported("securityhub", "securityhub:S3.8", s3, func(f *finding.Finding) { f.Forged = "its product is nobody's" }), policy.Ignored, "", "", "forged report", "refused as forged: its product is nobody's.", func(d policy.Decision) bool { return d.Forged }},
		{"forged from another account", reported("securityhub", "securityhub:S3.8", s3, func(f *finding.Finding) { f.From = "444455556666" }), policy.Ignored, "", "", "forged report", "444455556666", func(d policy.Decision) bool { return d.Forged }},
		{"from the administrator", reported("securityhub", "securityhub:S3.8", s3, func(f *finding.Finding) { f.From = "999988887777" }), policy.Propose, "bucket", "s3-block-public-access", "s3:public-access-block", "", func(d policy.Decision) bool { return !d.Forged }},
		{"in a stack", reported("securityhub", "securityhub:S3.8", s3, inStack), policy.Notify, "bucket", "s3-block-public-access", "s3:public-access-block", "stack net", func(d policy.Decision) bool { return !d.Unread }},
		{"a threat in a stack", reported("guardduty", "guardduty:Backdoor:EC2/C", ec2, inStack), policy.Fix, "instance", "ec2-isolate", "ec2:security-groups", "is read before", nil},
		{"a press on what is in a stack", reported("securityhub", "securityhub:S3.8", s3, inStack, press("Do it")), policy.Fix, "bucket", "s3-block-public-access", "s3:public-access-block", "was pressed", nil},
		{"a press that may only approve", reported("securityhub", "securityhub:S3.8", s3, press("Remediate")), policy.Propose, "bucket", "s3-block-public-access", "s3:public-access-block", "was pressed", func(d policy.Decision) bool { return d.Approves && !d.Undoes && d.Urgent }},
		{"a trusted press", reported("securityhub", "securityhub:S3.8", s3, press("Do it")), policy.Fix, "bucket", "s3-block-public-access", "s3:public-access-block", "was pressed", func(d policy.Decision) bool { return d.Approves }},
		{"an undo", reported("securityhub", "securityhub:S3.8", s3, press("Undo")), policy.Fix, "bucket", "s3-block-public-access", "s3:public-access-block", "takes the last change back", func(d policy.Decision) bool { return d.Undoes }},
		{"what cannot be undone is not approved by anybody", reported("securityhub", "securityhub:IAM.3", "AWS::IAM::User", press("Remediate")), policy.Propose, "key", "rotate", "iam:key securityhub:IAM.3", "cannot be undone", func(d policy.Decision) bool { return !d.Approves }},
		{
			"a press on a threat goes to the rules about threats", reported("securityhub", "guardduty:Backdoor:EC2/C", ec2, press("Undo"), fromGuardDuty),
			policy.Fix, "instance", "ec2-isolate", "ec2:security-groups", "takes the last change back", func(d policy.Decision) bool { return d.Undoes },
		},
		{"a threat that Security Hub passes on does not, by itself", reported("securityhub", "guardduty:Backdoor:EC2/C", ec2, fromGuardDuty), policy.Ignored, "", "", "", "No rule", nil},
		{
			"a press on a threat that is severe, as Security Hub has it", reported("securityhub", "guardduty:Backdoor:EC2/S", ec2, press("Do it"), fromGuardDuty, func(f *finding.Finding) {
				f.Detail = []byte(`{"findings":[{"Severity":{"Product":8,"Label":"HIGH"}}]}`)
			}),
			policy.Fix, "severe", "ec2-isolate", "ec2:security-groups", "was pressed", nil,
		},
		{
			"a press on a threat that is not severe enough for one of them", reported("securityhub", "guardduty:Backdoor:EC2/S", ec2, press("Do it"), fromGuardDuty),
			policy.Fix, "instance", "ec2-isolate", "ec2:security-groups", "was pressed", nil,
		},
		{"a button that is not ours", reported("securityhub", "securityhub:S3.8", s3, press("Delete all")), policy.Ignored, "", "", "", "no button", nil},
		{"a press on what nobody answers", reported("securityhub", "securityhub:EC2.8", ec2, press("Do it")), policy.Ignored, "", "", "", "No rule", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := p.Decide(c.f)
			if len(list) != 1 {
				t.Fatalf("got %d decisions, want 1: %+v", len(list), list)
			}
			d := list[0]
			if d.Verdict != c.verdict || d.Rule != c.rule || d.Remedy != c.remedy || d.Setting != c.setting || !strings.Contains(d.Reason, c.reason) || d.Reason == "" {
				t.Errorf("got %+v\nwant %s by rule %q, remedy %q on %q, because %q", d, c.verdict, c.rule, c.remedy, c.setting, c.reason)
			}
			if c.more != nil && !c.more(d) {
				t.Errorf("got %+v", d)
			}
		})
	}
}

// TestWhatStandsBeside holds that a second resource of an event is decided only where somebody wants it.
func TestWhatStandsBeside(t *testing.T) {
	p := parseServices(t, services)
	beside := func(f *finding.Finding) { f.Beside = true }
	for name, f := range map[string]finding.Finding{
		"nobody wants it":           reported("securityhub", "securityhub:EC2.8", "AWS::EC2::Instance", beside),
		"it is told already":        reported("guardduty", "guardduty:New:Thing/X", "AWS::EC2::Instance", beside),
		"its remedy is for another": reported("guardduty", "guardduty:Backdoor:EC2/C", "AWS::IAM::Role", beside),
		"forged like the main":      reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket", beside, func(f *finding.Finding) { f.Forged = "x" }),
	} {
		if got := p.Decide(f); len(got) != 0 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if got := p.Decide(reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket", beside)); len(got) != 1 {
		t.Errorf("got %+v, want the decision", got)
	}
}

// TestMarksOfReports holds which reports are of the same violation, and which are answered once.
func TestMarksOfReports(t *testing.T) {
	p := parseServices(t, services)
	mark := func(kind, control, typ, id string, once bool) (string, string) {
		d := p.Decide(reported(kind, control, typ, func(f *finding.Finding) { f.Report.ID, f.Once = id, once }))[0]
		return d.Mark(), d.Once
	}
	hub, _ := mark("securityhub", "securityhub:S3.8", "AWS::S3::Bucket", "a", false)
	rule, _ := mark("config-rule", "config:s3-bucket-level-public-access-prohibited", "AWS::S3::Bucket", "b", false)
	if hub != rule {
		t.Errorf("two reporters of one setting have the marks %q and %q", hub, rule)
	}
	isolate := func(id string) string {
		m, _ := mark("guardduty", "guardduty:Backdoor:EC2/X", "AWS::EC2::Instance", id, true)
		return m
	}
	if isolate("a") != isolate("arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/a") || isolate("a") == isolate("b") {
		t.Errorf("threats that one remedy answers are marked %q, %q and %q", isolate("a"), isolate("arn/a"), isolate("b"))
	}
	first, onceFirst := mark("guardduty", "guardduty:New:Thing/X", "", "a", true)
	again, onceAgain := mark("guardduty", "guardduty:New:Thing/X", "", "a", true)
	other, onceOther := mark("guardduty", "guardduty:New:Thing/X", "", "b", true)
	if first != again || onceFirst != onceAgain || first == other || onceFirst == onceOther || onceFirst == "" {
		t.Errorf("got %q %q for a finding, %q %q for its repeat, %q %q for another", first, onceFirst, again, onceAgain, other, onceOther)
	}
}

// TestAReadAfterAPress holds that what was decided by a button is decided so after the read, and with the same mark.
func TestAReadAfterAPress(t *testing.T) {
	p := parseServices(t, services)
	for button, want := range map[string]policy.Verdict{"Remediate": policy.Propose, "Do it": policy.Fix, "gone": policy.Propose} {
		f := reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket", press(button))
		known := policy.Known{Rule: "bucket", Remedy: "s3-block-public-access", Control: f.Control, Kind: f.Kind, Time: f.Time, Press: button}
		d := p.DecideRead(known, f.Resource, noFacts)
		if d.Verdict != want {
			t.Errorf("%s: got %s, want %s", button, d.Verdict, want)
		}
		if first := p.Decide(f)[0]; button == "Remediate" && first.Mark() != d.Mark() {
			t.Errorf("%s: marked %q before the read and %q after", button, first.Mark(), d.Mark())
		}
	}
}

// TestButtonsReachRights holds that what a press can come to is among the rights, though the rule only tells.
func TestButtonsReachRights(t *testing.T) {
	const (
		rule   = "version: 1\nmode: notify\nrules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n"
		threat = "version: 1\nmode: notify\nrules: [{name: r, on: [guardduty], do: [s3-block-public-access]}]\n"
		news   = "version: 1\nmode: notify\nrules: [{name: r, on: [config], do: [s3-block-public-access]}]\n"
		button = "buttons: [{name: Remediate, do: fix}]\n"
	)
	for text, want := range map[string]policy.Verdict{rule: policy.Notify, rule + button: policy.Propose, threat + button: policy.Propose, news + button: policy.Notify} {
		p := parseServices(t, text)
		if got := p.Remedies(); len(got) != 1 || got[0].Verdict != want {
			t.Errorf("%s\ngot %+v, want %s", text, got, want)
		}
		if got := p.MayChange("s3-block-public-access", "AWS::S3::Bucket"); got != (want == policy.Propose) {
			t.Errorf("%s\nmay change: %v", text, got)
		}
	}
}

// TestUnreachableRulesAboutServices holds that a rule is said to be out of reach where the controls of findings show it, and only there.
func TestUnreachableRulesAboutServices(t *testing.T) {
	c := catalog
	c.Kinds = []string{"config", "tags", "guardduty", "securityhub", "config-rule", "inspector", "create"}
	for _, test := range []struct {
		first, second string
		unreachable   bool
	}{
		{`on: [securityhub], controls: ["*"]`, "on: [securityhub], do: [rotate]", true},
		{`on: [securityhub], controls: ["*"]`, "on: [securityhub]", true},
		{`on: [securityhub], controls: ["securityhub:*"]`, "on: [securityhub]", false},
		{`controls: ["config:*"]`, "on: [config-rule]", true},
		{`controls: ["config:*"]`, "on: [config-rule, securityhub]", false},
		{`controls: ["guardduty:*"]`, "on: [guardduty], do: [ec2-isolate]", true},
		{`on: [securityhub, config-rule], controls: ["securityhub:S3.8", "config:*"]`, `on: [securityhub, config-rule], controls: ["securityhub:S3.8"], do: [s3-block-public-access]`, true},
		{`on: [securityhub], do: [rotate]`, `on: [securityhub], do: [rotate]`, true},
		{`on: [securityhub], do: [rotate]`, `on: [securityhub], do: [rotate, s3-block-public-access]`, false},
		{`on: [inspector], controls: ["inspector:PACKAGE*"]`, `on: [inspector], controls: ["inspector:PACKAGE_VULNERABILITY/*"]`, true},
		{`on: [inspector], controls: ["inspector:PACKAGE_VULNERABILITY/*"]`, `on: [inspector], controls: ["inspector:PACKAGE*"]`, false},
	} {
		text := "version: 1\nmode: notify\nrules:\n  - {name: a, " + test.first + "}\n  - {name: b, " + test.second + "}\n"
		_, err := policy.Parse("policy.yaml", []byte(text), c)
		if got := err != nil && strings.Contains(err.Error(), `policy.yaml:5:5: the rule "b" can never apply`); got != test.unreachable || err != nil && !got {
			t.Errorf("%s: got %v, want unreachable %v", text, err, test.unreachable)
		}
	}
}
