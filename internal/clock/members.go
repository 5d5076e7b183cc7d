package clock

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A Hub is what the clock does besides where the deployment is the hub of an organization: it reads the directory of accounts, and hears the members' heartbeats.
type Hub struct {
	Store        members.Store
	Organization Organization
	Source       string // of the heartbeats' events: wiring.Source
	// Kinds are the kinds of events that members forward. Whatever is in a member may send beats: one of any other kind is dropped, so that no account can fill the table.
	Kinds []string

	mu     sync.Mutex
	looked time.Time
}

// An envelope is a heartbeat as EventBridge delivers it. The account and the region are the envelope's, which EventBridge itself sets: an account can only speak for itself.
//
// Source: EventBridge user guide, "Events" (event structure).
type envelope struct {
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Account    string          `json:"account"`
	Region     string          `json:"region"`
	Time       time.Time       `json:"time"`
	Detail     json.RawMessage `json:"detail"`
}

// heartbeat gives a message that is one.
func (h *Hub) heartbeat(body []byte) (members.Beat, bool, error) {
	var e envelope
	if h == nil || json.Unmarshal(body, &e) != nil || e.Source != h.Source || e.DetailType != wiring.Heartbeat {
		return members.Beat{}, false, nil
	}
	var detail struct {
		Kind   string `json:"kind"`
		Policy string `json:"policy"`
	}
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return members.Beat{}, true, errors.New("its detail is no object")
	}
	b := members.Beat{Account: e.Account, Region: e.Region, Kind: detail.Kind, Policy: detail.Policy, Seen: e.Time}
	if b.Kind != members.RolesKind && !slices.Contains(h.Kinds, b.Kind) {
		return b, true, errors.New("its kind is none that members forward")
	}
	return b, true, b.Valid()
}

// beat keeps a heartbeat. One that cannot be one is counted and dropped: whatever runs in a member may send it, and must not fill our dead-letter queue.
func (c *Clock) beat(ctx context.Context, b members.Beat, wrong error) error {
	if wrong != nil {
		c.Log.WarnContext(ctx, "heartbeat unreadable", "outcome", "unreadable", "err", wrong)
		c.Meter.Outcome("unreadable")
		return nil
	}
	if now := c.Now(); b.Seen.After(now) {
		b.Seen = now
	}
	return c.Hub.Store.PutBeat(ctx, b)
}

// eachLook is how often the clock looks for what is silent.
const eachLook = 15 * time.Minute

// members does what is due about the members: their directory is read on, and what is silent is told.
func (c *Clock) members(ctx, working context.Context) error {
	if c.Hub == nil {
		return nil
	}
	return errors.Join(c.directory(ctx, working), c.silences(ctx, working))
}

// due tells whether it is time to look, and takes the look. Another instance of the function may look, too: that tells nothing twice.
func (h *Hub) due(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if age := now.Sub(h.looked); !h.looked.IsZero() && age >= 0 && age < eachLook {
		return false
	}
	h.looked = now
	return true
}

// mostPlaces is of how many accounts and regions, of which the same is news, people are told one by one. Where more fall silent at once it is the hub that does not hear, or a
// StackSet that went wrong: thousands of messages would say less than one.
const mostPlaces = 20

// silences tells of the rules that beat before and do no more, and of those that are back: one notice an account and region for what is news, or one for all where they are many. What
// time does not allow is news at the next look, too.
func (c *Clock) silences(ctx, working context.Context) error {
	now := c.Now().Round(0)
	if !c.Hub.due(now) {
		return nil
	}
	beats, err := c.Hub.Store.Beats(ctx, "", now)
	if err != nil {
		return err
	}
	gaps, err := c.Hub.Store.Gaps(ctx, now)
	if err != nil {
		return err
	}
	begun, over := map[string][]members.Gap{}, map[string][]members.Gap{}
	for _, g := range members.News(beats, gaps, now) {
		of := begun
		if !g.Until.IsZero() {
			of = over
		}
		name := g.Account + "/" + g.Region
		of[name] = append(of[name], g)
	}
	return errors.Join(c.tellPlaces(ctx, working, begun), c.tellPlaces(ctx, working, over))
}

