package tag

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
)

type tags = map[string]string

// brief is a violation in short: "Owner value alice fixable", with "<found" after the key.
func brief(violations []Violation) []string {
	var out []string
	for _, v := range violations {
		s := v.Key
		if v.Found != "" {
			s += "<" + v.Found
		}
		s += " " + string(v.Problem)
		if v.Fixable {
			s += " fixable"
		}
		out = append(out, s)
	}
	return out
}

func filled(n int, more tags) tags {
	out := tags{}
	for i := range n {
		out["n"+strconv.Itoa(i)] = "v"
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

func TestFix(t *testing.T) {
	owner := Rule{Key: "Owner", Required: true, Pattern: "[a-z]+", Aliases: []string{"owned-by", "OwnerName"}}
	env := Rule{Key: "Env", Values: []string{"Prod", "Dev", "d-*"}, Synonyms: tagsList("Prod", "production", " LIVE")}
	from := func(r Rule, fills ...Fill) Rule { r.Fill = fills; return r }
	needs := func(r Rule) Rule { r.Required = true; return r }
	parent, account, creator, fixed := Fill{From: FromParent}, Fill{From: FromAccount}, Fill{From: FromCreator}, Fill{Value: ptr("nobody")}
	attribute := Fill{From: FromAttribute, Path: "a.b"}
	const bucket, object = "AWS::S3::Bucket", "AWS::S3::Object"
	tests := []struct {
		name    string
		rules   []Rule
		closed  bool
		typ     string
		tags    tags
		facts   Facts
		want    tags
		broken  []string
		left    []string
		pending []Pending
		lost    []Loss
	}{
		{name: "nil tags", rules: []Rule{from(owner, fixed)}, want: tags{"Owner": "nobody"}, broken: []string{"Owner missing fixable"}},
		{name: "required without fill", rules: []Rule{owner}, tags: tags{"x": "y"}, want: tags{"x": "y"}, broken: []string{"Owner missing"}, left: []string{"Owner missing"}},
		{name: "empty is present", rules: []Rule{{Key: "a", Required: true, Fill: []Fill{fixed}}}, tags: tags{"a": ""}, want: tags{"a": ""}},
		{name: "letter case", rules: []Rule{owner}, tags: tags{"OWNER": "a"}, want: tags{"Owner": "a"}, broken: []string{"Owner<OWNER key fixable"}},
		{name: "an alias is spelt exactly", rules: []Rule{owner}, tags: tags{"Owned-By": "a", "Owner": "b"}, want: tags{"Owned-By": "a", "Owner": "b"}},
		{
			name: "exact key wins, even if its value will not do", rules: []Rule{owner}, tags: tags{"Owner": "!", "owner": "good", "owned-by": "fine"}, typ: "AWS::EC2::VPC",
			want: tags{"Owner": "!"}, broken: []string{"Owner value", "Owner<owned-by key fixable", "Owner<owner key fixable"}, left: []string{"Owner value"},
			lost: []Loss{{"owner", "good", "Owner"}, {"owned-by", "fine", "Owner"}},
		},
		{
			name: "letter cases in order before aliases", rules: []Rule{owner}, tags: tags{"OwnerName": "d", "owned-by": "c", "owner": "b", "OWNER": "a"},
			want: tags{"Owner": "a"}, broken: []string{"Owner<OWNER key fixable", "Owner<OwnerName key fixable", "Owner<owned-by key fixable", "Owner<owner key fixable"},
			lost: []Loss{{"owner", "b", "OWNER"}, {"owned-by", "c", "OWNER"}, {"OwnerName", "d", "OWNER"}},
		},
		{
			name: "aliases in the file's order, the same value is not lost", rules: []Rule{owner}, tags: tags{"OwnerName": "c", "owned-by": "c"},
			want: tags{"Owner": "c"}, broken: []string{"Owner<OwnerName key fixable", "Owner<owned-by key fixable"},
		},
		{
			name: "alias with a wrong value breaches twice", rules: []Rule{owner}, tags: tags{"OwnerName": "C"}, want: tags{"Owner": "C"},
			broken: []string{"Owner<OwnerName key fixable", "Owner<OwnerName value"}, left: []string{"Owner value"},
		},
		{name: "trimmed", rules: []Rule{owner}, tags: tags{"Owner": " a "}, want: tags{"Owner": "a"}, broken: []string{"Owner value fixable"}},
		{name: "letter case of a value", rules: []Rule{env}, tags: tags{"Env": "PROD "}, want: tags{"Env": "Prod"}, broken: []string{"Env value fixable"}},
		{name: "synonym", rules: []Rule{env}, tags: tags{"Env": " live"}, want: tags{"Env": "Prod"}, broken: []string{"Env value fixable"}},
		{name: "no letter case for wildcards", rules: []Rule{env}, tags: tags{"Env": "D-1"}, want: tags{"Env": "D-1"}, broken: []string{"Env value"}, left: []string{"Env value"}},
		{name: "synonym before fill", rules: []Rule{from(env, Fill{Value: ptr("Dev")})}, tags: tags{"Env": "production"}, want: tags{"Env": "Prod"}, broken: []string{"Env value fixable"}},
		{name: "fill where the value will not do", rules: []Rule{from(env, Fill{Value: ptr("Dev")})}, tags: tags{"Env": "x"}, want: tags{"Env": "Dev"}, broken: []string{"Env value fixable"}},
		{name: "no fill where the key is not required", rules: []Rule{from(env, Fill{Value: ptr("Dev")})}, tags: tags{}, want: tags{}},
		{
			name: "first fill that will do", rules: []Rule{from(owner, parent, account, creator, attribute, fixed)},
			facts: Facts{Parent: tags{"Owner": "!"}, Account: tags{"Owner": ""}, Creator: ptr("R2"), Attributes: tags{"a.b": "vpc"}}, want: tags{"Owner": "vpc"}, broken: []string{"Owner missing fixable"},
		},
		{name: "an attribute that is empty is no value", rules: []Rule{from(Rule{Key: "a", Required: true}, attribute, fixed)}, facts: Facts{Attributes: tags{"a.b": ""}}, want: tags{"a": "nobody"}, broken: []string{"a missing fixable"}},
		{name: "a fill's spelling is put right", rules: []Rule{from(needs(env), parent)}, facts: Facts{Parent: tags{"env": "production"}}, want: tags{"Env": "Prod"}, broken: []string{"Env missing fixable"}},
		{
			name: "known to be nothing", rules: []Rule{from(owner, parent, account, creator, attribute)}, facts: Facts{Parent: tags{}, Account: tags{}, Attributes: tags{}},
			want: tags{}, broken: []string{"Owner missing"}, left: []string{"Owner missing"},
		},
		{
			name: "not known: a later fill does not forestall it", rules: []Rule{from(owner, account, parent, fixed)}, tags: tags{"x": "y"}, facts: Facts{Account: tags{}},
			want: tags{"x": "y"}, broken: []string{"Owner missing fixable"}, left: []string{"Owner missing fixable"}, pending: []Pending{{"Owner", FromParent}},
		},
		{
			name: "not known: a value that will not do is left out", rules: []Rule{from(owner, attribute)}, tags: tags{"OwnerName": "A"},
			want: tags{}, broken: []string{"Owner<OwnerName key fixable", "Owner<OwnerName value fixable"}, left: []string{"Owner missing fixable"}, pending: []Pending{{"Owner", FromAttribute}},
		},
		{
			name: "not known, and not needed: an earlier fill will do", rules: []Rule{from(owner, creator, parent)}, facts: Facts{Creator: ptr("bob")},
			want: tags{"Owner": "bob"}, broken: []string{"Owner missing fixable"},
		},
		{
			name: "forbidden in any letter case", rules: []Rule{{Key: "tmp-*", Forbid: true}}, tags: tags{"TMP-a": "1", "tmp-": "2", "tmp": "3"}, want: tags{"tmp": "3"},
			broken: []string{"TMP-a forbidden fixable", "tmp- forbidden fixable"},
		},
		{
			name: "closed", rules: []Rule{env, {Key: "Only", Types: []string{"AWS::RDS::*"}, Aliases: []string{"Sole"}}}, closed: true,
			tags: tags{"Env": "Dev", "x": "1", "aws:x": "2", "Only": "3", "ONLY": "4", "Sole": "5", "SOLE": "6"}, want: tags{"Env": "Dev", "aws:x": "2", "Only": "3", "ONLY": "4", "Sole": "5"},
			broken: []string{"SOLE forbidden fixable", "x forbidden fixable"},
		},
		{
			name: "when sees the other tag as fixed", rules: []Rule{{Key: "App", Required: true, When: tagsList("Env", "Prod"), Fill: []Fill{fixed}}, env}, tags: tags{"env": "live"},
			want: tags{"Env": "Prod", "App": "nobody"}, broken: []string{"App missing fixable", "Env<env key fixable", "Env<env value fixable"},
		},
		{name: "when does not hold: letter case is left alone", rules: []Rule{{Key: "App", Required: true, When: tagsList("Env", "Prod")}, env}, tags: tags{"Env": "Dev", "app": "x"}, want: tags{"Env": "Dev", "app": "x"}},
		{
			name: "forbidden by when", rules: []Rule{env, {Key: "App", When: tagsList("Env", "Prod")}, {Key: "app", Forbid: true, When: tagsList("Env", "Dev")}},
			tags: tags{"Env": "dev", "App": "x", "APP": "y"}, want: tags{"Env": "Dev"}, broken: []string{"Env value fixable", "APP forbidden fixable", "App forbidden fixable"},
		},
		{
			name: "not known whether it holds: left alone", typ: bucket,
			rules: []Rule{from(needs(env), parent), {Key: "Level", Values: []string{"low"}, Synonyms: tagsList("low", "high"), When: tagsList("Env", "Prod")}, {Key: "z-*", Forbid: true, When: tagsList("Level", "high")}},
			tags:  tags{"Level": "high", "z-1": "x"}, want: tags{"Level": "high", "z-1": "x"}, broken: []string{"Env missing fixable"}, left: []string{"Env missing fixable"}, pending: []Pending{{"Env", FromParent}},
		},
		{
			name: "no room for a fill", typ: object, rules: []Rule{from(owner, fixed), env}, tags: filled(9, tags{"env": "dev"}), want: filled(9, tags{"Env": "Dev"}),
			broken: []string{"Owner missing", "Env<env key fixable", "Env<env value fixable"}, left: []string{"Owner missing"},
		},
		{
			name: "no room for a fill, and a wrong value is filled all the same", typ: object, rules: []Rule{from(owner, fixed), from(env, Fill{Value: ptr("Dev")})}, tags: filled(9, tags{"Env": "x"}),
			want: filled(9, tags{"Env": "Dev"}), broken: []string{"Owner missing", "Env value fixable"}, left: []string{"Owner missing"},
		},
		{
			name: "no room for a fill, and another one is not known", typ: object, rules: []Rule{from(owner, fixed), from(needs(env), parent)}, tags: filled(10, nil),
			want: filled(10, nil), broken: []string{"Owner missing", "Env missing fixable"}, left: []string{"Owner missing", "Env missing fixable"}, pending: []Pending{{"Env", FromParent}},
		},
		{
			name: "more tags than there is room for are no reason to add nothing", typ: object,
			rules: []Rule{from(needs(env), parent), {Key: "Level", Values: []string{"low"}, Synonyms: tagsList("low", "high")}, {Key: "Level", When: tagsList("Env", "Prod")}},
			tags:  filled(10, tags{"Level": "high"}), want: filled(10, tags{"Level": "high"}),
			broken: []string{" limit", "Env missing fixable", "Level value fixable"}, left: []string{" limit", "Env missing fixable", "Level value fixable"}, pending: []Pending{{"Env", FromParent}},
		},
		{
			name: "room once another key goes", typ: object, rules: []Rule{from(owner, fixed), {Key: "tmp", Forbid: true}}, tags: filled(9, tags{"tmp": ""}), want: filled(9, tags{"Owner": "nobody"}),
			broken: []string{"Owner missing fixable", "tmp forbidden fixable"},
		},
		{
			name: "no room: what depends on the fill is left alone", typ: object,
			rules: []Rule{from(needs(env), Fill{Value: ptr("Prod")}), {Key: "Level", Values: []string{"low"}, Synonyms: tagsList("low", "high"), When: tagsList("Env", "Prod")}, {Key: "z-*", Forbid: true, When: tagsList("Level", "high")}},
			tags:  filled(8, tags{"Level": "high", "z-1": "x"}), want: filled(8, tags{"Level": "high", "z-1": "x"}), broken: []string{"Env missing"}, left: []string{"Env missing"},
		},
		{name: "a service's limit, put right by a fill", typ: "AWS::RDS::DBInstance", rules: []Rule{{Key: "a", Fill: []Fill{fixed}}}, tags: tags{"a": ""}, want: tags{"a": "nobody"}, broken: []string{"a limit fixable"}},
		{
			name: "a service's limit, by a synonym", typ: "AWS::RDS::DBInstance", rules: []Rule{{Key: "a", Synonyms: tagsList("none", "")}}, tags: tags{"A": ""}, want: tags{"a": "none"},
			broken: []string{"a<A limit fixable", "a<A key fixable", "a<A value fixable"},
		},
		{name: "a service's limit, of a key that goes", typ: "AWS::DynamoDB::Table", rules: []Rule{{Key: "*@*", Forbid: true}}, tags: tags{"b@": "x"}, want: tags{}, broken: []string{"b@ limit fixable", "b@ forbidden fixable"}},
		{name: "a service's limit that stays", typ: "AWS::DynamoDB::Table", rules: []Rule{owner}, tags: tags{"Owner": "a", "b": "@"}, want: tags{"Owner": "a", "b": "@"}, broken: []string{"b limit"}, left: []string{"b limit"}},
		{name: "a fill that the service does not take", typ: "AWS::DynamoDB::Table", rules: []Rule{{Key: "a", Required: true, Fill: []Fill{{Value: ptr("x@y")}, fixed}}}, tags: tags{}, want: tags{"a": "nobody"}, broken: []string{"a missing fixable"}},
		{
			name: "a key that the service does not take", typ: "AWS::GuardDuty::Detector", rules: []Rule{{Key: "Cost Center", Required: true, Aliases: []string{"cc"}, Fill: []Fill{fixed}}}, tags: tags{"cc": "1"}, want: tags{"cc": "1"},
			broken: []string{"Cost Center<cc key"}, left: []string{"Cost Center<cc key"},
		},
		{
			name:  "not known whether it holds, and known that it does not",
			rules: []Rule{from(needs(env), parent), {Key: "Z", Values: []string{"a", "b"}}, {Key: "Level", When: map[string][]string{"Env": {"Prod"}, "Z": {"a"}}}, {Key: "Level", Values: []string{"low"}, Synonyms: tagsList("low", "high")}},
			tags:  tags{"Z": "b", "Level": "high"}, want: tags{"Z": "b", "Level": "low"}, broken: []string{"Env missing fixable", "Level value fixable"}, left: []string{"Env missing fixable"}, pending: []Pending{{"Env", FromParent}},
		},
		{
			name: "an alias of a rule that does not hold stands for nothing", rules: []Rule{env, {Key: "App", Aliases: []string{"Application"}, When: tagsList("Env", "Prod")}, {Key: "App", Required: true}},
			tags: tags{"Env": "Dev", "Application": "x"}, want: tags{"Env": "Dev", "Application": "x"}, broken: []string{"App missing"}, left: []string{"App missing"},
		},
		{
			name: "but if it is the key in another letter case", rules: []Rule{env, {Key: "App", Aliases: []string{"APP"}, When: tagsList("Env", "Prod")}, {Key: "App", Required: true}},
			tags: tags{"Env": "Dev", "APP": "x"}, want: tags{"Env": "Dev", "App": "x"}, broken: []string{"App<APP key fixable"},
		},
		{
			name: "an alias that the service keeps for itself stands for nothing", typ: "AWS::RDS::DBInstance", rules: []Rule{{Key: "App", Required: true, Aliases: []string{"rds:app"}}},
			tags: tags{"rds:app": "x"}, want: tags{"rds:app": "x"}, broken: []string{"App<rds:app limit", "App missing"}, left: []string{"App<rds:app limit", "App missing"},
		},
		{
			name: "the second of two rules for one key", rules: []Rule{env, {Key: "App", When: tagsList("Env", "Prod")}, {Key: "App", Required: true}}, tags: tags{"Env": "Dev"}, want: tags{"Env": "Dev"},
			broken: []string{"App missing"}, left: []string{"App missing"},
		},
		{
			name: "the second of two rules for one key, by another name", rules: []Rule{env, {Key: "App", When: tagsList("Env", "Prod")}, {Key: "App"}}, tags: tags{"Env": "Dev", "app": "x"},
			want: tags{"Env": "Dev", "App": "x"}, broken: []string{"App<app key fixable"},
		},
		{
			name: "two rules for one key", rules: []Rule{{Key: "a", Required: true, Fill: []Fill{creator}}, {Key: "a", Values: []string{"X", "Y"}}}, tags: tags{}, facts: Facts{Creator: ptr("y")}, want: tags{"a": "Y"},
			broken: []string{"a missing fixable"},
		},
		{name: "IAM roles are not meant by every type", rules: []Rule{owner, {Key: "x", Forbid: true, Types: []string{"*", "AWS::*::Role"}}}, closed: true, typ: "AWS::IAM::Role", tags: tags{"x": "1"}, want: tags{"x": "1"}},
		{name: "IAM roles by name", rules: []Rule{{Key: "x", Forbid: true, Types: []string{"AWS::IAM::*"}}}, typ: "AWS::IAM::Role", tags: tags{"X": "1"}, want: tags{}, broken: []string{"X forbidden fixable"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.typ == "" {
				test.typ = bucket
			}
			j := mustJudge(t, Rules{Rules: test.rules, Closed: test.closed})
			got := j.Judge(test.typ, test.tags, test.facts)
			for _, pair := range []struct{ what, got, want any }{
				{"after", got.After, test.want},
				{"violations", brief(got.Violations), test.broken},
				{"left", brief(got.Left), test.left},
				{"pending", got.Pending, test.pending},
				{"lost", got.Lost, test.lost},
			} {
				if !reflect.DeepEqual(pair.got, pair.want) {
					t.Errorf("%s: got  %q\nwant %q", pair.what, pair.got, pair.want)
				}
			}
		})
	}
}

func tagsList(key string, values ...string) map[string][]string {
	return map[string][]string{key: values}
}

func TestDetail(t *testing.T) {
	values := strings.Split("a b c d e f g h i j k l m n", " ")
	tests := []struct {
		name  string
		rules Rules
		typ   string
		tags  tags
		want  []string
	}{
		{"missing, by hand", Rules{Rules: []Rule{{Key: "A", Required: true, Pattern: "[0-9]+"}}}, "", nil, []string{"A is required and missing; set it to what matches [0-9]+."}},
		{"missing, waits", Rules{Rules: []Rule{{Key: "A", Required: true, Fill: []Fill{{From: FromParent}}}}}, "", nil, []string{"A is required and missing; its value comes from the parent, which is not known yet."}},
		{
			"missing, no room",
			Rules{Rules: []Rule{{Key: "A", Required: true, Fill: []Fill{{Value: ptr("x")}}}}},
			"AWS::S3::Object", many(10),
			[]string{"A is required and missing; there is no room for it, as at most 10 tags are allowed: remove one that is not needed."},
		},
		{
			"missing, and the service refuses it",
			Rules{Rules: []Rule{{Key: "A@B", Required: true}}},
			"AWS::DynamoDB::Table", nil,
			[]string{"A@B is required and missing; but the service does not take this key, which holds '@', which is not allowed: change the policy for this type."},
		},
		{
			"value, by hand",
			Rules{Rules: []Rule{{Key: "A", Values: values}}},
			"",
			tags{"A": "z"},
			[]string{`A is "z"; allowed is one of a, b, c, d, e, f, g, h, i, j, k, l and 2 more, to be set by hand.`},
		},
		{
			"value, waits",
			Rules{Rules: []Rule{{Key: "A", Values: []string{"x"}, Fill: []Fill{{From: FromAccount}}}}},
			"",
			tags{"A": "z"},
			[]string{`A is "z"; allowed is x, and its value comes from the account, which is not known yet.`},
		},
		{
			"forbidden",
			Rules{Rules: []Rule{{Key: "t*", Forbid: true}}, Closed: true},
			"",
			tags{"T": "", "x": ""},
			[]string{"The key T is not allowed: the policy forbids t*.", "The key x is not allowed: no rule names it, and the policy allows no other keys."},
		},
		{"value, of twelve", Rules{Rules: []Rule{{Key: "A", Values: values[:12]}}}, "", tags{"A": "z"}, []string{`A is "z"; allowed is one of a, b, c, d, e, f, g, h, i, j, k, l, to be set by hand.`}},
		{"value, by its synonyms alone", Rules{Rules: []Rule{{Key: "A", Synonyms: tagsList("b", "c")}}}, "", tags{"A": "c"}, []string{`A is "c"; allowed is the value that it is a synonym of.`}},
		{"missing, whatever it is", Rules{Rules: []Rule{{Key: "A", Required: true}}}, "", nil, []string{"A is required and missing; set it to any value."}},
		{
			"key, and the service refuses it",
			Rules{Rules: []Rule{{Key: "A@B", Aliases: []string{"AB"}}}},
			"AWS::DynamoDB::Table",
			tags{"AB": "x"},
			[]string{"The key AB stands for A@B and must be spelt so; but the service does not take this key, which holds '@', which is not allowed: change the policy for this type."},
		},
		{"limit, by hand", Rules{Rules: []Rule{{Key: "A"}}}, "", tags{"x": "!"}, []string{`The value of "x" holds '!', which is not allowed; change it by hand.`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, v := range mustJudge(t, test.rules).Judge(test.typ, test.tags, Facts{}).Violations {
				got = append(got, v.Detail)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestApplies(t *testing.T) {
	some := Rules{Rules: []Rule{{Key: "a", Types: []string{"AWS::EC2::*", "AWS::IAM::Role"}}}}
	tests := []struct {
		name  string
		rules Rules
		typ   string
		want  bool
	}{
		{"no rules", Rules{}, "AWS::EC2::VPC", false},
		{"closed", Rules{Closed: true}, "AWS::EC2::VPC", true},
		{"closed does not mean users", Rules{Closed: true}, "AWS::IAM::User", false},
		{"named by glob", some, "AWS::EC2::VPC", true},
		{"not named", some, "AWS::S3::Bucket", false},
		{"role by name", some, "AWS::IAM::Role", true},
		{"user not by name", some, "AWS::IAM::User", false},
		{"every type", sample(), "AWS::SQS::Queue", true},
		{"every type, but policies", sample(), "AWS::IAM::Policy", false},
		{"every type, and instance profiles", sample(), "AWS::IAM::InstanceProfile", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := mustJudge(t, test.rules).Applies(test.typ); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestWantsAndKeys(t *testing.T) {
	type wants struct {
		parent, account, creator bool
		attributes               []string
	}
	j := mustJudge(t, sample())
	for typ, want := range map[string]wants{
		"AWS::S3::Bucket":      {parent: true, creator: true},
		"AWS::RDS::DBInstance": {parent: true, creator: true, attributes: []string{"a.b"}},
		"AWS::IAM::User":       {},
	} {
		var got wants
		got.parent, got.account, got.creator, got.attributes = j.Wants(typ)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("Wants(%s) = %+v, want %+v", typ, got, want)
		}
	}
	if got, want := j.Keys(), []string{"Owner", "Environment", "ComplianceRequirement", "tmp-*", "Schedule"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Keys() = %q, want %q", got, want)
	}
}
