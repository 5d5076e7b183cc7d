package cost_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/cost"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// The budget, in USD.
const (
	idleMost    = 5.00 // a month, of a deployment to which nothing comes
	millionMost = 3.00 // a million events that comply
)

// every is a policy that hears all kinds there are.
const every = `
version: 1
mode: notify
tags: [{key: Owner, required: true}]
buttons: [{name: Remediate, do: fix}]
rules:
  - {name: tags, on: [config, tags, create], do: [tags]}
  - {name: reports, on: [guardduty, securityhub, config-rule, inspector]}
`

func parsed(t testing.TB, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// standard is the deployment of the project's own policy.
func standard(t testing.TB, organization bool) cost.Deployment {
	t.Helper()
	text, err := os.ReadFile("../../policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return cost.Of(parsed(t, string(text)), events.All(), organization)
}

func prices(t testing.TB) *cost.Prices {
	t.Helper()
	p, err := cost.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func estimate(t testing.TB, d cost.Deployment, l cost.Load) cost.Estimate {
	t.Helper()
	e, err := cost.Make(prices(t), d, l)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// nothing is the load of a deployment to which nothing comes.
func nothing() cost.Load { return cost.Load{Accounts: 1, Regions: 1, Batch: 1} }

// TestIdleIsWithinTheBudget holds what a deployment costs to which nothing comes. Whoever adds an alarm, a queue or a key sees here what it costs.
func TestIdleIsWithinTheBudget(t *testing.T) {
	for name, organization := range map[string]bool{"single": false, "organization": true} {
		e := estimate(t, standard(t, organization), nothing())
		if got := e.Total(); got > idleMost || got < 1 {
			t.Errorf("%s: an idle deployment costs %.2f USD a month, want at most %.2f, and more than its key\n%s", name, got, idleMost, shown(e))
		}
		if e.Sum(cost.Variable) != 0 {
			t.Errorf("%s: an idle deployment has variable costs of %.2f USD", name, e.Sum(cost.Variable))
		}
	}
}

// TestCompliantEventsAreWithinTheBudget holds what a million events of each kind cost that comply, each by itself, and in an organization.
func TestCompliantEventsAreWithinTheBudget(t *testing.T) {
	for _, organization := range []bool{false, true} {
		d := cost.Of(parsed(t, every), events.All(), organization)
		kinds := 0
		for _, f := range d.Functions {
			for _, kind := range f.Kinds {
				kinds++
				l := nothing()
				l.Accounts, l.Events = 10_000, map[string]float64{kind: 1e6}
				if got := estimate(t, d, l).Sum(cost.Variable); got > millionMost || got < 1 {
					t.Errorf("a million compliant events of %s cost %.2f USD (organization: %v), want at most %.2f, and more than their queue", kind, got, organization, millionMost)
				}
			}
		}
		if kinds != len(events.All()) {
			t.Errorf("%d kinds were looked at, want %d", kinds, len(events.All()))
		}
	}
}

func shown(e cost.Estimate) string {
	text, _ := json.MarshalIndent(e.Lines, "", " ") // numbers and strings only
	return string(text)
}

// drawn draws a load for a deployment.
func drawn(t *rapid.T, d cost.Deployment) cost.Load {
	many := func(most float64, name string) float64 { return math.Floor(rapid.Float64Range(0, most).Draw(t, name)) }
	items := many(1e8, "items")
	return cost.Load{
		Accounts: rapid.IntRange(1, 10_000).Draw(t, "accounts"), Regions: rapid.IntRange(1, 20).Draw(t, "regions"), Batch: rapid.Float64Range(1, 10).Draw(t, "batch"),
		Items: items, Events: d.FromItems(items, many(1e6, "findings")), Fixes: many(1e6, "fixes"), Told: many(1e6, "told"), Checks: many(1e8, "checks"),
		FreeTier: rapid.Bool().Draw(t, "free tier"),
	}
}

// TestSums holds that the lines add up to what is said of them, that none is negative, and that each says where it comes from.
func TestSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := cost.Of(parsedOnce, events.All(), rapid.Bool().Draw(t, "organization"))
		e, err := cost.Make(built, d, drawn(t, d))
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, l := range e.Lines {
			if l.Quantity <= 0 || l.Free < 0 || l.Free > l.Quantity || l.Price <= 0 || l.Cost < 0 || math.Abs(l.Cost-(l.Quantity-l.Free)*l.Price) > 1e-9*l.Cost+1e-12 {
				t.Errorf("the line %+v does not add up", l)
			}
			if l.From == "" || l.Source == "" || l.Service == "" || l.What == "" || l.Unit == "" {
				t.Errorf("the line %+v does not say where it comes from", l)
			}
			sum += l.Cost
		}
		if said := e.Total() + e.Sum(cost.Beside); math.Abs(sum-said) > 1e-6*sum {
			t.Errorf("the lines sum up to %v, and the estimate says %v", sum, said)
		}
	})
}

// TestMonotone holds that more of anything never costs less, and that fuller batches never cost more.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := cost.Of(parsedOnce, events.All(), rapid.Bool().Draw(t, "organization"))
		less := drawn(t, d)
		more := less
		switch rapid.IntRange(0, 6).Draw(t, "what") {
		case 0:
			more.Accounts += rapid.IntRange(1, 1000).Draw(t, "more accounts")
		case 1:
			more.Regions += rapid.IntRange(1, 10).Draw(t, "more regions")
		case 2:
			more.Items += 1e6
			more.Events = d.FromItems(more.Items, less.Events["securityhub"])
		case 3:
			more.Fixes += rapid.Float64Range(1, 1e5).Draw(t, "more fixes")
		case 4:
			more.Told += rapid.Float64Range(1, 1e5).Draw(t, "more told")
		case 5:
			more.Batch = rapid.Float64Range(1, less.Batch).Draw(t, "emptier batches")
		case 6:
			more.FreeTier = false
		}
		a, err := cost.Make(built, d, less)
		if err != nil {
			t.Fatal(err)
		}
		b, err := cost.Make(built, d, more)
		if err != nil {
			t.Fatal(err)
		}
		if b.Total() < a.Total()-1e-9*a.Total() {
			t.Errorf("%+v costs %v, and %+v, which is more, %v", less, a.Total(), more, b.Total())
		}
	})
}

