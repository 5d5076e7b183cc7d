package iac

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// web is a stack that is known with its logical id.
func web(id string) Origin { return Origin{Tool: CloudFormation, Stack: "web", LogicalID: id} }

// TestPatch holds every snippet of the cases as the golden files have them.
func TestPatch(t *testing.T) {
	owner := Wanted{After: map[string]string{"Owner": "web-team", "Environment": "Prod"}}
	renamed := Wanted{Before: map[string]string{"owner": "web-team", "Stage": "dev"}, After: map[string]string{"Owner": "web-team", "Stage": "Dev"}}
	tests := []struct {
		name   string
		origin Origin
		typ    string
		wanted Wanted
	}{
		{"instance", web("Server"), "AWS::EC2::Instance", owner},
		{"bucket-without-a-logical-id", Origin{Tool: CloudFormation, Stack: "web"}, "AWS::S3::Bucket", owner},
		{"parameter-whose-tags-are-a-map", web("Endpoint"), "AWS::SSM::Parameter", owner},
		{"file-system-whose-tags-are-called-otherwise", web("Files"), "AWS::EFS::FileSystem", owner},
		{"auto-scaling-group", web("Group"), "AWS::AutoScaling::AutoScalingGroup", owner},
		{"instance-of-an-auto-scaling-group", Origin{Tool: CloudFormation, Stack: "web", LogicalID: "Group", Group: true}, "AWS::EC2::Instance", owner},
		{"launch-template", web("Template"), "AWS::EC2::LaunchTemplate", owner},
		{"type-whose-tags-no-template-holds", web("Rule"), "AWS::Config::ConfigRule", owner},
		{"renamed-key", web("Server"), "AWS::EC2::Instance", renamed},
		{"removed-keys", web("Server"), "AWS::EC2::Instance", Wanted{Before: map[string]string{"tmp-a": "1", "tmp-b": "2"}}},
		{"cdk", Origin{Tool: CDK, Stack: "web", LogicalID: "Server1A2B"}, "AWS::EC2::Instance", renamed},
		{"terraform", Origin{Tool: Terraform}, "AWS::EC2::Instance", renamed},
		{"terraform-auto-scaling-group", Origin{Tool: Terraform}, "AWS::AutoScaling::AutoScalingGroup", renamed},
		{"terraform-type-that-is-not-known", Origin{Tool: Terraform}, "AWS::Made::Up", owner},
		{"pulumi", Origin{Tool: Pulumi}, "AWS::EC2::Instance", renamed},
		{"origin-that-is-not-known", Origin{}, "AWS::SQS::Queue", owner},
		{"nothing", web("Server"), "AWS::EC2::Instance", Wanted{}},
		{"setting", web("Site"), "AWS::S3::Bucket", Wanted{Code: versioning}},
		{
			"setting-beside", web("Site"), "AWS::S3::Bucket",
			Wanted{Code: Code{On: "AWS::S3::BucketPolicy", CloudFormation: "Bucket: !Ref {{Resource}}\nPolicyDocument: {}", Terraform: "resource \"aws_s3_bucket_policy\" \"this\" {\n}"}},
		},
		{"hostile", Origin{}, "AWS::EC2::Instance", Wanted{Before: hostile, After: hostile2()}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := finding.Resource{Type: test.typ}
			var b strings.Builder
			fmt.Fprintf(&b, "line: %s\n", Line(test.origin, test.typ, test.wanted))
			for _, s := range Patch(test.origin, r, test.wanted) {
				fmt.Fprintf(&b, "\n== %s\n", s.Language)
				if s.Note != "" {
					fmt.Fprintf(&b, "-- %s\n", s.Note)
				}
				if s.Code != "" {
					fmt.Fprintln(&b, s.Code)
				}
			}
			golden(t, test.name, b.String())
		})
	}
}

// versioning is a setting that the resource itself holds.
var versioning = Code{CloudFormation: "VersioningConfiguration: {Status: Enabled,\n  Other: 1}", CDK: "new s3.Bucket(this, 'Bucket', { versioned: true });"}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// hostile are tags that would break out of a string, or be read as a template.
var hostile = map[string]string{
	`"]}, {Key: x`: `'); process.exit(1); ('`, "a\nb": "c\r\n- Key: d", "${var.secret}": "%{ for x in y }$${a}$$${b}", `back\slash`: `\"`, "tab\t": "\u0085\u2028\u00a0\x7f",
	"true": "null", "bad\xffbyte": "é",
}

func hostile2() map[string]string {
	tags := maps.Clone(hostile)
	delete(tags, "a\nb")
	return tags
}

// TestHostileTagsStayTags holds, by a YAML parser, that a template's lines say exactly the tags, whatever these are, in block and in flow style.
func TestHostileTagsStayTags(t *testing.T) {
	want := map[string]string{}
	for key, value := range hostile {
		want[strings.ToValidUTF8(key, "\ufffd")] = strings.ToValidUTF8(value, "\ufffd")
	}
	for _, typ := range []string{"AWS::EC2::Instance", "AWS::SSM::Parameter"} {
		code := Patch(web("Thing"), finding.Resource{Type: typ}, Wanted{After: hostile})[0].Code
		var template struct {
			Resources map[string]struct {
				Properties map[string]any `yaml:"Properties"`
			} `yaml:"Resources"`
		}
		if err := yaml.Unmarshal([]byte(code), &template); err != nil {
			t.Fatalf("%s: %v\n%s", typ, err, code)
		}
		if got := tagsOf(template.Resources["Thing"].Properties["Tags"]); !maps.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", typ, got, want)
		}
		flow, _, _ := strings.Cut(Line(Origin{Tool: CloudFormation, Stack: "web"}, typ, Wanted{After: hostile}), ", in CDK ")
		var property map[string]any
		if err := yaml.Unmarshal([]byte(flow), &property); err != nil {
			t.Fatalf("%s: %v\n%s", typ, err, flow)
		}
		if got := tagsOf(property["Tags"]); !maps.Equal(got, want) {
			t.Errorf("%s on one line: got %q, want %q", typ, got, want)
		}
	}
}

