// Package members is what the hub of an organization knows of its accounts: where each stands (the directory, which the clock reads from AWS Organizations), and when its rules and
// roles were last heard of (its beats). It is data and pure rules; who keeps it is the journal's table.
package members

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// What a store may answer beside success. Compare with errors.Is.
var (
	ErrUnknown  = errors.New("the directory does not know the account")
	ErrConflict = errors.New("another function goes on with the walk") // it is left to that one
)

// An Account is an account of the organization. Its JSON is what `tagwarden members` prints and what `replay --directory` reads: fields are added, never renamed.
type Account struct {
	Account string `json:"account"` // 12 digits
	Name    string `json:"name"`
	// OUs are the ids of the root and of all OUs above it, the root first.
	OUs []string `json:"ous"`
	// Tags are its own tags in AWS Organizations; nil: not known, for they are read only where a policy asks for them.
	Tags map[string]string `json:"tags"`
	// Suspended says that it is closed, or being closed: it is kept for 90 days.
	Suspended bool      `json:"suspended,omitempty"`
	Seen      time.Time `json:"seen,omitzero"` // when the directory last found it
}

// Place is where the account stands, as a policy asks for it.
func (a Account) Place() *finding.Place { return &finding.Place{OUs: a.OUs, Tags: a.Tags} }

// A Store keeps what is known. Its methods may be called concurrently.
type Store interface {
	// Account is what the directory has of an account, or ErrUnknown.
	Account(ctx context.Context, id string) (Account, error)
	Accounts(ctx context.Context) ([]Account, error) // all of them, by id
	PutAccount(ctx context.Context, a Account) error
	// Walk is how far the directory's refresh came; its zero value where none ever began.
	Walk(ctx context.Context) (Walk, error)
	// PutWalk writes the version after w.Version, or answers ErrConflict if that is not the newest.
	PutWalk(ctx context.Context, w Walk) error
	// Beats are the last beats of an account, or of all for ""; by account, region and kind. Those older than Forget are not among them.
	Beats(ctx context.Context, account string, now time.Time) ([]Beat, error)
	// BeatsBetween are the last beats of the accounts from one to another, both inclusive, in the same order; "" for no bound.
	BeatsBetween(ctx context.Context, from, to string, now time.Time) ([]Beat, error)
	PutBeat(ctx context.Context, b Beat) error // an older one changes nothing
	// Gaps are the gaps of which people were told, closed ones too; by account, region and kind.
	Gaps(ctx context.Context, now time.Time) ([]Gap, error)
	PutGap(ctx context.Context, g Gap) error
}

// Sorted orders accounts by id.
func Sorted(list []Account) []Account {
	slices.SortFunc(list, func(a, b Account) int { return strings.Compare(a.Account, b.Account) })
	return list
}
