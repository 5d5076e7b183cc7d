package act

import (
	"context"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Members are the accounts that a hub acts in.
type Members struct {
	Home   string // the hub's own account
	Policy string // "policy N": rights.Fingerprint of the service roles that the deployed policy needs
	Beats  interface {
		Beats(ctx context.Context, account string, now time.Time) ([]members.Beat, error)
	}
	// Directory tells where an account stands; nil where the policy asks nothing of it.
	Directory interface {
		Place(ctx context.Context, account string) (*finding.Place, error)
	}
}

// decide asks the policy about an entry's resource as it was read. Where the account stands is looked up anew.
func (a *Actor) decide(ctx context.Context, e journal.Entry, r finding.Resource, facts tag.Facts) (policy.Decision, error) {
	k := a.known(e)
	if a.Members != nil && a.Members.Directory != nil {
		var err error
		if k.Place, err = a.Members.Directory.Place(ctx, r.Account); err != nil {
			return policy.Decision{}, fmt.Errorf("look up the account of entry %s: %w: %w", e.ID, errJournal, err)
		}
	}
	return a.Policy.DecideRead(k, r, facts), nil
}

// unenrolled makes a refusal that says so of what AWS denied in a member's account: its roles are not there, or are not those of the deployed policy. Where they are, the denial has another
// reason, and stays what it was; and so is one of the hub's own journal, which says nothing of the member. What was heard of the account is only words: where it cannot be read, the refusal
// says that.
func (a *Actor) unenrolled(ctx context.Context, entry journal.Entry, err error) error {
	if a.Members == nil || entry.Resource.Account == a.Members.Home || !remedy.Denied(err) || inJournal(err) {
		return err
	}
	account := entry.Resource.Account
	way := fmt.Sprintf("Deploy the template of the member's roles in account %s again.", account)
	heard := fmt.Sprintf("its roles were never heard of. %s", way)
	beats, failed := a.Members.Beats.Beats(ctx, account, a.Now())
	switch last, ok := members.RolesOf(beats, account); {
	case failed != nil:
		heard = "what was heard of its roles cannot be read now. " + way
	case ok && last.Policy == a.Members.Policy && a.Now().Sub(last.Seen) < members.Silent:
		return err
	case ok:
		heard = fmt.Sprintf("its roles were at policy %s when they were last heard of, at %s. %s", last.Policy, last.Seen.UTC().Format("2006-01-02 15:04 UTC"), way)
	}
	return fmt.Errorf("work in account %s: %w", account, &remedy.RefusedError{Why: fmt.Sprintf("Account not enrolled at policy %s: %s", a.Members.Policy, heard), Err: err})
}
