package notify

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Snippet is code in one language, to be put into the code that made a resource.
type Snippet = iac.Snippet

// patched is what a message says of the code that made a resource, where that code changes back what is put right. Whose it is tells the program that did it, for the entry
// keeps no tags; where that is not known, the code is shown in every language.
func (a About) patched(e journal.Entry) About {
	if !fights(e) || e.Remedy != policy.TagsRemedy {
		return a
	}
	origin, known := iac.OriginOf(e.Resource.Tags, e.Agent)
	if known {
		a.Origin = origin.String()
	}
	before, after := iac.TagsOf(e.Change)
	a.Patch = iac.Patch(origin, e.Resource, iac.Wanted{Before: before, After: after})
	return a
}

// code shows what is to be changed in the code that made the resource: whole, or not at all.
func (s story) code(p *page) {
	if len(s.about.Patch) == 0 {
		return
	}
	p.line("\nCHANGE THE CODE")
	if s.about.Origin != "" && !fights(s.entry) {
		p.line("It belongs to ", p.text(s.about.Origin), ": what is changed elsewhere comes back with its next update.")
	}
	p.each(len(s.about.Patch), func(i int) {
		snippet := s.about.Patch[i]
		p.line("- ", p.text(snippet.Language))
		if snippet.Note != "" {
			p.line("  ", p.text(snippet.Note))
		}
		if snippet.Code == "" {
			return
		}
		if utf8.RuneCountInString(snippet.Code) > p.runes {
			p.cut = true
			p.line("  The code is too long for this message.")
			return
		}
		for line := range strings.SplitSeq(snippet.Code, "\n") {
			p.line("    ", clean(line))
		}
	})
}

// A snippet is a Snippet as programs read it.
type snippet struct {
	Language string `json:"language"`
	Code     string `json:"code,omitempty"`
	Note     string `json:"note,omitempty"`
}

// shownCode is the code in the document. What would have to be cut is left out: half of it is no code.
func (s story) shownCode(k *knife) []snippet {
	const field = "code"
	var list []snippet
	for i, of := range s.about.Patch {
		if i == k.items {
			k.mark(field)
			break
		}
		code := strings.ToValidUTF8(of.Code, "\ufffd")
		if utf8.RuneCountInString(code) > k.runes {
			code = ""
			k.mark(field)
		}
		list = append(list, snippet{Language: k.text(field, of.Language), Code: code, Note: k.text(field, of.Note)})
	}
	return list
}

// adviceOnCode is what to do about code where the exact lines are not shown.
func (s story) adviceOnCode() []string {
	if len(s.about.Patch) > 0 {
		return nil
	}
	if s.about.Origin != "" {
		return []string{fmt.Sprintf("Change the code of %s, too, or it comes back.", clean(s.about.Origin))}
	}
	return []string{"If code made the resource (CloudFormation, Terraform), change it there too, or it comes back."}
}
