package tagpolicy_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/tag"
	"github.com/tagwarden/tagwarden/internal/tagpolicy"
)

// chain writes levels from root to account, each a list of documents' tags.
func chain(levels ...[]string) string {
	var all []string
	for _, docs := range levels {
		var level []string
		for _, tags := range docs {
			level = append(level, `{"tags":{`+tags+`}}`)
		}
		all = append(all, "["+strings.Join(level, ",")+"]")
	}
	return `{"levels_root_to_account":[` + strings.Join(all, ",") + `]}`
}

func TestEffective(t *testing.T) {
	const (
		base  = `"team":{"tag_key":{"@@assign":"Team"},"tag_value":{"@@assign":["red","blue"]}}`
		allow = `"@@operators_allowed_for_child_policies":`
	)
	for _, c := range []struct{ name, in, want string }{
		{"one document", `{"tags":{` + base + `}}`, `{"tags":{"team":{"tag_key":"Team","tag_value":["red","blue"]}}}`},
		{
			"an effective policy", `{"tags":{"team":{"tag_key":"Team","tag_value":["red"],"enforced_for":["ec2:instance"]}}}`,
			`{"tags":{"team":{"tag_key":"Team","tag_value":["red"],"enforced_for":["ec2:instance"]}}}`,
		},
		{"assign replaces", chain([]string{base}, []string{`"team":{"tag_value":{"@@assign":["green"]}}`}), `{"tags":{"team":{"tag_key":"Team","tag_value":["green"]}}}`},
		{"append adds, in any letter case of the key", chain([]string{base}, nil, []string{`"TEAM":{"tag_value":{"@@append":["green","red"]}}`}), `{"tags":{"team":{"tag_key":"Team","tag_value":["red","blue","green"]}}}`},
		{"append without anything above", chain(nil, []string{`"team":{"tag_value":{"@@append":["green"]}}`}), `{"tags":{"team":{"tag_key":"team","tag_value":["green"]}}}`},
		{"remove", chain([]string{base}, []string{`"team":{"tag_value":{"@@remove":["red","none"]}}`}), `{"tags":{"team":{"tag_key":"Team","tag_value":["blue"]}}}`},
		{"remove of all leaves nothing allowed", chain([]string{base}, []string{`"team":{"tag_value":{"@@remove":["red","blue"]}}`}), `{"tags":{"team":{"tag_key":"Team","tag_value":[]}}}`},
		{
			"remove of all types ends them", chain([]string{`"team":{"enforced_for":{"@@assign":["a:b"]},"report_required_tag_for":{"@@assign":["a:b"]}}`}, []string{`"team":{"enforced_for":{"@@remove":["a:b"]}}`}),
			`{"tags":{"team":{"tag_key":"team","report_required_tag_for":["a:b"]}}}`,
		},
		{
			"a lock holds for the setting alone", chain([]string{`"team":{"tag_value":{"@@assign":["red"],` + allow + `["@@none"]}}`}, []string{`"team":{"tag_value":{"@@assign":["x"]},"enforced_for":{"@@assign":["a:b"]}}`}),
			`{"tags":{"team":{"tag_key":"team","tag_value":["red"],"enforced_for":["a:b"]}}}`,
		},
		{
			"a lock cannot be opened again", chain([]string{`"team":{"tag_value":{"@@assign":["red"],` + allow + `["@@none"]}}`}, []string{`"team":{"tag_value":{"@@append":["x"],` + allow + `["@@all"]}}`}, []string{`"team":{"tag_value":{"@@assign":["y"]}}`}),
			`{"tags":{"team":{"tag_key":"team","tag_value":["red"]}}}`,
		},
		{
			"what two policies of a level allow is what both do", chain([]string{`"team":{"tag_value":{"@@assign":["red"],` + allow + `["@@append"]}}`, `"team":{"tag_value":{` + allow + `["@@append","@@remove"]}}`}, []string{`"team":{"tag_value":{"@@remove":["red"],"@@append":["new"]}}`}),
			`{"tags":{"team":{"tag_key":"team","tag_value":["red","new"]}}}`,
		},
		{"a level's own lock is for those below", chain([]string{`"team":{"tag_value":{"@@assign":["red"],` + allow + `["@@none"]}}`, `"team":{"tag_value":{"@@append":["x"]}}`}), `{"tags":{"team":{"tag_key":"team","tag_value":["red","x"]}}}`},
		{"a lock on the key", chain([]string{`"team":{"tag_value":{"@@assign":["red"]},` + allow + `["@@none"]}`}, []string{`"team":{"enforced_for":{"@@assign":["a:b"]}}`}), `{"tags":{"team":{"tag_key":"team","tag_value":["red"]}}}`},
		{"a lock on all keys", chain([]string{allow + `["@@none"]`}, []string{base}), `{"tags":{}}`},
		{"the first of one level wins", chain([]string{`"team":{"tag_key":{"@@assign":"TEAM"}}`, base}), `{"tags":{"team":{"tag_key":"TEAM","tag_value":["red","blue"]}}}`},
		{"nothing", `{"levels_root_to_account":[]}`, `{"tags":{}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := tagpolicy.Parse([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"no JSON", `tags`, "this is no JSON object; write {...}"},
		{"cut", `{"tags":{"a":`, "this is no JSON: unexpected EOF; look at commas, brackets and quotes"},
		{"text behind", `{"tags":{}} x`, "there is text behind the policy; remove it"},
		{"another document", `{"Statement":[]}`, `this is no tag policy; begin with {"tags": ...} or {"levels_root_to_account": [...]}`},
		{"levels", `{"levels_root_to_account":{}}`, "levels_root_to_account: the levels are no list of lists of tag policies; write [[doc, ...], [doc], ...]"},
		{"place in a chain", chain(nil, []string{`"a":{"tag_values":{}}`}), `levels_root_to_account[1][0].tags.a: unknown setting "tag_values"; use tag_key, tag_value, enforced_for, report_required_tag_for`},
		{"one key twice", `{"tags":{"a":{},"A":{}}}`, `tags: the policy key "A" stands twice, in some letter case; keep one of them`},
		{"one field twice", `{"tags":{"a":{},"a":{}}}`, `tags: "a" stands twice; keep one of them`},
		{"another key", `{"tags":{"a":{"tag_key":{"@@assign":"B"}}}}`, `tags.a.tag_key: "B" is another key than the policy key; write the policy key in the letter case that is right`},
		{"append to a single value", `{"tags":{"a":{"tag_key":{"@@append":["B"]}}}}`, "tags.a.tag_key.@@append: unknown operator; use @@assign, for lists also @@append and @@remove, and @@operators_allowed_for_child_policies"},
		{"a number", `{"tags":{"a":{"tag_value":{"@@assign":[1]}}}}`, `tags.a.tag_value.@@assign: this is no list of texts; write ["a", "b"]`},
		{"an operator that is none", `{"tags":{"a":{"tag_value":{"@@operators_allowed_for_child_policies":["@@some"]}}}}`, "tags.a.tag_value.@@operators_allowed_for_child_policies: unknown operator @@some; use @@all, @@none, @@assign, @@append or @@remove"},
		{"too large", strings.Repeat(" ", 1<<20+1), "the file has 1048577 bytes; keep it below 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tagpolicy.Parse([]byte(c.in))
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestRules(t *testing.T) {
	p, err := tagpolicy.Parse([]byte(`{"tags":{
		"team":{"tag_key":"Team","tag_value":["red","b*"],"enforced_for":["ec2:instance"],"report_required_tag_for":["s3:bucket","ec2:instance","moon:rock"]},
		"color":{"tag_value":[]},
		"free":{"tag_key":"Free"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	got, unknown := p.Rules()
	want := []tag.Rule{
		{Key: "color", Forbid: true},
		{Key: "Free"},
		{Key: "Team", Values: []string{"red", "b*"}},
		{Key: "Team", Values: []string{"red", "b*"}, Required: true, Types: []string{"AWS::EC2::Instance", "AWS::S3::Bucket"}},
	}
	if !reflect.DeepEqual(got, want) || !slices.Equal(unknown, []string{"moon:rock"}) {
		t.Errorf("Rules = %+v, %q\nwant %+v", got, unknown, want)
	}
	judge, problems := tag.NewJudge(tag.Rules{Rules: got})
	if problems != nil {
		t.Fatalf("the rules cannot be proved: %+v", problems)
	}
	for _, c := range []struct {
		name, typ string
		tags      map[string]string
		want      []tag.Breach
	}{
		{"no tag where none is required", "AWS::SQS::Queue", map[string]string{}, nil},
		{"no tag where one is", "AWS::EC2::Instance", map[string]string{}, []tag.Breach{tag.Missing}},
		{"right", "AWS::EC2::Instance", map[string]string{"Team": "blue", "Free": "", "other": "x"}, nil},
		{"a wrong value", "AWS::SQS::Queue", map[string]string{"Team": "Red"}, []tag.Breach{tag.Value}},
		{"another letter case", "AWS::SQS::Queue", map[string]string{"free": "x"}, []tag.Breach{tag.WrongKey}},
		{"a key that nothing is allowed for", "AWS::SQS::Queue", map[string]string{"Color": "x"}, []tag.Breach{tag.Forbidden}},
	} {
		var got []tag.Breach
		for _, v := range judge.Judge(c.typ, c.tags, tag.Facts{}).Violations {
			got = append(got, v.Problem)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		item string
		want []string
	}{
		{"rds:db", []string{"AWS::DocDB::DBInstance", "AWS::Neptune::DBInstance", "AWS::RDS::DBInstance"}},
		{"sqs:queue", []string{"AWS::SQS::Queue"}},
		{"lambda:function", []string{"AWS::Lambda::Function"}},
		{"logs:log-group", []string{"AWS::Logs::LogGroup"}},
		{"sqs:*", []string{"AWS::SQS::Queue"}},
		{"sqs:ALL_SUPPORTED", []string{"AWS::SQS::Queue"}},
		{"sqs", nil},
		{"*:*", nil},
	} {
		if got := tagpolicy.Types(c.item); !slices.Equal(got, c.want) {
			t.Errorf("Types(%q) = %q, want %q", c.item, got, c.want)
		}
	}
}

// FuzzParse holds that nothing makes the parser panic, and what it gives, it takes again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(chain([]string{`"a":{"tag_key":{"@@assign":"A"},"tag_value":{"@@append":["x"],"@@remove":["y"],"@@operators_allowed_for_child_policies":["@@none"]}}`})))
	f.Add([]byte(`{"tags":{"a":{"tag_value":[],"enforced_for":["ec2:*"]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := tagpolicy.Parse(data)
		if err != nil {
			var fault *tagpolicy.Error
			if !errors.As(err, &fault) || fault.Problem == "" || fault.Way == "" {
				t.Errorf("error %T %v, want *tagpolicy.Error with a way out", err, err)
			}
			return
		}
		p.Rules()
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := tagpolicy.Parse(text)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if got, _ := json.Marshal(again); string(got) != string(text) {
			t.Errorf("got %s, want %s", got, text)
		}
	})
}
