package events

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// ours tells whether a finding says that Tagwarden put it into Security Hub. Whoever may import findings can make one say so: it is believed in nothing but that. In OCSF the
// id alone tells it.
func (a asffFinding) ours() bool {
	return !a.isAWS() && (strings.HasPrefix(a.Generator, finding.Ours) || strings.HasPrefix(a.ID, finding.Ours))
}

// judgeOurs tells what is to be done about a finding of ours: nothing, unless somebody chooses an action for it. Then it names the entry that is meant, also where it is
// archived because that entry was answered: its change may be taken back.
func (a asffFinding) judgeOurs(f *finding.Finding, pressed bool) {
	entry := a.field(finding.EntryField)
	switch {
	case !pressed:
		f.Moot = "it is Tagwarden's own"
	case a.Workflow.Status == "SUPPRESSED":
		f.Moot = "it is suppressed"
	case entry == "":
		f.Moot = "it is Tagwarden's own and names no proposal"
	default:
		f.Proposal = finding.Proposal{Entry: entry, Shown: a.field(finding.ShownField)}
	}
}

// oneOfOurs is the finding about the first resource that a finding of ours names, which is only for people to see: the journal knows what the entry is about. It may be one of
// another account than that in which Tagwarden works.
func (a asffFinding) oneOfOurs(common finding.Finding, at site) []finding.Finding {
	common.Resource = a.Resources[0].named(at)[0].resource
	common.Resource.Account = at.account
	return []finding.Finding{common}
}
