package journaltest

import (
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// brake puts the brake of an account on or takes it off, a second later; "" for all.
func (b *bench) brake(account string, on bool) journal.Brake {
	b.Helper()
	b.pass(time.Second)
	set := journal.Brake{Account: account, On: on, By: "arn:aws:iam::111122223333:role/ops", Reason: "a bad <day>", Since: b.now}
	if err := b.j.SetBrake(b.Context(), set); err != nil {
		b.Fatalf("set the brake: %v", err)
	}
	return set
}

// braked says which brake holds for an account; nil for none.
func (b *bench) braked(what, account string, want *journal.Brake) {
	b.Helper()
	rails, err := b.j.Rails(b.Context(), account)
	b.is(what, err, nil)
	b.same(what, rails.Brake, want)
}

// set says which brakes are on.
func (b *bench) set(what string, want ...journal.Brake) {
	b.Helper()
	got, err := b.j.Brakes(b.Context())
	b.is(what, err, nil)
	b.same(what, got, want)
}

const (
	mine   = "111122223333"
	theirs = "444455556666"
)

var brakeCases = []testCase{
	{"no brake is on at first", func(b *bench) {
		b.braked("mine", mine, nil)
		b.braked("nobody's", "", nil)
		b.set("all")
	}},
	{"the brake of an account stops that account", func(b *bench) {
		on := b.brake(mine, true)
		b.braked("mine", mine, &on)
		b.braked("theirs", theirs, nil)
		b.braked("nobody's", "", nil)
		b.set("all", on)
		b.brake(mine, false)
		b.braked("mine", mine, nil)
		b.set("all")
	}},
	{"the brake of all comes first, and leaves those of accounts", func(b *bench) {
		second, first := b.brake(theirs, true), b.brake(mine, true)
		all := b.brake("", true)
		for _, account := range []string{mine, theirs, "777788889999", ""} {
			b.braked(account, account, &all)
		}
		b.set("all", all, first, second)
		b.brake("", false)
		b.braked("mine", mine, &first)
		b.braked("another", "777788889999", nil)
		b.set("all", first, second)
	}},
	{"what was said last holds", func(b *bench) {
		b.brake("", true)
		again := b.brake("", true)
		b.braked("mine", mine, &again)
	}},
	{"what is no account has no brake", func(b *bench) {
		for _, account := range []string{"all", "table", "11112222333", "1111222233334", "1111-2222-3333", " "} {
			if err := b.j.SetBrake(b.Context(), journal.Brake{Account: account, On: true}); err == nil {
				b.Errorf("the brake of %q was set", account)
			}
		}
		b.set("all")
	}},
	{"times are kept in UTC", func(b *bench) {
		b.now = b.now.In(time.FixedZone("somewhere", 3600))
		on := b.brake(mine, true)
		on.Since = start.Add(time.Second)
		b.braked("mine", mine, &on)
	}},
	{"brakes and counters in one answer", func(b *bench) {
		b.marked(b.another("a"), spend("made", 5))
		on := b.brake("", true)
		rails, err := b.j.Rails(b.Context(), mine, "made", "other", "made")
		b.is("rails", err, nil)
		b.same("rails", []any{rails.Brake, len(rails.Counters), rails.Counters["made"].Count(b.now)}, []any{&on, 1, 1})
	}},
}
