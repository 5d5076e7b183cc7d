package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Posting is the finding of our own that shows a proposal in Security Hub, so that a button can be pressed for it there.
type Posting struct {
	ID, Generator string // at most 512 characters each
	Title         string // at most 256 characters
	Description   string // at most 1,024 characters
	Severity      string // as the policy file spells it; "" where it is not known
	Resource      finding.Resource
	Fields        map[string]string // product fields
	Since         time.Time         // since when the proposal is due
	Updated       time.Time         // never earlier than that of an earlier posting of the entry
	Over          bool              // it was answered, so that nothing is proposed any more
	Note          string            // what is to be written into the finding beside, at most 512 characters; "" for nothing
}

// How much a posting holds, in characters.
//
// Source: Security Hub API reference, AwsSecurityFinding (Id, GeneratorId, Title, Description, ProductFields).
const (
	maxGenerator   = 512
	maxTitle       = 256
	maxDescription = 1024
	maxField       = 2048
	maxReason      = 400 // our own, so that the change is shown, too
	maxInDiff      = 80  // our own: of one value
)

// PostingOf is the finding of our own that an outcome needs; ok is false where it needs none: it was never proposed, a finding of Security Hub reported it, so that the button
// works there, or a budget or a breaker holds it back, of which one notice tells for all.
func PostingOf(e journal.Entry) (p Posting, ok bool) {
	proposed := e.State == journal.Proposed
	switch {
	case e.Shown == "" || e.Undoes != "" || inSecurityHub(e) || !e.State.Answered():
		return Posting{}, false
	case (e.Held == journal.Budget || e.Held == journal.Broken) && e.Press == "" && e.Approver == "":
		return Posting{}, false
	}
	s := view(e, About{})
	p = Posting{
		ID: finding.Ours + e.ID, Generator: fit(finding.Ours+e.Rule, maxGenerator), Severity: e.Severity, Resource: e.Resource,
		Title:       fit(fmt.Sprintf("Tagwarden: %s: %s of %s", wordsOf(e).headline, s.topic(), name(e.Resource)), maxTitle),
		Description: fit(fit(e.Reason, maxReason)+s.diff(), maxDescription),
		Fields: map[string]string{
			finding.EntryField: e.ID, finding.ShownField: e.Shown, finding.RuleField: fit(e.Rule, maxField),
		},
		Since: e.Since, Updated: e.Updated, Over: !proposed,
	}
	if p.Over || e.Press != "" {
		p.Note = note(e)
	}
	return p, true
}

// Replaces is the entry whose proposal an outcome took the place of, so that its finding has to say so; "" where there is none.
func Replaces(e journal.Entry) string {
	if e.Prior == nil || e.Prior.State != journal.Proposed {
		return ""
	}
	return e.Prior.ID
}

// OwesPosting tells whether a finding of our own may still have to say what became of an entry.
func OwesPosting(e journal.Entry) bool {
	_, posted := PostingOf(e)
	return !e.Noted && e.State.Answered() && (posted || Replaces(e) != "")
}

// inSecurityHub tells whether a finding of another product's in Security Hub reported the entry.
func inSecurityHub(e journal.Entry) bool {
	return slices.ContainsFunc(e.Reporters, func(r journal.Reporter) bool { return r.Report.Product != "" && !ours(r.Report) })
}

// ours tells whether a report is a finding of our own.
func ours(r finding.Report) bool { return r.Product != "" && strings.HasPrefix(r.ID, finding.Ours) }

// diff is what would change, or did, shortened: a message shows all of it.
func (s story) diff() string {
	var b strings.Builder
	for i, t := range s.touches {
		if i == 0 {
			b.WriteString(" Change:")
		} else {
			b.WriteString(";")
		}
		fmt.Fprintf(&b, " %s: %s -> %s", t.key, t.before.show(maxInDiff), t.after.show(maxInDiff))
	}
	return b.String()
}

// fit is a text of unknown origin in one line of at most n characters.
func fit(s string, n int) string {
	s, _ = cut(strings.TrimSpace(clean(s)), n)
	return s
}
