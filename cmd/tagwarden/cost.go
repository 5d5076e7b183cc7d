package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/cost"
	"github.com/tagwarden/tagwarden/internal/policy"
)

func newCost() *cobra.Command {
	c := &cobra.Command{
		Use:   "cost",
		Short: "Estimate what a deployment of a policy costs a month, by service",
		Long: "cost estimates what a deployment costs a month: what it costs whatever comes, what comes of events, and, beside, what AWS Config and Security Hub bill themselves. " +
			"Each line says where its quantity comes from. The numbers are list prices of one region and day, which the last line names; they were not read at AWS: see docs/cost.md.\n\n" +
			"Numbers are those of a month, over all accounts and regions. Nothing is asked of AWS.",
	}
	file, f := addPolicy(c), addFormat(c)
	var asked load
	asked.flags(c)
	c.Args = asked.takes
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		prices, err := cost.BuiltIn()
		if err != nil {
			return err
		}
		if prices.Old(time.Now()) {
			fmt.Fprintf(c.ErrOrStderr(), "warning: the prices are those of %s, more than a year ago; a newer version of this program may have newer ones\n", prices.Date)
		}
		e, err := asked.estimate(p, prices)
		if err != nil {
			return misused(c, err)
		}
		return printCost(c.OutOrStdout(), e, prices, f.json(), time.Now())
	}
	return c
}

// A load is what people say of what comes.
type load struct {
	cost.Load
	findings     float64
	organization hubFlag
}

func (l *load) flags(c *cobra.Command) {
	f := c.Flags()
	l.Accounts, l.Regions, l.Batch = 1, 1, 1
	f.Var((*wholeNumber)(&l.Accounts), "accounts", "how many accounts there are; from 2 on use --organization")
	f.Var((*wholeNumber)(&l.Regions), "regions", "how many regions are heard in each account; from 2 on use --organization")
	f.Var((*number)(&l.Items), "items", "configuration items that AWS Config records; tag events and creations are reckoned from them")
	f.Var((*number)(&l.findings), "findings", "findings of GuardDuty, Security Hub, AWS Config's rules and Inspector")
	f.Var((*number)(&l.Fixes), "fixes", "violations that are put right")
	f.Var((*number)(&l.Told), "told", "violations that people are told of, and that nobody changes")
	f.Var((*number)(&l.Checks), "checks", "checks of Security Hub, whose own bill stands beside")
	f.Var((*number)(&l.Batch), "batch", "how many events a judge gets at once on average, 1 (they come evenly) to 10 (they come in bursts)")
	f.Var(&l.organization, "organization", "a hub, to which the other accounts forward their events; the organization's `ID` may follow, and makes no difference")
	f.Lookup("organization").NoOptDefVal = anyOrganization
	f.BoolVar(&l.FreeTier, "free-tier", false, "take off AWS's free tier, as if nothing else used it")
}

// estimate is what a deployment of a policy costs under the load.
func (l load) estimate(p *policy.Policy, prices *cost.Prices) (cost.Estimate, error) {
	const alone = "a stack without --organization is for one account and one region: add --organization, or leave --%s out"
	switch hub := l.organization != ""; {
	case l.Accounts > 1 && !hub:
		return cost.Estimate{}, fmt.Errorf(alone, "accounts")
	case l.Regions > 1 && !hub:
		return cost.Estimate{}, fmt.Errorf(alone, "regions")
	}
	if err := cost.CheckCount("findings", l.findings); err != nil {
		return cost.Estimate{}, err
	}
	d := cost.Of(p, events.All(), l.organization != "")
	l.Events, l.Unheard = d.FromItems(l.Items, l.findings), d.UnheardOf(l.Items)
	if l.findings != 0 && !slices.ContainsFunc(cost.Findings, func(kind string) bool { return l.Events[kind] > 0 }) {
		return cost.Estimate{}, fmt.Errorf("--findings is %v: no rule of the policy hears findings; leave it out", l.findings)
	}
	return cost.Make(prices, d, l.Load)
}

// A costTotal is the last line of an estimate as programs read it.
type costTotal struct {
	Total struct {
		Fixed    float64 `json:"fixed"`
		Variable float64 `json:"variable"`
		All      float64 `json:"all"`
		Beside   float64 `json:"beside"`
	} `json:"total"`
	Prices struct {
		Date     string `json:"date"`
		Region   string `json:"region"`
		Currency string `json:"currency"`
		Old      bool   `json:"old"`
	} `json:"prices"`
}

func printCost(out io.Writer, e cost.Estimate, prices *cost.Prices, asJSON bool, now time.Time) error {
	if !asJSON {
		return printCostTable(out, e, prices)
	}
	for _, l := range e.Lines {
		l.Quantity, l.Free, l.Cost = digits(l.Quantity, 3), digits(l.Free, 3), digits(l.Cost, 6)
		if err := writeLine(out, l); err != nil {
			return err
		}
	}
	var t costTotal
	t.Total.Fixed, t.Total.Variable = digits(e.Sum(cost.Fixed), 6), digits(e.Sum(cost.Variable), 6)
	t.Total.All, t.Total.Beside = digits(e.Total(), 6), digits(e.Sum(cost.Beside), 6)
	t.Prices.Date, t.Prices.Region, t.Prices.Currency, t.Prices.Old = prices.Date, prices.Region, "USD", prices.Old(now)
	return writeLine(out, t)
}

// digits rounds to so many digits behind the point: sums of floats differ in the last ones from machine to machine.
func digits(n float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(n*scale) / scale
}

// headings are what the table calls the shares.
var headings = []struct {
	share cost.Share
	name  string
}{{cost.Fixed, "whatever comes"}, {cost.Variable, "by what comes"}, {cost.Beside, "beside: AWS's own bill for its services"}}

func printCostTable(out io.Writer, e cost.Estimate, prices *cost.Prices) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "USD\tSERVICE\tWHAT\tQUANTITY\tPRICE\tFROM")
	for _, h := range headings {
		for _, l := range e.Lines {
			if l.Share == h.share {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s %s\t%s\t%s\n", money(l.Cost), l.Service, l.What, amount(l.Quantity), l.Unit, priced(l), l.From)
			}
		}
		if e.Sum(h.share) > 0 {
			fmt.Fprintf(table, "%s\tTOTAL\t%s\t\t\t\n", money(e.Sum(h.share)), h.name)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s USD a month, %s of it whatever comes. List prices of %s in %s, not read at AWS: check before you rely on them.\n",
		money(e.Total()), money(e.Sum(cost.Fixed)), prices.Date, prices.Region)
	return err
}

// priced is a line's price for people: for a million where one is next to nothing.
func priced(l cost.Line) string {
	if l.Price < 0.00001 {
		return trim(l.Price*1e6) + " a million"
	}
	return trim(l.Price)
}

func trim(n float64) string { return strconv.FormatFloat(digits(n, 10), 'f', -1, 64) }

func money(n float64) string {
	return grouped(strconv.FormatFloat(n, 'f', 2, 64))
}

// amount is a quantity for people: whole where it is large.
func amount(n float64) string {
	if n >= 100 {
		return grouped(strconv.FormatFloat(n, 'f', 0, 64))
	}
	return trim(digits(n, 4))
}

// grouped puts commas between the thousands of a number without a sign.
func grouped(n string) string {
	whole, rest, point := strings.Cut(n, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		return whole + "." + rest
	}
	return whole
}
