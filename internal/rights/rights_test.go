package rights_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// catalog is what the policies of these tests may name.
var catalog = policy.Catalog{
	Kinds: []string{"config", "tags"},
	Remedies: []policy.CatalogRemedy{
		{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
		{ID: "bucket", Setting: "s3:block", Answers: []string{"config:block"}, Resource: "AWS::S3::Bucket", Undo: "exact"},
	},
}

// list are remedies with the forms of grants that there are.
var list = []remedy.Remedy{
	{
		ID: "tags", Resource: "*",
		Reads: []remedy.Grant{
			{Action: "ec2:DescribeTags", On: "*", Types: []string{"AWS::EC2::*"}},
			{Action: "s3:GetBucketTagging", On: "${ARN}", Types: []string{"AWS::S3::Bucket"}},
			{Action: "organizations:ListTagsForResource", On: "arn:${Partition}:organizations::*:account/*/${Account}", Types: []string{"AWS::SQS::Queue"}, Role: "sqs", For: "account"},
			{Action: "sqs:ListQueueTags", On: "${ARN}", Types: []string{"AWS::SQS::Queue"}},
			{Action: "iam:ListRoleTags", On: "${ARN}", Types: []string{"AWS::IAM::Role"}},
			{Action: "tag:GetResources", On: "*", Types: []string{"AWS::Kinesis::*"}, Role: "tag"},
		},
		Writes: []remedy.Grant{
			{Action: "ec2:CreateTags", On: "${ARN}", Types: []string{"AWS::EC2::*"}},
			{Action: "ec2:DeleteTags", On: "${ARN}", Types: []string{"AWS::EC2::*"}},
			{Action: "s3:PutBucketTagging", On: "${ARN}", Types: []string{"AWS::S3::Bucket"}},
			{Action: "iam:TagRole", On: "${ARN}", Types: []string{"AWS::IAM::*"}},
			{Action: "logs:TagResource", On: "${ARN}", Types: []string{"AWS::Logs::LogGroup"}},
			{Action: "logs:PutRetentionPolicy", On: "${ARN}:*", Types: []string{"AWS::Logs::LogGroup"}},
			{Action: "kinesis:AddTagsToStream", On: "${ARN}", Types: []string{"AWS::Kinesis::Stream"}, Role: "tag"},
		},
	},
	{
		ID: "bucket", Resource: "AWS::S3::Bucket",
		Reads:  []remedy.Grant{{Action: "s3:GetBucketPublicAccessBlock", On: "${ARN}"}},
		Writes: []remedy.Grant{{Action: "s3:PutBucketPublicAccessBlock", On: "${ARN}"}},
	},
}

func parse(t *testing.T, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), catalog)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tagPolicy is a policy with one tag rule.
func tagPolicy(mode, types string) string {
	return "version: 1\nmode: " + mode + "\ntags:\n  - {key: Owner, required: true" + types + "}\nrules:\n  - {name: tags, on: [config, tags], do: [tags]}\n"
}

const bucketRule = "  - {name: bucket, controls: ['config:block'], do: [bucket], mode: fix}\n"

// flat is roles as text, for comparison: a line a statement.
func flat(roles []rights.Role) []string {
	var lines []string
	for _, r := range roles {
		for _, s := range r.Document.Statement {
			lines = append(lines, fmt.Sprintf("%s by %s: %s %s: %s on %s", r.Service, strings.Join(r.Remedies, "+"), s.Effect, s.Sid,
				strings.Join(s.Action, " "), strings.Join(s.Resource, " ")))
		}
	}
	return lines
}

