package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/internal/policy"
)

// held gives a policy with one rule, r, that has these fields, and with these freezes.
func held(t testing.TB, fields, freezes string) *policy.Policy {
	t.Helper()
	if fields != "" {
		fields = ", " + fields
	}
	return parse(t, "version: 1\ntags: [{key: A}]\nrules: [{name: r, on: [config], do: [tags], mode: fix"+fields+"}]\nfreeze: ["+freezes+"]\n")
}

// at is a moment, RFC 3339.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestHold(t *testing.T) {
	const (
		office  = `window: {days: [Mon-Fri], hours: "08:00-18:00", zone: Europe/Berlin}`
		night   = `window: {days: [Fri], hours: "22:00-06:00", zone: UTC}`
		skipped = `window: {hours: "02:15-02:45", zone: Europe/Berlin}`
		late    = `window: {days: [Sun], hours: "02:30-04:00", zone: Europe/Berlin}`
		yearEnd = `{from: 2026-12-20, until: 2027-01-03, reason: year-end.}`
	)
	for _, c := range []struct {
		name, fields, freezes string
		since, now            string
		override              policy.Override
		want                  string // "KIND UNTIL REASON"; "" where nothing holds
	}{
		{"nothing holds", "", "", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z", policy.Override{}, ""},
		{"the grace", "after: 72h", "", "2026-11-23T10:00:30Z", "2026-11-24T10:00:00Z", policy.Override{}, `grace 2026-11-26T10:00:30Z Rule "r" changes nothing before it has been wrong for 72h.`},
		{"its last moment", "after: 72h", "", "2026-11-23T10:00:00Z", "2026-11-26T09:59:59.999999999Z", policy.Override{}, `grace 2026-11-26T10:00:00Z Rule "r" changes nothing before it has been wrong for 72h.`},
		{"the grace is over", "after: 72h", "", "2026-11-23T10:00:00Z", "2026-11-26T10:00:00Z", policy.Override{}, ""},
		{"the grace is let go", "after: 72h", "", "2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z", policy.Override{Grace: true}, ""},
		{"no grace", "after: 0s", "", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z", policy.Override{}, ""},

		{"within the window", office, "", "2026-11-23T10:00:00Z", "2026-11-23T07:00:00Z", policy.Override{}, ""},
		{"before it opens", office, "", "2026-11-23T05:00:00Z", "2026-11-23T06:59:59Z", policy.Override{}, `window 2026-11-23T07:00:00Z Rule "r" changes things only in its window (Mon-Fri 08:00-18:00 Europe/Berlin).`},
		{"after it closed", office, "", "2026-11-23T05:00:00Z", "2026-11-23T17:00:00Z", policy.Override{}, `window 2026-11-24T07:00:00Z Rule "r" changes`},
		{"the weekend", office, "", "2026-11-23T05:00:00Z", "2026-11-27T17:00:00Z", policy.Override{}, `window 2026-11-30T07:00:00Z Rule "r" changes`},
		{"the weekend on which summer begins", office, "", "2026-03-27T05:00:00Z", "2026-03-27T20:00:00Z", policy.Override{}, `window 2026-03-30T06:00:00Z Rule "r" changes`},
		{"the window is let go", office, "", "2026-11-23T05:00:00Z", "2026-11-27T17:00:00Z", policy.Override{Window: true}, ""},
		{"a night begins on its day", night, "", "2026-11-27T00:00:00Z", "2026-11-27T05:00:00Z", policy.Override{}, `window 2026-11-27T22:00:00Z Rule "r" changes`},
		{"and goes on in the next", night, "", "2026-11-27T00:00:00Z", "2026-11-28T05:59:59Z", policy.Override{}, ""},
		{"and ends there", night, "", "2026-11-27T00:00:00Z", "2026-11-28T06:00:00Z", policy.Override{}, `window 2026-12-04T22:00:00Z Rule "r" changes`},
		{"all day", `window: {days: [Sat-Mon], hours: "00:00-24:00", zone: UTC}`, "", "2026-11-27T00:00:00Z", "2026-11-30T23:59:59Z", policy.Override{}, ""},
		{"until midnight", `window: {hours: "20:00-24:00", zone: UTC}`, "", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z", policy.Override{}, `window 2026-11-28T20:00:00Z Rule "r" changes things only in its window (20:00-24:00 UTC).`},
		{"until midnight, spelt otherwise", `window: {days: [Fri], hours: "20:00-00:00", zone: UTC}`, "", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z", policy.Override{}, `window 2026-12-04T20:00:00Z Rule "r" changes`},
		{"an hour that the clocks skip", skipped, "", "2026-03-28T00:00:00Z", "2026-03-28T12:00:00Z", policy.Override{}, `window 2026-03-30T00:15:00Z Rule "r" changes`},
		{"a beginning that the clocks skip", late, "", "2026-03-28T00:00:00Z", "2026-03-28T12:00:00Z", policy.Override{}, `window 2026-03-29T01:00:00Z Rule "r" changes`},
		{"an hour that the clocks show twice", skipped, "", "2026-10-24T00:00:00Z", "2026-10-25T00:50:00Z", policy.Override{}, `window 2026-10-25T01:15:00Z Rule "r" changes`},
		{"a zone of half hours", `window: {hours: "09:00-10:00", zone: Asia/Kolkata}`, "", "2026-10-24T00:00:00Z", "2026-10-24T12:00:00Z", policy.Override{}, `window 2026-10-25T03:30:00Z Rule "r" changes`},

		{"a freeze", "", yearEnd, "2026-12-19T00:00:00Z", "2026-12-20T00:00:00Z", policy.Override{}, "freeze 2027-01-04T00:00:00Z No changes until 2027-01-03: year-end."},
		{"the day before it", "", yearEnd, "2026-12-19T00:00:00Z", "2026-12-19T23:59:59Z", policy.Override{}, ""},
		{"its last day", "", yearEnd, "2026-12-19T00:00:00Z", "2027-01-03T23:59:59Z", policy.Override{}, "freeze 2027-01-04T00:00:00Z No changes"},
		{"the day after it", "", yearEnd, "2026-12-19T00:00:00Z", "2027-01-04T00:00:00Z", policy.Override{}, ""},
		{"the freeze is let go", "", yearEnd, "2026-12-19T00:00:00Z", "2026-12-24T00:00:00Z", policy.Override{Freeze: true}, ""},
		{
			"freezes that adjoin", "", `{from: 2027-01-04, until: 2027-01-06, reason: stocktaking}, ` + yearEnd, "2026-12-19T00:00:00Z", "2026-12-24T00:00:00Z",
			policy.Override{},
			"freeze 2027-01-07T00:00:00Z No changes until 2027-01-06: year-end.",
		},
		{
			"a freeze after a day without one", "", `{from: 2027-01-05, until: 2027-01-06, reason: stocktaking}, ` + yearEnd, "2026-12-19T00:00:00Z", "2026-12-24T00:00:00Z",
			policy.Override{},
			"freeze 2027-01-04T00:00:00Z No changes until 2027-01-03: year-end.",
		},

		{"the grace ends within a freeze", "after: 72h", yearEnd, "2026-12-18T10:00:00Z", "2026-12-18T10:00:00Z", policy.Override{}, "grace 2027-01-04T00:00:00Z"},
		{"the freeze is told before the window", office, yearEnd, "2026-12-18T10:00:00Z", "2026-12-26T10:00:00Z", policy.Override{}, "freeze 2027-01-04T07:00:00Z"},
		{"the window opens only within the freeze", office, yearEnd, "2026-12-18T10:00:00Z", "2026-12-19T10:00:00Z", policy.Override{}, "window 2027-01-04T07:00:00Z"},
		{"all three, the freeze let go", "after: 14d, " + office, yearEnd, "2026-12-18T10:00:00Z", "2026-12-24T10:00:00Z", policy.Override{Freeze: true}, "grace 2027-01-01T10:00:00Z"},
		{"all three let go", "after: 14d, " + office, yearEnd, "2026-12-18T10:00:00Z", "2026-12-24T10:00:00Z", policy.Override{Grace: true, Freeze: true, Window: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			hold, holds := held(t, c.fields, c.freezes).Hold("r", at(t, c.since), at(t, c.now), c.override)
			got := ""
			if holds {
				got = strings.TrimSpace(hold.Kind + " " + hold.Until.Format(time.RFC3339) + " " + hold.Reason)
			}
			if whole := c.want == "" || strings.HasSuffix(c.want, "."); !strings.HasPrefix(got, c.want) || whole && got != c.want {
				t.Errorf("Hold = %q, want %q", got, c.want)
			}
			if hold.Until.Location() != time.UTC {
				t.Errorf("Until is in %v, want UTC", hold.Until.Location())
			}
		})
	}
}

// TestHoldOfARuleThatIsGone holds that a freeze holds also what the policy does not know any more.
func TestHoldOfARuleThatIsGone(t *testing.T) {
	p := held(t, "after: 72h", `{from: 2026-12-20, until: 2027-01-03, reason: year-end}`)
	if hold, holds := p.Hold("gone", noon, noon, policy.Override{}); !holds || hold.Kind != "freeze" {
		t.Errorf("within the freeze: Hold = %v, %v, want the freeze", hold, holds)
	}
	if hold, holds := p.Hold("gone", noon, noon.AddDate(0, 1, 0), policy.Override{}); holds {
		t.Errorf("after the freeze: Hold = %v, want none", hold)
	}
}

func TestFreezing(t *testing.T) {
	p := held(t, "", `{from: 2026-12-24, until: 2026-12-24, reason: b}, {from: 2026-12-25, until: 2026-12-26, reason: c}, {from: 2026-12-22, until: 2026-12-24, reason: a}`)
	for _, c := range []struct {
		now, reason, until string
		on                 bool
	}{
		{"2026-12-21T23:59:59Z", "", "2026-12-21T23:59:59Z", false},
		{"2026-12-22T00:00:00Z", "a", "2026-12-27T00:00:00Z", true},
		{"2026-12-25T01:00:00+02:00", "b", "2026-12-27T00:00:00Z", true}, // still the 24th in UTC
		{"2026-12-26T23:59:59Z", "c", "2026-12-27T00:00:00Z", true},
		{"2026-12-27T00:00:00Z", "", "2026-12-27T00:00:00Z", false},
	} {
		reason, until, on := p.Freezing(at(t, c.now))
		if reason != c.reason || on != c.on || on && until.Format(time.RFC3339) != c.until {
			t.Errorf("%s: Freezing = %q, %v, %v, want %q, %s, %v", c.now, reason, until, on, c.reason, c.until, c.on)
		}
	}
}

// A plan is what the property's oracle knows of a policy: the same as the text, by itself.
type plan struct {
	zone     string
	days     []string // nil: none named
	from, to int      // minutes
	after    int      // minutes
	freezes  [][2]time.Time
}

// aPlan draws one.
func aPlan(t *rapid.T, year time.Time) plan {
	p := plan{
		zone:  rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"}).Draw(t, "zone"),
		days:  rapid.SliceOfNDistinct(rapid.SampledFrom(dayNames), 0, 4, rapid.ID).Draw(t, "days"),
		from:  15 * rapid.IntRange(0, 95).Draw(t, "from"),
		to:    15 * rapid.IntRange(0, 96).Draw(t, "to"),
		after: rapid.SampledFrom([]int{0, 1, 90, 3 * 24 * 60}).Draw(t, "after"),
	}
	if p.to == p.from {
		p.to = p.from + 15
	}
	for range rapid.IntRange(0, 3).Draw(t, "freezes") {
		first := year.AddDate(0, 0, rapid.IntRange(-2, 12).Draw(t, "first"))
		p.freezes = append(p.freezes, [2]time.Time{first, first.AddDate(0, 0, rapid.IntRange(0, 3).Draw(t, "long"))})
	}
	return p
}

var dayNames = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// fields are the plan's, as the policy file spells them.
func (p plan) fields() string {
	days := ""
	if len(p.days) > 0 {
		days = "days: [" + strings.Join(p.days, ", ") + "], "
	}
	return fmt.Sprintf(`after: %dm, window: {%shours: "%02d:%02d-%02d:%02d", zone: %s}`, p.after, days, p.from/60, p.from%60, p.to/60, p.to%60, p.zone)
}

func (p plan) frozen() string {
	var all []string
	for _, f := range p.freezes {
		all = append(all, fmt.Sprintf("{from: %s, until: %s, reason: r}", f[0].Format(time.DateOnly), f[1].Format(time.DateOnly)))
	}
	return strings.Join(all, ", ")
}

// free tells by the clock on the wall alone whether a change may be made.
func (p plan) free(zone *time.Location, since, now time.Time) bool {
	if now.Before(since.Add(time.Duration(p.after) * time.Minute)) {
		return false
	}
	for _, f := range p.freezes {
		if day := now.UTC().Format(time.DateOnly); day >= f[0].Format(time.DateOnly) && day <= f[1].Format(time.DateOnly) {
			return false
		}
	}
	wall := now.In(zone)
	minute := wall.Hour()*60 + wall.Minute()
	opened := wall.Weekday().String()[:3]
	if p.to < p.from && minute < p.to {
		opened = time.Date(wall.Year(), wall.Month(), wall.Day()-1, 12, 0, 0, 0, time.UTC).Weekday().String()[:3]
	} else if minute < p.from || p.to > p.from && minute >= p.to {
		return false
	}
	return len(p.days) == 0 || strings.Contains(strings.Join(p.days, " "), opened)
}

// TestHoldEndsAsSoonAsEverythingLetsGo holds, against a clock that ticks minute by minute, that a change waits until the first moment at which nothing holds it, that it waits
// at every moment before, and that it may be made then.
func TestHoldEndsAsSoonAsEverythingLetsGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.SampledFrom([]time.Time{ // around the days on which clocks are moved, and another one
			time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC),
			time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC), time.Date(2018, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		}).Draw(t, "around")
		plan := aPlan(t, year)
		zone, err := time.LoadLocation(plan.zone)
		if err != nil {
			t.Fatal(err)
		}
		text := "version: 1\ntags: [{key: A}]\nrules: [{name: r, on: [config], do: [tags], mode: fix, " + plan.fields() + "}]\nfreeze: [" + plan.frozen() + "]\n"
		p, err := policy.Parse("policy.yaml", []byte(text), catalog)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		since := year.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "since")) * time.Minute)
		now := since.Add(time.Duration(rapid.IntRange(0, 2*24*60).Draw(t, "later")) * time.Minute)

		want := now
		for !plan.free(zone, since, want) {
			want = want.Add(time.Minute)
		}
		hold, holds := p.Hold("r", since, now, policy.Override{})
		if holds != want.After(now) || holds && !hold.Until.Equal(want) {
			t.Fatalf("%s\nat %v Hold = %v, %v, want it to end at %v", text, now, hold, holds, want)
		}
		if !holds {
			return
		}
		if again, still := p.Hold("r", since, hold.Until, policy.Override{}); still {
			t.Errorf("%s\nit still holds at its end: %v", text, again)
		}
		if again, still := p.Hold("r", since, hold.Until.Add(-time.Nanosecond), policy.Override{}); !still || !again.Until.Equal(hold.Until) {
			t.Errorf("%s\njust before its end: Hold = %v, %v, want the same end", text, again, still)
		}
	})
}
