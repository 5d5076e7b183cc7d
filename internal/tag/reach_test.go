package tag

import (
	"fmt"
	"regexp/syntax"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestTakesSome holds what is told of a class of characters from its ends, and the tables of Unicode, against a look at every character.
func TestTakesSome(t *testing.T) {
	patterns := []string{
		`a`, `-`, `!`, `é`, `←`, `.`, `(?s).`, `(?i)a`, `(?i)k`, `(?i)K`, `(?i)ſ`, `(?i)s`, `(?i)σ`, `(?i)!`, `(?i)×`, `[^a-z]`, `[!é]`, `[!-%←-⇿]`, `[←-⇿ℵ]`, `[\x{80}-\x{9f}←]`,
		`[\x{aa}\x{e9}←]`, `\x{2028}`, `\x{a0}`, `[\x{1d400}-\x{1d454}]`, `[\x{1d455}]`, `[\x{10fff0}-\x{10ffff}]`, `\p{Nd}`, `\p{So}`,
	}
	single := len(patterns)
	for lo := rune(utf8.RuneSelf); lo <= 0x180; lo++ {
		patterns = append(patterns, fmt.Sprintf(`\x{%x}`, lo), fmt.Sprintf(`(?i)\x{%x}`, lo))
		for hi := lo + 1; hi < lo+14; hi++ {
			patterns = append(patterns, fmt.Sprintf(`[\x{%x}-\x{%x}]`, lo, hi), fmt.Sprintf(`[!-%%\x{%x}-\x{%x}←]`, lo, hi))
		}
	}
	var all []rune
	near := 0 // how many of them stand before what the ranges above reach, in any letter case
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if common(r) {
			all = append(all, r)
		}
		if r == 0x2200 {
			near = len(all)
		}
	}
	for i, pattern := range patterns {
		candidates := all
		if i >= single {
			candidates = all[:near]
		}
		inst := instruction(t, pattern)
		want := map[kind]bool{}
		for _, r := range candidates {
			if k := kindOf(r); !want[k] && inst.MatchRune(r) {
				want[k] = true
			}
		}
		for _, k := range []kind{word, other} {
			if got := takesSome(inst, k); got != want[k] {
				t.Errorf("takesSome(%s, %c) = %v, want %v", pattern, k, got, want[k])
			}
		}
	}
}

// instruction is the one that takes the character of a pattern of one character.
func instruction(t *testing.T, pattern string) *syntax.Inst {
	t.Helper()
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		t.Fatal(err)
	}
	return &prog.Inst[prog.Start]
}

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
