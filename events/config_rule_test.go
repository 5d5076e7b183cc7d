package events

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// decoded are the findings of an event, without the event's own text.
func decoded(t *testing.T, event string) []finding.Finding {
	t.Helper()
	envelope, kind, ok, err := Open([]byte(event))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	findings, err := kind.Decode(envelope)
	if err != nil {
		t.Fatal(err)
	}
	for i := range findings {
		findings[i].Detail = nil
	}
	return findings
}

// refused is the error of an event that its kind cannot decode.
func refused(t *testing.T, event string) string {
	t.Helper()
	envelope, kind, ok, err := Open([]byte(event))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	_, err = kind.Decode(envelope)
	if _, typed := err.(*DecodeError); !typed {
		t.Fatalf("got the error %v; want a *DecodeError", err)
	}
	return err.Error()
}

const bucketResult = `{"complianceType":"NON_COMPLIANT","annotation":"It is public.","evaluationResultIdentifier":{"evaluationResultQualifier":{"resourceType":"AWS::S3::Bucket","resourceId":"b"}}}`

func ruleEvent(detail string) string {
	return `{"id":"r1","source":"aws.config","detail-type":"Config Rules Compliance Change",` + head + `,"resources":[],"detail":{"messageType":"ComplianceChangeNotification",` + detail + `}}`
}

func bucketRule(result string) string {
	return ruleEvent(`"awsAccountId":"111122223333","awsRegion":"eu-west-1","configRuleName":"s3-bucket-level-public-access-prohibited",
		"configRuleARN":"arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abc123","resourceType":"AWS::S3::Bucket","resourceId":"b","newEvaluationResult":` + result)
}

