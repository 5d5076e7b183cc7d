package tag

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestProve(t *testing.T) {
	env := Rule{Key: "Env", Values: []string{"Prod", "Dev", "d-*"}}
	when := func(r Rule, key string, values ...string) Rule { r.When = map[string][]string{key: values}; return r }
	types := func(r Rule, types ...string) Rule { r.Types = types; return r }
	fill := func(r Rule, fills ...Fill) Rule { r.Fill = fills; return r }
	var crowd []Rule
	for i := range 51 {
		crowd = append(crowd, Rule{Key: fmt.Sprintf("k%d", i), Required: true})
	}
	tests := []struct {
		name  string
		rules []Rule
		want  []string // paths
	}{
		{"nothing", nil, nil},
		{"POLICY's example", sample().Rules, nil},
		{"no key", []Rule{{}}, []string{"tags[0].key"}},
		{"key of 129", []Rule{{Key: strings.Repeat("é", 129)}}, []string{"tags[0].key"}},
		{"key of 128", []Rule{{Key: strings.Repeat("é", 128)}}, nil},
		{"AWS's key", []Rule{{Key: "AWS:x"}}, []string{"tags[0].key"}},
		{"forbidden AWS's key", []Rule{{Key: "aws:*", Forbid: true}}, []string{"tags[0].key"}},
		{"key with !", []Rule{{Key: "a!"}}, []string{"tags[0].key"}},
		{"key that is no UTF-8", []Rule{{Key: "\xff"}}, []string{"tags[0].key"}},
		{"glob that is not forbidden", []Rule{{Key: "a*"}}, []string{"tags[0].key"}},
		{"every key forbidden", []Rule{{Key: "*", Forbid: true}}, nil},
		{
			"forbidden and more",
			[]Rule{{Key: "a", Forbid: true, Required: true, Pattern: "a", Values: []string{"a"}, Aliases: []string{"b"}, Fill: []Fill{{Value: ptr("a")}}, Synonyms: map[string][]string{}}},
			[]string{"tags[0].required", "tags[0].pattern", "tags[0].values", "tags[0].synonyms", "tags[0].aliases", "tags[0].fill"},
		},
		{"alias", []Rule{{Key: "a", Aliases: []string{"b", "B", "b", "a", "aws:b", "c*", "A"}}}, []string{"tags[0].aliases[2]", "tags[0].aliases[3]", "tags[0].aliases[4]", "tags[0].aliases[5]"}},
		{"alias is a later key", []Rule{{Key: "a", Aliases: []string{"B"}}, {Key: "b"}}, []string{"tags[1].key"}},
		{"alias is an earlier key", []Rule{{Key: "a"}, {Key: "b", Aliases: []string{"c", "A"}}}, []string{"tags[1].aliases[1]"}},
		{"alias of two keys", []Rule{{Key: "a", Aliases: []string{"x"}}, {Key: "b", Aliases: []string{"X"}}}, []string{"tags[1].aliases[0]"}},
		{"alias of two keys of different types", []Rule{types(Rule{Key: "a", Aliases: []string{"x"}}, "AWS::EC2::*"), types(Rule{Key: "b", Aliases: []string{"x"}}, "AWS::RDS::*")}, nil},
		{"pattern that is none", []Rule{{Key: "a", Pattern: "(", Values: []string{"x"}}}, []string{"tags[0].pattern"}},
		{"pattern that closes what it did not open", []Rule{{Key: "a", Pattern: "a)|(b"}}, []string{"tags[0].pattern"}},
		{"pattern that matches nothing", []Rule{{Key: "a", Pattern: "a!"}}, []string{"tags[0].pattern"}},
		{"values", []Rule{{Key: "a", Values: []string{"a", "b!", strings.Repeat("v", 257), "*", "x*y*"}}}, []string{"tags[0].values[1]", "tags[0].values[2]"}},
		{"no values", []Rule{{Key: "a", Values: []string{}}}, []string{"tags[0].values"}},
		{"values beside a pattern", []Rule{{Key: "a", Pattern: "[A-Z].*", Values: []string{"A", "b", "c*", "*d"}}}, []string{"tags[0].values[1]", "tags[0].values[2]"}},
		{"two letter cases of a value", []Rule{{Key: "a", Values: []string{"Prod", "prod"}}}, []string{"tags[0].values[1]"}},
		{"synonym of two values", []Rule{{Key: "a", Values: []string{"A", "B"}, Synonyms: map[string][]string{"A": {"x"}, "B": {" X "}}}}, []string{"tags[0].synonyms.B[0]"}},
		{"synonym is another value", []Rule{{Key: "a", Values: []string{"A", "B"}, Synonyms: map[string][]string{"A": {"y", "b"}}}}, []string{"tags[0].synonyms.A[1]"}},
		{"synonym of its own letter case", []Rule{{Key: "a", Values: []string{"A"}, Synonyms: map[string][]string{"A": {"a", "A"}}}}, nil},
		{"synonym of what is not allowed", []Rule{{Key: "a", Values: []string{"A"}, Synonyms: map[string][]string{"B": {"x"}}}}, []string{"tags[0].synonyms.B"}},
		{"synonym breaks limits", []Rule{{Key: "a", Synonyms: map[string][]string{"B": {"x!"}, "C!": nil}}}, []string{"tags[0].synonyms.B[0]", "tags[0].synonyms.C!"}},
		{
			"fill",
			[]Rule{fill(Rule{Key: "a", Values: []string{"A", "x-*"}}, Fill{Value: ptr("A")}, Fill{Value: ptr("a")}, Fill{Value: ptr("x-1")}, Fill{Value: ptr("x!")})},
			[]string{"tags[0].fill[1].value", "tags[0].fill[3].value"},
		},
		{"fill breaks pattern", []Rule{fill(Rule{Key: "a", Pattern: "[0-9]"}, Fill{Value: ptr("12")})}, []string{"tags[0].fill[0].value"}},
		{"fill is a synonym", []Rule{fill(Rule{Key: "a", Synonyms: map[string][]string{"A": {"x"}}}, Fill{Value: ptr("X")})}, []string{"tags[0].fill[0].value"}},
		{"fill without and with both", []Rule{fill(Rule{Key: "a"}, Fill{}, Fill{From: FromParent, Value: ptr("x")})}, []string{"tags[0].fill[0]", "tags[0].fill[1]"}},
		{"fill from nowhere", []Rule{fill(Rule{Key: "a"}, Fill{From: "moon"})}, []string{"tags[0].fill[0].from"}},
		{
			"fill and path",
			[]Rule{fill(Rule{Key: "a"}, Fill{From: FromAttribute}, Fill{From: FromParent, Path: "x"}, Fill{Value: ptr("x"), Path: "x"})},
			[]string{"tags[0].fill[0]", "tags[0].fill[1].path", "tags[0].fill[2].path"},
		},
		{"types", []Rule{types(Rule{Key: "a"}, "AWS::EC2::*", "AWS::EC3::*", "AWS::IAM::Role", "*")}, []string{"tags[0].types[1]"}},
		{"no types", []Rule{{Key: "b", Types: []string{}}}, []string{"tags[0].types"}},
		{"required and forbidden", []Rule{{Key: "a", Required: true}, {Key: "A", Forbid: true}}, []string{"tags[1].key"}},
		{"forbidden and named", []Rule{{Key: "t*", Forbid: true}, {Key: "Tmp"}}, []string{"tags[1].key"}},
		{"forbidden and alias", []Rule{{Key: "t*", Forbid: true}, {Key: "a", Aliases: []string{"b", "Tmp"}}}, []string{"tags[1].aliases[1]"}},
		{"alias and forbidden", []Rule{{Key: "a", Aliases: []string{"Tmp"}}, {Key: "t*", Forbid: true}}, []string{"tags[1].key"}},
		{"required and forbidden for different types", []Rule{types(Rule{Key: "a"}, "AWS::EC2::*"), types(Rule{Key: "a", Forbid: true}, "AWS::RDS::*")}, nil},
		{"required and forbidden at different times", []Rule{env, when(Rule{Key: "a"}, "Env", "Prod"), when(Rule{Key: "a", Forbid: true}, "Env", "d-*")}, nil},
		{"required and forbidden at one time", []Rule{env, when(Rule{Key: "a"}, "Env", "d-1"), when(Rule{Key: "a", Forbid: true}, "Env", "Prod", "d-*")}, []string{"tags[2].key"}},
		{"every type means no IAM principal", []Rule{{Key: "a"}, types(Rule{Key: "a", Forbid: true}, "AWS::IAM::Role")}, nil},
		{"every type means other IAM", []Rule{{Key: "a"}, types(Rule{Key: "a", Forbid: true}, "AWS::IAM::*")}, []string{"tags[1].key"}},
		{"different values", []Rule{{Key: "a", Values: []string{"x"}}, {Key: "a", Values: []string{"y"}}}, []string{"tags[1].values"}},
		{"more values", []Rule{{Key: "a", Values: []string{"x"}}, {Key: "a", Values: []string{"x", "y"}}}, []string{"tags[1].values"}},
		{"fewer values", []Rule{{Key: "a", Values: []string{"x", "y"}}, {Key: "a", Values: []string{"x"}}}, []string{"tags[1].values"}},
		{"in the order of the file", []Rule{{Key: "a", Values: []string{"x"}}, {Key: "a", Values: []string{"y"}}, {Key: "b!"}}, []string{"tags[1].values", "tags[2].key"}},
		{"the same values", []Rule{{Key: "a", Values: []string{"x", "y"}}, {Key: "a", Required: true, Values: []string{"y", "x"}}}, nil},
		{"different values at different times", []Rule{env, when(Rule{Key: "a", Values: []string{"x"}}, "Env", "Prod"), when(Rule{Key: "a", Values: []string{"y"}}, "Env", "Dev")}, nil},
		{"different patterns", []Rule{{Key: "a", Pattern: "x"}, {Key: "a", Pattern: "y"}}, []string{"tags[1].pattern"}},
		{"values do not match an earlier pattern", []Rule{{Key: "a", Pattern: "x.*"}, {Key: "a", Values: []string{"x1", "y", "*"}}}, []string{"tags[1].values[1]"}},
		{"pattern does not match earlier values", []Rule{{Key: "a", Values: []string{"x1", "y"}}, {Key: "a", Pattern: "x.*"}}, []string{"tags[1].pattern"}},
		{"fill breaks an earlier rule", []Rule{{Key: "a", Pattern: "x.*"}, fill(Rule{Key: "a"}, Fill{Value: ptr("y")})}, []string{"tags[1].fill[0].value"}},
		{"fill breaks a later rule", []Rule{fill(Rule{Key: "a"}, Fill{Value: ptr("y")}), {Key: "a", Pattern: "x.*"}}, []string{"tags[1].pattern"}},
		{"synonym's value breaks a later rule", []Rule{{Key: "a", Synonyms: map[string][]string{"y": {"z"}}}, {Key: "a", Pattern: "x.*"}}, []string{"tags[1].pattern"}},
		{"one spelling in two rules", []Rule{{Key: "a", Synonyms: map[string][]string{"x": {"z"}}}, {Key: "a", Synonyms: map[string][]string{"y": {"Z"}}}}, []string{"tags[1].synonyms.y[0]"}},
		{"two spellings of a key", []Rule{{Key: "a"}, {Key: "A"}}, []string{"tags[1].key"}},
		{"when of no rule", []Rule{when(Rule{Key: "a"}, "Env", "x")}, []string{"tags[0].when.Env"}},
		{
			"when of no rule and of what cannot be",
			[]Rule{env, {Key: "a", When: map[string][]string{"App": {"x"}, "Env": {"prod"}}}},
			[]string{"tags[1].when.App", "tags[1].when.Env[0]"},
		},
		{"when of a rule behind others", []Rule{{Key: "t*", Forbid: true}, {Key: "b"}, env, when(Rule{Key: "a"}, "Env", "Prod", "prod")}, []string{"tags[3].when.Env[1]"}},
		{"when of a key that is an alias, too", []Rule{env, {Key: "b", Aliases: []string{"Env"}}, when(Rule{Key: "a"}, "Env", "Prod")}, []string{"tags[1].aliases[0]", "tags[2].when.Env"}},
		{"when in another letter case", []Rule{env, when(Rule{Key: "a"}, "env", "Prod")}, []string{"tags[1].when.env"}},
		{"when of an alias", []Rule{{Key: "Env", Aliases: []string{"Stage"}}, when(Rule{Key: "a"}, "Stage", "Prod")}, []string{"tags[1].when.Stage"}},
		{"when of what cannot be", []Rule{env, when(Rule{Key: "a"}, "Env", "Prod", "prod", "d-1", "e*")}, []string{"tags[1].when.Env[1]", "tags[1].when.Env[3]"}},
		{"when of a synonym", []Rule{{Key: "b", Synonyms: map[string][]string{"x": {"y"}}}, when(Rule{Key: "a"}, "b", "y", "x")}, []string{"tags[1].when.b[0]"}},
		{"when of nothing", []Rule{env, when(Rule{Key: "a"}, "Env")}, []string{"tags[1].when.Env"}},
		{"when of itself", []Rule{when(Rule{Key: "a"}, "a", "x")}, []string{"tags[0].when.a"}},
		{"circle", []Rule{when(Rule{Key: "a"}, "b", "x"), when(Rule{Key: "b"}, "c", "x"), when(Rule{Key: "c"}, "a", "x")}, []string{"tags[2].when.a"}},
		{
			"two circles",
			[]Rule{when(Rule{Key: "a"}, "c", "x"), when(Rule{Key: "b"}, "c", "x"), {Key: "c", When: map[string][]string{"a": {"x"}, "b": {"x"}}}},
			[]string{"tags[2].when.a", "tags[2].when.b"},
		},
		{"circle through what is forbidden", []Rule{env, when(Rule{Key: "b"}, "Env", "Prod"), when(Rule{Key: "B*", Forbid: true}, "b", "x")}, []string{"tags[2].key", "tags[2].when.b"}},
		{"51 keys required", crowd, []string{"tags[50].key"}},
		{"50 keys required", crowd[:50], nil},
	}
	known := []string{"AWS::EC2::Instance", "AWS::RDS::DBInstance", "AWS::IAM::Role", "AWS::IAM::InstanceProfile"}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			problems := Prove(Rules{Rules: test.rules}, known)
			for _, p := range problems {
				got = append(got, p.Path)
				if p.Problem == "" || p.Way == "" {
					t.Errorf("%+v lacks words", p)
				}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %q\nwant %q\n%+v", got, test.want, problems)
			}
		})
	}
}

