package members

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	hub  = "111122223333"
	shop = "444455556666"
)

func beat(account, kind string, ago time.Duration) Beat {
	b := Beat{Account: account, Region: "eu-west-1", Kind: kind, Seen: noon.Add(-ago)}
	if kind == RolesKind {
		b.Policy = "0123456789ab"
	}
	return b
}

func TestValid(t *testing.T) {
	for name, change := range map[string]func(*Beat){
		"":                    func(*Beat) {},
		"account":             func(b *Beat) { b.Account = "all" },
		"region":              func(b *Beat) { b.Region = "eu-west-1\nSubject: x" },
		"kind":                func(b *Beat) { b.Kind = "Config!" },
		"policy":              func(b *Beat) { b.Policy = "0123456789AB" },
		"policy of the roles": func(b *Beat) { b.Policy = "" },
		"time":                func(b *Beat) { b.Seen = time.Time{} },
	} {
		b := beat(hub, RolesKind, 0)
		change(&b)
		err := b.Valid()
		word, _, _ := strings.Cut(name, " ")
		if (err != nil) != (name != "") || err != nil && !strings.Contains(err.Error(), word) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	for _, region := range []string{"us-gov-west-1", "cn-north-1", "ap-southeast-4", "eusc-de-east-1"} {
		b := beat(hub, "config", 0)
		if b.Region = region; b.Valid() != nil {
			t.Errorf("%s: got %v", region, b.Valid())
		}
	}
	none := beat(hub, RolesKind, 0)
	if none.Policy = "none"; none.Valid() != nil {
		t.Errorf("no roles: got %v", none.Valid())
	}
}

func TestNews(t *testing.T) {
	began := func(ago time.Duration) Gap {
		return Gap{Account: hub, Region: "eu-west-1", Kind: "config", Since: noon.Add(-ago)}
	}
	over := func(g Gap, ago time.Duration) Gap { g.Until = noon.Add(-ago); return g }
	for _, c := range []struct {
		name string
		seen time.Duration
		gaps []Gap
		want []Gap
	}{
		{"it beats", Every, nil, nil},
		{"two beats were lost", Silent - time.Nanosecond, nil, nil},
		{"it is silent", Silent, nil, []Gap{began(Silent)}},
		{"it was told", 20 * time.Hour, []Gap{began(20 * time.Hour)}, nil},
		{"it is back", time.Hour, []Gap{began(20 * time.Hour)}, []Gap{over(began(20*time.Hour), time.Hour)}},
		{"that was told", time.Hour, []Gap{over(began(20*time.Hour), 2*time.Hour)}, nil},
		{"it is silent again", 10 * time.Hour, []Gap{over(began(40*time.Hour), 20*time.Hour)}, []Gap{began(10 * time.Hour)}},
		{"it beat once between two looks", 10 * time.Hour, []Gap{began(40 * time.Hour)}, []Gap{began(10 * time.Hour)}},
		{"another is silent", time.Hour, []Gap{{Account: shop, Region: "eu-west-1", Kind: "config", Since: noon.Add(-40 * time.Hour)}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			beats := []Beat{beat(hub, "config", c.seen)}
			got := News(beats, c.gaps, noon)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if again := News(beats, append(c.gaps, got...), noon); len(again) > 0 {
				t.Errorf("told again: %+v", again)
			}
		})
	}
}

func TestOverdue(t *testing.T) {
	for _, c := range []struct {
		name string
		w    Walk
		want bool
	}{
		{"nothing failed", Walk{}, false},
		{"the first read fails for a while", Walk{Failing: noon.Add(-FirstPatience + 1)}, false},
		{"the first read fails", Walk{Failing: noon.Add(-FirstPatience)}, true},
		{"a refresh fails for a while", Walk{Failing: noon.Add(-Patience + 1), Finished: noon.Add(-48 * time.Hour)}, false},
		{"a refresh fails for a day", Walk{Failing: noon.Add(-Patience), Finished: noon.Add(-48 * time.Hour)}, true},
		{"it was told", Walk{Failing: noon.Add(-Patience), Told: true}, false},
	} {
		if got := c.w.Overdue(noon); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

// A store counts what is asked of it.
type store struct {
	accounts map[string]Account
	asked    int
	err      error
}

func (s *store) Account(_ context.Context, id string) (Account, error) {
	s.asked++
	if a, ok := s.accounts[id]; ok || s.err != nil {
		return a, s.err
	}
	return Account{}, ErrUnknown
}

func TestDirectory(t *testing.T) {
	now, s := noon, &store{accounts: map[string]Account{}}
	d := &Directory{Store: s, Now: func() time.Time { return now }}
	look := func(what string, want *finding.Place, asked int) {
		t.Helper()
		got, err := d.Place(t.Context(), shop)
		if err != nil || !reflect.DeepEqual(got, want) || s.asked != asked {
			t.Errorf("%s: got %+v, %v after %d reads, want %+v after %d", what, got, err, s.asked, want, asked)
		}
	}
	first, moved := &finding.Place{OUs: []string{"r-ab12"}}, &finding.Place{OUs: []string{"r-ab12", "ou-ab12-workloads"}}
	look("unknown", nil, 1)
	s.accounts[shop] = Account{Account: shop, OUs: first.OUs}
	now = now.Add(doubted - 1)
	look("still believed to be unknown", nil, 1)
	now = now.Add(1)
	look("found", first, 2)
	s.accounts[shop] = Account{Account: shop, OUs: moved.OUs}
	now = now.Add(believed - 1)
	look("believed", first, 2)
	now = now.Add(1)
	look("moved", moved, 3)
	s.err = errors.New("no table")
	look("believed though the table is gone", moved, 3)
	now = now.Add(believed)
	if _, err := d.Place(t.Context(), shop); !errors.Is(err, s.err) {
		t.Errorf("got %v, want the table's error", err)
	}
	s.err = nil
	look("asked again", moved, 5)
}

func TestRead(t *testing.T) {
	f, err := Read(strings.NewReader(`{"account":"111122223333","name":"hub","ous":["r-ab12"],"tags":{"Stage":"prod"},"regions":[],"enrolled":true}

{"account":"444455556666","ous":["r-ab12","ou-ab12-workloads"]}
{"account":"777788889999","name":"","ous":null,"tags":null}`))
	if err != nil {
		t.Fatal(err)
	}
	for account, want := range map[string]*finding.Place{
		hub: {OUs: []string{"r-ab12"}, Tags: map[string]string{"Stage": "prod"}}, shop: {OUs: []string{"r-ab12", "ou-ab12-workloads"}}, "777788889999": nil, "999988887777": nil,
	} {
		found := []finding.Finding{{Resource: finding.Resource{Account: account}}}
		f.Put(found)
		if got := found[0].Place; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", account, got, want)
		}
	}
	for text, want := range map[string]string{"{}\n": `line 1: "" is no account`, "{\"account\":\"111122223333\",\"ous\":[]}\n[]\n": "line 2 is no account", "x": "line 1"} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestViews(t *testing.T) {
	accounts := []Account{{Account: hub, Name: "hub", OUs: []string{"r-ab12"}}, {Account: shop, Name: "shop", OUs: []string{"r-ab12"}}}
	east, old := beat(shop, "config", time.Hour), beat(shop, RolesKind, time.Hour)
	east.Region, old.Policy, old.Region = "us-east-1", "none", "us-east-1"
	beats := []Beat{beat(shop, "config", 2*time.Hour), beat(shop, RolesKind, 2*time.Hour), beat(shop, "tags", 10*time.Hour), east, old, beat("777788889999", RolesKind, 20*time.Hour)}
	got := Views(accounts, beats, "0123456789ab", noon)
	want := []View{
		{Account: accounts[0], Regions: []Region{}},
		{Account: accounts[1], Roles: "none", RolesAt: old.Seen, Regions: []Region{
			{Region: "eu-west-1", Kinds: []string{"config", "tags"}, Silent: []string{"tags"}, Last: noon.Add(-2 * time.Hour)},
			{Region: "us-east-1", Kinds: []string{"config"}, Last: east.Seen},
		}},
		{Account: Account{Account: "777788889999"}, Roles: "0123456789ab", RolesAt: noon.Add(-20 * time.Hour), Enrolled: true, Regions: []Region{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	for _, v := range Views(accounts, nil, "", noon) {
		if v.Enrolled {
			t.Errorf("account %s is enrolled, of which nothing was heard", v.Account.Account)
		}
	}
}
