package journaltest

import (
	"context"
	"time"

	"github.com/tagwarden/tagwarden/internal/members"
)

// Account fails as "account".
func (f Faulty) Account(ctx context.Context, id string) (a members.Account, err error) {
	err = f.Fault("account", func() error { a, err = f.Journal.Account(ctx, id); return err })
	return a, err
}

// Accounts fails as "accounts".
func (f Faulty) Accounts(ctx context.Context) (all []members.Account, err error) {
	err = f.Fault("accounts", func() error { all, err = f.Journal.Accounts(ctx); return err })
	return all, err
}

// PutAccount fails as "put account".
func (f Faulty) PutAccount(ctx context.Context, a members.Account) error {
	return f.Fault("put account", func() error { return f.Journal.PutAccount(ctx, a) })
}

// Walk fails as "walk".
func (f Faulty) Walk(ctx context.Context) (w members.Walk, err error) {
	err = f.Fault("walk", func() error { w, err = f.Journal.Walk(ctx); return err })
	return w, err
}

// PutWalk fails as "put walk".
func (f Faulty) PutWalk(ctx context.Context, w members.Walk) error {
	return f.Fault("put walk", func() error { return f.Journal.PutWalk(ctx, w) })
}

// Beats fails as "beats".
func (f Faulty) Beats(ctx context.Context, account string, now time.Time) (all []members.Beat, err error) {
	err = f.Fault("beats", func() error { all, err = f.Journal.Beats(ctx, account, now); return err })
	return all, err
}

// BeatsBetween fails as "beats".
func (f Faulty) BeatsBetween(ctx context.Context, from, to string, now time.Time) (all []members.Beat, err error) {
	err = f.Fault("beats", func() error { all, err = f.Journal.BeatsBetween(ctx, from, to, now); return err })
	return all, err
}

// PutBeat fails as "put beat".
func (f Faulty) PutBeat(ctx context.Context, b members.Beat) error {
	return f.Fault("put beat", func() error { return f.Journal.PutBeat(ctx, b) })
}

// Gaps fails as "gaps".
func (f Faulty) Gaps(ctx context.Context, now time.Time) (all []members.Gap, err error) {
	err = f.Fault("gaps", func() error { all, err = f.Journal.Gaps(ctx, now); return err })
	return all, err
}

// PutGap fails as "put gap".
func (f Faulty) PutGap(ctx context.Context, g members.Gap) error {
	return f.Fault("put gap", func() error { return f.Journal.PutGap(ctx, g) })
}
