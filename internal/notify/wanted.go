package notify

import (
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// Wanted tells whether people want to hear of an entry by itself: not of what the next digest tells, not below the policy's severity, and not the same answer to the same
// violations again. Of brakes and breakers they always hear.
func Wanted(e journal.Entry, least finding.Severity) bool {
	if what := e.Key.Noticed(); what == brakeNotice || what == breakerNotice {
		return true
	}
	severity, err := finding.ParseSeverity(e.Severity)
	if gathered(e) || err == nil && severity < least {
		return false
	}
	p := e.Prior
	return ends(e.State) || e.Approver != "" || p == nil || !p.Told || p.State != e.State || p.Fingerprint == "" || p.Fingerprint != e.Fingerprint
}

// ends tells whether a state is news each time: something was changed, or what people were told before is over.
func ends(s journal.State) bool {
	return s.Final() && s != journal.Refused && s != journal.Failed
}

// gathered tells whether the next digest tells of an entry. What somebody asked for, what had to wait and what was changed, proposed or went wrong since is told at once.
func gathered(e journal.Entry) bool {
	switch e.State {
	case journal.Observed, journal.Told, journal.Compliant, journal.Exempted, journal.Gone, journal.Lapsed:
		return e.Gathered && e.Held == "" && e.Press == "" && e.Approver == ""
	}
	return false
}