func TestProveWords(t *testing.T) {
	tests := []struct {
		name  string
		rules []Rule
		want  Problem
	}{
		{
			"a fill that is no value",
			[]Rule{{Key: "Env", Values: []string{"Prod"}, Fill: []Fill{{Value: ptr("prod")}}}},
			Problem{Path: "tags[0].fill[0].value", Problem: `the fill "prod" is not allowed by the values of Env`, Way: "write Prod"},
		},
		{
			"a fill that is a synonym",
			[]Rule{{Key: "Env", Synonyms: map[string][]string{"Prod": {"prd"}}, Fill: []Fill{{Value: ptr("prd")}}}},
			Problem{Path: "tags[0].fill[0].value", Problem: `the fill "prd" is not allowed by the synonyms of Env`, Way: "write the value that it is a synonym of"},
		},
		{
			"a condition on an alias",
			[]Rule{{Key: "Env", Aliases: []string{"Stage"}}, {Key: "App", When: map[string][]string{"Stage": {"x"}}}},
			Problem{Path: "tags[1].when.Stage", Problem: "Stage stands for Env, as which it is fixed", Way: "write Env"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Prove(Rules{Rules: test.rules}, nil); !reflect.DeepEqual(got, []Problem{test.want}) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestProveRoom holds which keys count among those that a type could need, and that it is told once.
func TestProveRoom(t *testing.T) {
	crowd := func(n int, change func(r *Rule, i int)) []Rule {
		rules := make([]Rule, n)
		for i := range rules {
			rules[i] = Rule{Key: fmt.Sprintf("k%d", i), Required: true}
			change(&rules[i], i)
		}
		return rules
	}
	same := func(*Rule, int) {}
	objects := []string{"AWS::S3::Object", "AWS::S3::Bucket"}
	tests := []struct {
		name  string
		rules []Rule
		types []string
		want  []string
	}{
		{"51 of every type", crowd(51, same), nil, []string{"tags[50].key: resources of every type could need more than 50 tags"}},
		{"and no more is said of those behind", crowd(53, same), nil, []string{"tags[50].key: resources of every type could need more than 50 tags"}},
		{"11 of a type that takes 10", crowd(11, same), objects, []string{"tags[10].key: resources of AWS::S3::Object could need more than 10 tags"}},
		{"10 of it", crowd(10, same), objects, nil},
		{"what is not required", crowd(12, func(r *Rule, i int) { r.Required = i > 1 }), objects, nil},
		{"11 behind what is not required", crowd(13, func(r *Rule, i int) { r.Required = i > 1 }), objects, []string{"tags[12].key: resources of AWS::S3::Object could need more than 10 tags"}},
		{"what is for another type", crowd(12, func(r *Rule, i int) {
			if i < 2 {
				r.Types = []string{"AWS::S3::Bucket"}
			}
		}), objects, nil},
		{"one key of two rules", crowd(12, func(r *Rule, i int) { r.Key = fmt.Sprintf("k%d", i/2) }), objects, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, p := range Prove(Rules{Rules: test.rules}, test.types) {
				got = append(got, p.Path+": "+p.Problem)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestNewJudgeRefuses(t *testing.T) {
	rules := Rules{Rules: []Rule{{Key: ""}}}
	j, got := NewJudge(rules)
	if want := Prove(rules, nil); j != nil || len(want) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v and %+v, want no judge and %+v", j, got, want)
	}
}
