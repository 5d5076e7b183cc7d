package operator

import (
	"context"
	"fmt"
	"slices"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// An Undo takes back what an entry changed.
type Undo struct {
	Entry       string `json:"entry"`
	Force       bool   `json:"force,omitempty"`        // what others changed since is overwritten
	DuringBrake bool   `json:"during_brake,omitempty"` // the brake does not stop it
	Bulk        bool   `json:"bulk,omitempty"`         // it is one of many, asked for by the rule: they are within the rule's budget
	All         bool   `json:"all,omitempty"`          // of many: also beyond the budget
}

func (*Undo) acts() []string { return []string{undo} }

func (u *Undo) do(ctx context.Context, o *Operator, caller string) (Response, error) {
	original, err := o.entry(ctx, u.Entry)
	if err != nil {
		return Response{}, err
	}
	if err := o.undoable(ctx, u, original); err != nil {
		return Response{}, err
	}
	e := journal.Undo(original, caller, o.event())
	e.Kind, e.Approver, e.Since, e.Due = source, caller, o.Now(), o.Now().Add(journal.Overdue)
	e.Override = journal.Override{Force: u.Force, Brake: u.DuringBrake, All: u.All, Bulk: u.Bulk}
	begun, err := o.Journal.Begin(ctx, e, o.Now())
	if err != nil {
		return Response{}, fmt.Errorf("begin the undo of entry %s: %w", u.Entry, err)
	}
	if begun.Entry.Undoes != u.Entry || begun.Entry.State.Answered() {
		return Response{}, refuse(Busy, "Entry %s, another change of this setting, is on its way: try again when it is answered.", begun.Entry.ID)
	}
	if err := o.hand(ctx, begun.Entry); err != nil {
		return Response{}, err
	}
	answer := Response{Entry: whole(begun.Entry), Message: fmt.Sprintf("Entry %s takes entry %s back.", begun.Entry.ID, u.Entry)}
	if begun.Kind != journal.Started {
		answer.Message = fmt.Sprintf("Entry %s takes entry %s back already; it was handed over once more.", begun.Entry.ID, u.Entry)
	}
	return answer, nil
}

// undoable refuses what can only be refused, before an undo is begun.
func (o *Operator) undoable(ctx context.Context, u *Undo, original journal.Entry) error {
	if why := o.final(original); why != "" {
		return refuse(Refused, "%s", why)
	}
	counter := journal.UndoBudget(original.Rule)
	rails, err := o.Journal.Rails(ctx, original.Key.Account, counter)
	if err != nil {
		return fmt.Errorf("look for a brake: %w", err)
	}
	if rails.Brake != nil && !u.DuringBrake {
		return refuse(Refused, "It was not undone: the brake is on (%s). Take it off with `tagwarden brake off`, or ask with --during-brake.", rails.Brake.Reason)
	}
	if !u.Bulk || u.All {
		return nil
	}
	budget := o.Policy.Budget(original.Rule).Total
	if made := rails.Counters[counter]; made.Count(o.Now()) >= budget.Count {
		return refuse(Spent, "The budget of rule %q (%s) lets no more be taken back now: ask again after %s, or with --all.", original.Rule, budget, at(made.Free(budget.Count)))
	}
	return nil
}

// final says why an entry's change cannot be taken back whatever the resource is like; "" if it can be tried.
func (o *Operator) final(e journal.Entry) string {
	r, known := o.Policy.Remedy(e.Remedy)
	return journal.Undoable(e, journal.Reversal{Known: known, Schema: r.Schema, Never: r.Never}, o.Policy.Journal().Undo, o.Now())
}

// bulk are, of entries, those that a bulk takes back: changes that can be taken back, whatever the resource is like by now, and that are no undo themselves.
func (o *Operator) bulk(entries []journal.Entry) []journal.Entry {
	return slices.DeleteFunc(entries, func(e journal.Entry) bool { return e.Undoes != "" || o.final(e) != "" })
}
