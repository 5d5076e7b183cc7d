package policy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
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
