package journal

import (
	"strings"
	"time"
)

// notice begins the settings of entries that tell people of Tagwarden itself, and not of a resource: a budget that is spent, a brake. They hold nothing of any resource.
const notice = "notice "

// BrakeOff is what a notice is about (Entry.Control) that tells of a brake that was taken off. All others tell of one that is on.
const BrakeOff = "brake off"

// ExemptionOver is what a notice is about (Entry.Control) that tells of an exemption of the policy that has ended. All others tell of one that is to end.
const ExemptionOver = "exemption over"

// What a notice is about (Entry.Control) that tells of something that is well again: the rules of a member that had been silent, the directory of accounts. All others of their kind tell
// of what is not.
const (
	SilenceOver   = "silence over"
	DirectoryBack = "directory back"
)

// Notice is the entry that tells people of something about Tagwarden itself, once: what it is about ("rule/tags", "brake/all"), what it is ("budget", "breaker", "brake",
// "exemption", "digest"), and what makes it another one than the last (a time, an act). Begun again, it is the same; another one takes the place of one that is told, or that nobody told yet.
func Notice(about, what, which, severity, reason string, now time.Time) Entry {
	k := Key{Resource: about, Setting: notice + what}
	return Entry{
		ID: NewID(k, which, what), Key: k, State: Open, Event: which, Kind: "operator", Control: what, Mode: "notify", Severity: severity,
		Since: now.UTC(), Reason: reason, Fingerprint: notice + ":" + which,
	}
}

// Noticed is what a notice is ("budget"); "" for an entry that is none.
func (k Key) Noticed() string {
	what, found := strings.CutPrefix(k.Setting, notice)
	if !found {
		return ""
	}
	return what
}
