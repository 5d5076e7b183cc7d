package operator

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// An Exempt takes a resource out of rules until a time.
type Exempt struct {
	Resource string    `json:"resource"` // ARN
	Rules    []string  `json:"rules,omitempty"`
	Until    time.Time `json:"until"` // the first moment at which it does not hold any more
	Reason   string    `json:"reason"`
	Owner    string    `json:"owner"` // who answers for it
}

// longest is how long an exemption may hold: what is to stand for longer belongs into the policy, where it is reviewed. grants is how many a resource may have.
const (
	longest = 400 * 24 * time.Hour
	grants  = 50
)

func (*Exempt) acts() []string { return []string{exempt} }

func (x *Exempt) do(ctx context.Context, o *Operator, caller string) (Response, error) {
	resource, key, err := exemptible(x.Resource)
	if err == nil {
		err = x.check(o)
	}
	if err != nil {
		return Response{}, err
	}
	grant := journal.Grant{Rules: sorted(x.Rules), Until: x.Until.UTC(), Reason: x.Reason, Owner: x.Owner, By: caller, Event: o.event()}
	e, err := o.regrant(ctx, resource, key, func(kept []journal.Grant) ([]journal.Grant, error) {
		kept = slices.DeleteFunc(kept, func(g journal.Grant) bool { return slices.Equal(g.Rules, grant.Rules) }) // the new one stands for it
		if len(kept) >= grants {
			return nil, refuse(Refused, "%s has %d exemptions already: end one with `tagwarden exempt end`, or write them into the policy.", x.Resource, len(kept))
		}
		return append(kept, grant), nil
	}, "")
	if err != nil {
		return Response{}, err
	}
	return Response{Entry: whole(e), Message: fmt.Sprintf("%s is exempt from %s until %s, by %s: %s. What is proposed or waits for it ends when it is next looked at.",
		x.Resource, rulesOf(x.Rules), at(x.Until), x.Owner, strings.TrimSuffix(x.Reason, "."))}, nil
}

// check refuses an exemption that could not be kept, or would not do what is meant.
func (x *Exempt) check(o *Operator) error {
	now := o.Now()
	switch {
	case !x.Until.After(now):
		return refuse(Invalid, "The exemption would end at %s, which is over: give a later day.", at(x.Until))
	case x.Until.After(now.Add(longest)):
		return refuse(Invalid, "The exemption would hold until %s: at most %d days are granted this way, and longer ones stand in the policy.", at(x.Until), int(longest.Hours()/24))
	}
	for _, rule := range x.Rules {
		if _, ruled := o.Policy.Mode(rule); !ruled {
			return refuse(Invalid, "The policy has no rule %q: it has %s.", rule, strings.Join(o.Policy.RuleNames(), ", "))
		}
	}
	if err := sentence("reason", x.Reason); err != nil {
		return err
	}
	return sentence("owner", x.Owner)
}

// An End ends a resource's exemptions before their time: those of one rule or, without, all of them.
type End struct {
	Resource string `json:"resource"`
	Rule     string `json:"rule,omitempty"`
}

func (*End) acts() []string { return []string{exempt} }

func (x *End) do(ctx context.Context, o *Operator, caller string) (Response, error) {
	resource, key, err := exemptible(x.Resource)
	if err != nil {
		return Response{}, err
	}
	e, err := o.regrant(ctx, resource, key, func(kept []journal.Grant) ([]journal.Grant, error) {
		rest := without(kept, x.Rule)
		if slices.EqualFunc(rest, kept, func(a, b journal.Grant) bool { return slices.Equal(a.Rules, b.Rules) }) {
			return nil, refuse(Refused, "%s has no exemption of its own%s: `tagwarden exempt list` shows those that hold; the policy's end in the policy.", x.Resource, from(x.Rule))
		}
		return rest, nil
	}, fmt.Sprintf("Its exemption%s was ended by %s.", from(x.Rule), caller))
	if err != nil {
		return Response{}, err
	}
	return Response{Entry: whole(e), Message: fmt.Sprintf("The exemption of %s%s is over: the next event about it is judged by the rules again.", x.Resource, from(x.Rule))}, nil
}

// without are grants without one rule, or none of them where no rule is named.
func without(kept []journal.Grant, rule string) []journal.Grant {
	var rest []journal.Grant
	for _, g := range kept {
		named := slices.Contains(g.Rules, rule)
		g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r string) bool { return r == rule })
		if rule != "" && (!named || len(g.Rules) > 0) {
			rest = append(rest, g)
		}
	}
	return rest
}

// regrant changes what a resource is exempt from, and has people told. said is why, where the last grant does not say it.
func (o *Operator) regrant(ctx context.Context, r finding.Resource, k journal.Key, change func(kept []journal.Grant) ([]journal.Grant, error), said string) (e journal.Entry, err error) {
	err = again(func() error {
		open, held, err := o.Journal.Open(ctx, k)
		if err != nil {
			return err
		}
		kept, err := journal.Grants(open)
		if err != nil {
			return err
		}
		next, err := change(journal.InForce(kept, o.Now()))
		if err == nil && open.Unproved {
			next, err = instead(open, kept, next)
			held = false
		}
		switch {
		case err != nil:
			return err
		case len(next) == 0:
			e, err = o.ungrant(ctx, open, said)
		default:
			e, err = o.grant(ctx, r, k, open, held, next, said)
		}
		return err
	})
	return e, err
}

