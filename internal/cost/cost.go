// Package cost estimates what a deployment costs a month: of the same lists as the stack is made of, of what was counted on the wire, and of a table of prices. Pure.
package cost

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// A Share is which part of a bill a line is.
type Share string

// The shares. What is beside is not Tagwarden's: AWS's services, on which it sits, bill it whoever uses them.
const (
	Fixed    Share = "fixed"    // whatever comes
	Variable Share = "variable" // by what comes
	Beside   Share = "beside"
)

var shares = []Share{Fixed, Variable, Beside}

// A Line is one line of an estimate.
type Line struct {
	Share    Share   `json:"share"`
	Service  string  `json:"service"`
	What     string  `json:"what"`
	Quantity float64 `json:"quantity"` // a month
	Unit     string  `json:"unit"`
	Free     float64 `json:"free"`  // of the quantity, what costs nothing
	Price    float64 `json:"price"` // USD a unit
	Cost     float64 `json:"cost"`  // USD a month
	From     string  `json:"from"`  // where the quantity comes from
	Source   string  `json:"source"`
	key      string
}

// An Estimate is what a deployment costs a month. Its lines stand by share and service.
type Estimate struct {
	Lines []Line
	Date  string // of the prices
}

// Sum is what the lines of a share cost, in USD a month.
func (e Estimate) Sum(s Share) float64 {
	sum := 0.0
	for _, l := range e.Lines {
		if l.Share == s {
			sum += l.Cost
		}
	}
	return sum
}

// Total is what Tagwarden costs, in USD a month, without what is beside.
func (e Estimate) Total() float64 { return e.Sum(Fixed) + e.Sum(Variable) }

// Make estimates a deployment under a load. An error says what of the load cannot be, or what the tables lack.
func Make(prices *Prices, d Deployment, l Load) (Estimate, error) {
	if err := l.check(d); err != nil {
		return Estimate{}, err
	}
	m, err := Measured()
	if err != nil {
		return Estimate{}, err
	}
	b := &bill{prices: prices, measured: m, Deployment: d, Load: l}
	b.fixed()
	b.organization()
	b.events()
	b.violations()
	b.metrics()
	b.beside()
	b.settle()
	slices.SortStableFunc(b.lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(slices.Index(shares, a.Share), slices.Index(shares, b.Share)), strings.Compare(a.Service, b.Service))
	})
	return Estimate{Lines: b.lines, Date: prices.Date}, errors.Join(b.wrong...)
}

// A bill is an estimate that is being made.
type bill struct {
	prices   *Prices
	measured Measurement
	Deployment
	Load
	lines []Line
	wrong []error
}

// add adds a line, or to the line that says the same.
func (b *bill) add(share Share, key, what string, quantity float64, from string) {
	price, err := b.prices.of(key)
	if err != nil {
		b.wrong = append(b.wrong, err)
		return
	}
	if quantity == 0 {
		return
	}
	b.lines = append(b.lines, Line{
		Share: share, Service: price.Service, What: what, Quantity: quantity, Unit: price.Unit, Price: price.Each(), From: from, Source: price.Source, key: key,
	})
}

// path is what was measured of a path.
func (b *bill) path(name string) Usage {
	u, err := b.measured.of(name)
	if err != nil {
		b.wrong = append(b.wrong, err)
	}
	return u
}

// settle takes from each line what costs nothing, and says what it costs. Free units are used up in the order of the lines.
func (b *bill) settle() {
	left, included := map[string]float64{}, map[string]float64{}
	for _, p := range b.prices.List {
		included[p.Key] = p.Included
		pool := pool(p)
		left[pool] = max(left[pool], p.Free)
	}
	for i := range b.lines {
		l := &b.lines[i]
		p, err := b.prices.of(l.key)
		if err != nil {
			continue // said when the line was added
		}
		l.Free = min(l.Quantity, included[l.key])
		included[l.key] -= l.Free
		if b.FreeTier {
			more := min(l.Quantity-l.Free, left[pool(p)])
			left[pool(p)] -= more
			l.Free += more
		}
		l.Cost = (l.Quantity - l.Free) * l.Price
	}
}

func pool(p Price) string {
	if p.Pool != "" {
		return p.Pool
	}
	return p.Key
}
