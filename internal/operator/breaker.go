package operator

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Breaker closes the breaker of a rule: what its changes came to is forgotten, and it may change things again.
type Breaker struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason,omitempty"`
}

func (*Breaker) acts() []string { return []string{brake} }

func (b *Breaker) do(ctx context.Context, o *Operator, caller string) (Response, error) {
	if _, ruled := o.Policy.Mode(b.Rule); !ruled {
		return Response{}, refuse(Unknown, "The policy has no rule %q: it has %s.", b.Rule, strings.Join(o.Policy.RuleNames(), ", "))
	}
	open, err := o.open(ctx, b.Rule)
	if err != nil {
		return Response{}, err
	}
	if err := o.Journal.Reset(ctx, o.Now(), journal.Breaker(b.Rule)...); err != nil {
		return Response{}, err
	}
	said := fmt.Sprintf("The breaker of rule %q is closed: the rule may change things again, and what it held back goes on within minutes. By %s.", b.Rule, caller)
	if len(open) == 0 { // all the same goes on what was cut short before
		said = fmt.Sprintf("The breaker of rule %q was not open: what the rule's changes came to is forgotten all the same. By %s.", b.Rule, caller)
	}
	if b.Reason != "" {
		said += " " + b.Reason
	}
	notice := journal.Notice(journal.AboutRule(b.Rule), "breaker", o.event(), "medium", said, o.Now())
	notice.Actor, notice.Rule = caller, b.Rule
	e, err := o.announce(ctx, notice)
	if err != nil {
		return Response{}, err
	}
	held := func(e journal.Entry) bool { return e.Held == journal.Broken && e.Rule == b.Rule }
	err = o.hasten(ctx, o.Now().Add(o.Policy.Breaker(b.Rule).Window), held)
	return Response{Message: said, Entry: whole(e)}, err
}

// A BreakerOpen is a breaker that is open.
type BreakerOpen struct {
	Rule    string    `json:"rule"`
	Because string    `json:"because"` // what the rule's changes came to: failed, undone or fought
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"` // when it closes by itself
}

// Breakers asks which breakers of the policy's rules are open.
type Breakers struct{}

func (*Breakers) acts() []string { return look }

func (*Breakers) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	open, err := o.open(ctx, o.Policy.RuleNames()...)
	if err != nil {
		return Response{}, err
	}
	answer := Response{Message: "No breaker is open.", Breakers: open}
	if len(open) > 0 {
		answer.Message = fmt.Sprintf("%d open.", len(open))
	}
	return answer, nil
}

// open are the breakers of rules that are open, in the rules' order; never nil.
func (o *Operator) open(ctx context.Context, rules ...string) ([]BreakerOpen, error) {
	var names []string
	for _, rule := range rules {
		names = append(names, journal.Breaker(rule)...)
	}
	rails, err := o.Journal.Rails(ctx, "", names...)
	if err != nil {
		return nil, fmt.Errorf("look which breakers are open: %w", err)
	}
	open := []BreakerOpen{}
	for _, name := range names {
		if c := rails.Counters[name]; c.Open(o.Now()) {
			what, rule, _ := strings.Cut(name, "/")
			open = append(open, BreakerOpen{rule, what, c.Opened.UTC(), c.Until().UTC()})
		}
	}
	return open, nil
}
