package journal

import (
	"fmt"
	"slices"
	"time"
)

// Doubt says, in a sentence or two, why an entry is not gone by that nothing proves to be Tagwarden's own, and what to do instead.
func Doubt(e Entry) string {
	return fmt.Sprintf("Nothing proves that Tagwarden wrote entry %s: it is older than the journal's secret, or somebody else wrote to the table. It is never carried out, approved or taken back; "+
		"what is still wrong is judged anew at the next event about the resource (docs/security.md).", e.ID)
}

// Doubted is a claim that nothing proves to be the journal's own: of what it says, only its version, without which it could not be replaced, and its entry, for people to read, are
// left. So it keeps nothing from being looked at, lends nothing, and points to no change.
func (c Claim) Doubted() Claim {
	c.Entry.Unproved = true
	return Claim{Version: max(1, c.Version), Entry: c.Entry, Touched: c.Touched}
}

// Proved is the claim beside the newest revision of its entry, read before it: a claim that is older was put back in its place, and its entry is doubted.
func (c Claim) Proved(newest Entry) Claim {
	if newest.Unproved || c.Entry.Revision < newest.Revision {
		return c.Doubted()
	}
	return c
}

// replaceable tells whether a report takes the place of an entry because nothing proves it. What might be in the midst of a write is answered first: act ends it.
func replaceable(open Entry) bool {
	return open.Unproved && open.State != Planned && !slices.Contains(during, open.State)
}

// Kept are the exemptions that a resource's entry keeps, and the entry; nothing and none where nothing proves it, so that another can be begun in its place.
func Kept(e Entry, found bool) ([]Grant, Entry, bool, error) {
	if !found || e.Unproved {
		return nil, Entry{}, false, nil
	}
	grants, err := Grants(e)
	return grants, e, true, err
}

// Disputed says, in a sentence or two, why a resource is left alone whose exemptions nothing proves; "" where it is not.
func Disputed(kept Entry, now time.Time) string {
	if !kept.Unproved {
		return ""
	}
	if grants, err := Grants(kept); err == nil && len(InForce(grants, now)) == 0 {
		return ""
	}
	return fmt.Sprintf("It may be exempt, and nothing proves who granted that (entry %s): it is left as it is. Grant it anew with `tagwarden exempt %s`, or end it with `tagwarden exempt end %s` "+
		"(docs/security.md).", kept.ID, kept.Key.Resource, kept.Key.Resource)
}
