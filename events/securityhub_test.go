package events

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

const (
	hubProduct = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
	hubID      = "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/f1"
	hubAction  = "arn:aws:securityhub:eu-west-1:111122223333:action/custom/fix"
	ownProduct = "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"
	gdARN      = "arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/0123"
)

// asff is a finding in ASFF, of Security Hub's control S3.8 about the bucket b, but for what more has.
func asff(tb testing.TB, more string) string {
	tb.Helper()
	object := map[string]any{
		"SchemaVersion": "2018-10-08", "Id": hubID, "ProductArn": hubProduct, "GeneratorId": "security-control/S3.8", "AwsAccountId": "111122223333", "Region": "eu-west-1",
		"Types": []string{"Software and Configuration Checks/Industry and Regulatory Standards"}, "Title": "A title", "Severity": map[string]any{"Label": "HIGH", "Normalized": 70},
		"Compliance": map[string]any{"Status": "FAILED", "SecurityControlId": "S3.8"}, "Workflow": map[string]any{"Status": "NEW"}, "RecordState": "ACTIVE",
		"Resources": []any{map[string]any{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Partition": "aws", "Region": "eu-west-1"}},
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

func hubEvent(findings ...string) string {
	return `{"id":"s1","source":"aws.securityhub","detail-type":"Security Hub Findings - Imported",` + head + `,"resources":[],"detail":{"findings":[` + strings.Join(findings, ",") + `]}}`
}

func pressEvent(action string, findings ...string) string {
	return `{"id":"p1","source":"aws.securityhub","detail-type":"Security Hub Findings - Custom Action",` + head + `,"resources":["` + action + `"],
		"detail":{"actionName":"Fix","actionDescription":"Fixes.","findings":[` + strings.Join(findings, ",") + `]}}`
}

func TestSecurityHubFinding(t *testing.T) {
	bucket := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b", Tags: map[string]string{"a": "b"}}
	want := finding.Finding{
		Event: "s1", Kind: "securityhub", Control: "securityhub:S3.8", Severity: finding.High, Time: clock, From: "111122223333", Resource: bucket,
		Subject: finding.Subject{"finding": hubID}, Report: finding.Report{Service: "securityhub", ID: hubID, Product: hubProduct, Title: "A title", Region: "eu-west-1"},
	}
	text := asff(t, `"Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b","Partition":"aws","Region":"eu-west-1","Tags":{"a":"b"}}]`)
	got := decodeOne(t, hubEvent(text))
	if string(got.Detail) != `{"findings":[`+text+`]}` {
		t.Errorf("the detail is %s", got.Detail)
	}
	if got.Detail = nil; !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	want.Event, want.Press = "p1", finding.Press{Name: "Fix", ARN: hubAction}
	got = decodeOne(t, pressEvent(hubAction, text))
	if got.Detail = nil; !reflect.DeepEqual(got, want) {
		t.Errorf("pressed: got\n%+v\nwant\n%+v", got, want)
	}
}

func TestSecurityHubEventOfNoneOrSeveral(t *testing.T) {
	if got, err := decodeAll(t, pressEvent(hubAction)); len(got) > 0 || err != nil {
		t.Errorf("of none: got %v, %v", got, err)
	}
	got, err := decodeAll(t, pressEvent(hubAction, asff(t, `"Id":"1"`), asff(t, `"Id":"2"`)))
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	for i, id := range []string{"1", "2"} {
		var detail struct {
			Action   string           `json:"actionName"`
			Findings []map[string]any `json:"findings"`
		}
		if err := json.Unmarshal(got[i].Detail, &detail); err != nil || len(detail.Findings) != 1 || detail.Findings[0]["Id"] != id || detail.Action != "Fix" {
			t.Errorf("%s: the detail is %s", id, got[i].Detail)
		}
		if got[i].Report.ID != id || got[i].Beside {
			t.Errorf("got %+v", got[i])
		}
	}
}

func TestControls(t *testing.T) {
	const (
		cis12 = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"
		noID  = `"Compliance":{"Status":"FAILED"},"Id":"x",`
	)
	tests := []struct{ name, more, control, report string }{
		{"the control's own id", `"GeneratorId":"x"`, "securityhub:S3.8", hubID},
		{"a consolidated generator", noID + `"GeneratorId":"security-control/Opensearch.1"`, "securityhub:Opensearch.1", "x"},
		{"the product's fields", noID + `"GeneratorId":"","ProductFields":{"ControlId":"EC2.8","StandardsArn":"arn:aws:securityhub:::standards/aws-foundational-security-best-practices/v/1.0.0"}`, "securityhub:EC2.8", "x"},
		{"a generator of the foundational practices", noID + `"GeneratorId":"aws-foundational-security-best-practices/v/1.0.0/EC2.8"`, "securityhub:EC2.8", "x"},
		{"the foundational practices' other name", noID + `"GeneratorId":"aws-foundational-security-best-practices/v/1.0.0/ELBv2.1"`, "securityhub:ELB.1", "x"},
		{"a rule of CIS 1.2.0", noID + `"GeneratorId":"` + cis12 + `/rule/1.5"`, "securityhub:IAM.11", "x"},
		{"a rule of CIS 1.2.0 in the fields only", noID + `"GeneratorId":"","ProductFields":{"RuleId":"1.3","StandardsGuideArn":"` + cis12 + `"}`, "securityhub:IAM.8", "x"},
		{"a rule of CIS 1.4.0", noID + `"GeneratorId":"cis-aws-foundations-benchmark/v/1.4.0/2.1.5.2","ProductFields":{"ControlId":"2.1.5.2","StandardsArn":"arn:aws:securityhub:::standards/cis-aws-foundations-benchmark/v/1.4.0"}`, "securityhub:S3.8", "x"},
		{"a rule of CIS that two controls check", noID + `"GeneratorId":"` + cis12 + `/rule/1.1"`, "securityhub:" + cis12 + "/rule/1.1", "x"},
		{"a rule of an unknown CIS", noID + `"GeneratorId":"cis-aws-foundations-benchmark/v/9.0.0/1.5"`, "securityhub:cis-aws-foundations-benchmark/v/9.0.0/1.5", "x"},
		{"PCI", noID + `"GeneratorId":"pci-dss/v/3.2.1/PCI.S3.6"`, "securityhub:S3.1", "x"},
		{"PCI 4, which has the controls' own ids", noID + `"GeneratorId":"pci-dss/v/4.0.1/S3.1"`, "securityhub:S3.1", "x"},
		{"NIST", noID + `"GeneratorId":"nist-800-53/v/5.0.0/S3.8"`, "securityhub:S3.8", "x"},
		{"Control Tower", noID + `"GeneratorId":"service-managed-aws-control-tower/v/1.0.0/CloudTrail.2","ProductFields":{"ControlId":"CT.CloudTrail.2","StandardsArn":"arn:aws:securityhub:::standards/service-managed-aws-control-tower/v/1.0.0"}`, "securityhub:CloudTrail.2", "x"},
		{"the standard's control", noID + `"GeneratorId":"x","ProductFields":{"StandardsControlArn":"arn:aws:securityhub:eu-west-1:111122223333:control/aws-foundational-security-best-practices/v/1.0.0/S3.5"}`, "securityhub:S3.5", "x"},
		{"the finding's id", `"Compliance":{},"GeneratorId":"x"`, "securityhub:S3.8", hubID},
		{"another product's generator", noID + `"ProductArn":"` + ownProduct + `","GeneratorId":" scanner-7 "`, "securityhub:scanner-7", "x"},
		{"another product's type", noID + `"ProductArn":"` + ownProduct + `","GeneratorId":""`, "securityhub:Software and Configuration Checks/Industry and Regulatory Standards", "x"},
		{"nothing", noID + `"ProductArn":"` + ownProduct + `","GeneratorId":"","Types":null`, "securityhub:unknown", "x"},
		{"GuardDuty", `"Compliance":null,"Id":"` + gdARN + `","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","GeneratorId":"x","Types":["TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS"]`, "guardduty:Backdoor:EC2/C&CActivity.B!DNS", gdARN},
		{"GuardDuty's newer types", `"Compliance":null,"Id":"` + gdARN + `","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","GeneratorId":"x","Types":["TTPs/PenTest:IAMUser/Kali-Linux"]`, "guardduty:PenTest:IAMUser/Kali-Linux", gdARN},
		{"a GuardDuty type with two hyphens", `"Compliance":null,"Id":"` + gdARN + `","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","GeneratorId":"x","Types":["Effects/New:EC2-Some-Thing"]`, "guardduty:New:EC2/Some-Thing", gdARN},
		{"AWS Config", `"Id":"x","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/config","GeneratorId":"arn","Compliance":{"Status":"FAILED"},"ProductFields":{"aws/config/ConfigRuleName":"s3-rule"}`, "config:s3-rule", "x"},
		{"a rule of a conformance pack", `"Id":"x","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/config","GeneratorId":"arn","Compliance":{"Status":"FAILED"},"ProductFields":{"aws/config/ConfigRuleName":"s3-rule-conformance-pack-abc123"}`, "config:s3-rule", "x"},
		{"Inspector", `"Id":"x","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/inspector","GeneratorId":"AWSInspector","Compliance":null,"Types":["Software and Configuration Checks/Vulnerabilities/CVE"]`, "inspector:PACKAGE_VULNERABILITY", "x"},
		{"Inspector's vulnerability by its id", `"Id":"x","Vulnerabilities":[{"Id":"CVE-1"}],"ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/inspector","GeneratorId":"AWSInspector","Compliance":null,"Types":["Software and Configuration Checks/Vulnerabilities/CVE"]`, "inspector:PACKAGE_VULNERABILITY/CVE-1", "x"},
		{"Inspector's ports", `"Id":"x","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/inspector","GeneratorId":"AWSInspector","Compliance":null,"Types":["Software and Configuration Checks/AWS Security Best Practices/Network Reachability"]`, "inspector:NETWORK_REACHABILITY", "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := decodeOne(t, hubEvent(asff(t, test.more)))
			if got.Control != test.control || got.Report.ID != test.report || got.Forged != "" {
				t.Errorf("got %s, %+v, forged %q; want %s, %s", got.Control, got.Report, got.Forged, test.control, test.report)
			}
			if service, _, _ := strings.Cut(test.control, ":"); got.Report.Service != service || got.Once != (service == "guardduty") || got.Report.Product == "" {
				t.Errorf("the report is %+v, once %v", got.Report, got.Once)
			}
		})
	}
}

func TestControlTablesAreSound(t *testing.T) {
	for standard, controls := range standardControls {
		if found, _ := standardIn("standards/" + standard); found != standard {
			t.Errorf("the standard %s is read as %q", standard, found)
		}
		for id, control := range controls {
			if !controlForm.MatchString(control) || control == id {
				t.Errorf("%s %s means %q", standard, id, control)
			}
			if got := controlIn("arn:aws:securityhub:eu-west-1:111122223333:control/" + standard + "/" + id); got != control {
				t.Errorf("%s %s: got %q, want %q", standard, id, got, control)
			}
		}
	}
}

func TestSecurityHubStates(t *testing.T) {
	const seen, pressed = "imported", "pressed"
	ours := func(updated, noted string) string {
		return `"UpdatedAt":"` + updated + `","Note":{"Text":"T","UpdatedBy":"tagwarden","UpdatedAt":"` + noted + `"}`
	}
	tests := []struct {
		name, more, event, moot string
		right                   bool
	}{
		{"new", ``, seen, "", false},
		{"of a product without compliance", `"Compliance":null,"Workflow":null,"RecordState":null`, seen, "", false},
		{"passed, which Security Hub resolves", `"Compliance":{"Status":"PASSED","SecurityControlId":"S3.8"},"Workflow":{"Status":"RESOLVED"}`, seen, "", true},
		{"passed and told of", `"Compliance":{"Status":"PASSED","SecurityControlId":"S3.8"},"Workflow":{"Status":"NOTIFIED"}`, seen, "", true},
		{"passed and archived", `"Compliance":{"Status":"PASSED","SecurityControlId":"S3.8"},"RecordState":"ARCHIVED"`, seen, "it is archived", false},
		{"told of", `"Workflow":{"Status":"NOTIFIED"}`, seen, "somebody was told of it already", false},
		{"resolved", `"Workflow":{"Status":"RESOLVED"}`, seen, "it is resolved", false},
		{"suppressed", `"Workflow":{"Status":"SUPPRESSED"}`, seen, "it is suppressed", false},
		{"archived", `"RecordState":"ARCHIVED"`, seen, "it is archived", false},
		{"a warning", `"Compliance":{"Status":"WARNING","SecurityControlId":"S3.8"}`, seen, "its check lacks information, or does not support the configuration", false},
		{"not checked", `"Compliance":{"Status":"NOT_AVAILABLE","SecurityControlId":"S3.8"}`, seen, "its check could not be done", false},
		{"a sample", `"Sample":true`, seen, "it is a sample finding", false},
		{"a sample by its title", `"Title":"[SAMPLE] A title"`, seen, "it is a sample finding", false},
		{"a sample of GuardDuty", `"ProductFields":{"aws/guardduty/service/additionalInfo/sample":"true"}`, seen, "it is a sample finding", false},
		{"archived by GuardDuty", `"ProductFields":{"aws/guardduty/service/archived":"true"}`, seen, "it is archived", false},
		{"told of, and pressed", `"Workflow":{"Status":"NOTIFIED"}`, pressed, "", false},
		{"resolved, and pressed", `"Workflow":{"Status":"RESOLVED"}`, pressed, "", false},
		{"a warning, and pressed", `"Compliance":{"Status":"WARNING","SecurityControlId":"S3.8"}`, pressed, "", false},
		{"suppressed, and pressed", `"Workflow":{"Status":"SUPPRESSED"}`, pressed, "it is suppressed", false},
		{"archived, and pressed", `"RecordState":"ARCHIVED"`, pressed, "it is archived", false},
		{"our own note", ours("2026-11-23T11:00:00Z", "2026-11-23T11:00:02.5Z"), seen, "nothing in it is newer than Tagwarden's own note", false},
		{"updated since our own note", ours("2026-11-23T12:00:00.000Z", "2026-11-23T11:00:02.5Z"), seen, "", false},
		{"passed since our own note", ours("2026-11-23T11:00:00Z", "2026-11-23T11:00:02.5Z") + `,"Compliance":{"Status":"PASSED"}`, seen, "", true},
		{"somebody's note", strings.Replace(ours("2026-11-23T11:00:00Z", "2026-11-23T11:00:02.5Z"), "tagwarden", "ops", 1), seen, "", false},
		{"our own note, and pressed", ours("2026-11-23T11:00:00Z", "2026-11-23T11:00:02.5Z"), pressed, "", false},
		{"a sample, and pressed", `"Sample":true`, pressed, "it is a sample finding", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			event := hubEvent(asff(t, test.more))
			if test.event == pressed {
				event = pressEvent(hubAction, asff(t, test.more))
			}
			if got := decodeOne(t, event); got.Moot != test.moot || got.Right != test.right || got.Changed != test.right || got.Forged != "" {
				t.Errorf("got moot %q, right %v, changed %v, forged %q; want %q, %v", got.Moot, got.Right, got.Changed, got.Forged, test.moot, test.right)
			}
		})
	}
}

func TestSecurityHubForged(t *testing.T) {
	const other = `"Compliance":null,"Id":"x","GeneratorId":"scanner","ProductArn":`
	tests := []struct{ name, more, want string }{
		{"Security Hub's own", ``, ""},
		{"a company's", other + `"arn:aws:securityhub:eu-west-1::product/acme/scanner"`, ""},
		{"an own product's", other + `"` + ownProduct + `"`, ""},
		{
			"a control in place of a type", `"Compliance":null,"Id":"x","GeneratorId":"\u00a0","Types":["S3.8"],"ProductArn":"` + ownProduct + `"`,
			"it names a control of Security Hub, and another product found it",
		},
		{"an organization's trail, seen from a member", `"Resources":[{"Type":"AwsCloudTrailTrail","Id":"arn:aws:cloudtrail:eu-west-1:444455556666:trail/t"}]`, "the ARN of its resource names another account than the finding"},
		{"a bucket of another partition", `"Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws-cn:s3:::b"}]`, "the ARN of its resource names another partition than the finding"},
		{"another account's root", `"Resources":[{"Type":"AwsAccount","Id":"AWS::::Account:444455556666"}]`, "the ARN of its resource names another account than the finding"},
		{"an account that is none", `"AwsAccountId":"me"`, "its account is none"},
		{"a product that is none", `"ProductArn":"me"`, "its product's ARN is none of Security Hub"},
		{"another service's ARN", `"ProductArn":"arn:aws:sns:eu-west-1:111122223333:product/aws/securityhub"`, "its product's ARN is none of Security Hub"},
		{"another partition", `"ProductArn":"arn:aws-cn:securityhub:eu-west-1::product/aws/securityhub"`, "its product is of another partition than the event"},
		{"another region", `"ProductArn":"arn:aws:securityhub:eu-west-2::product/aws/securityhub"`, "its product is of another region"},
		{"another account's own product", other + `"arn:aws:securityhub:eu-west-1:444455556666:product/444455556666/default"`, "its product is of another account"},
		{"AWS's product under an account", `"ProductArn":"arn:aws:securityhub:eu-west-1:111122223333:product/aws/securityhub"`, "its product is of another account"},
		{"an own product without its account", other + `"arn:aws:securityhub:eu-west-1::product/111122223333/default"`, "its product's ARN is none of Security Hub"},
		{"another account's id", `"Id":"arn:aws:securityhub:eu-west-1:444455556666:security-control/S3.8/finding/1"`, "its id is of another account"},
		{"another region's id", `"Id":"arn:aws:securityhub:eu-west-2:111122223333:security-control/S3.8/finding/1"`, "its id is of another partition or region than its product"},
		{"a control's id by another product", `"ProductArn":"` + ownProduct + `"`, "it names a control of Security Hub, and another product found it"},
		{"a control's generator by another product", other + `"` + ownProduct + `","GeneratorId":"aws-foundational-security-best-practices/v/1.0.0/S3.8"`, "it names a control of Security Hub, and another product found it"},
		{"a control as a generator of another product", other + `"` + ownProduct + `","GeneratorId":" S3.8"`, "it names a control of Security Hub, and another product found it"},
		{"a control's field by a company", other + `"arn:aws:securityhub:eu-west-1::product/acme/scanner","ProductFields":{"ControlId":"S3.8"}`, "it names a control of Security Hub, and another product found it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := decodeOne(t, hubEvent(asff(t, test.more))); got.Forged != test.want {
				t.Errorf("got %q, want %q", got.Forged, test.want)
			}
		})
	}
	for _, test := range []struct{ name, action, want string }{
		{"the account's action", hubAction, ""},
		{"no ARN", "fix", "its action's ARN is none of Security Hub"},
		{"another thing of Security Hub", hubProduct, "its action's ARN is none of Security Hub"},
		{"another account's action", strings.Replace(hubAction, "1111", "9999", 1), "its action is of another account or region than the event"},
		{"another region's action", strings.Replace(hubAction, "eu-west-1", "eu-west-2", 1), "its action is of another account or region than the event"},
	} {
		if got := decodeOne(t, pressEvent(test.action, asff(t, ""))); got.Forged != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got.Forged, test.want)
		}
	}
}

