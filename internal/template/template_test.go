package template_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/template"
)

var names = rights.Names{Prefix: "tagwarden"}

// TestServiceRolesOfTheGoldenTemplates holds that the service roles which the stack makes of a policy are read as what rights makes of it, with the remedies that use them.
func TestServiceRolesOfTheGoldenTemplates(t *testing.T) {
	for golden, file := range map[string]string{"tagwarden.template.json": "../../policy.yaml", "fix.template.json": "../../testdata/stack/fix.yaml"} {
		got := rolesOf(t, read(t, "../../testdata/stack/"+golden))
		text := read(t, file)
		p, err := policy.Parse(file, text, catalog.Known())
		if err != nil {
			t.Fatal(err)
		}
		var want []rights.Held
		for _, r := range rights.Roles(p, remedies.All) {
			want = append(want, template.Plain(rights.Held{Role: r.Service, Remedies: r.Remedies, Document: r.Document}))
		}
		if len(want) == 0 {
			t.Fatalf("%s makes no service role", file)
		}
		services := slices.DeleteFunc(slices.Clone(got), func(h rights.Held) bool { return strings.HasPrefix(h.Role, "function/") })
		for _, d := range rights.Diff(services, want, remedies.All) {
			t.Errorf("%s: %s", golden, d)
		}
		for _, w := range want {
			i := slices.IndexFunc(got, func(h rights.Held) bool { return h.Role == w.Role })
			if i < 0 || !slices.Equal(got[i].Remedies, w.Remedies) {
				t.Errorf("%s: the remedies of %s are not %v", golden, w.Role, w.Remedies)
			}
		}
		if !slices.ContainsFunc(got, func(h rights.Held) bool { return h.Role == "function/act" && len(h.Document.Statement) > 3 }) {
			t.Errorf("%s: the role of act is missing", golden)
		}
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func rolesOf(t *testing.T, text []byte) []rights.Held {
	t.Helper()
	got, err := template.Roles(text, names)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestValues holds that what refers to another resource is named as that is, and that what is not known equals only itself.
func TestValues(t *testing.T) {
	const sample = `{"Resources":{
		"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"tagwarden-tags"}},
		"T":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"tagwarden-journal"}},
		"K":{"Type":"AWS::KMS::Key","Properties":{}},
		"L":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":"/aws/lambda/tagwarden-tags"}},
		"N":{"Type":"AWS::SQS::Queue","Properties":{}},
		"F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"tagwarden-tags","Role":{"Fn::GetAtt":["R","Arn"]}}},
		"Other":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"somebody"}},
		"Forward":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"tagwarden-forward","AssumeRolePolicyDocument":{"Statement":[{"Principal":{"Service":"events.amazonaws.com"}}]}}},
		"R":{"Type":"AWS::IAM::Role","Properties":{"Policies":[{"PolicyDocument":{"Statement":[{"Sid":"S","Effect":"Allow","Action":"a:B","Resource":RESOURCE,
			"Condition":{"StringEquals":{"aws:x":{"Ref":"AWS::AccountId"}}}}]}}]}},
		"M":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"Roles":[{"Ref":"R"},{"Ref":"Nobody"}],"PolicyDocument":{"Statement":[{"Effect":"Deny","Action":["c:D"],"Resource":"*"}]}}},
		"Boundary":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}}}}`
	for resource, want := range map[string]string{
		`"*"`: "*",
		`{"Fn::Sub":"arn:${AWS::Partition}:s3:::b"}`:                           "arn:${Partition}:s3:::b",
		`{"Fn::GetAtt":["Q","Arn"]}`:                                           "arn:${Partition}:sqs:${Region}:${Account}:tagwarden-tags",
		`{"Fn::GetAtt":["L","Arn"]}`:                                           "arn:${Partition}:logs:${Region}:${Account}:log-group:/aws/lambda/tagwarden-tags:*",
		`{"Fn::GetAtt":["K","Arn"]}`:                                           "arn:${Partition}:kms:${Region}:${Account}:key/KEY",
		`{"Fn::Join":["",[{"Fn::GetAtt":["T","Arn"]},"/index/*"]]}`:            "arn:${Partition}:dynamodb:${Region}:${Account}:table/tagwarden-journal/index/*",
		`{"Fn::Join":[":",["arn",{"Ref":"AWS::Partition"},"iam","","1","x"]]}`: "arn:${Partition}:iam::1:x",
		`{"Fn::GetAtt":["N","Arn"]}`:                                           `{"Fn::GetAtt":["N","Arn"]}`,
		`{"Fn::GetAtt":["Nobody","Arn"]}`:                                      `{"Fn::GetAtt":["Nobody","Arn"]}`,
		`{"Fn::If":["A","b","c"]}`:                                             `{"Fn::If":["A","b","c"]}`,
	} {
		got := rolesOf(t, []byte(strings.Replace(sample, "RESOURCE", resource, 1)))
		if len(got) != 1 || got[0].Role != "function/tags" || got[0].Remedies != nil {
			t.Fatalf("%s: got the roles %+v, want function/tags alone", resource, got)
		}
		text, err := json.Marshal(got[0].Document.Statement)
		if err != nil {
			t.Fatal(err)
		}
		var value any = want
		wanted, err := json.Marshal([]any{
			map[string]any{"Sid": "S", "Effect": "Allow", "Action": []string{"a:B"}, "Resource": []any{value}, "Condition": map[string]any{"StringEquals": map[string][]string{"aws:x": {"${Account}"}}}},
			map[string]any{"Sid": "", "Effect": "Deny", "Action": []string{"c:D"}, "Resource": []string{"*"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if !same(t, text, wanted) {
			t.Errorf("%s: got %s, want %s", resource, text, wanted)
		}
	}
}

// same tells whether two texts are the same JSON.
func same(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		t.Fatal("no JSON")
	}
	one, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	two, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	return string(one) == string(two)
}

func TestNoTemplate(t *testing.T) {
	for text, want := range map[string]bool{`{}`: true, `{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"acme-s3"}}}}`: true, `[`: false, `{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":[]}}}`: false} {
		if got, err := template.Roles([]byte(text), names); err == nil || errors.Is(err, template.ErrNoTemplate) != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
}
