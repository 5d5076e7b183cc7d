package notify

import (
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// Wanted tells whether people want to hear of an entry: not below the policy's severity, and not the same answer to the same violations again.
func Wanted(e journal.Entry, least finding.Severity) bool {
	severity, err := finding.ParseSeverity(e.Severity)
	if err == nil && severity < least {
		return false
	}
	p := e.Prior
	return p == nil || !p.Told || p.State != e.State || p.Fingerprint == "" || p.Fingerprint != e.Fingerprint || e.State == journal.Fixed
}
