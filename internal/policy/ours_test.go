package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

const ownFindings = `
version: 1
mode: %MODE%
scope: {account: ["444455556666"]}
buttons:
%BUTTONS%
rules:
  - {name: bucket, controls: ["securityhub:S3.8"], do: [s3-block-public-access]}
`

func parseOurs(t *testing.T, mode string, buttons ...string) *Policy {
	t.Helper()
	text := strings.NewReplacer("%MODE%", mode, "%BUTTONS%", strings.Join(buttons, "\n")).Replace(ownFindings)
	p, err := Parse("policy.yaml", []byte(text), Catalog{
		Kinds: []string{"securityhub", "guardduty"},
		Remedies: []CatalogRemedy{
			{ID: "s3-block-public-access", Setting: "s3:block", Answers: []string{"securityhub:S3.8"}, Resource: "AWS::S3::Bucket", Undo: "exact"},
			{ID: "release", Setting: "ec2:address", Answers: []string{"securityhub:EC2.12"}, Resource: "AWS::EC2::EIP", Undo: "none"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const (
	approves = `  - {name: Fix, do: fix}`
	trusted  = `  - {name: Fix all, do: fix, trust: true}`
	undoes   = `  - {name: Undo, do: undo, trust: true}`
	exempts  = `  - {name: Exempt, do: exempt, for: 30d, trust: true}`
)

// TestPressedOurs holds what a press on a finding of our own asks for, whatever rules, scope and resource say by now.
func TestPressedOurs(t *testing.T) {
	p := parseOurs(t, "propose", approves, undoes, exempts)
	press := func(button string) finding.Finding {
		return finding.Finding{
			Kind: "securityhub", Control: "securityhub:tagwarden", From: "111122223333", Resource: finding.Resource{Account: "111122223333", Type: "AWS::S3::Bucket"},
			Time: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Press: finding.Press{Name: button}, Proposal: finding.Proposal{Entry: "tw-1", Shown: "seal"},
		}
	}
	for button, want := range map[string]Decision{
		"Fix":    {Verdict: Fix, Approves: true},
		"Undo":   {Verdict: Fix, Undoes: true},
		"Exempt": {Verdict: Fix, Exempts: 30 * 24 * time.Hour},
		"Other":  {Verdict: Ignored},
	} {
		all := p.Decide(press(button))
		if len(all) != 1 {
			t.Fatalf("%s: %d decisions", button, len(all))
		}
		d := all[0]
		if d.Verdict != want.Verdict || d.Approves != want.Approves || d.Undoes != want.Undoes || d.Exempts != want.Exempts || d.Outright || d.Reason == "" || d.Violations == nil {
			t.Errorf("%s: got %+v, want %+v", button, d, want)
		}
	}
	forged := press("Fix")
	forged.From = "444455556666"
	if d := p.Decide(forged)[0]; !d.Forged {
		t.Errorf("of another account: %+v", d)
	}
}

// TestWithheld holds which changes a button may not approve.
func TestWithheld(t *testing.T) {
	p := parseOurs(t, "propose", approves, trusted, undoes)
	for _, test := range []struct {
		button, remedy string
		may            bool
	}{
		{"Fix", "s3-block-public-access", true},
		{"Fix", "release", false},
		{"Fix all", "release", true},
		{"Undo", "s3-block-public-access", false},
		{"Other", "s3-block-public-access", false},
	} {
		if why := p.Withheld(test.button, test.remedy); (why == "") != test.may {
			t.Errorf("%s, %s: %q", test.button, test.remedy, why)
		}
	}
}

// TestPosts holds when proposals are put into Security Hub: where one may come and a button can approve it.
func TestPosts(t *testing.T) {
	for _, test := range []struct {
		mode    string
		buttons []string
		want    bool
	}{
		{"propose", []string{approves}, true},
		{"fix", []string{undoes, trusted}, true}, // a budget may lead to proposals
		{"notify", []string{approves}, true},     // a press may
		{"propose", []string{undoes}, false},
		{"fix", []string{`  []`}, false},
	} {
		if got := parseOurs(t, test.mode, test.buttons...).Posts(); got != test.want {
			t.Errorf("%s with %q: got %v", test.mode, test.buttons, got)
		}
	}
}
