package deployed

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestResolve(t *testing.T) {
	v := values{
		Place: Place{Partition: "aws-cn", Account: "111122223333", Region: "cn-north-1", Stack: "Tagwarden"},
		template: &Template{File: "t.json", Resources: map[string]*Resource{
			"Jobs": {Type: "AWS::SQS::Queue"}, "Role": {Type: "AWS::IAM::Role"}, "Log": {Type: "AWS::Logs::LogGroup"}, "Alarm": {Type: "AWS::CloudWatch::Alarm"},
		}, Conditions: tree(t, `{
			"HasUrls": {"Fn::And": [{"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-us-gov"]}]}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}]}]},
			"HasLogs": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-us-gov"]}]}, "Odd": {"Fn::Contains": [["a"], "a"]}
		}`).(map[string]any)},
		parameters: map[string]string{"Hub": "444455556666"},
		physical:   map[string]string{"Jobs": "https://queue/111122223333/jobs", "Role": "worker", "Log": "/aws/lambda/x"},
	}
	for _, c := range []struct{ name, template, want string }{
		{"scalars stay", `{"A": 345600, "B": true, "C": "text", "D": [1, null]}`, `{"A": 345600, "B": true, "C": "text", "D": [1, null]}`},
		{"pseudo parameters", `[{"Ref": "AWS::Partition"}, {"Ref": "AWS::Region"}, {"Ref": "AWS::StackName"}]`, `["aws-cn", "cn-north-1", "Tagwarden"]`},
		{"the suffix of endpoints", `{"Ref": "AWS::URLSuffix"}`, `"amazonaws.com.cn"`},
		{"a parameter", `{"Ref": "Hub"}`, `"444455556666"`},
		{"a resource", `{"Ref": "Jobs"}`, `"https://queue/111122223333/jobs"`},
		{"a queue's ARN", `{"Fn::GetAtt": ["Jobs", "Arn"]}`, `"arn:aws-cn:sqs:cn-north-1:111122223333:jobs"`},
		{"a role's ARN", `{"Fn::GetAtt": ["Role", "Arn"]}`, `"arn:aws-cn:iam::111122223333:role/worker"`},
		{"a log group's ARN", `{"Fn::GetAtt": ["Log", "Arn"]}`, `"arn:aws-cn:logs:cn-north-1:111122223333:log-group:/aws/lambda/x:*"`},
		{"a join", `{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::", {"Ref": "AWS::AccountId"}, ":root"]]}`, `"arn:aws-cn:iam::111122223333:root"`},
		{"a text with names", `{"Fn::Sub": "arn:${AWS::Partition}:x:${Jobs.Arn}:${Hub}:${!kept}"}`, `"arn:aws-cn:x:arn:aws-cn:sqs:cn-north-1:111122223333:jobs:444455556666:${kept}"`},
		{"a text with names of its own", `{"Fn::Sub": ["${a}-${AWS::Region}", {"a": {"Ref": "Hub"}}]}`, `"444455556666-cn-north-1"`},
		{"a part of a text", `{"Fn::Select": [1, {"Fn::Split": [":", "a:b:c"]}]}`, `"b"`},
		{"within lists and objects", `{"a": [{"b": {"Ref": "Hub"}}]}`, `{"a": [{"b": "444455556666"}]}`},
		{"the one of two that holds", `{"a": {"Fn::If": ["HasUrls", "yes", "no"]}, "b": {"Fn::If": ["HasLogs", "yes", "no"]}}`, `{"a": "no", "b": "yes"}`},
		{"what is left out", `{"a": {"Fn::If": ["HasUrls", {"Mode": "Active"}, {"Ref": "AWS::NoValue"}]}, "b": 1}`, `{"b": 1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := v.resolve(tree(t, c.template))
			if err != nil {
				t.Fatal(err)
			}
			if want := tree(t, c.want); !reflect.DeepEqual(plain(got), plain(want)) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	for name, template := range map[string]string{
		"a function that is not known":   `{"Fn::ImportValue": "x"}`,
		"what is not in the template":    `{"Ref": "Stranger"}`,
		"what the emulator did not make": `{"Ref": "Alarm"}`,
		"an attribute without a value":   `{"Fn::GetAtt": ["Jobs", "Colour"]}`,
		"an unknown name in a text":      `{"Fn::Sub": "x${Stranger}"}`,
		"an index behind the end":        `{"Fn::Select": [3, ["a"]]}`,
		"a condition that is not there":  `{"Fn::If": ["Stranger", 1, 2]}`,
		"a condition that is not known":  `{"Fn::If": ["Odd", 1, 2]}`,
		"a join that is none":            `{"Fn::Join": ["a"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := v.resolve(tree(t, template)); err == nil {
				t.Errorf("got %v and no error", got)
			}
		})
	}
}

func tree(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

func TestDifference(t *testing.T) {
	for _, c := range []struct {
		name, want string
		got        any
		differ     string
	}{
		{"a number as text", `60`, "60", ""},
		{"a large number", `1048576`, "1048576", ""},
		{"a switch as text", `true`, "true", ""},
		{"another number", `60`, "30", "it is 30 and not 60"},
		{"a document as text", `{"a": {"b": [1, "x"]}}`, `{"a":{"b":["1","x"]}}`, ""},
		{"more than was set", `{"a": 1}`, tree(t, `{"a": 1, "b": 2}`), ""},
		{"more than may be", `{"a": 1}`, exact{tree(t, `{"a": 1, "b": 2}`)}, `b is 2 and not in the template`},
		{"a statement too many", `[{"Sid": "A"}]`, exact{`[{"Sid":"A"},{"Sid":"B"}]`}, `it is [{"Sid":"A"},{"Sid":"B"}] and not [{"Sid":"A"}]`},
		{"deep within", `{"a": [{"b": 1}]}`, tree(t, `{"a": [{"b": 2}]}`), `a[0].b is 2 and not 1`},
		{"nothing there", `{"a": 1}`, nil, `it is null and not {"a":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := difference(tree(t, c.want), c.got); got != c.differ {
				t.Errorf("got %q, want %q", got, c.differ)
			}
		})
	}
}
