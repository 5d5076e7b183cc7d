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
	again := e.fresh()
	again.Event = "again " + e.ID + " " + strconv.FormatInt(end.Unix(), 10)
	again.ID = NewID(e.Key, again.Event, e.Remedy)
	again.Since, again.Violations = end.UTC(), nil
	again.Reason = "The exemption ended: it is looked at again."
	return again
}

// fresh is an entry of the same violation of which nothing is known, planned, made, approved or told yet: whoever makes it gives it an id, and what it is about.
func (e Entry) fresh() Entry {
	e.Revision, e.State, e.Undoes, e.Redoes, e.Prior = 0, Open, "", false, nil
	e.Seen, e.Once, e.Fingerprint = finding.Version{}, "", ""
	e.Change, e.Calls, e.Err, e.Told, e.Noted, e.Gathered = change.Change{}, nil, "", false, false, false
	e.Held, e.Due, e.Tries, e.Spent, e.Left, e.Shown, e.Flips = "", time.Time{}, 0, false, "", "", nil
	e.Press, e.Approved, e.Approver, e.Override = "", false, "", Override{}
	return e
}
