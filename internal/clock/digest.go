package clock

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// mostGathered is how many entries one digest looks at, the latest: what is beyond is in the journal, and the log says so.
const mostGathered = 10_000

// calm is how long after the end of a period its digest is made: clocks of functions differ, and what was recorded just before the end may be seen only after it.
const calm = 2 * time.Minute

// digest tells each owner what was gathered, once a period of the policy's digest; the periods begin at its multiples, in UTC. An entry of the journal stands for each digest as a
// whole, and one for each owner's: so whatever is cut short is taken up by the next tick, and what was told is not told again.
func (c *Clock) digest(ctx context.Context, holder string) error {
	period := c.Policy.Digest()
	if period == 0 {
		return nil
	}
	whole, owed, err := c.begun(ctx, c.Now().Add(-calm).UTC().Truncate(period), period)
	if err != nil || !owed {
		return err
	}
	switch _, err := c.Journal.Take(ctx, whole.ID, holder, c.Now(), c.Now().Add(journal.Lease)); {
	case busy(err):
		return nil // another clock is at it
	case err != nil:
		return fmt.Errorf("take the digest: %w", err)
	}
	entries, err := c.Journal.Recent(ctx, whole.Since, mostGathered)
	if errors.Is(err, journal.ErrUnread) { // one entry keeps no owner from hearing of the others
		c.Log.ErrorContext(ctx, "the digest is not complete", "since", whole.Since, "entries", len(entries), "err", err)
	} else if err != nil {
		return fmt.Errorf("read what was gathered: %w", err)
	}
	if len(entries) == mostGathered {
		c.Log.WarnContext(ctx, "the digest is not complete", "since", whole.Since, "entries", len(entries))
	}
	until, err := time.Parse(compact, whole.Event)
	if err != nil {
		return fmt.Errorf("read when the digest ends: %w", err)
	}
	for _, d := range c.gather(entries, whole.Since, until) {
		if err := c.send(ctx, d); err != nil {
			return err
		}
	}
	return c.told(ctx, whole)
}

// compact writes the time of a digest. It has no colon, which parts a fingerprint.
const compact = "20060102T150405Z"

// digestOf names an entry that stands for a digest.
const digestOf = "digest"

// begun is the entry of the digest that is owed; false if none is. It covers what happened since the last one, and one that was cut short is finished first.
func (c *Clock) begun(ctx context.Context, end time.Time, period time.Duration) (journal.Entry, bool, error) {
	whole := journal.Notice(digestOf, digestOf, end.Format(compact), "", "The digest of all owners.", c.Now())
	last, found, err := c.Journal.Open(ctx, whole.Key)
	if err != nil {
		return whole, false, fmt.Errorf("look for the last digest: %w", err)
	}
	if found && (!last.State.Answered() || last.Event == whole.Event) {
		return last, !last.State.Answered(), nil
	}
	whole.Since = end.Add(-period)
	if at, err := time.Parse(compact, last.Event); found && err == nil {
		whole.Since = at
	}
	begun, err := c.Journal.Begin(ctx, whole, c.Now())
	if err != nil {
		return whole, false, fmt.Errorf("begin the digest: %w", err)
	}
	return begun.Entry, !begun.Entry.State.Answered(), nil
}

// gather parts what happened since the last digest by owner and topic.
func (c *Clock) gather(entries []journal.Entry, since, until time.Time) []notify.DigestOf {
	type group struct{ owner, topic string }
	all := map[group]*notify.DigestOf{}
	for _, e := range entries {
		if !e.Updated.Before(until) || e.Key.Noticed() != "" || e.Key.Exemption() {
			continue
		}
		to := group{e.Owner, c.Policy.Route(notify.Routing(e))}
		if all[to] == nil {
			all[to] = &notify.DigestOf{Owner: to.owner, Topic: to.topic, Since: since, Until: until, Totals: map[string]int{}, Policy: c.Policy.Hash()}
		}
		all[to].Totals[notify.Outcome(e)]++
		if c.worth(e) {
			all[to].Entries = append(all[to].Entries, e)
		}
	}
	var digests []notify.DigestOf
	for _, d := range all {
		if len(d.Entries) > 0 {
			digests = append(digests, *d)
		}
	}
	slices.SortFunc(digests, func(a, b notify.DigestOf) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Topic, b.Topic))
	})
	return digests
}

// worth tells whether a digest names an entry: it was kept for one, and people want to hear of it. What a newer entry took the place of is told by that one.
func (c *Clock) worth(e journal.Entry) bool {
	gathered := e.Gathered && e.State != journal.Lapsed
	e.Gathered = false // by itself it would not be sent
	return gathered && notify.Wanted(e, c.Policy.MinSeverity())
}

// send tells one owner, once.
func (c *Clock) send(ctx context.Context, d notify.DigestOf) error {
	about := digestOf + "/" + cmp.Or(d.Owner, "default")
	e := journal.Notice(about, digestOf, d.Until.Format(compact), "", "", c.Now())
	e.Key.Setting = strings.TrimSpace(e.Key.Setting + " " + d.Topic)
	e.ID, e.Owner, e.Since = journal.NewID(e.Key, e.Event, digestOf), d.Owner, d.Since
	e.Reason = fmt.Sprintf("The digest since %s: %d entries.", stamp(d.Since), len(d.Entries))
	begun, err := c.Journal.Begin(ctx, e, c.Now())
	if err != nil {
		return fmt.Errorf("begin the digest of an owner: %w", err)
	}
	if begun.Entry.State.Answered() {
		return nil
	}
	for i, m := range notify.Digest(d) {
		m.ID = begun.Entry.ID + strings.Repeat("-more", i) // told twice, it has the same id
		if err := c.Topic.Tell(ctx, m); err != nil {
			return fmt.Errorf("send the digest of an owner: %w", err)
		}
	}
	return c.told(ctx, begun.Entry)
}

// told records that a digest was sent.
func (c *Clock) told(ctx context.Context, e journal.Entry) error {
	e.State, e.Told, e.Updated = journal.Told, true, c.Now()
	if _, err := c.Journal.Record(ctx, e); err != nil && !busy(err) {
		return fmt.Errorf("record that a digest was sent: %w", err)
	}
	return nil
}
