package tag

import "testing"

// FuzzReaches holds the walk of patterns against the regular expressions themselves: for a value without wildcard they must agree.
func FuzzReaches(f *testing.F) {
	for _, pattern := range []string{`[A-Za-z0-9][A-Za-z0-9-]*`, `a^b|c$`, `\bab\B`, `(?i)k{2,}`, `(?s).{3}`, `(a|b)*?c+`, `[^é]`, `\Qa)`, `(?m)^a$`, `x*(y|)z?`} {
		for _, value := range []string{"", "a", "ab", "Kk", "c", "é -", "yz"} {
			f.Add(pattern, value)
		}
	}
	l := general()
	f.Fuzz(func(t *testing.T, pattern, value string) {
		re, err := whole(pattern)
		if err != nil || len(pattern) > 40 || len(value) > 40 || l.checkValue(value) != "" {
			return
		}
		matches := re.MatchString(value)
		if got := reaches(pattern, value); got != matches {
			t.Fatalf("reaches(%q, %q) = %v, want %v", pattern, value, got, matches)
		}
		if matches && !reaches(pattern, "*") {
			t.Fatalf("%q matches %q, and reaches nothing", pattern, value)
		}
		if matches && !reaches(pattern, "*"+value+"*") {
			t.Fatalf("%q matches %q, and not with wildcards about it", pattern, value)
		}
	})
}

// FuzzJudge holds that no rule and no tag makes proving or judging panic, and that a fix of any set converges.
func FuzzJudge(f *testing.F) {
	f.Add("Env", "[A-Z].*", "Prod", "prod", "env", "stage", " PROD ", "tmp-*", true)
	f.Add("a", "", "*", "\xff", "A", "", "\xff\xfe", "*a*", false)
	f.Add("ſ", "k", "K", "K", "S", "s", "K", "ſ*", true)
	f.Fuzz(func(t *testing.T, key, pattern, value, synonym, other, alias, found, glob string, required bool) {
		rules := Rules{Closed: !required, Rules: []Rule{
			{Key: key, Pattern: pattern, Required: required, Values: []string{value}, Synonyms: map[string][]string{value: {synonym}}, Fill: []Fill{{Value: &value}}},
			{Key: alias, Aliases: []string{other}, When: map[string][]string{key: {value}}},
			{Key: glob, Forbid: true},
		}}
		if len(pattern) > 100 || len(value) > 300 {
			return
		}
		for n := len(rules.Rules); n > 0; n-- {
			rules.Rules = rules.Rules[:n]
			j, _ := NewJudge(rules)
			if j == nil {
				continue
			}
			set := map[string]string{key: found, other: value, alias: synonym, "aws:" + key: found}
			first := j.Judge("AWS::EC2::Instance", set, Facts{})
			second := j.Judge("AWS::EC2::Instance", first.After, Facts{})
			if len(second.Violations) != len(first.Left) {
				t.Fatalf("%+v of %q: left %+v, again %+v", rules, set, first.Left, second.Violations)
			}
		}
	})
}