// tagsOf reads tags as either form has them.
func tagsOf(v any) map[string]string {
	tags := map[string]string{}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			tags[key] = fmt.Sprint(value)
		}
	case []any:
		for _, item := range v {
			tag, _ := item.(map[string]any)
			tags[fmt.Sprint(tag["Key"])] = fmt.Sprint(tag["Value"])
		}
	}
	return tags
}

func TestQuotes(t *testing.T) {
	tests := []struct{ in, yaml, script, hcl string }{
		{"web", `"web"`, `'web'`, `"web"`},
		{`a"b'c\`, `"a\"b'c\\"`, `'a"b\'c\\'`, `"a\"b'c\\"`},
		{"a\nb\t\x01\u2028", `"a\nb\t\x01\u2028"`, `'a\nb\t\x01\u2028'`, `"a\nb\t\u0001\u2028"`},
		{"${a} %{b} $a {b}", `"${a} %{b} $a {b}"`, `'${a} %{b} $a {b}'`, `"$${a} %%{b} $a {b}"`},
		{"$${a}", `"$${a}"`, `'$${a}'`, `"$\u0024{a}"`},
		{"\U000e0001\xff", `"` + "\ufffd\ufffd" + `"`, `'` + "\ufffd\ufffd" + `'`, `"` + "\ufffd\ufffd" + `"`},
	}
	for _, test := range tests {
		if y, s, h := yamlText(test.in), scriptText(test.in), hclText(test.in); y != test.yaml || s != test.script || h != test.hcl {
			t.Errorf("%q: got %s, %s, %s, want %s, %s, %s", test.in, y, s, h, test.yaml, test.script, test.hcl)
		}
	}
}

func TestTagsOf(t *testing.T) {
	c := change.Change{Touched: []change.Touch{
		{Path: "owner", Before: json.RawMessage(`"web"`)},
		{Path: "Owner", Before: json.RawMessage("null"), After: json.RawMessage(`"web"`)},
		{Path: "a~1b~0c", Before: json.RawMessage(`""`), After: json.RawMessage(`"2"`)},
		{Path: "odd", After: json.RawMessage(`{"x":1}`)},
	}}
	before, after := TagsOf(c)
	if want := map[string]string{"owner": "web", "a/b~c": ""}; !maps.Equal(before, want) {
		t.Errorf("got %q before, want %q", before, want)
	}
	if want := map[string]string{"Owner": "web", "a/b~c": "2"}; !maps.Equal(after, want) {
		t.Errorf("got %q after, want %q", after, want)
	}
}

func TestFill(t *testing.T) {
	codes := []Code{
		{CloudFormation: "A: {{days}}", CDK: "a({{days}}, {{list}})", Terraform: "a = {{name}}"},
		{With: "key", CloudFormation: "Key: {{key}}", Terraform: "key = {{key}}"},
	}
	r := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", ID: "site"}
	defaults := map[string]string{"days": "7", "list": `["a"]`, "name": `"${Bucket}/"`, "key": ""}
	tests := []struct {
		name, with string
		codes      []Code
		want       Code
	}{
		{"defaults", "", codes, Code{CloudFormation: "A: 7", CDK: "a(7, ['a'])", Terraform: `a = "site/"`}},
		{"a rule's own", `{"days":30,"list":["a'b","c"],"name":"x-${Account}-${Region}-${var}"}`, codes, Code{
			CloudFormation: "A: 30", CDK: `a(30, ['a\'b', 'c'])`, Terraform: `a = "x-111122223333-eu-west-1-$${var}"`,
		}},
		{"the code for a parameter", `{"key":"arn:${Partition}:kms"}`, codes, Code{With: "key", CloudFormation: `Key: "arn:aws:kms"`, Terraform: `key = "arn:aws:kms"`}},
		{"none", "", nil, Code{}},
		{"none where only a parameter has one", "", codes[1:], Code{}},
		{"no object", "[]", codes, Code{}},
	}
	for _, test := range tests {
		if got := Fill(test.codes, json.RawMessage(test.with), defaults, r); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestTypes holds that types.txt is read whole, and that each type is one that AWS has, as far as we know them.
func TestTypes(t *testing.T) {
	terraforms := 0
	last := ""
	for line := range strings.Lines(typesText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found || name <= last {
			t.Errorf("line %q says nothing, or is out of order", line)
		}
		last = name
		for _, field := range strings.Fields(rest) {
			if key, value, ok := strings.Cut(field, "="); !ok || value == "" || key != "property" && key != "form" && key != "terraform" {
				t.Errorf("%s: unknown field %q", name, field)
			}
		}
		s := shapeOf("AWS::" + name)
		form, _, _ := strings.Cut(s.form, ":")
		if form != "list" && form != "map" && form != "items" && form != "group" && form != "spec" && form != "none" {
			t.Errorf("%s: unknown form %q", name, s.form)
		}
		if s.terraform != "" {
			terraforms++
			if _, known := arn.Canonical("AWS::" + name); !known || !strings.HasPrefix(s.terraform, "aws_") {
				t.Errorf("%s: %s is no type that we know", name, s.terraform)
			}
		}
	}
	if terraforms < 40 {
		t.Errorf("got Terraform's names of %d types, want those of 40", terraforms)
	}
	if got := shapeOf("AWS::ACM::Certificate").terraform; got != "aws_acm_certificate" {
		t.Errorf("got %q for a type that AWS Config calls otherwise", got)
	}
}