func TestConfigRule(t *testing.T) {
	bucket := finding.Finding{
		Event: "r1", Kind: "config-rule", Control: "config:s3-bucket-level-public-access-prohibited", Time: clock, From: "111122223333",
		Resource: finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b"},
		Report:   finding.Report{Service: "config", ID: "s3-bucket-level-public-access-prohibited", Title: "It is public.", Region: "eu-west-1"},
	}
	result := func(compliance string) string { return strings.Replace(bucketResult, "NON_COMPLIANT", compliance, 1) }
	resource := func(typ, id string) string {
		return strings.NewReplacer("AWS::S3::Bucket", typ, `"b"`, `"`+id+`"`).Replace(bucketRule(bucketResult))
	}
	of := func(change func(*finding.Finding)) finding.Finding {
		f := bucket
		change(&f)
		return f
	}
	tests := []struct {
		name, event string
		want        finding.Finding
	}{
		{"not compliant", bucketRule(bucketResult), bucket},
		{"compliant", bucketRule(result("COMPLIANT")), of(func(f *finding.Finding) { f.Right, f.Changed = true, true })},
		{"not applicable", bucketRule(result("NOT_APPLICABLE")), of(func(f *finding.Finding) { f.Moot = "the rule does not apply to the resource" })},
		{"too few data", bucketRule(result("INSUFFICIENT_DATA")), of(func(f *finding.Finding) { f.Moot = "the rule has too few data to judge the resource" })},
		{"a deleted evaluation", bucketRule("null"), of(func(f *finding.Finding) { f.Moot, f.Report.Title = "its evaluation was deleted", "" })},
		{"the account", resource("AWS::::Account", "111122223333"), of(func(f *finding.Finding) {
			f.Resource.Type, f.Resource.ID, f.Resource.ARN = "AWS::::Account", "111122223333", "arn:aws:iam::111122223333:root"
		})},
		{"another account", resource("AWS::::Account", "444455556666"), of(func(f *finding.Finding) {
			f.Resource.Type, f.Resource.ID, f.Resource.ARN = "AWS::::Account", "111122223333", "arn:aws:iam::111122223333:root"
			f.Forged = "it judges another account than the one that it names"
		})},
		{"a user by its generated id is worked on where IAM is", resource("AWS::IAM::User", "AIDAEXAMPLEID0000ALICE"), of(func(f *finding.Finding) {
			f.Resource = finding.Resource{Partition: "aws", Account: "111122223333", Region: "us-east-1", Type: "AWS::IAM::User", ID: "AIDAEXAMPLEID0000ALICE"}
		})},
		{"CloudFormation's name of a type", resource("AWS::CertificateManager::Certificate", "x"), of(func(f *finding.Finding) {
			f.Resource.Type, f.Resource.ID, f.Resource.ARN = "AWS::ACM::Certificate", "x", "arn:aws:acm:eu-west-1:111122223333:certificate/x"
		})},
		{"a rule of another account", strings.Replace(bucketRule(bucketResult), "config:eu-west-1:111122223333", "config:eu-west-1:444455556666", 1), of(func(f *finding.Finding) {
			f.Forged = "its rule is of account 444455556666, and what it judged of account 111122223333"
		})},
		{"a rule of another region", strings.Replace(bucketRule(bucketResult), "config:eu-west-1:", "config:us-east-1:", 1), of(func(f *finding.Finding) {
			f.Forged = "its rule is of region us-east-1, and what it judged of region eu-west-1"
		})},
		{"a rule of another service", strings.Replace(bucketRule(bucketResult), "arn:aws:config:", "arn:aws:events:", 1), of(func(f *finding.Finding) {
			f.Forged = "its rule's ARN is none of AWS Config"
		})},
		{"a result about another resource", strings.Replace(bucketRule(bucketResult), `"resourceId":"b"}}`, `"resourceId":"c"}}`, 1), of(func(f *finding.Finding) {
			f.Forged = "its result is about another resource than it names"
		})},
		{"no ARN of the rule, no region, no qualifier", ruleEvent(`"awsAccountId":"111122223333","configRuleName":"s3-bucket-level-public-access-prohibited",
			"resourceType":"AWS::S3::Bucket","resourceId":"b","newEvaluationResult":{"complianceType":"NON_COMPLIANT","annotation":"It is public."},"oldEvaluationResult":null`), bucket},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, want := decoded(t, test.event), []finding.Finding{test.want}; !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

func TestConfigRuleRefused(t *testing.T) {
	whole := bucketRule(bucketResult)
	tests := []struct{ name, event, want string }{
		{"no rule", strings.Replace(whole, `"configRuleName"`, `"x"`, 1), "detail.configRuleName is missing"},
		{"no type", strings.Replace(whole, `,"resourceType"`, `,"x"`, 1), "detail.resourceType is missing"},
		{"no id", strings.Replace(whole, `"resourceId":"b","new`, `"new`, 1), "detail.resourceId is missing"},
		{"no account", strings.Replace(whole, `"awsAccountId"`, `"x"`, 1), "detail.awsAccountId is missing"},
		{"no result", bucketRule("{}"), "detail.newEvaluationResult.complianceType is missing"},
		{"a result of which nobody knows", bucketRule(strings.Replace(bucketResult, "NON_COMPLIANT", "PERHAPS", 1)), "detail.newEvaluationResult.complianceType is none that AWS Config documents"},
		{"another shape", bucketRule("7"), "detail is no compliance change: newEvaluationResult is a JSON number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := refused(t, test.event); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRuleOf(t *testing.T) {
	const own, made = "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abc123", "arn:aws:config:eu-west-1:111122223333:config-rule/aws-service-rule/x.amazonaws.com/config-rule-abc123"
	tests := []struct{ name, arn, want string }{
		{"encrypted-volumes", own, "encrypted-volumes"},
		{"securityhub-vpc-flow-logs-enabled-l6dseq", made, "vpc-flow-logs-enabled"},
		{"securityhub-vpc-flow-logs-enabled-0a1b2c3d", own, "vpc-flow-logs-enabled"},
		{"securityhub-vpc-flow-logs-enabled-abcdef", made, "vpc-flow-logs-enabled"},
		{"securityhub-vpc-flow-logs-enabled", own, "securityhub-vpc-flow-logs-enabled"}, // somebody's own rule
		{"cloudwatch-log-group-encrypted-conformance-pack-6cruwvtg2", made, "cloudwatch-log-group-encrypted"},
		{"OrgConfigRule-encrypted-volumes-vkwchd1t", made, "encrypted-volumes"},
		{"my-conformance-pack-", own, "my-conformance-pack-"},
		{"securityhub-", made, "securityhub-"},
	}
	for _, test := range tests {
		if got := ruleOf(test.name, test.arn); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
