package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// admitted is an entry that may be worked on, and with what.
type admitted struct {
	entry  journal.Entry
	remedy remedy.Remedy
	target finding.Resource // what the remedy works on: the finding's resource, if the remedy names nothing else
	free   string           // the rule of which nothing holds a change back; "" where that was not looked at
}

// planned is what is to be written: from what a read showed, to what it should be.
type planned struct {
	admitted
	cfg      aws.Config
	guard    *guard.Guard
	from, to remedy.State
}

// recorded is a plan that the journal holds, its before-image with it: now it may be applied.
type recorded struct{ planned }

// applied is a plan whose writes AWS took.
type applied struct{ recorded }

// admit finds the remedy, and ends the entry where no read is needed for that: it is exempt by now, or the policy wants nothing of it any more.
func (a *Actor) admit(ctx context.Context, entry journal.Entry) (admitted, error) {
	if entry.Undoes == "" && !begun(entry) {
		d, err := a.decide(ctx, entry, entry.Resource, tag.Facts{})
		if err != nil {
			return admitted{}, err
		}
		if err := a.wanted(ctx, entry, d); err != nil {
			return admitted{}, err
		}
	}
	free := ""
	if changes(entry) {
		if err := a.held(ctx, entry); err != nil {
			return admitted{}, err
		}
		free = entry.Rule
	}
	i := slices.IndexFunc(a.Remedies, func(r remedy.Remedy) bool { return r.ID == entry.Remedy })
	if i < 0 {
		return admitted{}, &remedy.RefusedError{Why: fmt.Sprintf("This version of Tagwarden has no remedy %s.", entry.Remedy)}
	}
	in := admitted{entry: entry, remedy: a.Remedies[i], target: entry.Resource, free: free}
	if in.remedy.About == nil {
		return in, nil
	}
	var err error
	in.target, err = in.remedy.About(entry.Resource, a.params(entry))
	return in, err
}

// params is what a remedy is told of the finding that opened an entry.
func (a *Actor) params(e journal.Entry) remedy.Params {
	return remedy.Params{With: e.With, Control: e.Control, Subject: e.Subject, Now: a.Now()}
}

// changes tells whether it is known before anything is read that something is to be changed.
func changes(e journal.Entry) bool {
	return e.Undoes != "" || begun(e) || e.Mode == string(policy.Fix) && sure(e)
}

// record writes the plan down, with its before-image and with what it costs, before the first write goes out.
func (a *Actor) record(ctx context.Context, res reserved) (recorded, error) {
	p := res.planned
	for _, event := range []journal.Event{journal.Plan, journal.Start} {
		move, possible := journal.Next(p.entry.State, event)
		if !possible {
			return recorded{p}, fmt.Errorf("entry %s is %s and cannot %s", p.entry.ID, p.entry.State, event)
		}
		p.entry.State = move.To
	}
	p.entry.Updated, p.entry.Due, p.entry.Tries, p.entry.Spent = a.Now(), time.Time{}, p.entry.Tries+1, true
	entry, err := a.Journal.Record(ctx, p.entry, res.marks...)
	if full, over := overspent(err); over {
		return recorded{res.planned}, spent(res.entry, full)
	}
	if err != nil {
		return recorded{p}, fmt.Errorf("record the plan of entry %s: %w: %w", p.entry.ID, errJournal, err)
	}
	p.entry = entry
	return recorded{p}, nil
}

// apply writes.
func (a *Actor) apply(ctx context.Context, r recorded) (applied, error) {
	err := r.refusal(r.remedy.Lens.Write(guard.Writing(ctx), r.cfg, r.target, r.from, r.to))
	r.entry.Calls = r.guard.Calls()
	if final(err) && untouched(ctx, r) {
		err = fmt.Errorf("%w: %w", errUntouched, err)
	}
	return applied{r}, err
}

// errUntouched says that a write was refused as a whole: a read shows all as it was before.
var errUntouched = errors.New("nothing was changed")

// untouched tells whether a read shows the setting as it was read before the write. What cannot be read may be otherwise.
func untouched(ctx context.Context, r recorded) bool {
	state, err := r.remedy.Lens.Read(ctx, r.cfg, r.target)
	if err != nil {
		return false
	}
	c, err := change.Between(r.remedy.ID, r.remedy.Schema, r.from, state)
	return err == nil && c.Empty()
}

// pauses are between the reads that verify: AWS's reads may lag behind its writes.
var pauses = []time.Duration{0, 300 * time.Millisecond, time.Second, 3 * time.Second}

// verify reads again until the read shows what was written.
func (a *Actor) verify(ctx context.Context, done applied) (journal.Entry, error) {
	for _, pause := range pauses {
		if err := a.Wait(ctx, pause); err != nil {
			return done.entry, err
		}
		state, err := done.remedy.Lens.Read(ctx, done.cfg, done.target)
		if err != nil {
			return a.settle(ctx, done, done.refusal(err))
		}
		stale, err := done.entry.Change.Reverse().Stale(state)
		if err != nil {
			return done.entry, err
		}
		if len(stale) > 0 {
			continue
		}
		more, left, err := a.more(ctx, done.planned, state)
		if more {
			return done.entry, errMore
		}
		done.entry.Left = left
		return done.entry, &end{event: journal.Verify, cause: err} // what was written shows, whether or not the rest could be judged
	}
	return a.settle(ctx, done, fmt.Errorf("%s was written, but a read does not show it yet", done.remedy.Setting))
}

// errMore says that what was written shows, and that the policy wants more by now.
var errMore = errors.New("more is wrong by now than was put right")

// refusal puts a call that the guard refused before whatever the remedy made of it.
func (p planned) refusal(err error) error {
	if refused := p.guard.Err(); refused != nil {
		return refused
	}
	return err
}
