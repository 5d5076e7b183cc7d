package cost

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A Load is what comes in a month, in all accounts and regions together. Numbers of events are those that the rules let through.
type Load struct {
	Accounts int                // from 1
	Regions  int                // from 1, that are heard in each account
	Events   map[string]float64 // by kind
	Unheard  float64            // events that members forward and no rule of the policy hears
	Items    float64            // configuration items that AWS Config records, for what stands beside
	Fixes    float64            // violations that are put right
	Told     float64            // violations that people are told of, and that nobody changes
	Checks   float64            // of Security Hub, for what stands beside
	Batch    float64            // how many events a judge gets at once on average, 1 to 10
	FreeTier bool               // whether AWS's free tier is there to be used up, by this deployment alone
}

// Of the configuration items that AWS Config records, these parts are news of a tag, of which a tag event tells as well, and of a creation.
const (
	tagShare    = 0.10
	createShare = 0.05
)

// Findings are the kinds of events that are findings of services. They cost the same, so that all of them are reckoned as the first of these that is heard.
var Findings = []string{"securityhub", "guardduty", "config-rule", "inspector"}

// FromItems are the events that so many configuration items, and findings of services, make for a deployment.
func (d Deployment) FromItems(items, findings float64) map[string]float64 {
	from := map[string]float64{}
	for kind, n := range made(items) {
		if d.hears(kind) {
			from[kind] = n
		}
	}
	for _, kind := range Findings {
		if findings > 0 && d.hears(kind) {
			from[kind] = findings
			break
		}
	}
	return from
}

// made are the events that so many configuration items are reckoned to make, by kind.
func made(items float64) map[string]float64 {
	return map[string]float64{"config": items, "tags": items * tagShare, "create": items * createShare}
}

// UnheardOf are the events of so many configuration items that members forward, and that the hub's policy does not hear.
func (d Deployment) UnheardOf(items float64) float64 {
	unheard := 0.0
	for kind, n := range made(items) {
		if d.Organization && !d.hears(kind) {
			unheard += n
		}
	}
	return unheard
}

// check says what of a load cannot be.
func (l Load) check(d Deployment) error {
	for _, n := range []struct {
		name  string
		value float64
	}{{"items", l.Items}, {"unheard", l.Unheard}, {"fixes", l.Fixes}, {"told", l.Told}, {"checks", l.Checks}} {
		if err := CheckCount(n.name, n.value); err != nil {
			return err
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(l.Events)) {
		if !counts(l.Events[kind]) {
			return fmt.Errorf("%v events of %s: it must be a number %s", l.Events[kind], kind, counted)
		}
		if !d.hears(kind) {
			return fmt.Errorf("events of %s: no rule of the policy hears them", kind)
		}
	}
	switch {
	case l.Accounts < 1 || l.Accounts > mostAccounts:
		return fmt.Errorf("--accounts is %d: it must be a whole number from 1 to %d", l.Accounts, mostAccounts)
	case l.Regions < 1 || l.Regions > mostRegions:
		return fmt.Errorf("--regions is %d: it must be a whole number from 1 to %d", l.Regions, mostRegions)
	case !(l.Batch >= 1 && l.Batch <= wiring.BatchSize):
		return fmt.Errorf("--batch is %v: a judge gets from 1 to %d events at once", l.Batch, wiring.BatchSize)
	}
	return nil
}

// What a load may be at the most, far above what there is: beyond it sums would be none.
const (
	mostCounted  = 1e15
	mostAccounts = 1_000_000
	mostRegions  = 1_000
)

// counted is what a number of a load may be, in words.
const counted = "from 0 to 1e15 (a thousand million million)"

// CheckCount refuses a number that is none of events; flag is what people call it.
func CheckCount(flag string, n float64) error {
	if !counts(n) {
		return fmt.Errorf("--%s is %v: it must be a number %s", flag, n, counted)
	}
	return nil
}

// counts tells whether a number may be one of events; NaN is not.
func counts(n float64) bool { return n >= 0 && n <= mostCounted }
