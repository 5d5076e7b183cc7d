package events

import (
	"cmp"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

const alice = `{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","userName":"alice"}`

func callEvent(service, name, more string) string {
	return `{"id":"k1","source":"aws.` + service + `","detail-type":"AWS API Call via CloudTrail",` + head + `,"resources":[],"detail":{"eventSource":"` + service + `.amazonaws.com",
		"eventName":"` + name + `","eventTime":"2026-11-23T11:58:00Z","userAgent":"Terraform 1.9.5","userIdentity":` + alice + `,` + more + `}}`
}

func TestCreate(t *testing.T) {
	made := time.Date(2026, 11, 23, 11, 58, 0, 0, time.UTC)
	created := finding.Finding{
		Event: "k1", Kind: "create", Control: "tags", Time: clock, From: "111122223333", Resource: volume, Actor: "alice", Agent: "Terraform 1.9.5",
		Seen: finding.Version{Source: "create", Number: made.UnixMilli(), Time: made}, Unread: "the call does not tell the tags",
	}
	of := func(typ, id, arn string, tags map[string]string) finding.Finding {
		f := created
		f.Resource.Type, f.Resource.ID, f.Resource.ARN, f.Resource.Tags = typ, id, arn, tags
		if tags != nil {
			f.Unread, f.Changed = "", true
		}
		return f
	}
	with := func(f finding.Finding, change func(*finding.Finding)) finding.Finding {
		change(&f)
		return f
	}
	const here = ":eu-west-1:111122223333:"
	ec2 := func(typ, id string, tags map[string]string) finding.Finding {
		word := map[string]string{"Instance": "instance/", "NetworkInterface": "network-interface/", "Volume": "volume/", "NatGateway": "natgateway/", "Snapshot": "snapshot/"}[typ]
		return of("AWS::EC2::"+typ, id, "arn:aws:ec2"+here+word+id, tags)
	}
	tests := []struct {
		name, event string
		want        []finding.Finding
	}{
		{"tags from the request", callEvent("ec2", "CreateVolume", `"requestParameters":{"tagSpecificationSet":{"items":[{"resourceType":"volume","tags":[{"key":"a","value":"1"},{"key":"b"}]}]}},
			"responseElements":{"volumeId":"vol-1"}`), []finding.Finding{ec2("Volume", "vol-1", map[string]string{"a": "1", "b": ""})}},
		{"tags of another type in the request", callEvent("ec2", "CreateVolume", `"requestParameters":{"tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"a","value":"1"}]}]}},
			"responseElements":{"volumeId":"vol-1"}`), []finding.Finding{created}},
		{"no tags in the response", callEvent("ec2", "CreateVolume", `"requestParameters":null,"responseElements":{"volumeId":"vol-1","tagSet":{}}`), []finding.Finding{ec2("Volume", "vol-1", map[string]string{})}},
		{"tags that the response does not repeat", callEvent("ec2", "CreateVolume", `"requestParameters":{"tagSpecificationSet":{"items":[{"resourceType":"volume","tags":[{"key":"a","value":"1"}]}]}},
			"responseElements":{"volumeId":"vol-1","tagSet":{}}`), []finding.Finding{ec2("Volume", "vol-1", map[string]string{"a": "1"})}},
		{"a hidden tag", callEvent("ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-1","tagSet":{"items":[{"key":"a","value":"HIDDEN_DUE_TO_SECURITY_REASONS"}]}}`), []finding.Finding{created}},
		{
			"instances and their interfaces, each with its own tags", callEvent("ec2", "RunInstances", `"requestParameters":{"tagSpecificationSet":{"items":[{"resourceType":"network-interface","tags":[{"key":"n","value":"2"}]}]}},
			"responseElements":{"instancesSet":{"items":[{"instanceId":"i-1","tagSet":{"items":[{"key":"a","value":"1"}]},"networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-1"}]}},{"instanceId":"i-2"}]}}`),
			[]finding.Finding{
				ec2("Instance", "i-1", map[string]string{"a": "1"}), ec2("Instance", "i-2", nil),
				with(ec2("NetworkInterface", "eni-1", map[string]string{"n": "2"}), func(f *finding.Finding) { f.Beside = true }),
			},
		},
		{
			"a wrapped call, with one tag as an object", callEvent("ec2", "CreateNatGateway", `"requestParameters":{"CreateNatGatewayRequest":{"TagSpecification":{"ResourceType":"natgateway","tag":1,"Tag":{"Key":"a","Value":"1","tag":1}}}},
			"responseElements":{"CreateNatGatewayResponse":{"natGateway":{"natGatewayId":"nat-1"}}}`), []finding.Finding{ec2("NatGateway", "nat-1", map[string]string{"a": "1"})},
		},
		{
			"one item as an object", callEvent("ec2", "CreateSnapshots", `"responseElements":{"CreateSnapshotsResponse":{"snapshotSet":{"item":{"snapshotId":"snap-1","tagSet":{"item":{"key":"a","value":"1"}}}}}}`),
			[]finding.Finding{ec2("Snapshot", "snap-1", map[string]string{"a": "1"})},
		},
		{
			"a bucket in its own region", callEvent("s3", "CreateBucket", `"requestParameters":{"bucketName":"b","CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}},"responseElements":null`),
			[]finding.Finding{with(of("AWS::S3::Bucket", "b", "arn:aws:s3:::b", nil), func(f *finding.Finding) { f.Resource.Region = "us-west-2" })},
		},
		{
			"a bucket in EU", callEvent("s3", "CreateBucket", `"requestParameters":{"bucketName":"b","CreateBucketConfiguration":{"LocationConstraint":"EU"}},"responseElements":null`),
			[]finding.Finding{of("AWS::S3::Bucket", "b", "arn:aws:s3:::b", nil)},
		},
		{
			"a map of tags", callEvent("lambda", "CreateFunction20150331", `"requestParameters":{"tags":{"a":"1"}},"responseElements":{"functionArn":"arn:aws:lambda:eu-west-1:111122223333:function:fn"}`),
			[]finding.Finding{of("AWS::Lambda::Function", "fn", "arn:aws:lambda"+here+"function:fn", map[string]string{"a": "1"})},
		},
		{
			"KMS's tags", callEvent("kms", "CreateKey", `"requestParameters":{"tags":[{"tagKey":"a","tagValue":"1"}]},"responseElements":{"keyMetadata":{"arn":"arn:aws:kms:eu-west-1:111122223333:key/k"}}`),
			[]finding.Finding{of("AWS::KMS::Key", "k", "arn:aws:kms"+here+"key/k", map[string]string{"a": "1"})},
		},
		{
			"letter case of a member", callEvent("rds", "CreateDBInstance", `"responseElements":{"dbInstanceArn":"arn:aws:rds:eu-west-1:111122223333:db:d","tagList":[]}`),
			[]finding.Finding{of("AWS::RDS::DBInstance", "d", "arn:aws:rds"+here+"db:d", map[string]string{})},
		},
		{"nothing was made", callEvent("ecs", "RunTask", `"responseElements":{"tasks":[],"failures":[{"reason":"RESOURCE:CPU"}]}`), nil},
		{
			"a version of a service", callEvent("elasticloadbalancing", "CreateLoadBalancer", `"requestParameters":{"loadBalancerName":"old","tags":[{"key":"a","value":"1"}]},"responseElements":{"dNSName":"x"}`),
			[]finding.Finding{of("AWS::ElasticLoadBalancing::LoadBalancer", "old", "arn:aws:elasticloadbalancing"+here+"loadbalancer/old", map[string]string{"a": "1"})},
		},
		{
			"what may have been there already tells neither creator nor tags", callEvent("sqs", "CreateQueue", `"requestParameters":{"tags":{"a":"1"}},"responseElements":{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/q"}`),
			[]finding.Finding{with(of("AWS::SQS::Queue", "https://sqs.eu-west-1.amazonaws.com/111122223333/q", "arn:aws:sqs"+here+"q", nil), func(f *finding.Finding) {
				f.Actor, f.Agent, f.Unread = "", "", "the call may have found the resource there already"
			})},
		},
		{
			"a secret whose response is left out", callEvent("secretsmanager", "CreateSecret", `"responseElements":null,"resources":[{"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf","accountId":"111122223333"}]`),
			[]finding.Finding{of("AWS::SecretsManager::Secret", "arn:aws:secretsmanager"+here+"secret:s-AbCdEf", "arn:aws:secretsmanager"+here+"secret:s-AbCdEf", nil)},
		},
		{
			"two names make an id", callEvent("elasticbeanstalk", "CreateEnvironment", `"requestParameters":{"applicationName":"shop","environmentName":"prod"},"responseElements":null`),
			[]finding.Finding{of("AWS::ElasticBeanstalk::Environment", "shop/prod", "arn:aws:elasticbeanstalk"+here+"environment/shop/prod", nil)},
		},
		{"made in another account", callEvent("events", "PutRule", `"responseElements":{"ruleArn":"arn:aws:events:eu-west-1:444455556666:rule/r"}`), nil},
		{"a call that failed", callEvent("ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-1"},"errorCode":"Client.VolumeLimitExceeded"`), nil},
		{"a call of another service with the name of one", callEvent("kafka", "CreateCluster", `"responseElements":{"clusterArn":"x"}`), nil},
		{"a call that only reads", callEvent("ec2", "CreateVolume", `"readOnly":true,"responseElements":{"volumeId":"vol-1"}`), nil},
		{"no time", strings.Replace(callEvent("ec2", "CreateVolume", `"responseElements":{"volumeId":"vol-1"}`), `"2026-11-23T11:58:00Z"`, `"?"`, 1), []finding.Finding{with(created, func(f *finding.Finding) {
			f.Seen = finding.Version{Source: "create", Number: clock.UnixMilli(), Time: clock}
		})}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var envelope Envelope
			if err := json.Unmarshal([]byte(test.event), &envelope); err != nil {
				t.Fatal(err)
			}
			got, err := decodeCreate(envelope)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				got[i].Detail = nil
			}
			if len(got) == 0 {
				got = nil
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, test.want)
			}
		})
	}
}

func TestCreateRefused(t *testing.T) {
	tests := []struct{ name, event, want string }{
		{"no response", callEvent("ec2", "CreateVolume", `"responseElements":null`), "detail.responseElements.volumeId is missing"},
		{"a hidden id", callEvent("ec2", "CreateVolume", `"responseElements":{"volumeId":"HIDDEN_DUE_TO_SECURITY_REASONS"}`), "detail.responseElements.volumeId is missing"},
		{"an id that is none", callEvent("ec2", "CreateVolume", `"responseElements":{"volumeId":"vol/1"}`), "detail.responseElements.volumeId is no id or ARN of a resource of the type AWS::EC2::Volume"},
		{"an ARN of another type", callEvent("kms", "CreateKey", `"responseElements":{"keyMetadata":{"arn":"arn:aws:kms:eu-west-1:111122223333:alias/k"}}`), "detail.responseElements.keyMetadata.arn is no id or ARN of a resource of the type AWS::KMS::Key"},
		{"no source", strings.Replace(callEvent("ec2", "CreateVolume", `"responseElements":null`), `"eventSource"`, `"x"`, 1), "detail.eventSource is missing"},
		{"another shape", callEvent("ec2", "CreateVolume", `"readOnly":"no"`), "detail is no record of CloudTrail: readOnly is a JSON string"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := refused(t, test.event); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPerson(t *testing.T) {
	role := func(name, session, more string) string {
		return `{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/` + name + `/` + session + `","sessionContext":{"sessionIssuer":{"userName":"` + name + `"}` + more + `}}`
	}
	tests := []struct{ name, identity, want string }{
		{"a user", alice, "alice"},
		{"a user whose name is hidden", strings.Replace(alice, `"userName":"alice"`, `"userName":"HIDDEN_DUE_TO_SECURITY_REASONS"`, 1), ""},
		{"a user of IAM Identity Center", role("AWSReservedSSO_Dev_0123456789abcdef", "jane", ""), "jane"},
		{"a session with an address", role("admin", "jane@example.com", ""), "jane@example.com"},
		{"a session of a program", role("deploy", "botocore-session-1", ""), ""},
		{"a session of an instance", role("web", "i-0123456789abcdef0", ""), ""},
		{"a source identity", role("deploy", "build-7", `,"sourceIdentity":"jane"`), "jane"},
		{"a source identity through a service", `{"type":"AssumedRole","invokedBy":"cloudformation.amazonaws.com","sessionContext":{"sourceIdentity":"jane"}}`, "jane"},
		{"a user through a service", strings.Replace(alice, `"type"`, `"invokedBy":"autoscaling.amazonaws.com","type"`, 1), ""},
		{"a service", `{"type":"AWSService","invokedBy":"ecs.amazonaws.com"}`, ""},
		{"the root user", `{"type":"Root","arn":"arn:aws:iam::111122223333:root"}`, ""},
		{"another account", `{"type":"AWSAccount","principalId":"AIDAEXAMPLE:x"}`, ""},
		{"nobody", `{}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var identity userIdentity
			if err := json.Unmarshal([]byte(test.identity), &identity); err != nil {
				t.Fatal(err)
			}
			if got := identity.person(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestCreatePattern holds that the pattern is no longer than a rule may have it, with the account beside it, and that it selects each call of the table.
func TestCreatePattern(t *testing.T) {
	p := Create().Pattern
	narrowed, ok := p.And([]string{"account"}, json.RawMessage(`["111122223333"]`))
	if !ok || narrowed.Len() > pattern.MaxLength {
		t.Errorf("the pattern has %d characters with one account; a rule takes %d", narrowed.Len(), pattern.MaxLength)
	}
	for _, c := range createCalls {
		event := callEvent(c.service, c.name, `"responseElements":null`)
		if selected, err := p.Match([]byte(event)); err != nil || !selected {
			t.Errorf("%s %s is not selected: %v", c.service, c.name, err)
		}
		if selected, err := p.Match([]byte(strings.Replace(event, `"responseElements"`, `"errorCode":"x","responseElements"`, 1))); err != nil || selected {
			t.Errorf("%s %s is selected although it failed: %v", c.service, c.name, err)
		}
	}
	for _, name := range []string{"CreateLogStream", "CreateGrant", "CreateTags", "DescribeInstances"} {
		if selected, err := p.Match([]byte(callEvent("ec2", name, `"responseElements":null`))); err != nil || selected {
			t.Errorf("%s is selected: %v", name, err)
		}
	}
}

// TestCreateCalls holds that each line of the table is of a type that is known and can be tagged, and that its paths are paths.
func TestCreateCalls(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range createCalls {
		line := c.service + " " + c.name + " " + c.typ
		if seen[line] {
			t.Errorf("%s stands twice", line)
		}
		seen[line] = true
		if name, ok := arn.Canonical(c.typ); !ok || name != c.typ || arn.Taggable(c.typ) == arn.No {
			t.Errorf("%s: the type is spelt %q, and its resources can be tagged: %v", line, name, arn.Taggable(c.typ))
		}
		if (c.besideAt == "") != (c.besideType == "") || len(c.at) == 0 {
			t.Errorf("%s has half of what it needs", line)
		}
		for _, path := range append([]string{c.besideAt}, c.at...) {
			for part := range strings.SplitSeq(path, " / ") {
				if part != "" && !strings.HasPrefix(part, "response.") && !strings.HasPrefix(part, "request.") && !strings.HasPrefix(part, "resources.") {
					t.Errorf("%s: %q is no path", line, part)
				}
			}
		}
		id := map[string]string{"AWS::CloudFormation::StackSet": "x:1", "AWS::ElasticBeanstalk::Environment": "x/1"}[c.typ]
		if strings.HasSuffix(strings.ToLower(c.at[0]), "arn") || c.typ == "AWS::CloudFormation::Stack" {
			id, _ = arn.Format(c.typ)
			id = strings.NewReplacer("${Partition}", "aws", "${Region}", "eu-west-1", "${Account}", "111122223333", "loadbalancer/*", "loadbalancer/app", "*", "x").Replace(id)
		}
		made, ok := c.resource(Envelope{AccountID: "111122223333", Region: "eu-west-1"}, cmp.Or(id, "x-1"))
		if !ok || made.Type != c.typ || made.ARN == "" {
			t.Errorf("%s: the id %q gives %+v, %v", line, cmp.Or(id, "x-1"), made, ok)
		}
	}
}
