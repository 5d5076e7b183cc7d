package policy_test

import (
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/policy"
)

func TestLimits(t *testing.T) {
	const head = "version: 1\ntags: [{key: A}]\nrules: [{name: r, on: [config], do: [tags], mode: fix"
	usual := policy.Budget{Account: policy.Rate{Count: 50, Per: time.Hour}, Total: policy.Rate{Count: 500, Per: time.Hour}}
	trips := policy.Breaker{Failed: 5, Undone: 3, Flips: 3, Window: time.Hour}
	for _, c := range []struct {
		name, fields string
		budget       policy.Budget
		breaker      policy.Breaker
	}{
		{"neither", "", usual, trips},
		{"empty ones", ", budget: {}, breaker: {}", usual, trips},
		{"an account's budget", ", budget: {account: 20/m}", policy.Budget{Account: policy.Rate{Count: 20, Per: time.Minute}, Total: usual.Total}, trips},
		{"a total", ", budget: {total: 9999999/d}", policy.Budget{Account: usual.Account, Total: policy.Rate{Count: 9999999, Per: 24 * time.Hour}}, trips},
		{"failures", ", breaker: {failed: 1}", usual, policy.Breaker{Failed: 1, Undone: 3, Flips: 3, Window: time.Hour}},
		{"undos, flips and a window", ", breaker: {undone: 7, flips: 9, window: 1m}", usual, policy.Breaker{Failed: 5, Undone: 7, Flips: 9, Window: time.Minute}},
	} {
		p := parse(t, head+c.fields+"}]\n")
		if got := p.Budget("r"); got != c.budget {
			t.Errorf("%s: Budget = %v, want %v", c.name, got, c.budget)
		}
		if got := p.Breaker("r"); got != c.breaker {
			t.Errorf("%s: Breaker = %v, want %v", c.name, got, c.breaker)
		}
		if p.Budget("gone") != usual || p.Breaker("gone") != trips {
			t.Errorf("%s: a rule that is gone has %v and %v, want the defaults", c.name, p.Budget("gone"), p.Breaker("gone"))
		}
	}
}

func TestSweepBudget(t *testing.T) {
	for text, want := range map[string]policy.Rate{
		"": {Count: 100, Per: time.Hour}, "sweep: {}\n": {Count: 100, Per: time.Hour}, "sweep: {budget: 60/m}\n": {Count: 60, Per: time.Minute},
	} {
		if got := parse(t, "version: 1\n"+text).SweepBudget(); got != want {
			t.Errorf("%q: SweepBudget = %v, want %v", text, got, want)
		}
	}
}

func TestRatesAreSaidAsThePolicySpellsThem(t *testing.T) {
	for want, rate := range map[string]policy.Rate{
		"20/m": {Count: 20, Per: time.Minute}, "50/h": {Count: 50, Per: time.Hour}, "1/d": {Count: 1, Per: 24 * time.Hour}, "3 in 2h0m0s": {Count: 3, Per: 2 * time.Hour},
	} {
		if got := rate.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
