package tags

import (
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

var glueJob = at("AWS::Glue::Job", "arn:aws:glue:eu-west-1:111122223333:job/orders")

func TestFallbackReads(t *testing.T) {
	const none = `{"PaginationToken":"","ResourceTagMappingList":[]}`
	seen := func(r finding.Resource, tags map[string]string) finding.Resource {
		r.Tags = tags
		return r
	}
	group := at("AWS::AutoScaling::AutoScalingGroup", "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:12345678-1234-4234-8234-123456789012:autoScalingGroupName/shop")
	cases := []struct {
		name   string
		r      finding.Resource
		answer string
		want   string // the tags, or what became of the read
	}{
		{"has none now, had some once", glueJob, `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:glue:eu-west-1:111122223333:job/orders","Tags":[]}]}`, "{}"},
		{"not shown, the event tells nothing", glueJob, none, "refused"},
		{"not shown, the event shows none", seen(glueJob, map[string]string{}), none, "{}"},
		{"not shown, the event shows some", seen(glueJob, map[string]string{"a": "1"}), none, "refused"},
		{"another is shown", glueJob, `{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:glue:eu-west-1:111122223333:job/orders2","Tags":[]}]}`, "refused"},
		{"a type that is never shown", seen(group, map[string]string{}), none, "refused"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			state, err := Remedy.Lens.Read(t.Context(), newFake(t).on("GetResources", 200, c.answer).config(), c.r)
			if got := string(state) + outcome(err); got != c.want {
				t.Errorf("got %q, want %q: %v", got, c.want, err)
			}
		})
	}
}

func TestFallbackPartialFailure(t *testing.T) {
	failed := func(code, status string) string {
		return `{"FailedResourcesMap":{"arn:aws:glue:eu-west-1:111122223333:job/orders":{"ErrorCode":"` + code + `","ErrorMessage":"no","StatusCode":` + status + `}}}`
	}
	cases := []struct{ name, answer, want string }{
		{"denied by the service", failed("InternalServiceException", "403"), "refused"},
		{"not supported, or a bad moment", failed("InternalServiceException", "500"), "error"},
		{"a bad tag, or a resource that is too young", failed("InvalidParameterException", "400"), "error"},
	}
	for _, c := range cases {
		for _, operation := range []string{"TagResources", "UntagResources"} {
			t.Run(c.name+" "+operation, func(t *testing.T) {
				f := newFake(t).on("TagResources", 200, "{}").on("UntagResources", 200, "{}")
				f.answers[operation] = []answer{{200, c.answer}}
				err := Remedy.Lens.Write(t.Context(), f.config(), glueJob, encoded(t, tagSet{"a": "1"}), encoded(t, tagSet{"b": "1"}))
				if got := outcome(err); got != c.want {
					t.Errorf("got %q, want %q: %v", got, c.want, err)
				}
			})
		}
	}
}

func TestRefusedWithoutACall(t *testing.T) {
	cases := []struct {
		name, why string
		r         finding.Resource
	}{
		{"a stack", "updating the stack", at("AWS::CloudFormation::Stack", "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/12345678-1234-4234-8234-123456789012")},
		{"an old ARN of ECS", "long ARN", at("AWS::ECS::Service", "arn:aws:ecs:eu-west-1:111122223333:service/orders")},
		{"an unknown type", "no way to tag", at("AWS::Nobody::Knows", "arn:aws:nobody:eu-west-1:111122223333:knows/x")},
		{"no ARN", "ARN", finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::IAM::Role", ID: "AROAEXAMPLEEXAMPLEEXA"}},
		{"what Systems Manager cannot tag", "no tags", at("AWS::SSM::ResourceDataSync", "arn:aws:ssm:eu-west-1:111122223333:resource-data-sync/x")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			_, readErr := Remedy.Lens.Read(t.Context(), f.config(), c.r)
			writeErr := Remedy.Lens.Write(t.Context(), f.config(), c.r, encoded(t, tagSet{}), encoded(t, tagSet{"a": "1"}))
			for _, err := range []error{readErr, writeErr} {
				if outcome(err) != "refused" || !strings.Contains(err.Error(), c.why) {
					t.Errorf("got %v, want it refused with %q", err, c.why)
				}
			}
			if len(f.calls) > 0 {
				t.Errorf("got calls %q, want none", f.calls)
			}
		})
	}
}

