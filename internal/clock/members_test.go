package clock

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// An organization is AWS Organizations: what stands below what. It answers one account a page.
type organization struct {
	accounts, units map[string][]string
	calls           []string
	fail            string // the call that fails
	tags            bool   // the last call's
}

var errDenied = errors.New("AccessDeniedException")

func (o *organization) call(name string) error {
	o.calls = append(o.calls, name)
	if name == o.fail {
		return errDenied
	}
	return nil
}

func (o *organization) Roots(context.Context) ([]string, error) {
	return []string{"r-ab12"}, o.call("roots")
}

func (o *organization) Units(_ context.Context, parent string) ([]string, error) {
	return o.units[parent], o.call("units " + parent)
}

func (o *organization) Accounts(_ context.Context, parent, token string, tags bool) ([]members.Account, string, error) {
	o.tags = tags
	if err := o.call("accounts " + parent + token); err != nil {
		return nil, "", err
	}
	at := 0
	if token != "" {
		_, _ = fmt.Sscanf(token, "+%d", &at)
	}
	if at >= len(o.accounts[parent]) {
		return nil, "", nil
	}
	next := ""
	if at+1 < len(o.accounts[parent]) {
		next = fmt.Sprintf("+%d", at+1)
	}
	return []members.Account{{Account: o.accounts[parent][at], Name: parent}}, next, nil
}

// newHub gives the clock of a hub.
func newHub(t testing.TB, more string) (*line, *organization) {
	t.Helper()
	l := newLine(t, more)
	o := &organization{
		accounts: map[string][]string{"r-ab12": {"111122223333"}, "ou-ab12-workloads": {"444455556666", "555566667777"}, "ou-ab12-shops": {"777788889999"}},
		units:    map[string][]string{"r-ab12": {"ou-ab12-sandboxes", "ou-ab12-workloads"}, "ou-ab12-workloads": {"ou-ab12-shops"}},
	}
	l.clock.Hub = &Hub{Store: l.Memory, Organization: o, Source: wiring.Source("tagwarden"), Kinds: []string{"config", "tags"}}
	return l, o
}

func (l *line) tick(t testing.TB) {
	t.Helper()
	if err := l.do(wiring.Tick); err != nil {
		t.Fatal(err)
	}
}

