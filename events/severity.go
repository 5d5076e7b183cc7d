package events

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// severityOfScore is the severity of a score from 1.0 to 10.0; Unset for what is none.
//
// Source: GuardDuty user guide, "Severity levels of GuardDuty findings".
func severityOfScore(score float64) finding.Severity {
	switch {
	case !(score > 0) || score > 10:
		return finding.Unset
	case score < 4:
		return finding.Low
	case score < 7:
		return finding.Medium
	case score < 9:
		return finding.High
	}
	return finding.Critical
}

// severityOfLabel is the severity that a service calls by its name, in any case; Unset for one that it leaves open (UNTRIAGED, UNKNOWN) or that nobody knows.
func severityOfLabel(label string) finding.Severity {
	severity, err := finding.ParseSeverity(strings.ToLower(label))
	if err != nil {
		return finding.Unset
	}
	return severity
}

// severityOfID is the severity that OCSF gives a number; Unset for 0 (unknown) and 99 (other).
//
// Source: OCSF schema 1.6, severity_id.
func severityOfID(id int) finding.Severity {
	switch {
	case id >= 1 && id <= 5:
		return finding.Informational + finding.Severity(id-1)
	case id == 6: // fatal
		return finding.Critical
	}
	return finding.Unset
}
