package notify

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Note is what the findings of Security Hub say of an entry's outcome.
type Note struct {
	Findings []finding.Report  // those that are kept by Security Hub
	Workflow string            // "NOTIFIED", "RESOLVED", "NEW"; "" leaves it as it is
	Text     string            // at most 512 characters
	Fields   map[string]string // user-defined fields
}

// maxNote is how long a note's text may be, in characters.
//
// Source: Security Hub user guide, "Using BatchUpdateFindings to update findings" (Note.Text); ASFF, "Note".
const maxNote = 512

// Notes are what Security Hub's findings are to say of an entry: of what was put right or taken back, and, where somebody pressed a button, of whatever came of that.
// Findings are told apart only by what has to become of their workflow.
func Notes(e journal.Entry) []Note {
	if e.Press == "" && e.State != journal.Fixed {
		return nil
	}
	by := map[string]*Note{}
	var order []string
	for _, r := range e.Reporters {
		if r.Report.Product == "" {
			continue
		}
		w := workflow(e, r)
		if by[w] == nil {
			by[w] = &Note{Workflow: w, Text: note(e), Fields: fields(e)}
			order = append(order, w)
		}
		by[w].Findings = append(by[w].Findings, r.Report)
	}
	notes := make([]Note, len(order))
	for i, w := range order {
		notes[i] = *by[w]
	}
	return notes
}

// workflow is the status of a finding's workflow after an outcome. After a verified fix it is NOTIFIED, and the control's next evaluation resolves the finding: one that
// is set RESOLVED while its control still fails stays so, and hides. A GuardDuty finding about a policy is evaluated by nobody again, and what it found is put right, so
// it is RESOLVED; a threat is not over because it was contained.
//
// Source: Security Hub user guide, "Setting the workflow status of findings".
func workflow(e journal.Entry, r journal.Reporter) string {
	switch {
	case ours(r.Report): // a posting says what becomes of it
		return ""
	case e.State == journal.Fixed && e.Undoes != "":
		return "NEW"
	case e.State == journal.Fixed && strings.HasPrefix(r.Control, "guardduty:Policy:"):
		return "RESOLVED"
	case e.State == journal.Fixed, e.State == journal.Compliant:
		return "NOTIFIED"
	}
	return ""
}

// note says in few words what was done, by which remedy, and why.
func note(e journal.Entry) string {
	text := fmt.Sprintf("Tagwarden (%s): %s", clean(e.ID), wordsOf(e).headline)
	if e.Remedy != "" {
		text += ": " + clean(e.Remedy)
	}
	text, _ = cut(text+". "+clean(e.Reason), maxNote)
	return text
}

// fields are the facts for whoever filters findings.
func fields(e journal.Entry) map[string]string {
	all := map[string]string{"tagwardenOutcome": Outcome(e), "tagwardenEntry": e.ID, "tagwardenRemedy": e.Remedy, "tagwardenRule": e.Rule}
	for name, value := range all {
		if value, _ = cut(strings.TrimSpace(clean(value)), maxAttribute); value == "" {
			delete(all, name)
		} else {
			all[name] = value
		}
	}
	return all
}
