package tag

import (
	"flag"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestMain makes thousands of generated cases the rule, unless the command line says how many.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		_ = checks.Value.Set("2000")
	}
	os.Exit(m.Run())
}

// The names, values and types are few, so that generated rules and tags meet; some are wrong on purpose.
var (
	someKeys   = []string{"App", "Env", "env", "ENV", "Owner", "owner", "Own er", "tmp-a", "TMP-B", "x", "Team", "o@b", "rds:x"}
	someGlobs  = []string{"tmp-*", "*", "t*a", "x", "App", "Owner", "env*"}
	someValues = []string{"Prod", "prod", " Prod ", "production", "Dev", "d-1", "d-2 ", "", "a@b", "x!", strings.Repeat("v", 256)}
	someWild   = []string{"Prod", "prod", "Dev", "d-*", "*", "*1", "production", ""}
	somePats   = []string{"", "", "[A-Z].*", "d-[0-9]", ".+", "(?i)prod|dev", "^a@b$", "!", "a{257}"}
	someTypes  = []string{"AWS::EC2::Instance", "AWS::RDS::DBInstance", "AWS::DynamoDB::Table", "AWS::S3::Object", "AWS::GuardDuty::Detector", "AWS::IAM::Role"}
	typeGlobs  = []string{"AWS::EC2::*", "*", "*", "*", "AWS::RDS::DBInstance", "AWS::IAM::*", "AWS::S3::Object", "AWS::*::Detector"}
)

func list(t *rapid.T, from []string, most int, name string) []string {
	if rapid.IntRange(0, 2).Draw(t, name+"?") > 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 1, most, rapid.ID[string]).Draw(t, name)
}

func someFill(t *rapid.T) Fill {
	switch n := rapid.IntRange(0, 4).Draw(t, "fill"); n {
	case 0:
		return Fill{From: FromAttribute, Path: "p"}
	case 1, 2, 3:
		return Fill{From: []Source{FromParent, FromAccount, FromCreator}[n-1]}
	}
	return Fill{Value: ptr(rapid.SampledFrom(someValues).Draw(t, "fill value"))}
}

