package clock

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// digestPolicy gathers for a day, and sends what belongs to team data elsewhere.
const digestPolicy = `notify: {digest: 24h, severity: low, routes: [{match: {owner: [{prefix: data}]}, topic: "arn:aws:sns:eu-west-1:111122223333:data"}]}`

func TestGather(t *testing.T) {
	l := newLine(t, digestPolicy)
	since, until := noon.Add(-36*time.Hour), noon.Add(-12*time.Hour)
	entry := func(id, owner, severity string, s journal.State) journal.Entry {
		return with(violation(id, s), func(e *journal.Entry) {
			e.Owner, e.Severity, e.Gathered, e.Updated = owner, severity, true, noon.Add(-24*time.Hour)
		})
	}
	older := with(entry("older", "web", "low", journal.Told), func(e *journal.Entry) { e.Since = e.Since.Add(-time.Hour) })
	entries := []journal.Entry{
		entry("low", "web", "low", journal.Told), entry("high", "web", "high", journal.Told), older, entry("ended", "web", "critical", journal.Compliant),
		entry("data", "data-1", "low", journal.Told), entry("nobody's", "", "low", journal.Observed), entry("replaced", "web", "low", journal.Lapsed),
		entry("below the policy's severity", "web", "informational", journal.Told),
		with(entry("told at once", "web", "low", journal.Fixed), func(e *journal.Entry) { e.Gathered = false }),
		with(entry("of the next digest", "web", "high", journal.Told), func(e *journal.Entry) { e.Updated = until }),
		with(entry("as before", "web", "high", journal.Told), func(e *journal.Entry) {
			e.Prior = &journal.Prior{State: journal.Told, Told: true, Fingerprint: e.Fingerprint}
		}),
		with(entry("quiet", "quiet", "low", journal.Fixed), func(e *journal.Entry) { e.Gathered = false }),
		with(entry("notice", "web", "high", journal.Told), func(e *journal.Entry) { e.Key = journal.Notice("a", "b", "c", "", "", noon).Key }),
		with(entry("exemption", "web", "high", journal.Told), func(e *journal.Entry) { e.Key = exempt(t, journal.Grant{Until: noon}).Key }),
	}
	digests := l.clock.gather(entries, since, until)
	var got []string
	for _, d := range digests {
		var ids []string
		for _, e := range d.Entries {
			ids = append(ids, e.ID)
		}
		got = append(got, d.Owner+": "+strings.Join(ids, ", "))
		if !d.Since.Equal(since) || !d.Until.Equal(until) || d.Policy == "" {
			t.Errorf("the digest is of %v to %v, policy %q", d.Since, d.Until, d.Policy)
		}
	}
	want := []string{": nobody's", "data-1: data", "web: low, high, older, ended"}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if topic := digests[1].Topic; topic != "arn:aws:sns:eu-west-1:111122223333:data" || digests[2].Topic != "" {
		t.Errorf("the topics are %q and %q", topic, digests[2].Topic)
	}
	if n := digests[2].Totals; n["told"] != 5 || n["fixed"] != 1 || n["compliant"] != 1 || n["lapsed"] != 1 {
		t.Errorf("the totals are %v", n)
	}
}

func TestADigestAPeriod(t *testing.T) {
	l := newLine(t, digestPolicy)
	l.put(t, with(violation("", journal.Open), gathered("vol-1", "web")), journal.Told)
	tick := func(now time.Time) []notify.Message {
		t.Helper()
		l.now, l.told = now, nil
		if err := l.do(`{"do":"tick"}`); err != nil {
			t.Fatal(err)
		}
		return l.told
	}
	first := tick(noon)
	if len(first) != 1 || len(tick(noon.Add(time.Minute))) != 0 || len(tick(noon.Add(11*time.Hour))) != 0 {
		t.Fatalf("the first digest is %d messages, and it is sent again", len(first))
	}
	l.put(t, with(with(violation("", journal.Open), gathered("vol-2", "web")), func(e *journal.Entry) { e.Updated = noon }), journal.Told)
	second := tick(noon.Add(13 * time.Hour))
	if len(second) != 1 || second[0].ID == first[0].ID || strings.Contains(second[0].Email, "vol-1") || !strings.Contains(second[0].Email, "vol-2") {
		t.Errorf("the second digest is %+v", second)
	}
	if third := tick(noon.Add(37 * time.Hour)); len(third) != 0 {
		t.Errorf("there is nothing to tell, and a digest is sent: %+v", third)
	}
}

// TestADigestCoversWhatNoClockSent holds that what happened while no clock ran is in the next digest.
func TestADigestCoversWhatNoClockSent(t *testing.T) {
	l := newLine(t, digestPolicy)
	if err := l.do(`{"do":"tick"}`); err != nil {
		t.Fatal(err)
	}
	l.put(t, with(with(violation("", journal.Open), gathered("vol-1", "web")), func(e *journal.Entry) { e.Updated = noon }), journal.Told)
	l.now = noon.Add(5 * 24 * time.Hour)
	if err := l.do(`{"do":"tick"}`); err != nil || len(l.told) != 1 {
		t.Errorf("got %v, %d digests", err, len(l.told))
	}
}

