package events

import (
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// judgeState tells what is to be done about a finding in its state: nothing about one that is archived, made up or already seen to, and an end where its control passes.
// Somebody who chooses an action for a finding asks for it all the same, unless it is archived, made up or suppressed.
//
// Source: Security Hub API reference, Workflow and Compliance; Security Hub user guide, "Setting the workflow status of findings": a control that passes is set RESOLVED.
func (a asffFinding) judgeState(f *finding.Finding, pressed bool) {
	switch {
	case a.madeUp():
		f.Moot = itIsASample
	case a.ours():
		a.judgeOurs(f, pressed)
	case a.Record == "ARCHIVED" || a.field("aws/guardduty/service/archived") == "true":
		f.Moot = itIsArchived
	case a.Compliance.Status == "PASSED":
		f.Right, f.Changed = true, true
	case a.Workflow.Status == "SUPPRESSED":
		f.Moot = "it is suppressed"
	case !pressed:
		f.Moot = a.seenTo()
	}
}

// madeUp tells whether somebody had the finding made, to see what findings look like.
func (a asffFinding) madeUp() bool {
	return a.Sample || sampleTitle(a.Title) || a.field("aws/guardduty/service/additionalInfo/sample") == "true"
}

// seenTo says why nobody need look at a finding that is open, unless somebody asks for it; "" where somebody must.
func (a asffFinding) seenTo() string {
	switch {
	case a.Workflow.Status == "NOTIFIED":
		return "somebody was told of it already"
	case a.Workflow.Status == "RESOLVED":
		return "it is resolved"
	case a.noted():
		return "nothing in it is newer than Tagwarden's own note"
	}
	return unknownCompliance[a.Compliance.Status]
}

// noted tells whether an event comes of a note that we wrote into the finding: an update makes an event of its own, and leaves the time at which its product updated the
// finding last. When that is later than our note, the finding is news again.
//
// Source: Security Hub user guide, "BatchUpdateFindings for customers" (the Imported event; updates do not affect UpdatedAt); ASFF, "Note".
func (a asffFinding) noted() bool {
	written, err := time.Parse(time.RFC3339, a.Note.At)
	updated, errUpdated := time.Parse(time.RFC3339, a.Updated)
	return a.Note.By == finding.Author && err == nil && errUpdated == nil && written.After(updated)
}

// unknownCompliance says what a compliance status means that is neither PASSED nor FAILED.
//
// Source: Security Hub API reference, Compliance, Status.
var unknownCompliance = map[string]string{
	"WARNING":       "its check lacks information, or does not support the configuration",
	"NOT_AVAILABLE": "its check could not be done",
}
