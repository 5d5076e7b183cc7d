package operator

import (
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
