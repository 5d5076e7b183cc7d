// Package threat lists the types of findings that GuardDuty has, which remedies answer each, and why none does where that is so.
package threat

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

//go:embed types.txt
var typesText string

// A Type is a type of findings.
type Type struct {
	Name      string   // "Backdoor:EC2/C&CActivity.B"
	Severity  string   // its default: "low", "medium", "high", "critical", or "varies"
	Resources []string // the CloudFormation types of what it names, the one that it is about first
}

// Types gives all types, sorted by what they are about. The result is the caller's.
func Types() []Type {
	var types []Type
	for line := range strings.Lines(typesText) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) == 3 && !strings.HasPrefix(line, "#") {
			types = append(types, Type{Name: fields[0], Severity: fields[1], Resources: strings.Fields(fields[2])})
		}
	}
	return types
}

// About is the word in the type's name for what it is about: "EC2", "IAMUser", "Runtime".
func (t Type) About() string {
	_, rest, _ := strings.Cut(t.Name, ":")
	about, _, _ := strings.Cut(rest, "/")
	return about
}

// Control is the control that its findings are judged under.
func (t Type) Control() string { return "guardduty:" + t.Name }

// everyFinding is the answer of a remedy that is about findings as such, whatever they say.
const everyFinding = "guardduty:*"

// Answers are the remedies that answer the type: they name it, and work on something that its findings name. A remedy for any finding is no answer to this one.
func (t Type) Answers(list []remedy.Remedy) []string {
	var ids []string
	for _, r := range list {
		names := slices.ContainsFunc(r.Answers, func(glob string) bool {
			return strings.HasPrefix(glob, "guardduty:") && glob != everyFinding && fits(glob, t.Control())
		})
		if names && slices.ContainsFunc(t.Resources, func(typ string) bool { return fits(r.Resource, typ) }) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// ForAny are the remedies that are for findings of any type.
func ForAny(list []remedy.Remedy) []string {
	var ids []string
	for _, r := range list {
		if slices.Contains(r.Answers, everyFinding) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// fits tells whether text is what glob says, in which * stands for any text.
func fits(glob, text string) bool {
	return regexp.MustCompile(`^` + strings.ReplaceAll(regexp.QuoteMeta(glob), `\*`, `.*`) + `$`).MatchString(text)
}
