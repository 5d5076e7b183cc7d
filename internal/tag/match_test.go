package tag

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Cases from AWS Organizations' tag policies: one wildcard a value; more are ours.
func TestMatchGlob(t *testing.T) {
	tests := []struct {
		glob, s string
		want    bool
	}{
		{"*@example.com", "a@example.com", true},
		{"*@example.com", "@example.com", true},
		{"*@example.com", "a@example.com.evil", false},
		{"team-*", "team-", true},
		{"team-*", "ateam-1", false},
		{"x*z", "xz", true},
		{"x*z", "xyzzz", true},
		{"x*z", "x", false},
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"a", "A", false},
		{"*a*b*", "xxaxxbxx", true},
		{"*a*b*", "ba", false},
		{"a.c", "abc", false},
	}
	for _, test := range tests {
		if got := matchGlob(test.glob, test.s); got != test.want {
			t.Errorf("matchGlob(%q, %q) = %v, want %v", test.glob, test.s, got, test.want)
		}
	}
}

func TestGlobsAgreeWithRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[ab*]{0,6}`).Draw(t, "a"), rapid.StringMatching(`[ab*]{0,6}`).Draw(t, "b")
		s := rapid.StringMatching(`[ab]{0,8}`).Draw(t, "s")
		plain := func(glob string) bool {
			return regexp.MustCompile(`\A` + strings.ReplaceAll(glob, "*", ".*") + `\z`).MatchString(s)
		}
		if got, want := matchGlob(a, s), plain(a); got != want {
			t.Fatalf("matchGlob(%q, %q) = %v, want %v", a, s, got, want)
		}
		if both := plain(a) && plain(b); both && !overlap(a, b) {
			t.Fatalf("overlap(%q, %q) is false, and %q matches both", a, b, s)
		}
		if overlap(a, b) != reaches(strings.ReplaceAll(a, "*", ".*"), b) {
			t.Fatalf("overlap(%q, %q) = %v, and the walk of patterns says otherwise", a, b, overlap(a, b))
		}
	})
}

func TestFold(t *testing.T) {
	for a, b := range map[string]string{"é": "É", "K": "k", "ſ": "S", "ς": "Σ"} {
		if fold(a) != fold(b) {
			t.Errorf("fold(%q) is %q and fold(%q) %q", a, fold(a), b, fold(b))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[kKKsSſσςΣé]{0,3}`).Draw(t, "a"), rapid.StringMatching(`[kKKsSſσςΣÉ]{0,3}`).Draw(t, "b")
		if got, want := fold(a) == fold(b), strings.EqualFold(a, b); got != want {
			t.Fatalf("fold(%q) == fold(%q) is %v, want %v", a, b, got, want)
		}
	})
}

func TestReaches(t *testing.T) {
	tests := []struct {
		name, pattern, glob string
		want                bool
	}{
		{"anything", ".*", "*", true},
		{"the empty value", "^$", "*", true},
		{"nothing", `[^\x00-\x{10FFFF}]`, "*", false},
		{"text before the beginning", "a^b", "*", false},
		{"text after the end", "a$b", "*", false},
		{"a character that AWS refuses", "a!", "*", false},
		{"one of which AWS takes one", "[!?a]", "*", true},
		{"a newline", `\n`, "*", false},
		{"256 characters", "a{256}", "*", true},
		{"257 characters", "a{257}", "*", false},
		{"more than 256 of two", "(ab){100}.{57,}", "*", false},
		{"a word border inside a word", `a\bb`, "*", false},
		{"a word border beside", `a\b-`, "*", true},
		{"no word border", `a\B-`, "*", false},
		{"letters beyond ASCII", `[é-ü]`, "*", true},
		{"symbols beyond ASCII", `[←-⇿]`, "*", false},
		{"Kelvin by letter case", `(?i)\x{212A}`, "*", true},
		{"alternatives, one of which can", "a!|b", "*", true},
		{"a value that matches", "[A-Z].*", "Prod", true},
		{"a value that does not", "[A-Z].*", "prod", false},
		{"a value by its start only", "Pro", "Prod", false},
		{"a wildcard that can", "FIN[0-9]+", "FIN*", true},
		{"a wildcard that cannot", "FIN[0-9]+", "HR*", false},
		{"a wildcard in the midst", "a.c", "*b*", true},
		{"a wildcard too long", "a{3}", "*aa*aa", false},
		{"borders of a word", `\bab\b`, "ab", true},
		{"a border between two letters", `a\bb`, "ab", false},
		{"a border behind a letter", `a\b-`, "a-", true},
		{"quoted to the end", `\Qa`, "a", true},
		{"no pattern", "(", "*", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := reaches(test.pattern, test.glob); got != test.want {
				t.Errorf("reaches(%q, %q) = %v, want %v", test.pattern, test.glob, got, test.want)
			}
		})
	}
}
