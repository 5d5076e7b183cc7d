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
	return ends(e.State) || p == nil || !p.Told || p.State != e.State || p.Fingerprint == "" || p.Fingerprint != e.Fingerprint
}

// ends tells whether a state is news each time: something was changed, or what people were told before is over.
func ends(s journal.State) bool {
	return s.Final() && s != journal.Refused && s != journal.Failed
}