func TestSecurityHubResources(t *testing.T) {
	const rds = "arn:aws:rds:eu-west-1:111122223333:db:d"
	tests := []struct {
		name, resources string
		want            []string
	}{
		{"a bucket", `{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b","Region":"us-west-2"}`, []string{"S3::Bucket b us-west-2 arn:aws:s3:::b"}},
		{"an object's bucket", `{"Type":"AwsS3Object","Id":"arn:aws:s3:::b/k/l"}`, []string{"S3::Bucket b eu-west-1 arn:aws:s3:::b"}},
		{"an image's repository", `{"Type":"AwsEcrContainerImage","Id":"arn:aws:ecr:eu-west-1:111122223333:repository/a/b/sha256:0123"}`, []string{"ECR::Repository a/b eu-west-1 arn:aws:ecr:eu-west-1:111122223333:repository/a/b"}},
		{"an account", `{"Type":"AwsAccount","Id":"AWS::::Account:111122223333"}`, []string{"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root"}},
		{"an account by its number", `{"Type":"AwsAccount","Id":"111122223333"}`, []string{"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root"}},
		{"an account by its root user", `{"Type":"AwsAccount","Id":"arn:aws:iam::111122223333:root"}`, []string{"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root"}},
		{"an account that is called something else", `{"Type":"Other","Id":"AWS::::Account:111122223333"}`, []string{"::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root"}},
		{"an ARN says more than an account", `{"Type":"AwsAccount","Id":"arn:aws:sns:eu-west-1:111122223333:t"}`, []string{"SNS::Topic arn:aws:sns:eu-west-1:111122223333:t eu-west-1 arn:aws:sns:eu-west-1:111122223333:t"}},
		{"an id only", `{"Type":"AwsEc2Instance","Id":"i-0a","Region":"us-west-2"}`, []string{"EC2::Instance i-0a us-west-2 arn:aws:ec2:us-west-2:111122223333:instance/i-0a"}},
		{"a global resource", `{"Type":"AwsIamRole","Id":"arn:aws:iam::111122223333:role/r","Region":"global"}`, []string{"IAM::Role r us-east-1 arn:aws:iam::111122223333:role/r"}},
		{"a user with its id", `{"Type":"AwsIamUser","Id":"arn:aws:iam::111122223333:user/u","Details":{"AwsIamUser":{"UserId":"AIDAIOSFODNN7EXAMPLE"}}}`, []string{"IAM::User AIDAIOSFODNN7EXAMPLE us-east-1 arn:aws:iam::111122223333:user/u"}},
		{"a database with its id", `{"Type":"AwsRdsDbInstance","Id":"` + rds + `","Details":{"AwsRdsDbInstance":{"DbiResourceId":"db-ABC"}}}`, []string{"RDS::DBInstance db-ABC eu-west-1 " + rds}},
		{"details of no documented form", `{"Type":"AwsRdsDbInstance","Id":"` + rds + `","Details":{"AwsRdsDbInstance":[]}}`, []string{"RDS::DBInstance d eu-west-1 " + rds}},
		{"a database by its id in what is no ARN", `{"Type":"AwsRdsDbInstance","Id":"arn:aws:rds:eu-west-1:111122223333:dbinstance:db-OX46LTRYPXEQTAX3IQPQ4PNEWQ"}`, []string{"RDS::DBInstance db-OX46LTRYPXEQTAX3IQPQ4PNEWQ eu-west-1 "}},
		{"a cluster by its id in what is no ARN", `{"Type":"AwsRdsDbCluster","Id":"arn:aws:rds:eu-west-1:111122223333:dbcluster/cluster-EXAMPLEG664WF6JS47KIS52OFQ"}`, []string{"RDS::DBCluster cluster-EXAMPLEG664WF6JS47KIS52OFQ eu-west-1 "}},
		{"a snapshot by its name in what is no ARN", `{"Type":"AwsRdsDbClusterSnapshot","Id":"arn:aws:rds:eu-west-1:111122223333:dbclustersnapshot:rds:c-1"}`, []string{
			"RDS::DBClusterSnapshot rds:c-1 eu-west-1 arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:rds:c-1",
		}},
		{"a user by its id in what is no ARN", `{"Type":"AwsIamUser","Id":"arn:aws:iam::111122223333:user/AIDACKCEVSQ6C2EXAMPLE"}`, []string{"IAM::User AIDACKCEVSQ6C2EXAMPLE us-east-1 "}},
		{"a function's version", `{"Type":"AwsLambdaFunction","Id":"arn:aws:lambda:eu-west-1:111122223333:function:f:live"}`, []string{"Lambda::Function f eu-west-1 arn:aws:lambda:eu-west-1:111122223333:function:f"}},
		{"a type that ASFF renames", `{"Type":"AwsElbv2LoadBalancer","Id":"lb"}`, []string{"ElasticLoadBalancingV2::LoadBalancer lb eu-west-1 "}},
		{"what nobody knows", `{"Type":"GcpGceVmInstance","Id":"p/z/1"}`, []string{" p/z/1 eu-west-1 "}},
		{"two", `{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b"},{"Type":"AwsEc2Instance","Id":"i-0a"},{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b"}`, []string{
			"S3::Bucket b eu-west-1 arn:aws:s3:::b", "EC2::Instance i-0a eu-west-1 arn:aws:ec2:eu-west-1:111122223333:instance/i-0a",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := decodeAll(t, hubEvent(asff(t, `"Resources":[`+test.resources+`]`)))
			if err != nil || !reflect.DeepEqual(briefs(got), test.want) {
				t.Fatalf("got %v\n%s\nwant\n%s", err, strings.Join(briefs(got), "\n"), strings.Join(test.want, "\n"))
			}
			for i, f := range got {
				if f.Beside != (i > 0) {
					t.Errorf("finding %d: beside is %v", i, f.Beside)
				}
			}
		})
	}
}

