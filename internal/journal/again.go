package journal

import (
	"strconv"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// Again is the entry that takes a violation up again, of which nothing was heard while an exemption held: as of the end of that exemption, and without anything that was planned,
// approved or told of it before. It is begun like a violation, and handed over; begun twice for one end, it is one entry.
func Again(e Entry, end time.Time) Entry {
	again := e
	again.Event = "again " + e.ID + " " + strconv.FormatInt(end.Unix(), 10)
	again.ID = NewID(e.Key, again.Event, e.Remedy)
	again.Revision, again.State, again.Since, again.Undoes, again.Prior = 0, Open, end.UTC(), "", nil
	again.Seen, again.Once, again.Fingerprint, again.Violations = finding.Version{}, "", "", nil
	again.Change, again.Calls, again.Err, again.Told, again.Left, again.Flips = change.Change{}, nil, "", false, "", nil
	again.Held, again.Due, again.Tries, again.Spent, again.Shown, again.Redoes, again.Gathered = "", time.Time{}, 0, false, "", false, false
	again.Press, again.Approved, again.Noted, again.Approver, again.Override = "", false, false, "", Override{}
	again.Reason = "The exemption ended: it is looked at again."
	return again
}