func TestRoles(t *testing.T) {
	tests := []struct {
		name, policy string
		want         []string
	}{
		{"notify needs none", tagPolicy("notify", ""), nil},
		{"observe needs none", tagPolicy("observe", ""), nil},
		{"propose needs what fix does", tagPolicy("propose", `, types: ["AWS::S3::Bucket"]`), []string{
			"s3 by tags: Allow Read1: s3:GetBucketTagging on arn:${Partition}:s3:::*",
			"s3 by tags: Allow Write1: s3:PutBucketTagging on arn:${Partition}:s3:::*",
		}},
		{"types bound the resources", tagPolicy("fix", `, types: ["AWS::EC2::Instance", "AWS::EC2::Vol*"]`), []string{
			"ec2 by tags: Allow Read1: ec2:DescribeTags on *",
			"ec2 by tags: Allow Write1: ec2:CreateTags ec2:DeleteTags on arn:${Partition}:ec2:${Region}:${Account}:instance/* arn:${Partition}:ec2:${Region}:${Account}:volume/*",
		}},
		{"a grant's own role", tagPolicy("fix", `, types: ["AWS::Kinesis::Stream"]`), []string{
			"tag by tags: Allow Read1: tag:GetResources on *",
			"tag by tags: Allow Write1: kinesis:AddTagsToStream on arn:${Partition}:kinesis:${Region}:${Account}:stream/*",
		}},
		{"principals where they are named", tagPolicy("fix", `, types: ["AWS::IAM::Role"]`), []string{
			"iam by tags: Allow Read1: iam:ListRoleTags on arn:${Partition}:iam::${Account}:role/*",
			"iam by tags: Allow Write1: iam:TagRole on arn:${Partition}:iam::${Account}:role/*",
		}},
		{"two remedies share a role", tagPolicy("fix", `, types: ["AWS::S3::Bucket"]`) + bucketRule, []string{
			"s3 by bucket+tags: Allow Read1: s3:GetBucketPublicAccessBlock s3:GetBucketTagging on arn:${Partition}:s3:::*",
			"s3 by bucket+tags: Allow Write1: s3:PutBucketPublicAccessBlock s3:PutBucketTagging on arn:${Partition}:s3:::*",
		}},
		{"a where on the type bounds them", strings.Replace(tagPolicy("fix", ""), "do: [tags]}", `do: [tags], where: {type: ["AWS::S3::Bucket"]}}`, 1), []string{
			"s3 by tags: Allow Read1: s3:GetBucketTagging on arn:${Partition}:s3:::*",
			"s3 by tags: Allow Write1: s3:PutBucketTagging on arn:${Partition}:s3:::*",
		}},
		{"so does the scope", strings.Replace(tagPolicy("fix", ""), "mode:", "scope: {type: [{prefix: \"AWS::S3::B\"}]}\nmode:", 1), []string{
			"s3 by tags: Allow Read1: s3:GetBucketTagging on arn:${Partition}:s3:::*",
			"s3 by tags: Allow Write1: s3:PutBucketTagging on arn:${Partition}:s3:::*",
		}},
		{"a fill from the account needs to read its tags", tagPolicy("fix", `, fill: [{from: account}], types: ["AWS::SQS::Queue"]`), []string{
			"sqs by tags: Allow Read1: organizations:ListTagsForResource on arn:${Partition}:organizations::*:account/*/${Account}",
			"sqs by tags: Allow Read2: sqs:ListQueueTags on arn:${Partition}:sqs:${Region}:${Account}:*",
		}},
		{"another fill does not", tagPolicy("fix", `, fill: [{value: x}], types: ["AWS::SQS::Queue"]`), []string{
			"sqs by tags: Allow Read1: sqs:ListQueueTags on arn:${Partition}:sqs:${Region}:${Account}:*",
		}},
		{"each remedy in its own mode", tagPolicy("notify", "") + bucketRule, []string{
			"s3 by bucket: Allow Read1: s3:GetBucketPublicAccessBlock on arn:${Partition}:s3:::*",
			"s3 by bucket: Allow Write1: s3:PutBucketPublicAccessBlock on arn:${Partition}:s3:::*",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := flat(rights.Roles(parse(t, test.policy), list)); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// What a policy for all types or for a glob over all services may do, it may not do to IAM's roles, users and policies.
func TestRolesLeavePrincipalsAlone(t *testing.T) {
	for _, types := range []string{"", `, types: ["*"]`, `, types: ["AWS::*"]`} {
		for _, r := range rights.Roles(parse(t, tagPolicy("fix", types)), list) {
			for _, s := range r.Document.Statement {
				for _, on := range s.Resource {
					if regexp.MustCompile(`:iam:.*:(role|user|policy)/`).MatchString(on) {
						t.Errorf("types %q: %v allowed on %s", types, s.Action, on)
					}
				}
			}
		}
	}
}

func TestSession(t *testing.T) {
	tests := []struct {
		name string
		res  finding.Resource
		want string // statements, or the error
	}{
		{
			"the very resource",
			finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Instance", ARN: "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc"},
			"Read1: ec2:DescribeTags on *; Write1: ec2:CreateTags ec2:DeleteTags on arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc",
		},
		{
			"another partition",
			finding.Resource{Partition: "aws-cn", Account: "111122223333", Region: "cn-north-1", Type: "AWS::S3::Bucket", ARN: "arn:aws-cn:s3:::data"},
			"Read1: s3:GetBucketTagging on arn:aws-cn:s3:::data; Write1: s3:PutBucketTagging on arn:aws-cn:s3:::data",
		},
		{
			"a name is no wildcard",
			finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::Kinesis::Stream", ARN: "arn:aws:kinesis:eu-west-1:111122223333:stream/a*?$b"},
			"Read1: tag:GetResources on *; Write1: kinesis:AddTagsToStream on arn:aws:kinesis:eu-west-1:111122223333:stream/a${*}${?}${$}b",
		},
		{
			"a log group in the spelling of its calls",
			finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::Logs::LogGroup", ARN: "arn:aws:logs:eu-west-1:111122223333:log-group:/app:*"},
			"Write1: logs:PutRetentionPolicy on arn:aws:logs:eu-west-1:111122223333:log-group:/app:*; Write2: logs:TagResource on arn:aws:logs:eu-west-1:111122223333:log-group:/app",
		},
		{
			"a snapshot without its account",
			finding.Resource{
				Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Snapshot",
				ARN: "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-0",
			},
			"Read1: ec2:DescribeTags on *; Write1: ec2:CreateTags ec2:DeleteTags on arn:aws:ec2:eu-west-1::snapshot/snap-0",
		},
		{
			"a role whose path is not told",
			finding.Resource{Partition: "aws", Account: "111122223333", Region: "us-east-1", Type: "AWS::IAM::Role", ARN: "arn:aws:iam::111122223333:role/app"},
			"Read1: iam:ListRoleTags on arn:aws:iam::111122223333:role/*/app arn:aws:iam::111122223333:role/app; " +
				"Write1: iam:TagRole on arn:aws:iam::111122223333:role/*/app arn:aws:iam::111122223333:role/app",
		},
		{
			"a role whose path is told",
			finding.Resource{Partition: "aws", Account: "111122223333", Region: "us-east-1", Type: "AWS::IAM::Role", ARN: "arn:aws:iam::111122223333:role/team/app"},
			"Read1: iam:ListRoleTags on arn:aws:iam::111122223333:role/team/app; Write1: iam:TagRole on arn:aws:iam::111122223333:role/team/app",
		},
		{
			"a snapshot, whose ARN has no account where it is checked",
			finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Snapshot", ARN: "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-1"},
			"Read1: ec2:DescribeTags on *; " +
				"Write1: ec2:CreateTags ec2:DeleteTags on arn:aws:ec2:eu-west-1::snapshot/snap-1",
		},
		{
			"no ARN",
			finding.Resource{Type: "AWS::S3::Bucket", ID: "data"},
			"remedy tags acts on the very resource, and the ARN of AWS::S3::Bucket data is not known",
		},
		{
			"no grant",
			finding.Resource{Type: "AWS::SNS::Topic", ARN: "arn:aws:sns:eu-west-1:111122223333:t"},
			`remedy tags asks for no right on resources of type "AWS::SNS::Topic"`,
		},
		{"too long", finding.Resource{Partition: "aws", Type: "AWS::EC2::Instance", ARN: "arn:aws:ec2:eu-west-1:111122223333:instance/" + strings.Repeat("x", 1990)}, "characters, AWS takes 2048"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := rights.Session(list[0], test.res)
			if err != nil {
				if !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want %s", err, test.want)
				}
				return
			}
			var got []string
			for _, s := range d.Statement {
				got = append(got, s.Sid+": "+strings.Join(s.Action, " ")+" on "+strings.Join(s.Resource, " "))
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), test.want)
			}
		})
	}
}