// TestWhatIsNoARNOfAnotherAccount holds that an id in what is no ARN is not taken out of it where the account is not the finding's: it is forged.
func TestWhatIsNoARNOfAnotherAccount(t *testing.T) {
	got := decodeOne(t, hubEvent(asff(t, `"Resources":[{"Type":"AwsRdsDbInstance","Id":"arn:aws:rds:eu-west-1:444455556666:dbinstance:db-OX46LTRYPXEQTAX3IQPQ4PNEWQ"}]`)))
	if got.Forged == "" {
		t.Errorf("got %+v, want it refused", got)
	}
}

func TestGuardDutyInSecurityHub(t *testing.T) {
	const guardDuty = `"Compliance":null,"Id":"` + gdARN + `","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","GeneratorId":"x",`
	event := func(findingType, fields, resource string) string {
		return hubEvent(asff(t, guardDuty+`"Types":["TTPs/X/`+findingType+`"],"ProductFields":{`+fields+`},"Resources":[`+resource+`]`))
	}
	got, err := decodeAll(t, event("Stealth:IAMUser-CloudTrailLoggingDisabled", `
		"aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4":"198.51.100.7","aws/guardduty/service/odd":{"not":"text"},
		"aws/guardduty/service/action/awsApiCallAction/affectedResources/AWS::CloudTrail::Trail":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/t"`, `
		{"Type":"AwsIamAccessKey","Id":"AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE","Details":{"AwsIamAccessKey":{"PrincipalId":"AIDAIOSFODNN7EXAMPLE","PrincipalName":"alice","PrincipalType":"IAMUser"}}}`))
	want := []string{"IAM::User AIDAIOSFODNN7EXAMPLE us-east-1 arn:aws:iam::111122223333:user/alice", "CloudTrail::Trail t eu-west-1 arn:aws:cloudtrail:eu-west-1:111122223333:trail/t"}
	if err != nil || !reflect.DeepEqual(briefs(got), want) {
		t.Fatalf("got %v, %q, want %q", err, briefs(got), want)
	}
	subject := finding.Subject{"finding": "0123", "detector": "d1", "address": "198.51.100.7", "key": "AKIAIOSFODNN7EXAMPLE", "principal": "AIDAIOSFODNN7EXAMPLE", "user-type": "IAMUser"}
	if !reflect.DeepEqual(got[0].Subject, subject) || got[1].Subject["key"] != "" {
		t.Errorf("the subjects are %v and %v", got[0].Subject, got[1].Subject)
	}
	probed := decodeOne(t, event("Recon:EC2-PortProbeUnprotectedPort", `
		"aws/guardduty/service/action/portProbeAction/portProbeDetails:1_/localPortDetails/port":"80",
		"aws/guardduty/service/action/portProbeAction/portProbeDetails:0_/localPortDetails/port":"22"`, `{"Type":"AwsEc2Instance","Id":"i-0a"}`))
	if probed.Subject["port"] != "22" || probed.Control != "guardduty:Recon:EC2/PortProbeUnprotectedPort" {
		t.Errorf("got %s, %v", probed.Control, probed.Subject)
	}
	account := decodeOne(t, event("Policy:S3-AccountBlockPublicAccessDisabled", "", `{"Type":"AwsIamAccessKey","Id":"AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"}`))
	if account.Resource.Type != "AWS::::Account" {
		t.Errorf("it is about %v", account.Resource)
	}
}

