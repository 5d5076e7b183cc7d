package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// slow is the policy of the services, whose rule for the bucket gives people three days, but for what GuardDuty finds.
func slow(t testing.TB, threats string) *line {
	t.Helper()
	const rule = "  - {name: bucket, on: [securityhub, config-rule, guardduty], "
	text := strings.Replace(services, "%s", "fix", 1)
	split := strings.Replace(text, rule, "  - {name: threat, on: [guardduty], controls: [\"guardduty:Policy:S3/*\"], do: [s3-block-public-access], "+threats+"}\n"+
		"  - {name: bucket, after: 72h, on: [securityhub, config-rule], ", 1)
	if split = strings.Replace(split, `, "guardduty:Policy:S3/*"], do: [s3-block`, `], do: [s3-block`, 1); split == text {
		t.Fatal("the policy has no such rule")
	}
	return servicesBy(t, split)
}

// TestAThreatWaitsForNoGrace holds that a threat to what waits is answered by its own rule: at once, if that does not wait, and then people hear of it; and that what waits
// longer, changes nothing, or is held for all rules, is told at least.
func TestAThreatWaitsForNoGrace(t *testing.T) {
	threat := func(id string) occurrence {
		return guardDuty(id, "f1", "Policy:S3/BucketAnonymousAccessGranted", opened).at(clock.Add(time.Hour))
	}
	waits := func(held string, more ...func(*journal.Entry)) func(*journal.Entry) {
		return func(e *journal.Entry) {
			e.Held, e.Due = held, clock.Add(72*time.Hour)
			for _, m := range more {
				m(e)
			}
		}
	}
	approved := func(e *journal.Entry) { e.Approved, e.Approver = true, "ops" }
	for _, test := range []struct {
		name, rule string
		waits      func(*journal.Entry)
		want       journal.State
		by         string // the rule by which it goes on
	}{
		{"at once", "mode: fix", waits(journal.Grace), journal.Open, "threat"},
		{"sooner", "mode: fix, after: 2h", waits(journal.Grace), journal.Open, "threat"},
		{"later", "mode: fix, after: 30d", waits(journal.Grace), journal.Waiting, "bucket"},
		{"only told", "mode: notify", waits(journal.Grace), journal.Waiting, "bucket"},
		{"under the brake", "mode: fix", waits(journal.Braked), journal.Waiting, "bucket"},
		{"what was approved", "mode: fix", waits(journal.Freeze, approved), journal.Waiting, "bucket"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := slow(t, test.rule)
			l.judgeThe(t, hub("1", "S3.8", "one"))
			l.acted(t, journal.Waiting, test.waits)
			l.sent = nil
			l.judge.Now = func() time.Time { return clock.Add(time.Hour) }
			l.judgeThe(t, threat("2"), threat("2"), threat("3"))
			all := l.entries(t)
			if len(all) != 1 || all[0].State != test.want || all[0].Rule != test.by || all[0].Told || len(all[0].Reporters) != 2 {
				t.Fatalf("got %+v; want one entry that is %s by %s, and people to hear of it", all, test.want, test.by)
			}
			if len(l.sent) == 0 {
				t.Error("nothing was handed over")
			}
			if test.want != journal.Waiting {
				return
			}
			l.acted(t, journal.Waiting)
			l.sent = nil
			if l.judgeThe(t, threat("4")); len(l.sent) != 0 || !l.entries(t)[0].Told {
				t.Errorf("the same threat again is handed over %v, and was told", l.sent)
			}
		})
	}
}

// TestTheSameRuleStartsNoGraceAnew holds that what is wrong in another way meanwhile, by the rule that waits, is left to the clock.
func TestTheSameRuleStartsNoGraceAnew(t *testing.T) {
	l := slow(t, "mode: fix")
	l.judgeThe(t, hub("1", "S3.8", "one"))
	was := l.acted(t, journal.Waiting, func(e *journal.Entry) { e.Held, e.Due = journal.Grace, clock.Add(72*time.Hour) })
	l.sent = nil
	l.judge.Now = func() time.Time { return clock.Add(71 * time.Hour) }
	l.judgeThe(t, hub("2", "S3.8", "two").at(clock.Add(71*time.Hour)), configRule("3", "s3-bucket-level-public-access-prohibited"))
	if got := l.entries(t)[0]; got.State != journal.Waiting || !got.Due.Equal(was.Due) || !got.Since.Equal(was.Since) || len(l.sent) != 0 {
		t.Errorf("it is %s until %s, since %s, handed over %v; want it as it was", got.State, got.Due, got.Since, l.sent)
	}
}

// TestWhatWasLeftAndPutRightIsNoEchoAnyMore holds that what a fix could not put right, and somebody did, is a violation again when it comes back.
func TestWhatWasLeftAndPutRightIsNoEchoAnyMore(t *testing.T) {
	bad := `{"Owner":"me","Cost":"C"}` // nothing fixes Cost
	for _, test := range []struct {
		name string
		then []string
		want int // entries
	}{
		{"the echo", []string{tagEvent("2", "vol-1", 2, bad), tagEvent("3", "vol-1", 3, bad)}, 1},
		{"put right meanwhile", []string{tagEvent("2", "vol-1", 2, bad), tagEvent("3", "vol-1", 3, `{"Owner":"me","Cost":"A"}`), tagEvent("4", "vol-1", 4, bad)}, 2},
		{"an event from before the fix says that it was right", []string{tagEvent("0", "vol-1", 0, `{"Owner":"me","Cost":"A"}`), tagEvent("3", "vol-1", 3, bad)}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLine(t, "fix")
			l.judgeAll(t, tagEvent("1", "vol-1", 1, `{"Cost":"C"}`))
			l.acted(t, journal.Fixed, func(e *journal.Entry) { e.Left = leftOf(t, bad) })
			l.judgeAll(t, test.then...)
			if all := l.entries(t); len(all) != test.want {
				t.Errorf("there are %d entries, want %d", len(all), test.want)
			}
		})
	}
}

// leftOf is the fingerprint of what is wrong with tags.
func leftOf(t *testing.T, tags string) string {
	t.Helper()
	l := newLine(t, "notify")
	l.judgeAll(t, tagEvent("x", "vol-1", 1, tags))
	_, violations, found := strings.Cut(l.entries(t)[0].Fingerprint, ":")
	if !found {
		t.Fatal("nothing is wrong with them")
	}
	return violations
}