// notices are what the notices of a kind say, in the order in which they were begun.
func (l *line) notices(t testing.TB, what string) []string {
	t.Helper()
	all, err := l.Memory.Recent(t.Context(), time.Time{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(all, func(a, b journal.Entry) int { return a.Since.Compare(b.Since) })
	var said []string
	for _, e := range all {
		if e.Key.Noticed() == what {
			said = append(said, e.Control+": "+e.Reason)
		}
	}
	return said
}

func TestTheDirectoryIsRead(t *testing.T) {
	l, o := newHub(t, "")
	l.tick(t)
	want := []members.Account{
		{Account: "111122223333", Name: "r-ab12", OUs: []string{"r-ab12"}, Seen: noon},
		{Account: "444455556666", Name: "ou-ab12-workloads", OUs: []string{"r-ab12", "ou-ab12-workloads"}, Seen: noon},
		{Account: "555566667777", Name: "ou-ab12-workloads", OUs: []string{"r-ab12", "ou-ab12-workloads"}, Seen: noon},
		{Account: "777788889999", Name: "ou-ab12-shops", OUs: []string{"r-ab12", "ou-ab12-workloads", "ou-ab12-shops"}, Seen: noon},
	}
	got, err := l.Accounts(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	if o.tags {
		t.Error("the tags were read, and no rule asks for them")
	}
	before := len(o.calls)
	l.now = noon.Add(members.Refresh - 1)
	l.tick(t)
	if len(o.calls) != before {
		t.Errorf("it was read again after %s: %v", members.Refresh-1, o.calls[before:])
	}
	o.accounts["ou-ab12-sandboxes"], o.accounts["ou-ab12-shops"] = []string{"777788889999"}, nil
	l.now = noon.Add(members.Refresh)
	l.tick(t)
	if a, err := l.Account(t.Context(), "777788889999"); err != nil || !slices.Equal(a.OUs, []string{"r-ab12", "ou-ab12-sandboxes"}) {
		t.Errorf("the account that was moved: got %+v, %v", a, err)
	}
}

func TestAccountTagsAreReadWhereTheyAreAskedFor(t *testing.T) {
	l, o := newHub(t, "scope: {account_tags: {Stage: [prod]}}\n")
	l.tick(t)
	if !o.tags {
		t.Error("the tags were not read")
	}
}

// TestALargeDirectoryIsReadOverTicks holds that a turn is short, that the next goes on where it ended, and that two functions do not go in each other's way.
func TestALargeDirectoryIsReadOverTicks(t *testing.T) {
	l, o := newHub(t, "")
	o.accounts["r-ab12"] = nil
	for i := range 35 {
		o.accounts["r-ab12"] = append(o.accounts["r-ab12"], fmt.Sprintf("1000000000%02d", i))
	}
	for _, want := range []int{10, 20, 30, 38} {
		l.tick(t)
		if got, err := l.Accounts(t.Context()); err != nil || len(got) != want {
			t.Errorf("got %d accounts, %v, want %d", len(got), err, want)
		}
	}
	pages := slices.DeleteFunc(slices.Clone(o.calls), func(call string) bool { return !strings.HasPrefix(call, "accounts ") })
	slices.Sort(pages)
	if len(slices.Compact(slices.Clone(pages))) != len(pages) {
		t.Errorf("pages were read twice: %v", pages)
	}
}

// TestADirectoryThatCannotBeRead holds that what was read stays, that people hear of it once after a day, and once when it is over.
func TestADirectoryThatCannotBeRead(t *testing.T) {
	l, o := newHub(t, "")
	l.tick(t)
	o.fail = "accounts ou-ab12-workloads"
	for at := members.Refresh; at < members.Refresh+members.Patience; at += members.Again {
		l.now = noon.Add(at)
		l.tick(t)
	}
	if got := l.notices(t, "directory"); len(got) != 0 {
		t.Errorf("within a day: %q", got)
	}
	for range 3 {
		l.now = l.now.Add(members.Again)
		l.tick(t)
	}
	got := l.notices(t, "directory")
	if len(got) != 1 || !strings.Contains(got[0], "since 2026-11-23 18:00 UTC (AccessDeniedException)") || !strings.Contains(got[0], "-c directory") {
		t.Errorf("after a day: %q", got)
	}
	if all, err := l.Accounts(t.Context()); err != nil || len(all) != 4 {
		t.Errorf("got %d accounts, %v, want the 4 from before", len(all), err)
	}
	o.fail = ""
	for range 2 {
		l.now = l.now.Add(members.Again)
		l.tick(t)
	}
	if got = l.notices(t, "directory"); len(got) != 2 || !strings.HasPrefix(got[1], journal.DirectoryBack) {
		t.Errorf("when it is over: %q", got)
	}
}

// beats sends the clock a heartbeat as EventBridge delivers it.
func (l *line) beats(t testing.TB, account, region, detail string, changes ...string) {
	t.Helper()
	body := fmt.Sprintf(`{"version":"0","id":"e","detail-type":"Tagwarden Heartbeat","source":"tagwarden.tagwarden","account":%q,"time":%q,"region":%q,"resources":[],"detail":%s}`,
		account, l.now.UTC().Format(time.RFC3339), region, detail)
	if err := l.do(strings.NewReplacer(changes...).Replace(body)); err != nil {
		t.Fatal(err)
	}
}

func TestHeartbeats(t *testing.T) {
	l, _ := newHub(t, "")
	l.beats(t, "444455556666", "eu-west-1", `{"kind":"config","account":"111122223333","region":"us-east-1"}`)
	l.beats(t, "444455556666", "eu-west-1", `{"kind":"roles","policy":"0123456789ab"}`)
	for _, detail := range []string{`{"kind":"roles"}`, `{"kind":"roles","policy":"x"}`, `{"kind":""}`, `{"kind":"config-of-nobody"}`, `[]`, `{"kind":"a b"}`} {
		l.beats(t, "444455556666", "eu-west-1", detail)
	}
	l.beats(t, "444455556666", "eu-west-1", `{"kind":"tags"}`, "2026-11-23", "2046-11-23") // of a member whose clock is ahead
	want := []members.Beat{
		{Account: "444455556666", Region: "eu-west-1", Kind: "config", Seen: noon},
		{Account: "444455556666", Region: "eu-west-1", Kind: "roles", Policy: "0123456789ab", Seen: noon},
		{Account: "444455556666", Region: "eu-west-1", Kind: "tags", Seen: noon},
	}
	if got, err := l.Beats(t.Context(), "", l.now); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

// TestNoHeartbeat holds that what only looks like one is no message of the clock, and that nobody but a hub hears them.
func TestNoHeartbeat(t *testing.T) {
	l, _ := newHub(t, "")
	alone := newLine(t, "")
	const body = `{"detail-type":"Tagwarden Heartbeat","source":"tagwarden.tagwarden","account":"444455556666","region":"eu-west-1","time":"2026-11-23T12:00:00Z","detail":{"kind":"config"}}`
	for what, err := range map[string]error{
		"of another deployment": l.do(strings.Replace(body, "tagwarden.tagwarden", "tagwarden.staging", 1)),
		"of another type":       l.do(strings.Replace(body, "Heartbeat", "Outcome", 1)),
		"in one account":        alone.do(body),
	} {
		if err == nil {
			t.Errorf("%s: it was taken", what)
		}
	}
}

// TestSilenceIsTold plays three days: a member beats, falls silent in one region, comes back, and leaves for good.
func TestSilenceIsTold(t *testing.T) {
	l, _ := newHub(t, "")
	hours := func(from, to int, beating ...string) {
		t.Helper()
		for h := from; h < to; h++ {
			l.now = noon.Add(time.Duration(h) * time.Hour)
			if h%4 == 0 {
				for _, kind := range beating {
					l.beats(t, "444455556666", "eu-west-1", `{"kind":"`+kind+`"}`)
					l.beats(t, "555566667777", "eu-west-1", `{"kind":"`+kind+`"}`)
				}
				l.beats(t, "444455556666", "us-east-1", `{"kind":"config"}`)
			}
			l.tick(t)
		}
	}
	hours(0, 10, "config", "tags")
	if got := l.notices(t, "silent"); len(got) != 0 {
		t.Errorf("while all beat: %q", got)
	}
	hours(10, 17)
	if got := l.notices(t, "silent"); len(got) != 0 {
		t.Errorf("within nine hours: %q", got)
	}
	hours(17, 30)
	got := l.notices(t, "silent")
	if len(got) != 2 || !strings.Contains(got[0], "kinds config, tags came from account 444455556666, region eu-west-1, since 2026-11-23 20:00 UTC") ||
		!strings.Contains(got[0], "deploy the member templates there again") || !strings.Contains(got[1], "account 555566667777") {
		t.Errorf("after nine hours: %q", got)
	}
	hours(30, 34, "config", "tags")
	if got = l.notices(t, "silent"); len(got) != 4 || !strings.HasPrefix(got[2], journal.SilenceOver) || !strings.Contains(got[3], "account 555566667777, region eu-west-1, again") {
		t.Errorf("when they are back: %q", got)
	}
	hours(34, 80)
	if got = l.notices(t, "silent"); len(got) != 6 {
		t.Errorf("when they are silent again: %d notices: %q", len(got), got)
	}
	l.now = noon.Add(40 * 24 * time.Hour)
	l.tick(t)
	l.tick(t)
	if got = l.notices(t, "silent"); len(got) != 6 {
		t.Errorf("after forty days: %d notices, the last %q", len(got), got[len(got)-1])
	}
}

// TestManySilencesAreOneNotice holds that an outage of the hub's own, after which nobody beats, is told once and not once an account, and so is its end; and that what a clock
// that was short of time left is not told twice.
func TestManySilencesAreOneNotice(t *testing.T) {
	l, _ := newHub(t, "")
	all := func() {
		for n := range mostPlaces + 1 {
			l.beats(t, fmt.Sprintf("4444555566%02d", n), "eu-west-1", `{"kind":"config"}`)
			l.beats(t, fmt.Sprintf("4444555566%02d", n), "eu-west-1", `{"kind":"tags"}`)
		}
	}
	all()
	l.now = noon.Add(members.Silent)
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.clock.silences(t.Context(), short); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		l.now = l.now.Add(eachLook)
		l.tick(t)
	}
	got := l.notices(t, "silent")
	if len(got) != 1 || !strings.Contains(got[0], "from 21 accounts and regions, the first since 2026-11-23 12:00 UTC, such as 444455556600/eu-west-1, 444455556601/eu-west-1") {
		t.Errorf("while none beats: %q", got)
	}
	all()
	for range 3 {
		l.now = l.now.Add(eachLook)
		l.tick(t)
	}
	if got = l.notices(t, "silent"); len(got) != 2 || !strings.HasPrefix(got[1], journal.SilenceOver) || !strings.Contains(got[1], "again from 21 accounts and regions") {
		t.Errorf("when all are back: %q", got)
	}
	if gaps, err := l.Gaps(t.Context(), l.now); err != nil || len(gaps) != 2*(mostPlaces+1) {
		t.Errorf("%d gaps are kept, %v; want one for each kind", len(gaps), err)
	}
}

// TestSilenceSurvivesDeath holds that a clock which dies after any call tells of each gap, and of none twice.
func TestSilenceSurvivesDeath(t *testing.T) {
	for fault := 1; ; fault++ {
		l, _ := newHub(t, "")
		l.beats(t, "444455556666", "eu-west-1", `{"kind":"config"}`)
		l.beats(t, "444455556666", "eu-west-1", `{"kind":"tags"}`)
		l.now = noon.Add(members.Silent)
		l.fault, l.calls = fault, nil
		_ = l.do(wiring.Tick)
		reached := len(l.calls) >= fault
		l.revive()
		for range 3 {
			l.now = l.now.Add(eachLook)
			l.tick(t)
		}
		if got := l.notices(t, "silent"); len(got) != 1 || !strings.Contains(got[0], "config, tags") {
			t.Errorf("dead after call %d: %q", fault, got)
		}
		if !reached {
			return
		}
	}
}
