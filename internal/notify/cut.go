package notify

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A detail says how much of an entry is shown.
type detail struct {
	items int // entries of a list
	runes int // characters of one text, in code points
}

// steps go from everything to what always fits. An id is at most 2,048 characters long (ARNs), a tag value 256.
var steps = []detail{
	{items: 1 << 20, runes: 1 << 20},
	{items: 200, runes: 2048},
	{items: 60, runes: 256},
	{items: 20, runes: 256},
	{items: 10, runes: 100},
	{items: 0, runes: 100},
}

const ellipsis = "…"

// cut shortens s to at most n code points, the ellipsis included, and tells whether it did.
func cut(s string, n int) (string, bool) {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s, false
	}
	count := 0
	for i := range s {
		if count == n-1 {
			return s[:i] + ellipsis, true
		}
		count++
	}
	return s, false
}

// clean makes a text of unknown origin fit for one line: nothing in it can begin a new line, hide or turn the text around.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069', r == '\ufffe', r == '\uffff':
			return '\ufffd'
		}
		return r
	}, s)
}

// quote shows a value so that blanks and invisible characters in it can be seen.
func quote(s string, n int) string {
	s, was := cut(strings.ToValidUTF8(s, "\ufffd"), n)
	if was {
		return strconv.Quote(s) + " (cut)"
	}
	return strconv.Quote(s)
}

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// argument is a text of unknown origin as one argument of a command that people paste into a shell: nothing in it can be another command.
//
// Source: POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes.
func argument(s string) string {
	s, _ = cut(clean(s), maxArgument)
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// maxArgument bounds an argument, in code points: an ARN has at most 2,048.
const maxArgument = 2048

// ascii replaces what is no printable ASCII, each run by one "?".
func ascii(s string) string {
	var b strings.Builder
	foreign := false
	for _, r := range clean(s) {
		known := ' ' <= r && r <= '~'
		if known {
			b.WriteRune(r)
		} else if !foreign {
			b.WriteByte('?')
		}
		foreign = !known
	}
	return b.String()
}

// shorten cuts ASCII to at most n bytes and says so by three dots.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:max(0, n-3)] + "..."
}
