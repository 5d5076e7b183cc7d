package events

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// ocsf is a finding in OCSF, of Security Hub's control S3.8 about the bucket b, but for what more has.
func ocsf(tb testing.TB, more string) string {
	tb.Helper()
	object := map[string]any{
		"class_uid": 2003, "activity_id": 1, "status_id": 1, "severity_id": 4, "severity": "High", "metadata": map[string]any{"uid": "m", "product": map[string]any{"uid": hubProduct}},
		"cloud": map[string]any{"account": map[string]any{"uid": "111122223333"}, "region": "eu-west-1"}, "compliance": map[string]any{"control": "S3.8", "status": "Fail", "status_id": 3},
		"finding_info": map[string]any{"uid": hubID, "title": "A title"},
		"resources":    []any{map[string]any{"type": "AWS::S3::Bucket", "uid": "b", "uid_alt": "arn:aws:s3:::b", "region": "eu-west-1", "tags": []any{map[string]any{"name": "a", "value": "b"}}}},
	}
	if err := json.Unmarshal([]byte("{"+more+"}"), &object); err != nil {
		tb.Fatal(err)
	}
	text, err := json.Marshal(object)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func ocsfEvent(findings ...string) string {
	return strings.Replace(hubEvent(findings...), "Security Hub Findings - Imported", "Findings Imported V2", 1)
}

func TestOCSFFinding(t *testing.T) {
	want := finding.Finding{
		Event: "s1", Kind: "securityhub", Control: "securityhub:S3.8", Severity: finding.High, Time: clock, From: "111122223333",
		Resource: finding.Resource{
			Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b", Tags: map[string]string{"a": "b"},
		},
		Subject: finding.Subject{"finding": hubID}, Report: finding.Report{Service: "securityhub", ID: hubID, Product: hubProduct, Title: "A title", Region: "eu-west-1"},
	}
	got := decodeOne(t, ocsfEvent(ocsf(t, "")))
	if got.Detail = nil; !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// TestOCSFReport holds that a finding has the same name in both formats: it is written back into, and named as a reporter, by it.
func TestOCSFReport(t *testing.T) {
	got := decodeOne(t, ocsfEvent(ocsf(t, `"metadata":{"product":{"uid":"arn:aws:securityhub:eu-west-1::productv2/aws/securityhub"}}`))).Report
	if want := decodeOne(t, hubEvent(asff(t, ""))).Report; !got.Is(want) {
		t.Errorf("got %+v, want the finding %+v", got, want)
	}
}

func TestOCSFStates(t *testing.T) {
	for _, test := range []struct {
		name, more, moot string
		right            bool
	}{
		{"failed", ``, "", false},
		{"failed, told by the number", `"compliance":{"control":"S3.8","status_id":3}`, "", false},
		{"passed", `"compliance":{"control":"S3.8","status":"Pass"},"status_id":4`, "", true},
		{"passed, told by the number", `"compliance":{"control":"S3.8","status_id":1.0}`, "", true},
		{"a warning", `"compliance":{"control":"S3.8","status":"WARNING"}`, "its check lacks information, or does not support the configuration", false},
		{"neither", `"compliance":{"control":"S3.8","status":"Other","status_id":1}`, "its check could not be done", false},
		{"not about compliance", `"compliance":null,"class_uid":2004`, "", false},
		{"without a status", `"status_id":null`, "", false},
		{"an unknown status", `"status_id":99`, "", false},
		{"in progress", `"status_id":2`, "somebody was told of it already", false},
		{"suppressed", `"status_id":3`, "it is suppressed", false},
		{"resolved", `"status_id":4`, "it is resolved", false},
		{"archived", `"status_id":5`, "it is archived", false},
		{"deleted", `"status_id":6`, "it is archived", false},
		{"closed", `"activity_id":3`, "it is archived", false},
		{"a sample", `"finding_info":{"uid":"` + hubID + `","title":"[SAMPLE] A title"}`, "it is a sample finding", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := decodeOne(t, ocsfEvent(ocsf(t, test.more))); got.Moot != test.moot || got.Right != test.right || got.Changed != test.right || got.Forged != "" {
				t.Errorf("got moot %q, right %v, changed %v, forged %q; want %q, %v", got.Moot, got.Right, got.Changed, got.Forged, test.moot, test.right)
			}
		})
	}
}

func TestOCSFControls(t *testing.T) {
	product := func(name string) string {
		return `"metadata":{"product":{"uid":"arn:aws:securityhub:eu-west-1::product/` + name + `"}},"compliance":null,`
	}
	for _, test := range []struct{ name, more, control, forged string }{
		{"by the finding's id", `"compliance":{"status":"Fail"}`, "securityhub:S3.8", ""},
		{"a product as OCSF writes it", `"metadata":{"product":{"uid":"arn:aws:securityhub:eu-west-1::productv2/aws/securityhub"}}`, "securityhub:S3.8", ""},
		{
			"GuardDuty as OCSF writes it", strings.Replace(product("aws/guardduty"), "product/", "productv2/", 1) + `"finding_info":{"uid":"` + gdARN + `","types":["Threats","Stealth:IAMUser/CloudTrailLoggingDisabled"]}`,
			"guardduty:Stealth:IAMUser/CloudTrailLoggingDisabled", "",
		},
		{
			"an exposure", strings.Replace(product("aws/securityhub-risk"), "product/", "productv2/", 1) + `"finding_info":{"uid":"arn:aws:securityhub:eu-west-1:111122223333:risk:1","types":["Exposure/Potential Impact/Resource Hijacking"]}`,
			"securityhub:Exposure/Potential Impact/Resource Hijacking", "",
		},
		{"GuardDuty", product("aws/guardduty") + `"finding_info":{"uid":"` + gdARN + `","types":["UnauthorizedAccess:EC2/SSHBruteForce"]}`, "guardduty:UnauthorizedAccess:EC2/SSHBruteForce", ""},
		{"Inspector", product("aws/inspector") + `"finding_info":{"uid":"x","types":["Software and Configuration Checks/Vulnerabilities/CVE"]}`, "inspector:PACKAGE_VULNERABILITY", ""},
		{"Inspector's vulnerability", product("aws/inspector") + `"finding_info":{"uid":"x"},"vulnerabilities":[{"cve":{"uid":"CVE-2026-0001"}}]`, "inspector:PACKAGE_VULNERABILITY/CVE-2026-0001", ""},
		{"a company's", product("acme/scanner") + `"finding_info":{"uid":"x","types":["Odd"]}`, "securityhub:Odd", ""},
		{"a company's of a control in place of a type", product("acme/scanner") + `"finding_info":{"uid":"x","types":["S3.8"]}`, "securityhub:S3.8", "it names a control of Security Hub, and another product found it"},
		{"a company's of a control", `"metadata":{"product":{"uid":"arn:aws:securityhub:eu-west-1::product/acme/scanner"}}`, "securityhub:S3.8", "it names a control of Security Hub, and another product found it"},
		{"another account's id", `"finding_info":{"uid":"` + strings.Replace(hubID, "1111", "9999", 1) + `"}`, "securityhub:S3.8", "its id is of another account"},
		{"another region's product", `"cloud":{"region":"eu-west-2","account":{"uid":"111122223333"}}`, "securityhub:S3.8", "its product is of another region"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := decodeOne(t, ocsfEvent(ocsf(t, test.more))); got.Control != test.control || got.Forged != test.forged {
				t.Errorf("got %s, forged %q; want %s, %q", got.Control, got.Forged, test.control, test.forged)
			}
		})
	}
}