// instead are, of what a resource is to be exempt from, the exemptions that are new: those before are nobody's that could be proved. They can only be ended all at once.
func instead(open journal.Entry, kept, next []journal.Grant) ([]journal.Grant, error) {
	more := slices.DeleteFunc(slices.Clone(next), func(g journal.Grant) bool {
		return slices.ContainsFunc(kept, func(was journal.Grant) bool { return was.Event == g.Event })
	})
	if len(more) == 0 && len(next) > 0 {
		return nil, refuse(Refused, "%s End them without --rule.", journal.Doubt(open))
	}
	return more, nil
}

// grant writes a resource's exemptions into its entry, or opens one where it has none.
func (o *Operator) grant(ctx context.Context, r finding.Resource, k journal.Key, open journal.Entry, held bool, next []journal.Grant, said string) (journal.Entry, error) {
	e, err := journal.Exempt(r, k, next, o.Now())
	if err != nil {
		return e, err
	}
	e.Reason = cmp.Or(said, e.Reason)
	if !held {
		begun, err := o.Journal.Begin(ctx, e, o.Now())
		if err != nil {
			return e, fmt.Errorf("begin entry %s: %w", e.ID, err)
		}
		if begun.Entry.ID != e.ID {
			return e, fmt.Errorf("begin entry %s: entry %s was before it: %w", e.ID, begun.Entry.ID, journal.ErrConflict)
		}
		return o.tell(ctx, begun.Entry, journal.Tell)
	}
	return o.tell(ctx, open.Instead(e), journal.Tell)
}

// ungrant ends the entry of a resource's exemptions: none is left.
func (o *Operator) ungrant(ctx context.Context, open journal.Entry, said string) (journal.Entry, error) {
	open.Reason, open.With, open.Due = said, nil, time.Time{}
	if _, possible := open.Next(journal.Expire); !possible {
		return o.tell(ctx, open, journal.Nothing) // it was cut short before it was told
	}
	return o.tell(ctx, open, journal.Expire)
}

// exemptible is the resource that an ARN names, and the key of its exemptions.
func exemptible(text string) (finding.Resource, journal.Key, error) {
	a, err := arn.Parse(text)
	if err != nil {
		return finding.Resource{}, journal.Key{}, refuse(Invalid, "%q is no ARN (%v): copy it from the message.", text, err)
	}
	if strings.Contains(text, "*") {
		return finding.Resource{}, journal.Key{}, refuse(Invalid, "%q stands for many resources: those are exempt by the policy (exempt.resources).", text)
	}
	r := finding.Resource{Partition: a.Partition, Account: a.Account, Region: a.Region, ARN: text}
	r.Type, r.ID, _ = arn.Type(a)
	key, ok := journal.ExemptionKey(r)
	if !ok {
		return r, key, refuse(Invalid, "%q names no resource that could be exempt: copy its ARN from the message.", text)
	}
	return r, key, nil
}

// An Exemption is one that holds.
type Exemption struct {
	Resource string    `json:"resource"` // ARN; of the policy's, a glob
	Rules    []string  `json:"rules"`    // empty for all
	Until    time.Time `json:"until"`    // the first moment at which it does not hold any more
	Reason   string    `json:"reason"`
	Owner    string    `json:"owner"`
	By       string    `json:"by,omitempty"`    // who granted it; "" for the policy
	Entry    string    `json:"entry,omitempty"` // that keeps it; "" for the policy
}

// Exemptions asks for all exemptions that hold: those that were granted, and those of the policy.
type Exemptions struct{}

func (*Exemptions) acts() []string { return look }

// due bounds how many entries are looked at that wait for something: every exemption that was granted is among them, for it has an end.
const due = 5000

func (*Exemptions) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	now := o.Now()
	waiting, err := o.Journal.Due(ctx, now.Add(2*longest), due)
	if err != nil {
		return Response{}, err
	}
	answer := Response{Exemptions: []Exemption{}, More: len(waiting) == due}
	for _, e := range waiting {
		if !e.Key.Exemption() || e.State.Final() {
			continue
		}
		list, err := journal.Grants(e)
		if err != nil {
			return Response{}, err
		}
		for _, g := range list {
			if e.Unproved {
				g.Reason = "nothing proves who granted it, so that the resource is only left alone: " + g.Reason
			}
			if now.Before(g.Until) {
				answer.Exemptions = append(answer.Exemptions, Exemption{e.Key.Resource, sorted(g.Rules), g.Until, g.Reason, g.Owner, g.By, e.ID})
			}
		}
	}
	answer.Exemptions = append(answer.Exemptions, o.written(now)...)
	slices.SortStableFunc(answer.Exemptions, func(a, b Exemption) int { return strings.Compare(a.Resource, b.Resource) })
	return answer, nil
}

// written are the policy's own exemptions that hold.
func (o *Operator) written(now time.Time) []Exemption {
	var list []Exemption
	for _, x := range o.Policy.Exemptions() {
		end := x.Until.AddDate(0, 0, 1) // its last day is inclusive
		for _, resource := range x.Resources {
			if now.Before(end) {
				list = append(list, Exemption{Resource: resource, Rules: sorted(x.Rules), Until: end, Reason: x.Reason, Owner: x.Owner})
			}
		}
	}
	return list
}

// sorted are names in order, each once; never nil.
func sorted(names []string) []string {
	all := append([]string{}, names...)
	slices.Sort(all)
	return slices.Compact(all)
}

func rulesOf(rules []string) string {
	if len(rules) == 0 {
		return "all rules"
	}
	return "rule " + strings.Join(rules, ", ")
}

// from names a rule in a sentence; "" for none.
func from(rule string) string {
	if rule == "" {
		return ""
	}
	return fmt.Sprintf(" from rule %q", rule)
}
