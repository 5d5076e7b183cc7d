package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// exemption is the setting under which exemptions are kept that were granted at run time. It holds nothing of the resource.
const exemption = "exemption"

// A Grant is one exemption that was granted at run time.
type Grant struct {
	Rules  []string  `json:"rules,omitempty"` // names of rules; none: all
	Until  time.Time `json:"until"`           // the first moment at which it does not hold any more
	Reason string    `json:"reason"`
	Owner  string    `json:"owner"`
	By     string    `json:"by"`              // who granted it: an ARN, or "button NAME"
	Undo   string    `json:"undo,omitempty"`  // id of the undo that it belongs to
	Event  string    `json:"event,omitempty"` // the event, or act, that granted it: delivered again, it is the same

	Reminded bool `json:"reminded,omitempty"` // whether people were reminded of its end
}

// Holds tells whether the grant takes a resource out of a rule.
func (g Grant) Holds(rule string, now time.Time) bool {
	return now.Before(g.Until) && (len(g.Rules) == 0 || slices.Contains(g.Rules, rule))
}

// ExemptionKey is under which key the exemptions of a resource are kept: one, whatever type, account and region an event or a person tells beside its ARN. ok is false where the
// ARN is not known: such a resource cannot be exempt.
func ExemptionKey(r finding.Resource) (k Key, ok bool) {
	a, ok := arn.For(r.Type, r.Partition, r.Region, r.Account, r.ARN)
	if !ok {
		var err error
		if a, err = arn.Parse(r.ARN); err != nil {
			return Key{}, false
		}
	}
	typ, _, known := arn.Type(a)
	if usual, ok := arn.For(typ, "", "", "", a.String()); ok && known {
		a = usual
	}
	return Key{Resource: oneSpelling(typ, a).String(), Setting: exemption}, true
}

// Exemption tells whether the key is that of exemptions.
func (k Key) Exemption() bool { return k.Setting == exemption }

// Grants are the exemptions that an entry of ExemptionKey keeps.
func Grants(e Entry) ([]Grant, error) {
	if len(e.With) == 0 {
		return nil, nil
	}
	var list []Grant
	if err := json.Unmarshal(e.With, &list); err != nil {
		return nil, fmt.Errorf("read the exemptions of %s: %w", e.Key.Resource, err)
	}
	return list, nil
}

// InForce are the grants that still hold.
func InForce(grants []Grant, now time.Time) []Grant {
	return slices.DeleteFunc(slices.Clone(grants), func(g Grant) bool { return !now.Before(g.Until) })
}

// Granted are the grants that still hold and one more, which takes the place of one that the same event, or act, granted from the same rules. One press may lead to several undos,
// and take a resource out of several rules.
func Granted(grants []Grant, g Grant, now time.Time) []Grant {
	same := func(was Grant) bool {
		return g.Event != "" && was.Event == g.Event && was.Undo == g.Undo && slices.Equal(was.Rules, g.Rules)
	}
	return append(slices.DeleteFunc(InForce(grants, now), same), g)
}

// Exempting is the grant that takes a resource out of a rule for the longest; false if none does. What an undo keeps from being done again is done all the same where
// somebody asks for it, or for a threat: anew says so.
func Exempting(grants []Grant, rule string, anew bool, now time.Time) (Grant, bool) {
	var found Grant
	for _, g := range grants {
		if g.Holds(rule, now) && !(anew && g.Undo != "") && g.Until.After(found.Until) {
			found = g
		}
	}
	return found, !found.Until.IsZero()
}

// Remind is how long before its end people are reminded of an exemption.
const Remind = 7 * 24 * time.Hour

// Exempt is the entry of a resource's exemptions, with these in force, at least one. The last of them is what it tells of. It is begun where the key holds none, else recorded
// in place of the one that does, which Begin answers.
func Exempt(r finding.Resource, k Key, grants []Grant, now time.Time) (Entry, error) {
	if len(grants) == 0 {
		return Entry{}, fmt.Errorf("keep the exemptions of %s: there are none; let the entry that keeps them lapse", k.Resource)
	}
	with, err := json.Marshal(grants)
	if err != nil {
		return Entry{}, fmt.Errorf("keep the exemptions of %s: %w", k.Resource, err)
	}
	last := grants[len(grants)-1]
	sum := sha256.Sum256(with)
	r.Tags, r.Attributes = nil, nil
	return Entry{
		ID: NewID(k, last.Event, exemption), Key: k, State: Open, Event: last.Event, Kind: "operator", Control: exemption, Mode: "notify", Resource: r,
		Since: now, Actor: last.By, Owner: last.Owner, Reason: last.Sentence(), Fingerprint: hex.EncodeToString(sum[:8]), With: with, Due: NextTurn(grants, now),
	}, nil
}

// Sentence says until when the grant holds, by whom and why.
func (g Grant) Sentence() string {
	return fmt.Sprintf("It is exempt until %s by %s: %s.", g.Until.UTC().Format(time.RFC3339), g.Owner, g.Reason)
}

// NextTurn is when something is next to be said of exemptions: a week before one ends, and when one does; zero if none is in force.
func NextTurn(grants []Grant, now time.Time) time.Time {
	var next time.Time
	for _, g := range grants {
		for _, turn := range []time.Time{g.Until.Add(-Remind), g.Until} {
			if turn.After(now) && (next.IsZero() || turn.Before(next)) {
				next = turn
			}
		}
	}
	return next
}

// Without are exemptions but for those that belong to some undos.
func Without(grants []Grant, undos ...string) []Grant {
	return slices.DeleteFunc(slices.Clone(grants), func(g Grant) bool { return g.Undo != "" && slices.Contains(undos, g.Undo) })
}

// Instead is the entry that keeps a resource's exemptions with what another one says in their place, to be told anew.
func (e Entry) Instead(next Entry) Entry {
	e.With, e.Due, e.Reason, e.Fingerprint = next.With, next.Due, next.Reason, next.Fingerprint
	e.Event, e.Actor, e.Owner, e.Severity = next.Event, next.Actor, next.Owner, next.Severity
	e.Updated, e.Told, e.Noted, e.Gathered = next.Since, false, false, false
	if next.Press != "" { // the findings that it was pressed for are to say so
		e.Press, e.Reporters = next.Press, next.Reporters
	}
	return e
}

// Regrant is the entry of a resource's exemptions with these in place of those that it kept; it ends where none is left.
func (e Entry) Regrant(grants []Grant, now time.Time) (Entry, error) {
	with, err := json.Marshal(grants)
	if err != nil {
		return e, fmt.Errorf("keep the exemptions of %s: %w", e.Key.Resource, err)
	}
	e.With, e.Due, e.Updated = with, NextTurn(grants, now), now
	if len(grants) == 0 {
		e.State, e.Due, e.Told = Lapsed, time.Time{}, true
	}
	return e, nil
}