func TestOCSFResources(t *testing.T) {
	for _, test := range []struct {
		name, resources string
		want            []string
	}{
		{"an ARN in uid", `{"type":"AWS::CloudFormation::Stack","uid":"arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1"}`, []string{
			"CloudFormation::Stack arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1 eu-west-1 arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1",
		}},
		{"an ARN in uid_alt", `{"type":"AWS::EC2::Instance","uid":"i-0a","uid_alt":"arn:aws:ec2:us-west-2:111122223333:instance/i-0a"}`, []string{"EC2::Instance i-0a us-west-2 arn:aws:ec2:us-west-2:111122223333:instance/i-0a"}},
		{"an id", `{"type":"AWS::EC2::Instance","uid":"i-0a","uid_alt":"x","region":"us-west-2"}`, []string{"EC2::Instance i-0a us-west-2 arn:aws:ec2:us-west-2:111122223333:instance/i-0a"}},
		{"a name", `{"type":"AWS::S3::Bucket","name":"b"}`, []string{"S3::Bucket b eu-west-1 arn:aws:s3:::b"}},
		{"an account, and a type of ASFF", `{"type":"AWS::::Account","uid":"AWS::::Account:111122223333"},{"type":"AwsEc2Vpc","uid":"vpc-1"}`, []string{
			"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root", "EC2::VPC vpc-1 eu-west-1 arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
		}},
		{"a role's access key", `{"type":"AWS::IAM::AccessKey","uid":"ASIAIOSFODNN7EXAMPLE","data":{"access_key_id":"ASIAIOSFODNN7EXAMPLE","principal_id":"AROAEXAMPLE:s","user_name":"deploy","user_type":"AssumedRole"}}`, []string{
			"IAM::Role AROAEXAMPLE us-east-1 arn:aws:iam::111122223333:role/deploy",
		}},
		{"data that is none", `{"type":"AWS::EC2::Instance","uid":"i-0a","data":["x"]}`, []string{"EC2::Instance i-0a eu-west-1 arn:aws:ec2:eu-west-1:111122223333:instance/i-0a"}},
		{"an account with the ARN of a detector", `{"type":"AWS::::Account","uid":"111122223333","uid_alt":"arn:aws:guardduty:eu-west-1:111122223333:detector/d"}`, []string{
			"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root",
		}},
		{"an access key of nobody told", `{"type":"AWS::IAM::AccessKey","uid":"AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"}`, []string{"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decodeAll(t, ocsfEvent(ocsf(t, `"resources":[`+test.resources+`]`)))
			if err != nil || !reflect.DeepEqual(briefs(got), test.want) {
				t.Errorf("got %v\n%s\nwant\n%s", err, strings.Join(briefs(got), "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestOCSFWithoutWhatItNeeds(t *testing.T) {
	for more, want := range map[string]string{
		`"finding_info":null`:                 "detail.findings[0].finding_info.uid is missing",
		`"metadata":{}`:                       "detail.findings[0].metadata.product.uid is missing",
		`"cloud":{"region":"eu-west-1"}`:      "detail.findings[0].cloud.account.uid is missing",
		`"resources":[]`:                      "detail.findings[0].resources names no resource",
		`"resources":[{"type":"AWS::X::Y"}]`:  "detail.findings[0].resources[0].uid is missing",
		`"resources":{}`:                      "detail.findings[0] is no finding: resources is a JSON object",
		`"severity_id":"very","severity":"x"`: "detail.findings[0] is no finding: a field has not its documented form",
	} {
		if _, err := decodeAll(t, ocsfEvent(ocsf(t, more))); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", more, err, want)
		}
	}
}

func TestSeverityOfID(t *testing.T) {
	for id, want := range map[int]finding.Severity{
		-1: finding.Unset, 0: finding.Unset, 1: finding.Informational, 2: finding.Low, 3: finding.Medium, 4: finding.High, 5: finding.Critical, 6: finding.Critical, 99: finding.Unset,
	} {
		if got := severityOfID(id); got != want {
			t.Errorf("%d: got %v, want %v", id, got, want)
		}
	}
	if got := decodeOne(t, ocsfEvent(ocsf(t, `"severity_id":99,"severity":"Low"`))).Severity; got != finding.Low {
		t.Errorf("by the word: got %v", got)
	}
}
