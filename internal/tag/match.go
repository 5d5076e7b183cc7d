package tag

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// matchGlob says whether s matches glob, in which `*` stands for any run of characters, the empty one included.
//
// Source: AWS Organizations user guide, "Tag policy syntax and examples" (`*` in a value).
func matchGlob(glob, s string) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(s) {
		switch {
		case i < len(glob) && glob[i] == '*':
			star, mark = i, j
			i++
		case i < len(glob) && glob[i] == s[j]:
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(glob[i:], "*") == ""
}

// overlap says whether some string matches both globs.
func overlap(a, b string) bool {
	// row[j] says whether what is left of a and b[j:] can match one string; it is filled from the ends.
	row := make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		next := make([]bool, len(b)+1)
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				next[j] = true
			case i < len(a) && a[i] == '*':
				next[j] = row[j] || j < len(b) && next[j+1]
			case j < len(b) && b[j] == '*':
				next[j] = next[j+1] || i < len(a) && row[j]
			default:
				next[j] = i < len(a) && j < len(b) && a[i] == b[j] && row[j+1]
			}
		}
		row = next
	}
	return row[0]
}

// overlapAny says whether some string matches a glob of each list.
func overlapAny(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if overlap(x, y) {
				return true
			}
		}
	}
	return false
}

// matchAny says whether s matches one of the globs.
func matchAny(globs []string, s string) bool {
	for _, g := range globs {
		if g == s || matchGlob(g, s) {
			return true
		}
	}
	return false
}

// fold gives the one spelling that all letter cases of s share; strings.EqualFold(a, b) is fold(a) == fold(b).
func fold(s string) string { return string(appendFold(nil, s)) }

// appendFold appends fold(s) to buf, so that a look-up needs no memory of its own.
func appendFold(buf []byte, s string) []byte {
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			buf = append(buf, byte(r-'a'+'A'))
		case r < utf8.RuneSelf:
			buf = append(buf, byte(r))
		default:
			buf = utf8.AppendRune(buf, foldRune(r))
		}
	}
	return buf
}

// foldRune is the smallest of the letter cases of r.
func foldRune(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

// spelling is what a value and its synonyms have in common: trimmed, in any letter case.
func spelling(value string) string { return fold(strings.TrimSpace(value)) }
