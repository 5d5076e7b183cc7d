package arn

import (
	"cmp"
	"fmt"
	"strings"
)

// A token is a piece of the resource part of an ARN template.
type token struct {
	kind kind
	text string // of a literal; the words of a choice, parted by "|"
}

type kind uint8

// From the most to the least specific.
const (
	literal kind = iota
	choice       // {a|b}
	digits       // #
	part         // *: neither "/" nor ":"
	path         // +: no ":"
	whole        // **: anything
)

// A template is the form of the ARNs of a type. It is matched as it is written, so that reading
// the table costs a small function next to nothing.
type template struct {
	service         string
	region, account presence
	resource        string // in the notation of types.txt
	prefix, suffix  string // the literals around the id
	fixed, open     int    // how many bytes it fixes; how much its placeholders leave open
}

type presence uint8

const (
	absent presence = iota
	required
	optional
)

// presenceOf reads "", "R", "A" or "A?".
func presenceOf(s string) presence {
	switch {
	case s == "":
		return absent
	case strings.HasSuffix(s, "?"):
		return optional
	}
	return required
}

// fits says whether a part of an ARN may be empty or not, as the template wants it.
func (p presence) fits(s string) bool {
	return p == optional || (s != "") == (p == required)
}

// newTemplate reads "ec2:R:A:instance/*"; the notation is explained in types.txt.
func newTemplate(text string) (template, error) {
	service, rest, _ := strings.Cut(text, ":")
	region, rest, _ := strings.Cut(rest, ":")
	account, resource, found := strings.Cut(rest, ":")
	if !found || service == "" || resource == "" {
		return template{}, fmt.Errorf("template %q is not SERVICE:REGION:ACCOUNT:RESOURCE", text)
	}
	t := template{service: service, region: presenceOf(region), account: presenceOf(account), resource: resource}
	placed := false
	for rest = resource; rest != ""; {
		var tok token
		tok, rest = next(rest)
		t.open += int(tok.kind)
		switch {
		case tok.kind == literal && !placed:
			t.prefix += tok.text
		case tok.kind == literal:
			t.suffix += tok.text
		default:
			placed, t.suffix = true, ""
		}
		t.fixed += tok.fixed()
	}
	return t, nil
}

// next takes the first token off the resource part of a template.
func next(s string) (t token, rest string) {
	if i := strings.IndexAny(s, `*+#{\`); i < 0 {
		return token{text: s}, ""
	} else if i > 0 {
		return token{text: s[:i]}, s[i:]
	}
	switch {
	case strings.HasPrefix(s, "**"):
		return token{kind: whole}, s[2:]
	case s[0] == '*':
		return token{kind: part}, s[1:]
	case s[0] == '+':
		return token{kind: path}, s[1:]
	case s[0] == '#':
		return token{kind: digits}, s[1:]
	case s[0] == '{':
		words, rest, _ := strings.Cut(s[1:], "}")
		return token{kind: choice, text: words}, rest
	}
	end := min(2, len(s)) // An escaped character.
	return token{text: s[1:end]}, s[end:]
}

// fixed counts the bytes that a token fixes: of a choice, those of its first word.
func (t token) fixed() int {
	first, _, _ := strings.Cut(t.text, "|")
	if t.kind == choice {
		return len(first)
	}
	return len(t.text)
}

// match says whether a is of this form.
func (t template) match(a ARN) bool {
	return a.Service == t.service && t.region.fits(a.Region) && t.account.fits(a.Account) &&
		strings.HasPrefix(a.Resource, t.prefix) && matches(t.resource, a.Resource)
}

// id gives what stands in the place of the id in a resource part that matches.
func (t template) id(resource string) string {
	return resource[len(t.prefix) : len(resource)-len(t.suffix)]
}

// matches matches all of s. No template has two placeholders that may hold the text between
// them, so that it takes a few passes over s at most.
func matches(pattern, s string) bool {
	if pattern == "" {
		return s == ""
	}
	tok, rest := next(pattern)
	switch tok.kind {
	case literal:
		after, found := strings.CutPrefix(s, tok.text)
		return found && matches(rest, after)
	case choice:
		for word := range strings.SplitSeq(tok.text, "|") {
			if after, found := strings.CutPrefix(s, word); found && matches(rest, after) {
				return true
			}
		}
		return false
	}
	longest := tok.kind.span(s)
	if rest == "" {
		return longest == len(s) && longest > 0
	}
	for n := longest; n > 0; n-- {
		if matches(rest, s[n:]) {
			return true
		}
	}
	return false
}

// span gives how many bytes of s a token of this kind can hold at most.
func (k kind) span(s string) int {
	stop := -1
	switch k {
	case part:
		stop = strings.IndexAny(s, "/:")
	case path:
		stop = strings.IndexByte(s, ':')
	case digits:
		stop = strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	}
	if stop < 0 {
		return len(s)
	}
	return stop
}

// compare orders templates of one service, the more specific first: more literal text, then
// narrower placeholders.
func (t template) compare(u template) int {
	return cmp.Or(u.fixed-t.fixed, t.open-u.open)
}

// format gives the template as IAM writes it in a Resource element.
func (t template) format() string {
	account := [...]string{absent: "", required: "${Account}", optional: "*"}[t.account]
	region := [...]string{absent: "", required: "${Region}", optional: "*"}[t.region]
	var resource strings.Builder
	for rest := t.resource; rest != ""; {
		var tok token
		tok, rest = next(rest)
		if tok.kind == literal || tok.kind == choice && !strings.Contains(tok.text, "|") {
			resource.WriteString(tok.text)
		} else {
			resource.WriteByte('*')
		}
	}
	return ARN{Partition: "${Partition}", Service: t.service, Region: region, Account: account, Resource: resource.String()}.String()
}