func TestSecurityHubWithoutWhatItNeeds(t *testing.T) {
	for _, test := range []struct{ name, event, want string }{
		{"no id", hubEvent(asff(t, `"Id":""`)), "detail.findings[0].Id is missing"},
		{"no product", hubEvent(asff(t, `"ProductArn":null`)), "detail.findings[0].ProductArn is missing"},
		{"no account", hubEvent(asff(t, ``), asff(t, `"AwsAccountId":""`)), "detail.findings[1].AwsAccountId is missing"},
		{"no resource", hubEvent(asff(t, `"Resources":[]`)), "detail.findings[0].Resources names no resource"},
		{"a resource without an id", hubEvent(asff(t, `"Resources":[{"Type":"AwsS3Bucket"}]`)), "detail.findings[0].Resources[0].Id is missing"},
		{"a finding that is text", hubEvent(`"x"`), "detail.findings[0] is no finding:  is a JSON string"},
		{"findings that are no list", strings.Replace(hubEvent(), "[]}", "7}", 1), "detail holds no findings: findings is a JSON number"},
		{"no name of the action", strings.Replace(pressEvent(hubAction, asff(t, "")), `"actionName":"Fix",`, "", 1), "detail.actionName is missing"},
		{"no action", strings.Replace(pressEvent(hubAction, asff(t, "")), `["`+hubAction+`"]`, "[]", 1), "resources names no action"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := decodeAll(t, test.event)
			if _, ok := err.(*DecodeError); !ok || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestSeverityInASFF(t *testing.T) {
	for _, test := range []struct {
		severity asffSeverity
		want     finding.Severity
	}{
		{asffSeverity{Label: "CRITICAL", Normalized: "1"}, finding.Critical},
		{asffSeverity{Label: "INFORMATIONAL"}, finding.Informational},
		{asffSeverity{Normalized: "0"}, finding.Informational},
		{asffSeverity{Normalized: "1"}, finding.Low},
		{asffSeverity{Normalized: "39"}, finding.Low},
		{asffSeverity{Normalized: "40"}, finding.Medium},
		{asffSeverity{Normalized: "70"}, finding.High},
		{asffSeverity{Normalized: "90.0"}, finding.Critical},
		{asffSeverity{Normalized: "101"}, finding.Unset},
		{asffSeverity{}, finding.Unset},
	} {
		if got := test.severity.severity(); got != test.want {
			t.Errorf("%+v: got %v, want %v", test.severity, got, test.want)
		}
	}
}