func TestPages(t *testing.T) {
	cases := []struct {
		wire, operation string
		first, second   string
		token           string // how the second call names the page
	}{
		{"ec2", "DescribeTags", `<R><nextToken>p2</nextToken><tagSet><item><key>a</key><value>1</value></item></tagSet></R>`, `<R><tagSet><item><key>b</key><value>2</value></item></tagSet></R>`, "NextToken=p2"},
		{"kms", "ListResourceTags", `{"Tags":[{"TagKey":"a","TagValue":"1"}],"Truncated":true,"NextMarker":"p2"}`, `{"Tags":[{"TagKey":"b","TagValue":"2"}],"Truncated":false}`, `"Marker":"p2"`},
		{"dynamodb", "ListTagsOfResource", `{"Tags":[{"Key":"a","Value":"1"}],"NextToken":"p2"}`, `{"Tags":[{"Key":"b","Value":"2"}]}`, `"NextToken":"p2"`},
		{
			"iam role", "ListRoleTags",
			`<R><ListRoleTagsResult><IsTruncated>true</IsTruncated><Marker>p2</Marker><Tags><member><Key>a</Key><Value>1</Value></member></Tags></ListRoleTagsResult></R>`,
			`<R><ListRoleTagsResult><Tags><member><Key>b</Key><Value>2</Value></member></Tags></ListRoleTagsResult></R>`, "Marker=p2",
		},
		{
			"glue by the tagging api", "GetResources", `{"PaginationToken":"p2","ResourceTagMappingList":[]}`,
			`{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:glue:eu-west-1:111122223333:job/orders","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}]}`, `"PaginationToken":"p2"`,
		},
	}
	for _, c := range cases {
		t.Run(c.wire, func(t *testing.T) {
			f := newFake(t).on(c.operation, 200, c.first).on(c.operation, 200, c.second)
			got, err := Remedy.Lens.Read(t.Context(), f.config(), wires[c.wire].r)
			if err != nil || string(got) != `{"a":"1","b":"2"}` {
				t.Errorf("got %s and %v, want both pages", got, err)
			}
			if len(f.calls) != 2 || !strings.Contains(f.calls[1], c.token) {
				t.Errorf("got calls %q, want two, the second with %s", f.calls, c.token)
			}
		})
		t.Run(c.wire+" second page denied", func(t *testing.T) {
			w := wires[c.wire]
			f := newFake(t).on(c.operation, 200, c.first).on(c.operation, 403, w.speaks.fault(w.speaks.denied()))
			if _, err := Remedy.Lens.Read(t.Context(), f.config(), w.r); outcome(err) != "refused" {
				t.Errorf("got %v, want it refused", err)
			}
		})
	}
}

func TestIAMLetterCase(t *testing.T) {
	cases := []struct {
		wire string
		want []string
	}{
		{"iam role", []string{"TagRole"}},
		{"iam user", []string{"TagUser"}},
		{"iam policy", []string{"TagPolicy", "UntagPolicy"}},
	}
	for _, c := range cases {
		t.Run(c.wire, func(t *testing.T) {
			f := wires[c.wire].fake(t)
			err := Remedy.Lens.Write(t.Context(), f.config(), wires[c.wire].r, encoded(t, tagSet{"owner": "a"}), encoded(t, tagSet{"Owner": "a"}))
			if got := operations(f.calls); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q and %v, want %q", got, err, c.want)
			}
		})
	}
}

// A resource that only its type and id tell is found, too.
func TestLocated(t *testing.T) {
	cases := []struct {
		name string
		r    finding.Resource
		want string
	}{
		{"an id", finding.Resource{Partition: "aws-cn", Account: "111122223333", Region: "cn-north-1", Type: "AWS::EC2::Volume", ID: "vol-0abc"}, "arn:aws-cn:ec2:cn-north-1:111122223333:volume/vol-0abc"},
		{"a bucket's name", finding.Resource{Partition: "aws-us-gov", Account: "111122223333", Region: "us-gov-west-1", Type: "AWS::S3::Bucket", ID: "orders"}, "arn:aws-us-gov:s3:::orders"},
		{"a queue's URL", finding.Resource{Partition: "aws", Type: "AWS::SQS::Queue", ID: "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}, "arn:aws:sqs:eu-west-1:111122223333:orders"},
		{"a log group with its streams", at("AWS::Logs::LogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:/a:*"), "arn:aws:logs:eu-west-1:111122223333:log-group:/a"},
		{"CloudFormation's type", at("AWS::IAM::ManagedPolicy", "arn:aws:iam::111122223333:policy/a"), "arn:aws:iam::111122223333:policy/a"},
		{"no type", at("", "arn:aws:sns:eu-west-1:111122223333:orders"), "arn:aws:sns:eu-west-1:111122223333:orders"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := located(c.r)
			if got.ARN != c.want || arn.Service(got.Type) != got.Service() {
				t.Errorf("got %q of type %q, want %q", got.ARN, got.Type, c.want)
			}
		})
	}
}
