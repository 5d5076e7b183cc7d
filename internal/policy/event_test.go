package policy_test

import (
	"reflect"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
)

const wholeReports = `version: 1
buttons:
  - {name: Remediate, do: fix}
rules:
  - {name: archive, on: [guardduty], match: {type: ["Recon:S3/X"]}, do: [archive], mode: fix}
  - {name: bucket, on: [securityhub, guardduty], where: {type: ["AWS::S3::Bucket"]}, do: [s3-block-public-access], mode: propose}
exempt:
  - {resources: ["*exempt*"], reason: r, owner: o, until: 2030-01-01}
`

// TestWhatIsDecidedOnceAnEvent holds that a report which names several resources is archived once, and that a press for it has one answer.
func TestWhatIsDecidedOnceAnEvent(t *testing.T) {
	c := catalog
	c.Kinds = []string{"guardduty", "securityhub"}
	c.Remedies = append([]policy.CatalogRemedy{{ID: "archive", Setting: "archived", Answers: []string{"guardduty:*"}, Resource: "*", Undo: "exact", Per: "finding"}}, c.Remedies...)
	p, err := policy.Parse("policy.yaml", []byte(wholeReports), c)
	if err != nil {
		t.Fatal(err)
	}
	const user, bucket = "AWS::IAM::User", "AWS::S3::Bucket"
	beside := func(f *finding.Finding) { f.Beside = true }
	another := func(f *finding.Finding) { f.Report.ID = "f-2" }
	exempt := func(f *finding.Finding) { f.Resource.ARN = "arn:aws:s3:::exempt" }
	const s3, scan = "securityhub:S3.8", "guardduty:Recon:S3/X"
	known, unknown := press("Remediate"), press("Else")
	event := func(kind, control string, main, other []func(*finding.Finding)) []finding.Finding {
		return []finding.Finding{reported(kind, control, user, main...), reported(kind, control, bucket, other...)}
	}
	type changes = []func(*finding.Finding)
	for name, test := range map[string]struct {
		findings []finding.Finding
		want     [][]policy.Verdict
	}{
		"one report of two resources is archived once":  {event("guardduty", scan, nil, changes{beside}), [][]policy.Verdict{{policy.Fix}, nil}},
		"two reports are archived each":                 {event("guardduty", scan, nil, changes{another}), [][]policy.Verdict{{policy.Fix}, {policy.Fix}}},
		"for the other where the first one is exempt":   {event("guardduty", scan, changes{exempt}, changes{beside}), [][]policy.Verdict{{policy.Exempt}, {policy.Fix}}},
		"a press that comes to something for the other": {event("securityhub", s3, changes{known}, changes{beside, known}), [][]policy.Verdict{nil, {policy.Propose}}},
		"a press for another report":                    {event("securityhub", s3, changes{known}, changes{another, known}), [][]policy.Verdict{{policy.Ignored}, {policy.Propose}}},
		"a press that comes to nothing":                 {event("securityhub", s3, changes{unknown}, changes{beside, unknown}), [][]policy.Verdict{{policy.Ignored}, nil}},
		"news of the other without a press":             {event("securityhub", s3, nil, changes{beside}), [][]policy.Verdict{{policy.Ignored}, {policy.Propose}}},
	} {
		var got [][]policy.Verdict
		for _, decisions := range p.DecideAll(test.findings) {
			var verdicts []policy.Verdict
			for _, d := range decisions {
				verdicts = append(verdicts, d.Verdict)
			}
			got = append(got, verdicts)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
