package judge

import (
	"context"
	"fmt"
	"slices"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// granted is the exemption that somebody granted the resource from the rule that acts; false if none holds. It is one read, for violations only.
func (j *Judge) granted(ctx context.Context, f finding.Finding, d policy.Decision) (journal.Grant, bool, error) {
	k, known := journal.ExemptionKey(f.Resource)
	if !known {
		return journal.Grant{}, false, nil
	}
	kept, found, err := j.Journal.Open(ctx, k)
	if err != nil {
		return journal.Grant{}, false, err
	}
	grants, _, _, err := journal.Kept(kept, found) // what nothing proves, act answers
	if err != nil {
		return journal.Grant{}, false, err
	}
	grant, exempt := journal.Exempting(grants, d.Rule, f.Pressed() || finding.Threat(f.Control), j.Now())
	return grant, exempt, nil
}

// excuse ends what is open about a violation that an exemption takes out of its rule. Where nothing is, it is written down all the same, once, so that it is judged again when
// the exemption ends.
func (j *Judge) excuse(ctx context.Context, f finding.Finding, d policy.Decision, g journal.Grant) error {
	entry, found, err := j.Journal.Last(ctx, keyOf(f, d))
	if err != nil {
		return err
	}
	kept := entry.State == journal.Exempted && entry.Rule == d.Rule && entry.Due.Equal(g.Until)
	if !found || entry.State.Final() && !kept {
		begun, err := j.Journal.Begin(ctx, entryOf(f, d), j.Now())
		if err != nil {
			return err
		}
		entry = begun.Entry
	}
	return j.release(ctx, f, d, entry, g)
}

// release ends an entry that an exemption takes out of its rule, if that is still possible. What act works on, it ends itself.
func (j *Judge) release(ctx context.Context, f finding.Finding, d policy.Decision, entry journal.Entry, g journal.Grant) error {
	d.Verdict, d.Reason, d.Until = policy.Exempt, g.Sentence(), g.Until
	move, possible := entry.Next(journal.Excuse)
	if !possible || entry.Rule != d.Rule || working(entry) || entry.Undoes != "" {
		j.tally(ctx, f, d, string(policy.Exempt))
		if entry.State == journal.Exempted {
			return j.settle(ctx, f, d, entry)
		}
		return nil
	}
	return j.conclude(ctx, f, d, entry, move)
}

// exempt takes the resource out of a rule because a button was pressed, ends what is open about it, and has act say so.
func (j *Judge) exempt(ctx context.Context, f finding.Finding, d policy.Decision) error {
	k, known := journal.ExemptionKey(f.Resource)
	if !known {
		d.Reason = fmt.Sprintf("The button %q was pressed, and the resource's ARN is not known, without which nothing can be exempted.", f.Press.Name)
		return j.decline(ctx, f, d)
	}
	by := "button " + f.Press.Name
	grant := journal.Grant{
		Rules: []string{d.Rule}, Until: f.Time.Add(d.Exempts).UTC(), Reason: fmt.Sprintf("the button %q was pressed", f.Press.Name), Owner: by, By: by, Event: f.Event,
	}
	kept, err := j.grant(ctx, f, d, k, grant)
	if err != nil {
		return err
	}
	entry, found, err := j.Journal.Last(ctx, keyOf(f, d))
	if err != nil {
		return err
	}
	if found {
		if err := j.release(ctx, f, d, entry, grant); err != nil {
			return err
		}
	}
	if kept.Told {
		return nil
	}
	return j.Queue.Send(ctx, handoverOf(f, d, kept))
}

// grant keeps an exemption beside those that the resource has, and gives the entry that keeps them, which is to be told. The same event grants the same only once.
func (j *Judge) grant(ctx context.Context, f finding.Finding, d policy.Decision, k journal.Key, g journal.Grant) (journal.Entry, error) {
	kept, open, err := j.Journal.Open(ctx, k)
	if err != nil {
		return kept, err
	}
	grants, kept, open, err := journal.Kept(kept, open)
	if err != nil {
		return kept, err
	}
	if kept.State == journal.Open { // whoever began it was cut short
		if kept, err = j.move(ctx, f, kept, journal.Tell); err != nil {
			return kept, err
		}
	}
	if slices.ContainsFunc(grants, func(o journal.Grant) bool { return o.Event == g.Event && slices.Equal(o.Rules, g.Rules) }) {
		return kept, nil
	}
	now := j.Now()
	next, err := journal.Exempt(f.Resource, k, journal.Granted(grants, g, now), now)
	if err != nil {
		return kept, err
	}
	next.Press, next.Severity, next.Reporters = f.Press.Name, d.Severity.String(), []journal.Reporter{reporterOf(f)}
	if open {
		return j.Journal.Record(ctx, kept.Instead(next))
	}
	begun, err := j.Journal.Begin(ctx, next, now)
	switch {
	case err != nil:
		return kept, err
	case begun.Entry.ID != next.ID:
		return kept, fmt.Errorf("exempt %s: another exemption came first: %w", k.Resource, journal.ErrConflict)
	case begun.Entry.State != journal.Open:
		return begun.Entry, nil
	}
	return j.move(ctx, f, begun.Entry, journal.Tell)
}
