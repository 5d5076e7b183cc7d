package arn

import (
	"fmt"
	"strings"
)

// A token is a piece of the resource part of an ARN template.
type token struct {
	kind kind
	text string   // of a literal
	list []string // of a choice
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

// A template is the form of the ARNs of a type.
type template struct {
	service         string
	region, account presence
	tokens          []token
	prefix, suffix  string // the literals around the id
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
	fields := strings.SplitN(text, ":", 4)
	if len(fields) != 4 {
		return template{}, fmt.Errorf("template %q has %d parts, not SERVICE:REGION:ACCOUNT:RESOURCE", text, len(fields))
	}
	t := template{service: fields[0], region: presenceOf(fields[1]), account: presenceOf(fields[2]), tokens: tokenize(fields[3])}
	if t.service == "" || len(t.tokens) == 0 {
		return template{}, fmt.Errorf("template %q has no service or no resource", text)
	}
	if first := t.tokens[0]; first.kind == literal {
		t.prefix = first.text
	}
	if last := t.tokens[len(t.tokens)-1]; last.kind == literal {
		t.suffix = last.text
	}
	return t, nil
}

// tokenize cuts the resource part of a template into tokens.
func tokenize(s string) []token {
	tokens := make([]token, 0, 2*strings.Count(s, "*")+2)
	for s != "" {
		i := strings.IndexAny(s, `*+#{\`)
		switch {
		case i < 0:
			return append(tokens, token{text: s})
		case i > 0:
			tokens, s = append(tokens, token{text: s[:i]}), s[i:]
		}
		var t token
		t, s = placeholder(s)
		// An escaped character belongs to the literal before it.
		if n := len(tokens); t.kind == literal && n > 0 && tokens[n-1].kind == literal {
			tokens[n-1].text += t.text
			continue
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// placeholder takes the token off s, which begins with a special character.
func placeholder(s string) (t token, rest string) {
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
		return token{kind: choice, list: strings.Split(words, "|")}, rest
	}
	return token{text: s[1:min(2, len(s))]}, s[min(2, len(s)):]
}

// match says whether a is of this form.
func (t template) match(a ARN) bool {
	return a.Service == t.service && t.region.fits(a.Region) && t.account.fits(a.Account) &&
		strings.HasPrefix(a.Resource, t.prefix) && matchTokens(t.tokens, a.Resource)
}

// id gives what stands in the place of the id in a resource part that matches.
func (t template) id(resource string) string {
	return resource[len(t.prefix) : len(resource)-len(t.suffix)]
}

// matchTokens matches all of s. No template has two tokens that may hold each other's
// separator, so that it takes a few passes over s at most.
func matchTokens(tokens []token, s string) bool {
	if len(tokens) == 0 {
		return s == ""
	}
	first, rest := tokens[0], tokens[1:]
	switch first.kind {
	case literal:
		after, found := strings.CutPrefix(s, first.text)
		return found && matchTokens(rest, after)
	case choice:
		for _, word := range first.list {
			if after, found := strings.CutPrefix(s, word); found && matchTokens(rest, after) {
				return true
			}
		}
		return false
	}
	longest := first.kind.span(s)
	if len(rest) == 0 {
		return longest == len(s) && longest > 0
	}
	for n := longest; n > 0; n-- {
		if matchTokens(rest, s[n:]) {
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
// narrower tokens.
func (t template) compare(u template) int {
	if d := u.literals() - t.literals(); d != 0 {
		return d
	}
	return t.width() - u.width()
}

// literals counts the bytes that the template fixes.
func (t template) literals() int {
	n := 0
	for _, tok := range t.tokens {
		n += len(tok.text)
		if tok.kind == choice {
			n += len(tok.list[0])
		}
	}
	return n
}

// width adds up how much the tokens leave open.
func (t template) width() int {
	n := 0
	for _, tok := range t.tokens {
		n += int(tok.kind)
	}
	return n
}

// format gives the template as IAM writes it in a Resource element.
func (t template) format() string {
	account := [...]string{absent: "", required: "${Account}", optional: "*"}[t.account]
	region := [...]string{absent: "", required: "${Region}", optional: "*"}[t.region]
	var resource strings.Builder
	for _, tok := range t.tokens {
		switch {
		case tok.kind == literal:
			resource.WriteString(tok.text)
		case tok.kind == choice && len(tok.list) == 1:
			resource.WriteString(tok.list[0])
		default:
			resource.WriteByte('*')
		}
	}
	return ARN{Partition: "${Partition}", Service: t.service, Region: region, Account: account, Resource: resource.String()}.String()
}
