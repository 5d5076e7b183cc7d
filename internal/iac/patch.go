package iac

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// A Wanted is what the code is to say: tags, or another setting.
type Wanted struct {
	Before, After map[string]string // the tags that change: a key that goes is in Before alone, one that comes in After alone
	Code          Code              // the setting, filled; its zero value for tags
}

// A Snippet is code in one language, to be put into the code of a resource.
type Snippet struct {
	Language string // "CloudFormation", "CDK (TypeScript)", "Terraform", "Pulumi (TypeScript)"
	Code     string // lines, with no line break at the end; "" where Note says it all
	Note     string // where it belongs and what to delete, in sentences
}

// TagsOf gives the tags that a change of the remedy "tags" touches, as Wanted has them. What is no text is left out.
func TagsOf(c change.Change) (before, after map[string]string) {
	before, after = map[string]string{}, map[string]string{}
	unescape := strings.NewReplacer("~1", "/", "~0", "~") // RFC 6901, section 4
	for _, t := range c.Touched {
		note(before, unescape.Replace(t.Path), t.Before)
		note(after, unescape.Replace(t.Path), t.After)
	}
	return before, after
}

func note(tags map[string]string, key string, raw json.RawMessage) {
	var text *string
	if json.Unmarshal(raw, &text) == nil && text != nil {
		tags[key] = *text
	}
}

// Patch gives the code that makes a resource as it is wanted, in the languages that its origin may be written in, the likeliest first. None where there is no code for it.
func Patch(o Origin, r finding.Resource, w Wanted) []Snippet {
	p := patch{Origin: o, typ: r.Type, Wanted: w}
	if o.Group {
		p.typ = autoScalingGroup
	}
	p.shape = shapeOf(p.typ)
	if p.ofTags() && len(w.Before)+len(w.After) == 0 {
		return nil
	}
	var list []Snippet
	for _, language := range languages[o.Tool] {
		list = append(list, language(p)...)
	}
	return slices.DeleteFunc(list, func(s Snippet) bool { return s.Code == "" && s.Note == "" })
}

// languages are what the code of a tool may be written in.
var languages = map[Tool][]func(patch) []Snippet{
	CloudFormation: {patch.template, patch.cdk},
	CDK:            {patch.cdk, patch.template},
	Terraform:      {patch.terraform},
	Pulumi:         {patch.pulumi},
	"":             {patch.template, patch.cdk, patch.terraform},
}

// A patch is what the languages make their snippets of.
type patch struct {
	Origin
	Wanted
	typ   string
	shape shape
}

// ofTags tells whether tags are wanted.
func (p patch) ofTags() bool { return p.Code == Code{} }

// keys are the keys that come or change.
func (p patch) keys() []string { return slices.Sorted(maps.Keys(p.After)) }

// gone are the keys that go.
func (p patch) gone() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.Before)), func(key string) bool {
		_, stays := p.After[key]
		return stays
	})
}

// deletions says which keys are to be deleted, written as a language does; "" for none.
func (p patch) deletions(quote func(string) string) string {
	gone := p.gone()
	if len(gone) == 0 {
		return ""
	}
	for i, key := range gone {
		gone[i] = quote(key)
	}
	noun := "key"
	if len(gone) > 1 {
		noun = "keys"
	}
	return "Delete the " + noun + " " + strings.Join(gone, ", ") + "."
}

// name is the resource's logical id, or a word for it.
func (p patch) name() string {
	if p.LogicalID != "" {
		return p.LogicalID
	}
	word := p.typ[strings.LastIndexByte(p.typ, ':')+1:]
	if !logicalID.MatchString(word) {
		return "Resource"
	}
	return word
}

// stands says what name stands for where it is none; "" where it is the logical id.
func (p patch) stands() string {
	if p.LogicalID != "" {
		return ""
	}
	return p.name() + " stands for the resource's own logical ID."
}

// indented puts spaces before each line.
func indented(code string, spaces int) string {
	pad := strings.Repeat(" ", spaces)
	return pad + strings.ReplaceAll(code, "\n", "\n"+pad)
}

// sentences joins those that say something.
func sentences(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}
