package notify

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// patch is how the code that made an entry's resource is to be changed; none where nobody is told to change it.
func patch(p *policy.Policy, e journal.Entry) []iac.Snippet {
	ours := e.State == journal.Told && (e.Held == journal.Fight || e.Origin.Stack != "")
	if !ours || e.Remedy == "" {
		return nil
	}
	wanted := iac.Wanted{Code: p.Code(e.Remedy, e.With, e.Resource)}
	if e.Remedy == policy.TagsRemedy {
		wanted.Before, wanted.After = iac.TagsOf(e.Change)
	}
	return iac.Patch(origin(e), e.Resource, wanted)
}

// origin is who owns the code that made an entry's resource: what its tags tell, else the program that changes it.
func origin(e journal.Entry) iac.Origin {
	if e.Origin.Stack != "" {
		return e.Origin
	}
	o, _ := iac.OriginOf(nil, e.Agent)
	return o
}

// originOf names the owner of the code for people; "" where it is not known.
func originOf(e journal.Entry) string {
	if o := origin(e); o.Stack != "" || o.Tool != "" {
		return o.String()
	}
	return ""
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

// A snippet is an iac.Snippet as programs read it.
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