func someRule(t *rapid.T) Rule {
	r := Rule{Types: list(t, typeGlobs, 2, "types")}
	if rapid.IntRange(0, 2).Draw(t, "when?") == 0 {
		r.When = map[string][]string{
			rapid.SampledFrom([]string{"Env", "Env", "Env", "Team", "x", "owner"}).Draw(t, "when"): {rapid.SampledFrom([]string{"Prod", "Dev", "d-*", "d-1"}).Draw(t, "is")},
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "forbid?") == 0 {
		r.Forbid, r.Key = true, rapid.SampledFrom(someGlobs).Draw(t, "glob")
		return r
	}
	r.Key = rapid.SampledFrom(someKeys).Draw(t, "key")
	r.Required = rapid.Bool().Draw(t, "required")
	r.Pattern = rapid.SampledFrom(somePats).Draw(t, "pattern")
	r.Values = list(t, someWild, 3, "values")
	r.Aliases = list(t, someKeys, 2, "aliases")
	if rapid.IntRange(0, 2).Draw(t, "synonyms?") == 0 {
		r.Synonyms = map[string][]string{rapid.SampledFrom(someValues).Draw(t, "canonical"): {rapid.SampledFrom(someValues).Draw(t, "synonym")}}
	}
	for range rapid.IntRange(0, 2).Draw(t, "fills") {
		r.Fill = append(r.Fill, someFill(t))
	}
	return r
}

// someProved generates rules and drops, one after another, those that Prove finds fault with. What is left it accepts.
func someProved(t *rapid.T) Rules {
	r := Rules{Closed: rapid.IntRange(0, 4).Draw(t, "closed") == 0}
	if rapid.Bool().Draw(t, "env?") {
		r.Rules = append(r.Rules, Rule{
			Key: "Env", Required: rapid.Bool().Draw(t, "env required"), Values: []string{"Prod", "Dev", "d-*"},
			Synonyms: map[string][]string{"Prod": {"production"}}, Fill: []Fill{someFill(t)},
		})
	}
	for range rapid.IntRange(1, 7).Draw(t, "rules") {
		r.Rules = append(r.Rules, someRule(t))
	}
	if rapid.Bool().Draw(t, "split?") { // one key, of which different Envs want different things
		for _, env := range rapid.Permutation([]string{"Prod", "Dev", "d-*"}).Draw(t, "envs")[:2] {
			rule := someRule(t)
			rule.When = map[string][]string{"Env": {env}}
			rule.Key = rapid.SampledFrom([]string{"App", "Owner"}).Draw(t, "split key")
			r.Rules = append(r.Rules, rule)
		}
	}
	for {
		problems := Prove(r, someTypes)
		if len(problems) == 0 {
			return r
		}
		index := regexp.MustCompile(`\d+`).FindString(problems[len(problems)-1].Path)
		n, err := strconv.Atoi(index)
		if err != nil {
			t.Fatalf("no rule in path %q", problems[len(problems)-1].Path)
		}
		r.Rules = slices.Delete(r.Rules, n, n+1)
	}
}

func someTags(t *rapid.T, name string) map[string]string {
	tags := rapid.MapOfN(rapid.SampledFrom(slices.Concat(someKeys, []string{"Env", "Env", "free", "aws:x", "AWS:y"})), rapid.SampledFrom(someValues), 0, 8).Draw(t, name)
	for i := range rapid.SampledFrom([]int{0, 0, 4, 7, 9, 10, 11}).Draw(t, name+" others") {
		tags["n"+strconv.Itoa(i)] = "v"
	}
	return tags
}

func someFacts(t *rapid.T) Facts {
	var f Facts
	if rapid.Bool().Draw(t, "parent?") {
		f.Parent = someTags(t, "parent")
	}
	if rapid.Bool().Draw(t, "account?") {
		f.Account = someTags(t, "account")
	}
	if rapid.Bool().Draw(t, "creator?") {
		f.Creator = ptr(rapid.SampledFrom(someValues).Draw(t, "creator"))
	}
	if rapid.Bool().Draw(t, "attributes?") {
		f.Attributes = map[string]string{rapid.SampledFrom([]string{"p", "q"}).Draw(t, "path"): rapid.SampledFrom(someValues).Draw(t, "attribute")}
	}
	return f
}

// complies is the judgement written again, as plainly as POLICY says it, for sets of which nothing is in doubt.
func complies(r Rules, typ string, tags map[string]string) bool {
	if len(ValidateSet(typ, tags)) > 0 {
		return false
	}
	any := false
	for i := range r.Rules {
		rule := r.Rules[i]
		if !rule.applies(typ) {
			continue
		}
		any = true
		if plainlyHolds(rule, tags) && !plainlyKept(rule, tags) {
			return false
		}
	}
	if !r.Closed || principal(typ) && !any {
		return true
	}
	for key := range tags {
		if !Reserved(key) && !plainlyNamed(r, key, false) {
			return false
		}
	}
	return true
}

func plainlyHolds(rule Rule, tags map[string]string) bool {
	for key, values := range rule.When {
		if value, there := tags[key]; !there || !plainMatch(values, value) {
			return false
		}
	}
	return true
}

func plainlyKept(rule Rule, tags map[string]string) bool {
	for key := range tags {
		if Reserved(key) {
			continue
		}
		if rule.Forbid && plainMatch([]string{strings.ToLower(rule.Key)}, strings.ToLower(key)) {
			return false
		}
		if !rule.Forbid && key != rule.Key && (strings.EqualFold(key, rule.Key) || slices.Contains(rule.Aliases, key)) {
			return false
		}
	}
	value, there := tags[rule.Key]
	if rule.Forbid || !there {
		return !rule.Required
	}
	for canonical, spellings := range rule.Synonyms {
		for _, s := range spellings {
			if value != canonical && strings.EqualFold(strings.TrimSpace(s), strings.TrimSpace(value)) {
				return false
			}
		}
	}
	if rule.Values != nil && !plainMatch(rule.Values, value) {
		return false
	}
	return rule.Pattern == "" || regexp.MustCompile(`\A(?:`+rule.Pattern+`)\z`).MatchString(value)
}

func plainMatch(globs []string, value string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		return regexp.MustCompile(`(?s)\A` + strings.ReplaceAll(regexp.QuoteMeta(glob), `\*`, ".*") + `\z`).MatchString(value)
	})
}