func TestRoleOf(t *testing.T) {
	two := remedy.Remedy{ID: "two", Reads: []remedy.Grant{{Action: "s3:GetObject", On: "*"}, {Action: "kms:Decrypt", On: "*"}}}
	tests := []struct {
		name string
		r    remedy.Remedy
		typ  string
		want string
	}{
		{"by prefix", list[0], "AWS::EC2::Volume", "ec2"},
		{"by name", list[0], "AWS::Kinesis::Stream", "tag"},
		{"none", list[0], "AWS::SNS::Topic", `remedy tags asks for no right on resources of type "AWS::SNS::Topic"`},
		{"two", two, "AWS::S3::Bucket", "remedy two asks for rights of two roles, s3 and kms, on resources of type AWS::S3::Bucket"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := rights.RoleOf(test.r, test.typ)
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestDocumentIsAPolicy(t *testing.T) {
	roles := rights.Roles(parse(t, tagPolicy("fix", `, types: ["AWS::S3::Bucket"]`)), list)
	d := roles[0].Document.In(rights.Scope{Partition: "aws", Region: "*", Account: "111122223333"})
	got, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"Read1","Effect":"Allow","Action":["s3:GetBucketTagging"],"Resource":["arn:aws:s3:::*"]},` +
		`{"Sid":"Write1","Effect":"Allow","Action":["s3:PutBucketTagging"],"Resource":["arn:aws:s3:::*"]}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if size := d.Size(); size != len(want) {
		t.Errorf("size is %d, want %d", size, len(want))
	}
	if strings.Contains(roles[0].Document.Statement[0].Resource[0], "arn:aws:") {
		t.Error("In changed the document itself")
	}
}

func TestPoliciesAreWhole(t *testing.T) {
	long := rights.Document{Version: "2012-10-17"}
	for i := range 60 {
		long.Statement = append(long.Statement, rights.Statement{
			Sid: fmt.Sprint("Write", i), Effect: "Allow", Action: []string{"s3:Put"}, Resource: []string{strings.Repeat("x", 400)},
		})
	}
	var got []rights.Statement
	for i, d := range (rights.Role{Document: long}).Policies() {
		limit := rights.MaxManaged
		if i == 0 {
			limit = rights.MaxRole
		}
		if size := d.Size(); size > limit || size < limit-500 && len(got)+len(d.Statement) < len(long.Statement) {
			t.Errorf("policy %d has %d characters, want nearly %d", i, size, limit)
		}
		got = append(got, d.Statement...)
	}
	if !reflect.DeepEqual(got, long.Statement) {
		t.Errorf("the pieces have %d statements and are not the whole of %d", len(got), len(long.Statement))
	}
}

func TestFunctions(t *testing.T) {
	names := rights.Names{Prefix: "tagwarden"}
	roles := []rights.Role{{Service: "ec2"}, {Service: "s3"}}
	tests := []struct {
		name, function string
		roles          []rights.Role
		hub            bool
		topics         []string
		want           []string
	}{
		{"a judge", "config", roles, false, nil, []string{
			"Consume: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-config",
			"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
			"HandOver: sqs:SendMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Publish: sns:Publish on arn:${Partition}:sns:${Region}:${Account}:tagwarden",
			"PublishKey: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
			"Announce: events:PutEvents on arn:${Partition}:events:${Region}:${Account}:event-bus/default",
			"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-config:*",
		}},
		{"act", "act", roles, false, nil, []string{
			"Consume: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Postpone: sqs:ChangeMessageVisibility on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
			"Publish: sns:Publish on arn:${Partition}:sns:${Region}:${Account}:tagwarden",
			"PublishKey: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
			"Announce: events:PutEvents on arn:${Partition}:events:${Region}:${Account}:event-bus/default",
			"Assume: sts:AssumeRole on arn:${Partition}:iam::${Account}:role/tagwarden-ec2 arn:${Partition}:iam::${Account}:role/tagwarden-s3",
			"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-act:*",
			"Trace: xray:PutTelemetryRecords xray:PutTraceSegments on *",
		}},
		{"the operator", "operator", nil, false, nil, []string{
			"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
			"Indexes: dynamodb:Query on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal/index/*",
			"HandOver: sqs:SendMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Key: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
			"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-operator:*",
			"Trace: xray:PutTelemetryRecords xray:PutTraceSegments on *",
		}},
		{"act where proposals are put into Security Hub", "act", nil, true, nil, []string{
			"Consume: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Postpone: sqs:ChangeMessageVisibility on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
			"Publish: sns:Publish on arn:${Partition}:sns:${Region}:${Account}:tagwarden",
			"PublishKey: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
			"Announce: events:PutEvents on arn:${Partition}:events:${Region}:${Account}:event-bus/default",
			"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-act:*",
			"Trace: xray:PutTelemetryRecords xray:PutTraceSegments on *",
			"Note: securityhub:BatchUpdateFindings securityhub:GetFindings on arn:${Partition}:securityhub:${Region}:${Account}:hub/default",
			"Post: securityhub:BatchImportFindings on arn:${Partition}:securityhub:${Region}:${Account}:product/${Account}/default",
		}},
		{"a judge where routes lead to other topics", "tags", nil, false, []string{"arn:aws:sns:eu-west-1:444455556666:data"}, []string{
			"Consume: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-tags",
			"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
			"HandOver: sqs:SendMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Publish: sns:Publish on arn:${Partition}:sns:${Region}:${Account}:tagwarden arn:aws:sns:eu-west-1:444455556666:data",
			"PublishKey: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
			"Announce: events:PutEvents on arn:${Partition}:events:${Region}:${Account}:event-bus/default",
			"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-tags:*",
		}},
		{"act without roles assumes none", "act", nil, false, nil, []string{
			"Consume: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Postpone: sqs:ChangeMessageVisibility on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
			"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
			"Publish: sns:Publish on arn:${Partition}:sns:${Region}:${Account}:tagwarden",
			"PublishKey: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
			"Announce: events:PutEvents on arn:${Partition}:events:${Region}:${Account}:event-bus/default",
			"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-act:*",
			"Trace: xray:PutTelemetryRecords xray:PutTraceSegments on *",
		}},
	}
	clock := []string{
		"Consume: sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-clock",
		"Journal: dynamodb:GetItem dynamodb:PutItem on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal",
		"Indexes: dynamodb:Query on arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal/index/*",
		"HandOver: sqs:SendMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-act.fifo",
		"Publish: sns:Publish on arn:${Partition}:sns:${Region}:${Account}:tagwarden",
		"PublishKey: kms:Decrypt kms:GenerateDataKey on arn:${Partition}:kms:${Region}:${Account}:key/TOPIC-KEY",
		"Announce: events:PutEvents on arn:${Partition}:events:${Region}:${Account}:event-bus/default",
		"Log: logs:CreateLogStream logs:PutLogEvents on arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-clock:*",
	}
	search := "Search: resource-explorer-2:Search on arn:${Partition}:resource-explorer-2:${Region}:${Account}:view/*/*"
	pages := "Pages: sqs:SendMessage on arn:${Partition}:sqs:${Region}:${Account}:tagwarden-clock"
	for _, test := range []struct {
		sweeping, aggregated bool
		more                 []string
	}{
		{false, false, nil},
		{false, true, nil},
		{true, false, []string{pages, "Inventory: config:SelectResourceConfig on *", search}},
		{true, true, []string{pages, "Inventory: config:SelectAggregateResourceConfig on arn:${Partition}:config:${Region}:${Account}:config-aggregator/*", search}},
	} {
		needs := rights.Needs{Journal: []string{"dynamodb:GetItem", "dynamodb:PutItem"}, Indexed: []string{"dynamodb:Query"}, Sweeps: test.sweeping, Aggregated: test.aggregated}
		var got []string
		for _, s := range names.Document("clock", needs).Statement {
			got = append(got, s.Sid+": "+strings.Join(s.Action, " ")+" on "+strings.Join(s.Resource, " "))
		}
		if want := slices.Concat(clock, test.more); !reflect.DeepEqual(got, want) {
			t.Errorf("the clock, %+v\n got %q\nwant %q", test, got, want)
		}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			needs := rights.Needs{Journal: []string{"dynamodb:GetItem", "dynamodb:PutItem"}, Indexed: []string{"dynamodb:Query"}, Roles: test.roles, Notes: test.hub, Posts: test.hub, Topics: test.topics}
			for _, s := range names.Document(test.function, needs).Statement {
				got = append(got, s.Sid+": "+strings.Join(s.Action, " ")+" on "+strings.Join(s.Resource, " "))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
