package operator

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Standing asks for all that is open: what would be left as it is, with nobody to see to it, if the deployment were removed.
type Standing struct{}

func (*Standing) acts() []string { return look }

// An Opened is one thing that is open. Fields are added, never renamed.
type Opened struct {
	What     string    `json:"what"` // proposal, waiting, underway, containment, exemption or brake
	Entry    string    `json:"entry,omitempty"`
	Account  string    `json:"account"` // "" for all
	Region   string    `json:"region,omitempty"`
	Resource string    `json:"resource,omitempty"`
	Rule     string    `json:"rule,omitempty"`
	Remedy   string    `json:"remedy,omitempty"`
	Since    time.Time `json:"since,omitzero"`
	Due      time.Time `json:"due,omitzero"`   // when it would go on, expire or end by itself
	Held     string    `json:"held,omitempty"` // why it waits
	Reason   string    `json:"reason"`
	Stuck    string    `json:"stuck,omitempty"` // of a containment: why Tagwarden cannot take it back any more; "" where it can
}

// What is open, in the order in which it is shown.
const (
	Containment = "containment" // a change that keeps a threat in check, and was not taken back
	Proposal    = "proposal"    // a change that was shown and nobody approved
	Held        = "waiting"     // a change that waits for its time
	Underway    = "underway"    // a violation that is being answered
	Exempted    = "exemption"   // granted at run time; those of the policy end with it
	BrakePut    = "brake"
)

var openOrder = []string{Containment, Proposal, Held, Underway, Exempted, BrakePut}

func (*Standing) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	waiting, err := o.Journal.Due(ctx, o.Now().Add(2*longest), due)
	if err != nil {
		return Response{}, fmt.Errorf("look what waits: %w", err)
	}
	recent, err := o.Journal.Recent(ctx, time.Time{}, scanned)
	if err != nil {
		return Response{}, fmt.Errorf("look what was done: %w", err)
	}
	on, err := o.Journal.Brakes(ctx)
	if err != nil {
		return Response{}, fmt.Errorf("look for brakes: %w", err)
	}
	answer := Response{Open: []Opened{}, More: len(waiting) == due || len(recent) == scanned}
	seen := map[string]bool{}
	for _, e := range slices.Concat(waiting, recent) {
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		answer.Open = append(answer.Open, o.opened(e)...)
	}
	for _, b := range on {
		answer.Open = append(answer.Open, Opened{What: BrakePut, Account: b.Account, Since: b.Since, Reason: b.Reason})
	}
	slices.SortStableFunc(answer.Open, func(a, b Opened) int {
		return cmp.Or(cmp.Compare(slices.Index(openOrder, a.What), slices.Index(openOrder, b.What)), a.Since.Compare(b.Since), strings.Compare(a.Entry, b.Entry))
	})
	answer.Message = openMessage(answer)
	return answer, nil
}

// openMessage says how much is open, and whether all of it was looked at.
func openMessage(r Response) string {
	said := "Nothing is open."
	if len(r.Open) > 0 {
		said = fmt.Sprintf("%d open.", len(r.Open))
	}
	if r.More {
		said += fmt.Sprintf(" The journal has more than was looked at (the %d entries that were updated last): containments before those are not among them.", scanned)
	}
	return said
}

// opened are what of an entry is open; none where it is over, or about Tagwarden itself.
func (o *Operator) opened(e journal.Entry) []Opened {
	one := Opened{
		What: o.standing(e), Entry: e.ID, Account: e.Key.Account, Region: e.Key.Region, Resource: e.Key.Resource, Rule: e.Rule, Remedy: e.Remedy,
		Since: e.Updated.UTC(), Due: e.Due.UTC(), Reason: e.Reason,
	}
	switch one.What {
	case "":
		return nil
	case Held:
		one.Held = e.Held
	case Containment:
		one.Stuck, one.Due = o.final(e), time.Time{}
	case Exempted:
		return o.granted(e, one)
	}
	return []Opened{one}
}

// standing is what of an entry is open; "" where nothing is.
func (o *Operator) standing(e journal.Entry) string {
	switch {
	case e.Key.Noticed() != "" || e.Key.Declined():
		return ""
	case e.Key.Exemption():
		return map[bool]string{true: "", false: Exempted}[e.State.Final()]
	case e.State == journal.Proposed:
		return Proposal
	case e.State == journal.Waiting:
		return Held
	case !e.State.Answered():
		return Underway
	case e.State == journal.Fixed && (e.Undoes == "" || e.Redoes):
		if r, known := o.Policy.Remedy(e.Remedy); known && r.Contains(e.Control) {
			return Containment
		}
	}
	return ""
}

// granted are the exemptions of an entry that hold.
func (o *Operator) granted(e journal.Entry, one Opened) []Opened {
	list, err := journal.Grants(e)
	if err != nil { // what cannot be read is shown as it is, and not left out
		return []Opened{one}
	}
	var all []Opened
	for _, g := range journal.InForce(list, o.Now()) {
		x := one
		x.Rule, x.Due, x.Reason = strings.Join(sorted(g.Rules), ", "), g.Until.UTC(), g.Reason
		all = append(all, x)
	}
	return all
}
