package iac

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// yamlText writes a string for YAML, in double quotes, block and flow style alike.
//
// Source: YAML 1.2.2, section 5.7 (escaped characters).
func yamlText(s string) string { return `"` + escaped(s, `"\`, "\\x%02X") + `"` }

// scriptText writes a string for TypeScript, in single quotes.
//
// Source: ECMA-262, "String Literals".
func scriptText(s string) string { return "'" + escaped(s, `'\`, "\\x%02X") + "'" }

// hclText writes a string for Terraform, in double quotes, so that nothing of it is a template.
//
// Source: HCL native syntax specification, "Template Expressions" ("$${" and "%%{" stand for themselves) and "Literals". After another $ or % the sequence would be read
// from the wrong place, so there the character is written by its number.
func hclText(s string) string {
	text := escaped(s, `"\`, "\\u%04X")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		template := (c == '$' || c == '%') && i+1 < len(text) && text[i+1] == '{'
		switch {
		case template && i > 0 && text[i-1] == c:
			fmt.Fprintf(&b, "\\u%04X", c)
		case template:
			b.WriteByte(c)
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return `"` + b.String() + `"`
}

// escaped puts a backslash before each of some characters, and writes what does not print by its number: numbered is how the language writes one below 256. What is no UTF-8
// becomes U+FFFD.
func escaped(s, special, numbered string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, numbered, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(utf8.RuneError)
		}
	}
	return b.String()
}
