package operator

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
)

func TestMembers(t *testing.T) {
	d := newDesk(t)
	d.refused(ops, Request{Members: &Members{}}, Refused, "keeps its own account alone", "-c organization=")
	store := journal.NewMemory()
	d.o.Members, d.o.Roles = store, "0123456789ab"
	for i := range mostMembers + 3 {
		a := members.Account{Account: fmt.Sprintf("1000000%05d", i), OUs: []string{"r-ab12"}, Seen: clock}
		b := members.Beat{Account: a.Account, Region: "eu-west-1", Kind: members.RolesKind, Policy: "0123456789ab", Seen: clock.Add(-time.Hour)}
		if err := store.PutAccount(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if err := store.PutBeat(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	first := d.ask(ops, Request{Members: &Members{}})
	rest := d.ask(ops, Request{Members: &Members{From: first.Next}})
	got := []any{len(first.Members), first.Next, first.Policy, len(rest.Members), rest.Next, rest.Members[2].Account.Account, rest.Members[2].Enrolled, rest.Members[2].RolesAt.Equal(clock.Add(-time.Hour))}
	want := []any{mostMembers, fmt.Sprintf("1000000%05d", mostMembers), "0123456789ab", 3, "", fmt.Sprintf("1000000%05d", mostMembers+2), true, true}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	d.refused("arn:aws:iam::111122223333:user/nobody", Request{Members: &Members{}}, Denied, "may not do this")
}

// A narrow directory counts the beats that it was asked for.
type narrow struct {
	*journal.Memory
	most int
}

func (n *narrow) BeatsBetween(ctx context.Context, from, to string, now time.Time) ([]members.Beat, error) {
	beats, err := n.Memory.BeatsBetween(ctx, from, to, now)
	n.most = max(n.most, len(beats))
	return beats, err
}

// TestMembersArePages holds that no answer reads the beats of all accounts, and that accounts of which the directory does not know are listed, before, among and behind the others.
func TestMembersArePages(t *testing.T) {
	d := newDesk(t)
	store := &narrow{Memory: journal.NewMemory()}
	d.o.Members = store
	want := 0
	for i := range 3 * mostMembers {
		account := fmt.Sprintf("1000000%05d", i)
		if i%100 != 0 && i != 3*mostMembers-1 {
			if err := store.PutAccount(t.Context(), members.Account{Account: account, OUs: []string{"r-ab12"}, Seen: clock}); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.PutBeat(t.Context(), members.Beat{Account: account, Region: "eu-west-1", Kind: "config", Seen: clock}); err != nil {
			t.Fatal(err)
		}
		want++
	}
	met := map[string]bool{}
	for from, more := "", true; more; {
		got := d.ask(ops, Request{Members: &Members{From: from}})
		for _, v := range got.Members {
			if met[v.Account.Account] || len(v.Regions) != 1 {
				t.Errorf("account %s is listed twice, or without its beat", v.Account.Account)
			}
			met[v.Account.Account] = true
		}
		from, more = got.Next, got.Next != ""
	}
	if len(met) != want || store.most > 2*mostMembers {
		t.Errorf("%d accounts are listed of %d, and one answer read %d beats", len(met), want, store.most)
	}
}