// TestADigestThatAnotherClockIsAt holds that it is left to that one while its lease holds.
func TestADigestThatAnotherClockIsAt(t *testing.T) {
	l := newLine(t, digestPolicy)
	l.put(t, with(violation("", journal.Open), gathered("vol-1", "web")), journal.Told)
	l.fault = 5 // it dies at the read of what was gathered, with the lease
	if err := l.do(`{"do":"tick"}`); err == nil || l.calls[len(l.calls)-1] != "recent" {
		t.Fatalf("got %v, %v", err, l.calls)
	}
	l.revive()
	other := Delivery{Body: []byte(`{"do":"tick"}`), Holder: "m2"}
	for _, want := range []int{0, 1} {
		if err := l.clock.Do(t.Context(), t.Context(), other); err != nil || len(l.told) != want {
			t.Errorf("got %v, %d digests; want %d", err, len(l.told), want)
		}
		l.now = l.now.Add(journal.Lease)
	}
}

// TestADigestThatWasCutShortIsFinishedFirst holds that the next period's begins where it ends.
func TestADigestThatWasCutShortIsFinishedFirst(t *testing.T) {
	l := newLine(t, digestPolicy)
	l.put(t, with(violation("", journal.Open), gathered("vol-1", "web")), journal.Told)
	l.fault = 5
	if err := l.do(`{"do":"tick"}`); err == nil {
		t.Fatal("no fault")
	}
	l.revive()
	l.put(t, with(with(violation("", journal.Open), gathered("vol-2", "web")), func(e *journal.Entry) { e.Updated = noon }), journal.Told)
	l.now = noon.Add(24 * time.Hour)
	for i, volume := range []string{"vol-1", "vol-2"} {
		if err := l.do(`{"do":"tick"}`); err != nil || len(l.told) != i+1 || !strings.Contains(l.told[i].Email, volume) {
			t.Fatalf("got %v, %+v; want a digest of %s", err, l.told, volume)
		}
	}
}

func TestWithoutADigestNothingIsRead(t *testing.T) {
	l := newLine(t, "")
	if err := l.do(`{"do":"tick"}`); err != nil || !slices.Equal(l.calls, []string{"due"}) {
		t.Errorf("got %v, %v", err, l.calls)
	}
}

// TestOwnersOfWhichOneFailsAreToldOnce holds that what one owner was told is not told again because another could not be.
func TestOwnersOfWhichOneFailsAreToldOnce(t *testing.T) {
	l := newLine(t, digestPolicy)
	for _, owner := range []string{"a", "b", "c"} {
		l.put(t, with(violation("", journal.Open), gathered("vol-"+owner, owner)), journal.Told)
	}
	second := []string{"due", "open", "begin digest", "take", "recent", "begin digest/a", "tell", "record told", "begin digest/b", "tell"}
	l.once, l.fault = true, len(second)
	if err := l.do(`{"do":"tick"}`); err == nil || !slices.Equal(l.calls, second) {
		t.Fatalf("got %v, %v", err, l.calls)
	}
	for range 2 {
		l.now = l.now.Add(journal.Lease)
		if err := l.do(`{"do":"tick"}`); err != nil {
			t.Fatal(err)
		}
	}
	if len(l.told) != 3 {
		t.Errorf("%d messages, want 3", len(l.told))
	}
}

// TestADigestWaitsForLateWriters holds that what was recorded just before the end of a period, by a function whose clock is behind, is in a digest.
func TestADigestWaitsForLateWriters(t *testing.T) {
	l := newLine(t, digestPolicy)
	end := noon.Add(12 * time.Hour)
	tick := func(at time.Time) {
		t.Helper()
		l.now = at
		if err := l.do(`{"do":"tick"}`); err != nil {
			t.Fatal(err)
		}
	}
	tick(noon)
	tick(end.Add(5 * time.Second))
	l.put(t, with(with(violation("", journal.Open), gathered("vol-1", "web")), func(e *journal.Entry) { e.Updated = end.Add(-time.Second) }), journal.Told)
	tick(end.Add(65 * time.Second))
	tick(end.Add(2 * time.Minute))
	tick(end.Add(24*time.Hour + 2*time.Minute))
	if len(l.told) != 1 || !strings.Contains(l.told[0].Email, "vol-1") {
		t.Errorf("%d digests, want one with the volume", len(l.told))
	}
}

// TestAProposalThatExpiresIsNoted holds that the finding of a proposal is to say so when nobody approved it.
func TestAProposalThatExpiresIsNoted(t *testing.T) {
	l := newLine(t, "")
	e := l.put(t, with(violation("", journal.Open), func(e *journal.Entry) { at("vol-1")(e); e.Shown, e.Noted = "seal", true }), journal.Proposed)
	if err := l.do(`{"do":"tick"}`); err != nil {
		t.Fatal(err)
	}
	if e, err := l.Memory.Get(t.Context(), e.ID); err != nil || e.State != journal.Lapsed || !notify.OwesPosting(e) {
		t.Errorf("it is %s, noted %v, %v; want lapsed, and its finding to be brought up to date", e.State, e.Noted, err)
	}
}
