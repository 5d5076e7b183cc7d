package journaltest

import (
	"errors"
	"time"

	"github.com/tagwarden/tagwarden/internal/members"
)

// beat writes a beat at the bench's time.
func (b *bench) beat(account, region, kind, policy string) members.Beat {
	b.Helper()
	beat := members.Beat{Account: account, Region: region, Kind: kind, Policy: policy, Seen: b.now}
	b.is("beat", b.j.PutBeat(b.Context(), beat), nil)
	return beat
}

// beats says which beats are kept of an account; "" for all.
func (b *bench) beats(what, account string, want ...members.Beat) {
	b.Helper()
	got, err := b.j.Beats(b.Context(), account, b.now)
	b.is(what, err, nil)
	if len(got)+len(want) > 0 {
		b.same(what, got, want)
	}
}

const (
	policyN = "0123456789ab"
	older   = "none"
)

var memberCases = []testCase{
	{"an account that nobody wrote is unknown", func(b *bench) {
		if _, err := b.j.Account(b.Context(), mine); !errors.Is(err, members.ErrUnknown) {
			b.Errorf("got %v, want ErrUnknown", err)
		}
		all, err := b.j.Accounts(b.Context())
		b.is("accounts", err, nil)
		b.same("accounts", len(all), 0)
	}},
	{"an account comes back as it was written last", func(b *bench) {
		first := members.Account{Account: theirs, Name: "shop", OUs: []string{"r-ab12"}, Seen: b.now}
		second := members.Account{Account: mine, Name: "hub <1>", OUs: []string{"r-ab12", "ou-ab12-workloads"}, Tags: map[string]string{"Stage": "prod"}, Suspended: true, Seen: b.now}
		moved := first
		moved.OUs, moved.Tags, moved.Seen = []string{"r-ab12", "ou-ab12-sandboxes"}, map[string]string{}, b.now.Add(time.Hour)
		for _, a := range []members.Account{first, second, moved} {
			b.is("put", b.j.PutAccount(b.Context(), a), nil)
		}
		got, err := b.j.Account(b.Context(), theirs)
		b.is("account", err, nil)
		b.same("account", got, moved)
		all, err := b.j.Accounts(b.Context())
		b.is("accounts", err, nil)
		b.same("accounts", all, []members.Account{second, moved})
	}},
	{"a walk goes on from its last version, for one alone", func(b *bench) {
		w, err := b.j.Walk(b.Context())
		b.is("walk", err, nil)
		b.same("none yet", w, members.Walk{})
		w = members.Walk{Began: b.now, Todo: []members.Step{{Path: []string{"r-ab12"}, Token: "next"}}}
		b.is("first", b.j.PutWalk(b.Context(), w), nil)
		b.is("the same again", b.j.PutWalk(b.Context(), w), members.ErrConflict)
		got, err := b.j.Walk(b.Context())
		b.is("walk", err, nil)
		w.Version = 1
		b.same("the first", got, w)
		got.Finished = b.now
		b.is("second", b.j.PutWalk(b.Context(), got), nil)
		b.is("the first again", b.j.PutWalk(b.Context(), w), members.ErrConflict)
	}},
	{"beats are kept by account, region and kind, the last of each", func(b *bench) {
		b.beat(theirs, "eu-west-1", "config", older)
		tags := b.beat(mine, "eu-west-1", "tags", older)
		b.pass(time.Hour)
		config := b.beat(theirs, "eu-west-1", "config", policyN)
		east := b.beat(theirs, "us-east-1", "config", policyN)
		b.beats("mine", mine, tags)
		b.beats("theirs", theirs, config, east)
		b.beats("nobody's", "777788889999")
		for _, c := range []struct {
			from, to string
			want     []members.Beat
		}{
			{"", "", []members.Beat{tags, config, east}},
			{mine, mine, []members.Beat{tags}},
			{theirs, "", []members.Beat{config, east}},
			{"", mine, []members.Beat{tags}},
			{mine, theirs, []members.Beat{tags, config, east}},
		} {
			got, err := b.j.BeatsBetween(b.Context(), c.from, c.to, b.now)
			b.is("between", err, nil)
			b.same("from "+c.from+" to "+c.to, got, c.want)
		}
		b.beats("all", "", tags, config, east)
	}},
	{"a beat that comes late changes nothing", func(b *bench) {
		late := members.Beat{Account: mine, Region: "eu-west-1", Kind: "config", Policy: older, Seen: b.now}
		b.pass(time.Nanosecond)
		last := b.beat(mine, "eu-west-1", "config", policyN)
		b.is("again", b.j.PutBeat(b.Context(), last), nil)
		b.is("late", b.j.PutBeat(b.Context(), late), nil)
		b.beats("mine", mine, last)
	}},
	{"what is silent for long is forgotten", func(b *bench) {
		old := b.beat(mine, "eu-west-1", "config", older)
		b.is("gap", b.j.PutGap(b.Context(), members.Gap{Account: old.Account, Region: old.Region, Kind: old.Kind, Since: old.Seen}), nil)
		b.pass(members.Forget - time.Second)
		b.beats("kept", mine, old)
		b.pass(time.Second)
		b.beats("forgotten", mine)
		b.beats("forgotten among all", "")
		gaps, err := b.j.Gaps(b.Context(), b.now)
		b.is("gaps", err, nil)
		b.same("gaps", len(gaps), 0)
	}},
	{"a gap is kept until it is written anew", func(b *bench) {
		gap := members.Gap{Account: mine, Region: "eu-west-1", Kind: "config", Since: b.now}
		other := members.Gap{Account: mine, Region: "eu-west-1", Kind: "tags", Since: b.now}
		for _, g := range []members.Gap{other, gap} {
			b.is("put", b.j.PutGap(b.Context(), g), nil)
		}
		gap.Until = b.now.Add(time.Hour)
		b.is("put again", b.j.PutGap(b.Context(), gap), nil)
		got, err := b.j.Gaps(b.Context(), b.now)
		b.is("gaps", err, nil)
		b.same("gaps", got, []members.Gap{gap, other})
	}},
}
