package local

import (
	"context"
	"time"

	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// organization is what a function is told of the organization, if accounts were given: they look them up in the table. The clock is not told of it: it would read AWS Organizations.
func (m *machine) organization(function string) []string {
	if m.Accounts == nil || function == rights.ClockName {
		return nil
	}
	return []string{wiring.Organization + "=o-exampleorgid"}
}

// enter writes the accounts into the directory, as the clock of a hub does.
func (m *machine) enter(ctx context.Context, store members.Store) error {
	for _, a := range m.Accounts {
		a.Seen = time.Now()
		if err := store.PutAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