// What properties are tried on.
var (
	parsedOnce, _ = policy.Parse("policy.yaml", []byte(every), catalog.Known())
	built, _      = cost.BuiltIn()
)

// TestPrices holds what a table of prices must have, and that a line without a price is an error.
func TestPrices(t *testing.T) {
	p := prices(t)
	if p.Old(time.Date(2027, 11, 26, 0, 0, 0, 0, time.UTC)) || !p.Old(time.Date(2027, 11, 28, 0, 0, 0, 0, time.UTC)) {
		t.Error("the prices must be old a year after their date, and not before")
	}
	table := func(list string) string {
		return `{"date":"2026-11-26","region":"us-east-1","currency":"USD","prices":[` + list + `]}`
	}
	const one = `{"key":"kms.key","service":"KMS","unit":"keys","usd":1,"per":1,"free":0,"source":"somewhere"}`
	for name, text := range map[string]string{
		"twice":         table(one + "," + one),
		"no source":     table(strings.Replace(one, "somewhere", "", 1)),
		"nothing":       table(strings.Replace(one, `"usd":1`, `"usd":0`, 1)),
		"unknown field": table(strings.Replace(one, `"free"`, `"fre"`, 1)),
		"no date":       strings.Replace(table(one), "2026-11-26", "today", 1),
	} {
		if _, err := cost.ParsePrices("prices.json", []byte(text)); err == nil || !strings.Contains(err.Error(), "prices.json") {
			t.Errorf("%s: got the error %v, want one that names the file", name, err)
		}
	}
	alone, err := cost.ParsePrices("prices.json", []byte(table(one)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cost.Make(alone, standard(t, false), nothing()); err == nil || !strings.Contains(err.Error(), `"sqs.standard"`) {
		t.Errorf("an estimate by prices that lack the queues': got %v, want an error that names the price", err)
	}
}

// TestFreeTier holds that free units are used up once, and that dashboards are free without it.
func TestFreeTier(t *testing.T) {
	d := standard(t, false)
	d.Watched = cost.Watched{Dashboards: 4}
	l := nothing()
	l.FreeTier = true
	free := 0.0
	for _, line := range estimate(t, d, l).Lines {
		if line.Service == "SQS" {
			free += line.Free
		}
		if line.Service == "CloudWatch" && line.Cost != 3 {
			t.Errorf("four dashboards cost %v USD, want 3: one is above what is included", line.Cost)
		}
	}
	if free != 1e6 {
		t.Errorf("%v requests of all queues together are free, want a million", free)
	}
}

// TestLoad holds what cannot be a load.
func TestLoad(t *testing.T) {
	for want, change := range map[string]func(*cost.Load){
		"--accounts": func(l *cost.Load) { l.Accounts = 0 },
		"--regions":  func(l *cost.Load) { l.Regions = -1 },
		"--items":    func(l *cost.Load) { l.Items = -1 },
		"--fixes":    func(l *cost.Load) { l.Fixes = math.NaN() },
		"--told":     func(l *cost.Load) { l.Told = math.Inf(1) },
		"--batch":    func(l *cost.Load) { l.Batch = 11 },
		"inspector":  func(l *cost.Load) { l.Events = map[string]float64{"inspector": 1} },
	} {
		l := nothing()
		change(&l)
		if _, err := cost.Make(prices(t), standard(t, false), l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one that names %s", err, want)
		}
	}
	for want, change := range map[string]func(*cost.Load){ // of which sums would be none
		"--accounts": func(l *cost.Load) { l.Accounts = math.MaxInt },
		"--regions":  func(l *cost.Load) { l.Regions = math.MaxInt },
		"--items":    func(l *cost.Load) { l.Items = math.MaxFloat64 },
		"--fixes":    func(l *cost.Load) { l.Fixes = 1e16 },
	} {
		l := nothing()
		change(&l)
		if _, err := cost.Make(prices(t), standard(t, true), l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("too much: got the error %v, want one that names %s", err, want)
		}
	}
}

// sum is what of a service's lines of some name is asked for, and what that costs.
func sum(e cost.Estimate, service, what string) (quantity, usd float64) {
	for _, l := range e.Lines {
		if l.Service == service && strings.HasPrefix(l.What, what) {
			quantity, usd = quantity+l.Quantity, usd+l.Cost
		}
	}
	return quantity, usd
}

// TestByHand holds some lines to what they are by hand.
func TestByHand(t *testing.T) {
	d := cost.Of(parsed(t, every), events.All(), true)
	million := func(batch float64) cost.Estimate {
		l := nothing()
		l.Batch, l.Fixes, l.Checks, l.Unheard = batch, 1000, 1e6, 7e5
		l.Events = map[string]float64{}
		for _, kind := range events.All() {
			l.Events[kind.ID] = 1e6
		}
		return estimate(t, d, l)
	}
	for _, c := range []struct {
		name, service, what string
		batch               float64
		quantity, usd       float64
	}{
		{"of both kinds: sent, received and deleted, and so are the echoes of fixes", "SQS", "judging config", 1, 3 * 2_001_000, 2 * 1.2006},
		{"sent by itself, received and deleted by ten", "SQS", "judging inspector", 10, 1.2e6, 0.48},
		{"hand-overs are FIFO", "SQS", "fixing", 1, 3000, 0.0015},
		{"an empty queue is asked 15 times a minute", "SQS", "asking idle queues", 1, 10 * 657_000, 9*0.2628 + 0.3285},
		{"read once", "DynamoDB", "judging guardduty", 1, 1e6 + 43_800, 0.125 + 0.005475},
		{"both kinds of one function, presses, and the echoes of fixes", "EventBridge", "judging securityhub", 1, 2_001_000 + 1e6, 3.001},
		{"100,000, then 400,000, then the rest", "Security Hub", "its checks", 1, 1e6, 670},
		{"what fixes make it record", "AWS Config", "what", 1, 1000, 3},
		{"six a day from a region and from the roles", "EventBridge Scheduler", "heartbeats", 1, 2 * 182.5, 0.000365},
		{"six a day from each of nine rules and from the roles, twice", "EventBridge", "heartbeats", 1, 2 * 10 * 182.5, 0.00365},
		{"a heartbeat is received and deleted with nine others", "SQS", "heartbeats", 10, 1.2 * 10 * 182.5, 0.000876},
		{"ten beats are kept of 250 bytes each, and looked through 2,920 times", "DynamoDB", "heartbeats", 1, 1825 + 10*250/8192.0*2920, 0.001140625 + 0.000111389},
		{"forwarded and not heard", "EventBridge", "what no rule hears", 1, 7e5, 0.7},
	} {
		quantity, usd := sum(million(c.batch), c.service, c.what)
		if math.Abs(quantity-c.quantity) > 1e-6*c.quantity || math.Abs(usd-c.usd) > 1e-6*c.usd {
			t.Errorf("%s: %s, %s: got %v for %v USD, want %v for %v", c.name, c.service, c.what, quantity, usd, c.quantity, c.usd)
		}
	}
}

// TestUnheard holds that what members forward for nothing is in the estimate, and that one account forwards nothing.
func TestUnheard(t *testing.T) {
	const tagsAlone = "version: 1\nmode: notify\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [tags], do: [tags]}]\n"
	for organization, want := range map[bool]float64{true: 1e6 + 0.05*1e6, false: 0} {
		d := cost.Of(parsed(t, tagsAlone), events.All(), organization)
		if got := d.UnheardOf(1e6); got != want {
			t.Errorf("of a million items, %v events are forwarded and not heard (organization: %v), want %v", got, organization, want)
		}
		if got := d.FromItems(1e6, 0); len(got) != 1 || got["tags"] != 1e5 {
			t.Errorf("of a million items, %v events are heard", got)
		}
	}
}
