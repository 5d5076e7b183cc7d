package pattern

import (
	"fmt"
	"strings"
	"unicode"
)

// A fold is a text of which letter case means nothing: for each character, its lower and its upper case. As in AWS's engine, which works by
// Java's 16-bit characters, one beyond U+FFFF is lost: it matches two question marks, and not itself.
type fold [][2]string

func newFold(text string) fold {
	var f fold
	for _, r := range text {
		if r > 0xffff {
			f = append(f, [2]string{"?", "?"}, [2]string{"?", "?"})
			continue
		}
		lower, upper := string(unicode.ToLower(r)), string(unicode.ToUpper(r))
		if wide, ok := wideUpper(r); ok {
			upper = wide
		}
		if r == 'İ' {
			lower = "i\u0307" // two characters: Java keeps the dot
		}
		f = append(f, [2]string{lower, upper})
	}
	return f
}

func (f fold) equal(s string) bool {
	rest, ok := f.cut(s)
	return ok && rest == ""
}

func (f fold) prefix(s string) bool {
	_, ok := f.cut(s)
	return ok
}

func (f fold) cut(s string) (string, bool) {
	for _, c := range f {
		rest, ok := strings.CutPrefix(s, c[0])
		if !ok {
			if rest, ok = strings.CutPrefix(s, c[1]); !ok {
				return s, false
			}
		}
		s = rest
	}
	return s, true
}

func (f fold) suffix(s string) bool {
	for i := len(f) - 1; i >= 0; i-- {
		rest, ok := strings.CutSuffix(s, f[i][0])
		if !ok {
			if rest, ok = strings.CutSuffix(s, f[i][1]); !ok {
				return false
			}
		}
		s = rest
	}
	return true
}

// A wildcard is the text between its asterisks. It matches in time linear in the text, however many there are.
type wildcard []string

func newWildcard(text string, at *place) (wildcard, *Error) {
	const way = `write * once for any text, \* for an asterisk, \\ for a backslash`
	var w wildcard
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '*' && strings.HasPrefix(text[i+1:], "*"):
			return nil, at.fault(fmt.Sprintf("two asterisks side by side, at byte %d", i), way)
		case text[i] == '*':
			w = append(w, b.String())
			b.Reset()
		case text[i] == '\\':
			i++
			if i == len(text) || text[i] != '*' && text[i] != '\\' {
				return nil, at.fault(fmt.Sprintf("a backslash before what needs none, at byte %d", i-1), way)
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(text[i])
		}
	}
	return append(w, b.String()), nil
}

func (w wildcard) match(s string) bool {
	if len(w) == 1 {
		return s == w[0]
	}
	first, last := w[0], w[len(w)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range w[1 : len(w)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}
