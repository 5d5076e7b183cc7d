package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/cost"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// costBegin is where in docs/cost.md the generated part begins: what stands before it is written by hand.
const costBegin = "<!-- From here on written by `make docs` from package internal/cost and policy.yaml. Change it there. -->\n"

// The organization of the document's tables: so many items a month whatever its size, and of violations two in ten thousand items, of which one is put right and people are told of
// the other.
const (
	docItems   = 50_000_000
	docFixes   = 5_000
	docTold    = 5_000
	docRegions = 4
)

// costDocument is a document whose last part is what the estimate says.
func costDocument(t *testing.T, root, had string) string {
	t.Helper()
	p, err := readPolicy(filepath.Join(root, "policy.yaml"), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	prices, err := cost.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	w := costWriter{t: t, policy: p, prices: prices}
	written, _, _ := strings.Cut(had, costBegin)
	w.WriteString(written + costBegin)
	w.idle()
	w.scales()
	w.millions()
	w.lines()
	w.counted()
	w.asked()
	return w.String()
}

// A costWriter writes the parts of the document.
type costWriter struct {
	strings.Builder
	t      *testing.T
	policy *policy.Policy
	prices *cost.Prices
}

func (w *costWriter) of(l load) cost.Estimate {
	w.t.Helper()
	e, err := l.estimate(w.policy, w.prices)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func (w *costWriter) idle() {
	l := load{Load: cost.Load{Accounts: 1, Regions: 1, Batch: 1}}
	fmt.Fprintf(w, "\n## A deployment to which nothing comes\n\nWith the policy that comes with the project, `policy.yaml`: %s USD a month.\n\n", money(w.of(l).Total()))
	w.table(w.of(l), cost.Fixed)
}

func (w *costWriter) table(e cost.Estimate, share cost.Share) {
	w.WriteString("| service | what | a month | USD each | USD a month | from |\n|---|---|---|---|---|---|\n")
	for _, l := range e.Lines {
		if l.Share == share {
			fmt.Fprintf(w, "| %s | %s | %s %s | %s | %s | %s |\n", l.Service, l.What, amount(l.Quantity), l.Unit, priced(l), money(l.Cost), l.From)
		}
	}
}

// sized is the load of an organization of so many accounts, or of one account.
func sized(accounts int, batch float64) load {
	l := load{Load: cost.Load{Accounts: accounts, Regions: 1, Items: docItems, Fixes: docFixes, Told: docTold, Batch: batch}}
	if accounts > 1 {
		l.organization, l.Regions = anyOrganization, docRegions
	}
	return l
}

func (w *costWriter) scales() {
	fmt.Fprintf(w, "\n## One account, 100, 1,000 and 10,000 accounts\n\n%s items of AWS Config, %s fixes and %s messages about what nobody changes, a month, over all "+
		"accounts; the policy that comes with the project; from 100 accounts on in an organization of %d regions. USD a month, list prices, no free tier.\n\n",
		amount(docItems), amount(docFixes), amount(docTold), docRegions)
	w.WriteString("| accounts | whatever comes | by what comes, judged one by one | in batches of ten | all, one by one | all, in batches of ten | beside: AWS Config's own bill |\n" +
		"|---|---|---|---|---|---|---|\n")
	for _, accounts := range []int{1, 100, 1_000, 10_000} {
		worst, full := w.of(sized(accounts, 1)), w.of(sized(accounts, 10))
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", amount(float64(accounts)), money(worst.Sum(cost.Fixed)), money(worst.Sum(cost.Variable)), money(full.Sum(cost.Variable)),
			money(worst.Total()), money(full.Total()), money(worst.Sum(cost.Beside)))
	}
}

// hearsAll is a policy that hears all kinds.
const hearsAll = "version: 1\nmode: notify\ntags: [{key: Owner, required: true}]\nbuttons: [{name: Remediate, do: fix}]\n" +
	"rules: [{name: tags, on: [config, tags, create], do: [tags]}, {name: reports, on: [guardduty, securityhub, config-rule, inspector]}]\n"

func (w *costWriter) millions() {
	p, err := policy.Parse("policy.yaml", []byte(hearsAll), catalog.Known())
	if err != nil {
		w.t.Fatal(err)
	}
	w.WriteString("\n## A million events that comply\n\nUSD, by kind. A test holds the first and the third column to 3.00 at the most.\n\n" +
		"| kind | one account, one by one | in batches of ten | organization of 10,000 accounts, one by one | in batches of ten |\n|---|---|---|---|---|\n")
	for _, kind := range events.All() {
		fmt.Fprintf(w, "| `%s` |", kind.ID)
		for _, organization := range []bool{false, true} {
			d := cost.Of(p, events.All(), organization)
			for _, batch := range []float64{1, 10} {
				e, err := cost.Make(w.prices, d, cost.Load{Accounts: 10_000, Regions: 1, Batch: batch, Events: map[string]float64{kind.ID: 1e6}})
				if err != nil {
					w.t.Fatal(err)
				}
				fmt.Fprintf(w, " %s |", money(e.Sum(cost.Variable)))
			}
		}
		w.WriteString("\n")
	}
}

func (w *costWriter) lines() {
	w.WriteString("\n## The lines of 1,000 accounts\n\nAs in the table above, judged one by one. Whatever comes:\n\n")
	e := w.of(sized(1_000, 1))
	w.table(e, cost.Fixed)
	w.WriteString("\nBy what comes:\n\n")
	w.table(e, cost.Variable)
	w.WriteString("\nBeside, AWS's own bill for its services:\n\n")
	w.table(e, cost.Beside)
}

func (w *costWriter) counted() {
	m, err := cost.Measured()
	if err != nil {
		w.t.Fatal(err)
	}
	fmt.Fprintf(w, "\n## What was counted\n\nOn the wire, with the policy that comes with the project, about an EC2 instance with six tags of which two are wrong: `%s`.\n\n",
		m.Command)
	w.WriteString("| what | calls | write request units | read request units | bytes in the table | in its index | published | of log |\n|---|---|---|---|---|---|---|---|\n")
	for _, path := range slices.Sorted(maps.Keys(m.Paths)) {
		u := m.Paths[path]
		var calls []string
		for _, name := range slices.Sorted(maps.Keys(u.Calls)) {
			calls = append(calls, fmt.Sprintf("%d %s", u.Calls[name], name))
		}
		fmt.Fprintf(w, "| %s | %s | %g | %g | %d | %d | %d | %d |\n",
			path, dash(strings.Join(calls, ", ")), u.Writes, u.Reads, u.StoredBytes, u.IndexBytes, u.MessageBytes, u.LogBytes)
	}
}

func (w *costWriter) asked() {
	fmt.Fprintf(w, "\n## The prices\n\nOf %s, on %s, in USD. None was read from AWS's price list.\n\n| service | price | free a month | source |\n|---|---|---|---|\n",
		w.prices.Region, w.prices.Date)
	for _, p := range w.prices.List {
		fmt.Fprintf(w, "| %s | %s for %s %s | %s | %s |\n", p.Service, trim(p.USD), amount(p.Per), p.Unit, dash(freeOf(p)), p.Source)
	}
}

func freeOf(p cost.Price) string {
	switch {
	case p.Included > 0:
		return amount(p.Included) + ", always"
	case p.Free > 0 && p.Pool != "":
		return amount(p.Free) + ", of all " + p.Service + " together"
	case p.Free > 0:
		return amount(p.Free)
	}
	return ""
}