// plainlyNamed says whether some rule names a key; globs says whether forbidding it counts.
func plainlyNamed(r Rules, key string, globs bool) bool {
	return slices.ContainsFunc(r.Rules, func(rule Rule) bool {
		if rule.Forbid {
			return globs && plainMatch([]string{strings.ToLower(rule.Key)}, strings.ToLower(key))
		}
		return strings.EqualFold(rule.Key, key) || slices.Contains(rule.Aliases, key)
	})
}

// TestFixConverges holds what Prove promises, for generated rules that it accepts and generated tags and facts.
func TestFixConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := someProved(t)
		typ := rapid.SampledFrom(someTypes).Draw(t, "type")
		tags, facts := someTags(t, "tags"), someFacts(t)
		j, problems := NewJudge(rules)
		if j == nil {
			t.Fatalf("refused without types only: %+v", problems)
		}
		before := maps.Clone(tags)
		first := j.Judge(typ, tags, facts)
		if !maps.Equal(tags, before) {
			t.Fatalf("the tags were written to: %v, before %v", tags, before)
		}
		if again := newJudge(rules).Judge(typ, maps.Clone(tags), facts); !reflect.DeepEqual(first, again) {
			t.Fatalf("judged twice: %+v\nand %+v", first, again)
		}
		second := j.Judge(typ, first.After, facts)
		if !maps.Equal(second.After, first.After) {
			t.Fatalf("fixed   %q\nagain   %q\n%+v", first.After, second.After, first)
		}
		if !reflect.DeepEqual(second.Violations, first.Left) || !reflect.DeepEqual(second.Left, first.Left) {
			t.Fatalf("left    %+v\nagain   %+v\nand left %+v", first.Left, second.Violations, second.Left)
		}
		checkReported(t, first)
		checkUntouched(t, rules, tags, first)
		if typApplies := j.Applies(typ); typApplies && len(first.Pending) == 0 {
			if got, want := len(first.Violations) == 0, complies(rules, typ, tags); want && !got || got && !want {
				t.Fatalf("compliant %v, want %v: %+v", got, want, first.Violations)
			}
			if len(first.Left) == 0 && !complies(rules, typ, first.After) {
				t.Fatalf("nothing is left, but %q does not comply", first.After)
			}
		}
	})
}

// checkReported holds that what is left is what was reported as not fixable, or waits.
func checkReported(t *rapid.T, r Result) {
	same := func(a Violation) func(Violation) bool {
		return func(b Violation) bool {
			return a.Key == b.Key && a.Problem == b.Problem || a.Problem == Limit && b.Problem == Limit
		}
	}
	for _, v := range r.Violations {
		if !v.Fixable && !slices.ContainsFunc(r.Left, same(v)) {
			t.Fatalf("%+v is not fixable, and not left in %+v", v, r.Left)
		}
	}
	waits := func(key string) bool {
		return slices.ContainsFunc(r.Pending, func(p Pending) bool { return p.Key == key })
	}
	for _, l := range r.Left {
		reported := slices.ContainsFunc(r.Violations, func(v Violation) bool { return same(l)(v) && (v.Fixable == l.Fixable || v.Found != "") })
		if !reported && !waits(l.Key) {
			t.Fatalf("%+v is left, and was not reported in %+v", l, r.Violations)
		}
		if l.Fixable && len(r.Pending) == 0 {
			t.Fatalf("%+v is left and waits for nothing", l)
		}
	}
}

// checkUntouched holds that AWS's keys, and keys that no rule names, are as they were.
func checkUntouched(t *rapid.T, rules Rules, tags map[string]string, r Result) {
	for key, value := range tags {
		if !Reserved(key) && (rules.Closed || plainlyNamed(rules, key, true)) {
			continue
		}
		if got, there := r.After[key]; !there || got != value {
			t.Fatalf("%q is %q, was %q", key, got, value)
		}
	}
	for key := range r.After {
		if _, there := tags[key]; !there && !plainlyNamed(rules, key, false) {
			t.Fatalf("%q was added, and no rule names it", key)
		}
	}
}