// tellPlaces tells of gaps by account and region, which all began or are all over.
func (c *Clock) tellPlaces(ctx, working context.Context, byPlace map[string][]members.Gap) error {
	places := slices.Sorted(maps.Keys(byPlace))
	if len(places) > mostPlaces {
		var all []members.Gap
		for _, place := range places {
			all = append(all, byPlace[place]...)
		}
		return c.tellGaps(ctx, working, all, manyNotice(places, all, c.Now()))
	}
	var failed error
	for _, place := range places {
		failed = errors.Join(failed, c.tellGaps(ctx, working, byPlace[place], gapNotice(byPlace[place], c.Now())))
	}
	return failed
}

// tellGaps begins the notice about gaps, and writes down that it did.
func (c *Clock) tellGaps(ctx, working context.Context, gaps []members.Gap, n journal.Entry) error {
	if _, err := c.Journal.Begin(ctx, n, c.Now()); err != nil {
		return fmt.Errorf("begin the notice about heartbeats %s: %w", n.Key.Resource, err)
	}
	g := gaps[0]
	c.Log.WarnContext(ctx, n.Control, "account", g.Account, "region", g.Region, "kinds", kindsOf(gaps[:min(len(gaps), mostPlaces)]), "since", g.Since, "gaps", len(gaps))
	var failed error
	for _, g := range gaps {
		if working.Err() != nil {
			break
		}
		failed = errors.Join(failed, c.Hub.Store.PutGap(ctx, g))
	}
	return failed
}

// manyNotice is the notice about gaps of many accounts and regions. Cut short and begun again it is the same for as long as a silence lasts before it is news.
func manyNotice(places []string, gaps []members.Gap, now time.Time) journal.Entry {
	since := gaps[0].Since
	for _, g := range gaps {
		since = earlier(since, g.Since)
	}
	which := now.UTC().Truncate(members.Silent).Format(time.RFC3339)
	const about = "organization/heartbeats"
	const silent = "Heartbeats that had come before do not come any more from %d accounts and regions, the first since %s, such as %s. " +
		"Where so many fall silent at once, look at the hub first: its rule for heartbeats, the policy of its bus, the clock's queue and the dead-letter queue; then at the StackSets of the member templates. `tagwarden members` lists them all."
	n := journal.Notice(about, "silent", "silent "+which, finding.High.String(), fmt.Sprintf(silent, len(places), stamp(since), few(places)), now)
	if !gaps[0].Until.IsZero() {
		const back = "Heartbeats come again from %d accounts and regions, such as %s. The first had been silent since %s: " +
			"what happened there meanwhile may not have been heard. A sweep finds what is left of it."
		n = journal.Notice(about, "silent", "back "+which, finding.High.String(), fmt.Sprintf(back, len(places), few(places), stamp(since)), now)
		n.Control = journal.SilenceOver
	}
	n.Due = now
	return n
}

// gapNotice is the notice about gaps of one account and region.
func gapNotice(gaps []members.Gap, now time.Time) journal.Entry {
	g, which := gaps[0], ""
	since := g.Since
	for _, g := range gaps {
		which += " " + g.Kind + " " + cmp.Or(g.Until, g.Since).UTC().Format(time.RFC3339Nano)
		since = earlier(since, g.Since)
	}
	kinds := strings.Join(kindsOf(gaps), ", ")
	const silent = "No heartbeat of the kinds %s came from account %s, region %s, since %s. What happens there is not heard any more, or its roles are gone: " +
		"deploy the member templates there again, or, if the account has left, do nothing: it is forgotten in 30 days."
	n := journal.Notice("member/"+g.Account+"/"+g.Region, "silent", "silent"+which, finding.High.String(), fmt.Sprintf(silent, kinds, g.Account, g.Region, stamp(since)), now)
	if !g.Until.IsZero() {
		const back = "Heartbeats of the kinds %s come from account %s, region %s, again. None had come since %s: what happened there meanwhile was not heard. A sweep finds what is left of it."
		n = journal.Notice("member/"+g.Account+"/"+g.Region, "silent", "back"+which, finding.High.String(), fmt.Sprintf(back, kinds, g.Account, g.Region, stamp(since)), now)
		n.Control = journal.SilenceOver
	}
	n.Due = now
	return n
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func kindsOf(gaps []members.Gap) []string {
	kinds := make([]string, len(gaps))
	for i, g := range gaps {
		kinds[i] = g.Kind
	}
	return kinds
}
