package events

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

const inspectorARN = "arn:aws:inspector2:eu-west-1:111122223333:finding/f1"

func inspectorEvent(detail, resources string) string {
	return `{"id":"i1","source":"aws.inspector2","detail-type":"Inspector2 Finding",` + head + `,"resources":[],"detail":{"awsAccountId":"111122223333","findingArn":"` + inspectorARN + `",
		"title":"CVE-1","firstObservedAt":"Wed Sep 04 16:59:44.356 UTC 2024",` + detail + `,"resources":` + resources + `}}`
}

const (
	active   = `"type":"PACKAGE_VULNERABILITY","severity":"HIGH","status":"ACTIVE"`
	instance = `{"type":"AWS_EC2_INSTANCE","id":"i-1","partition":"aws","region":"eu-west-1"}`
)

func TestInspector(t *testing.T) {
	found := finding.Finding{
		Event: "i1", Kind: "inspector", Control: "inspector:PACKAGE_VULNERABILITY", Severity: finding.High, Time: clock, From: "111122223333",
		Resource: finding.Resource{
			Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Instance", ID: "i-1", ARN: "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
		},
		Subject: finding.Subject{"finding": inspectorARN},
		Report:  finding.Report{Service: "inspector", ID: inspectorARN, Title: "CVE-1", Region: "eu-west-1"},
	}
	of := func(change func(*finding.Finding)) finding.Finding {
		f := found
		change(&f)
		return f
	}
	is := func(typ, id, arn string) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Resource.Type, f.Resource.ID, f.Resource.ARN = typ, id, arn }
	}
	repository := is("AWS::ECR::Repository", "a/b", "arn:aws:ecr:eu-west-1:111122223333:repository/a/b")
	tests := []struct {
		name, event string
		want        []finding.Finding
	}{
		{"an instance", inspectorEvent(active, `[`+instance+`]`), []finding.Finding{found}},
		{"a vulnerability by its id", inspectorEvent(active+`,"packageVulnerabilityDetails":{"vulnerabilityId":"CVE-1"}`, `[`+instance+`]`), []finding.Finding{of(func(f *finding.Finding) {
			f.Control = "inspector:PACKAGE_VULNERABILITY/CVE-1"
		})}},
		{"a weakness of code", inspectorEvent(`"type":"CODE_VULNERABILITY","severity":"HIGH","status":"ACTIVE","codeVulnerabilityDetails":{"detectorId":"python/x@v1.0"}`, `[`+instance+`]`), []finding.Finding{of(func(f *finding.Finding) {
			f.Control = "inspector:CODE_VULNERABILITY/python/x@v1.0"
		})}},
		{"a range of ports", inspectorEvent(`"type":"NETWORK_REACHABILITY","severity":"HIGH","status":"ACTIVE","networkReachabilityDetails":{"protocol":"UDP","openPortRange":{"begin":0,"end":65535}}`, `[`+instance+`]`), []finding.Finding{of(func(f *finding.Finding) {
			f.Control = "inspector:NETWORK_REACHABILITY/UDP/0-65535"
		})}},
		{"no resource", inspectorEvent(active, `[]`), nil},
		{"closed", inspectorEvent(strings.Replace(active, "ACTIVE", "CLOSED", 1), `[`+instance+`]`), []finding.Finding{of(func(f *finding.Finding) { f.Right, f.Changed = true, true })}},
		{"suppressed", inspectorEvent(strings.Replace(active, "ACTIVE", "SUPPRESSED", 1), `[`+instance+`]`), []finding.Finding{of(func(f *finding.Finding) { f.Moot = "it is suppressed in Inspector" })}},
		{"no severity yet", inspectorEvent(strings.Replace(active, "HIGH", "UNTRIAGED", 1), `[`+instance+`]`), []finding.Finding{of(func(f *finding.Finding) { f.Severity = finding.Unset })}},
		{
			"an image, without partition and region",
			inspectorEvent(active, `[{"type":"AWS_ECR_CONTAINER_IMAGE","id":"arn:aws:ecr:eu-west-1:111122223333:repository/a/b/sha256:00","partition":"N/A","region":"N/A"}]`),
			[]finding.Finding{of(repository)},
		},
		{
			"an image by its digest",
			inspectorEvent(active, `[{"type":"AWS_ECR_CONTAINER_IMAGE","id":"sha256:00","details":{"awsEcrContainerImage":{"repositoryName":"a/b"}}}]`),
			[]finding.Finding{of(repository)},
		},
		{"a repository", inspectorEvent(active, `[{"type":"AWS_ECR_REPOSITORY","id":"arn:aws:ecr:eu-west-1:111122223333:repository/a/b"}]`), []finding.Finding{of(repository)}},
		{
			"a version of a function", inspectorEvent(active, `[{"type":"AWS_LAMBDA_FUNCTION","id":"arn:aws:lambda:eu-west-1:111122223333:function:fn:$LATEST",
				"details":{"awsLambdaFunction":{"functionName":"fn","version":"$LATEST"}}}]`),
			[]finding.Finding{of(func(f *finding.Finding) {
				is("AWS::Lambda::Function", "fn", "arn:aws:lambda:eu-west-1:111122223333:function:fn")(f)
				f.Subject = finding.Subject{"finding": inspectorARN, "function": "fn", "version": "$LATEST"}
			})},
		},
		{"a repository of code", inspectorEvent(active, `[{"type":"CODE_REPOSITORY","id":"project-1"}]`), []finding.Finding{of(is("", "project-1", ""))}},
		{
			"outside AWS", inspectorEvent(active, `[{"type":"AZURE_VM","id":"vm-1","provider":"AZURE"}]`),
			[]finding.Finding{of(func(f *finding.Finding) {
				is("", "vm-1", "")(f)
				f.Moot = "it is about a resource outside AWS"
			})},
		},
		{
			"the way to an instance", inspectorEvent(`"type":"NETWORK_REACHABILITY","severity":"LOW","status":"ACTIVE","networkReachabilityDetails":{"protocol":"TCP","openPortRange":{"begin":22,"end":22},
				"networkPath":{"steps":[{"componentId":"sg-1","componentType":"AWS::EC2::SecurityGroup"},{"componentId":"","componentType":"x"},{"componentId":"i-1","componentType":"AWS::EC2::Instance"}]}}`, `[`+instance+`]`),
			[]finding.Finding{
				of(func(f *finding.Finding) {
					f.Control, f.Severity, f.Subject = "inspector:NETWORK_REACHABILITY/TCP/22", finding.Low, finding.Subject{"finding": inspectorARN, "port": "22"}
				}),
				of(func(f *finding.Finding) {
					f.Control, f.Severity, f.Subject, f.Beside = "inspector:NETWORK_REACHABILITY/TCP/22", finding.Low, finding.Subject{"finding": inspectorARN, "port": "22"}, true
					is("AWS::EC2::SecurityGroup", "sg-1", "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1")(f)
				}),
			},
		},
		{
			"two resources", inspectorEvent(active, `[`+instance+`,{"type":"AWS_EC2_INSTANCE","id":"i-2"}]`),
			[]finding.Finding{found, of(func(f *finding.Finding) {
				is("AWS::EC2::Instance", "i-2", "arn:aws:ec2:eu-west-1:111122223333:instance/i-2")(f)
				f.Beside = true
			})},
		},
		{
			"a resource of another account", inspectorEvent(active, `[{"type":"AWS_ECR_REPOSITORY","id":"arn:aws:ecr:eu-west-1:444455556666:repository/a/b"}]`),
			[]finding.Finding{of(func(f *finding.Finding) {
				is("AWS::ECR::Repository", "a/b", "arn:aws:ecr:eu-west-1:444455556666:repository/a/b")(f)
				f.Resource.Account = "444455556666"
				f.Forged = "the ARN of its resource names another account than the finding"
			})},
		},
		{
			"an ARN of another region", strings.Replace(inspectorEvent(active, `[`+instance+`]`), "inspector2:eu-west-1", "inspector2:us-east-1", 1),
			[]finding.Finding{of(func(f *finding.Finding) {
				f.Subject = finding.Subject{"finding": strings.Replace(inspectorARN, "eu-west-1", "us-east-1", 1)}
				f.Report.ID = f.Subject["finding"]
				f.Forged = "its ARN is of region us-east-1, and the event of region eu-west-1"
			})},
		},
		{
			"an ARN of another service", strings.Replace(inspectorEvent(active, `[`+instance+`]`), "aws:inspector2:", "aws:guardduty:", 1),
			[]finding.Finding{of(func(f *finding.Finding) {
				f.Subject = finding.Subject{"finding": strings.Replace(inspectorARN, "inspector2", "guardduty", 1)}
				f.Report.ID = f.Subject["finding"]
				f.Forged = "its ARN is none of a finding of Inspector"
			})},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := decoded(t, test.event); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, test.want)
			}
		})
	}
}

func TestInspectorRefused(t *testing.T) {
	whole := inspectorEvent(active, `[`+instance+`]`)
	tests := []struct{ name, event, want string }{
		{"no ARN", strings.Replace(whole, `"findingArn"`, `"x"`, 1), "detail.findingArn is missing"},
		{"no type", strings.Replace(whole, `"type"`, `"x"`, 1), "detail.type is missing"},
		{"no account", strings.Replace(whole, `"awsAccountId"`, `"x"`, 1), "detail.awsAccountId is missing"},
		{"no status", strings.Replace(whole, `"status"`, `"x"`, 1), "detail.status is missing"},
		{"another status", strings.Replace(whole, `"ACTIVE"`, `"ODD"`, 1), "detail.status is none that Inspector documents"},
		{"a resource without id", strings.Replace(whole, `"i-1"`, `""`, 1), "detail.resources[0].id is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := refused(t, test.event); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
