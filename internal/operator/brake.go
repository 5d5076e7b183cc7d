package operator

import (
	"context"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Brake puts the brake on or takes it off, in one account or in all. It holds from the next look of act on: within seconds.
type Brake struct {
	On      bool   `json:"on"`
	Account string `json:"account,omitempty"` // "" for all
	Reason  string `json:"reason,omitempty"`  // must be there to put it on
}

func (*Brake) acts() []string { return []string{brake} }

func (b *Brake) do(ctx context.Context, o *Operator, caller string) (Response, error) {
	if _, err := (journal.Brake{Account: b.Account}).Kept(); err != nil {
		return Response{}, refuse(Invalid, "%v.", err)
	}
	if b.On || b.Reason != "" {
		if err := sentence("reason", b.Reason); err != nil {
			return Response{}, err
		}
	}
	now := o.Now()
	if err := o.Journal.SetBrake(ctx, journal.Brake{Account: b.Account, On: b.On, By: caller, Reason: b.Reason, Since: now}); err != nil {
		return Response{}, err
	}
	notice := journal.Notice("brake/"+placeOf(b.Account), "brake", o.event(), "high", b.says(caller), now)
	notice.Actor = caller
	if !b.On {
		notice.Control = journal.BrakeOff
	}
	e, err := o.announce(ctx, notice)
	if err != nil {
		return Response{}, err
	}
	if !b.On {
		if err := o.hasten(ctx, o.Now().Add(journal.Overdue), b.holds); err != nil {
			return Response{}, err
		}
	}
	answer := Response{Message: b.says(caller), Entry: whole(e)}
	if !b.On && b.Account != "" {
		answer.Message, err = o.stillOn(ctx, b.Account, answer.Message)
	}
	return answer, err
}

// holds tells whether an entry waits for this brake. What waits for another one, too, is held again.
func (b *Brake) holds(e journal.Entry) bool {
	return e.Held == journal.Braked && (b.Account == "" || b.Account == e.Key.Account)
}

// says what was done, for people.
func (b *Brake) says(caller string) string {
	where := "in all accounts"
	if b.Account != "" {
		where = "in account " + b.Account
	}
	if b.On {
		return fmt.Sprintf("The brake is on %s: nothing is changed until it is taken off, and messages go on. By %s: %s", where, caller, b.Reason)
	}
	who := caller + "."
	if b.Reason != "" {
		who = caller + ": " + b.Reason
	}
	return fmt.Sprintf("The brake is off %s: what waited for it goes on within minutes. By %s", where, who)
}

// stillOn adds to what is said of an account's brake that the one of all accounts is on.
func (o *Operator) stillOn(ctx context.Context, account, said string) (string, error) {
	rails, err := o.Journal.Rails(ctx, account)
	if err != nil {
		return "", fmt.Errorf("look for a brake: %w", err)
	}
	if rails.Brake == nil {
		return said, nil
	}
	return fmt.Sprintf("%s The brake of all accounts is still on (%s).", said, rails.Brake.Reason), nil
}

func placeOf(account string) string {
	if account == "" {
		return "all"
	}
	return account
}

// Brakes asks which brakes are on.
type Brakes struct{}

func (*Brakes) acts() []string { return look }

func (*Brakes) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	on, err := o.Journal.Brakes(ctx)
	if err != nil {
		return Response{}, err
	}
	answer := Response{Message: "No brake is on.", Brakes: []BrakeOn{}}
	for _, b := range on {
		answer.Brakes = append(answer.Brakes, BrakeOn{b.Account, b.By, b.Reason, b.Since})
	}
	if len(on) > 0 {
		answer.Message = fmt.Sprintf("%d on.", len(on))
	}
	return answer, nil
}
