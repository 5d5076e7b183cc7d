package cost

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"
)

// A Price is what AWS asks for so many of a unit.
type Price struct {
	Key      string  `json:"key"` // "sqs.standard"
	Service  string  `json:"service"`
	Unit     string  `json:"unit"`
	USD      float64 `json:"usd"`
	Per      float64 `json:"per"`      // how many units that is for
	Free     float64 `json:"free"`     // units of the free tier a month
	Pool     string  `json:"pool"`     // prices of one pool share their free units; "": the price has its own
	Included float64 `json:"included"` // units that cost nothing in every account, whatever its free tier
	Source   string  `json:"source"`
}

// Each is the price of one unit, in USD.
func (p Price) Each() float64 { return p.USD / p.Per }

// Prices are a table of prices of one region and day. It is immutable and safe for concurrent use.
type Prices struct {
	Date   string // on which the table was made
	Region string
	List   []Price
	byKey  map[string]Price
}

//go:embed prices.json
var pricesFile []byte

// oldAfter is after how long prices are too old to be used without a word.
const oldAfter = 365 * 24 * time.Hour

// BuiltIn are the prices that the binary carries.
func BuiltIn() (*Prices, error) { return ParsePrices("prices.json", pricesFile) }

// ParsePrices reads a table of prices; name is what errors call it.
func ParsePrices(name string, text []byte) (*Prices, error) {
	var file struct {
		Date, Region, Currency string
		Prices                 []Price
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("read the prices in %s: %w", name, err)
	}
	if _, err := time.Parse(time.DateOnly, file.Date); err != nil || file.Currency != "USD" || file.Region == "" {
		return nil, fmt.Errorf(`the prices in %s need a date such as 2026-11-26, a region, and the currency USD`, name)
	}
	p := &Prices{Date: file.Date, Region: file.Region, List: file.Prices, byKey: map[string]Price{}}
	for _, price := range file.Prices {
		_, twice := p.byKey[price.Key]
		if twice || price.Key == "" || price.USD <= 0 || price.Per <= 0 || price.Free < 0 || price.Included < 0 || price.Source == "" || price.Unit == "" || price.Service == "" {
			return nil, fmt.Errorf("the price %q in %s: each stands there once, with service, unit, source, and a price above zero for so many units", price.Key, name)
		}
		p.byKey[price.Key] = price
	}
	return p, nil
}

// of is a price by its key; an error where the table does not have it.
func (p *Prices) of(key string) (Price, error) {
	price, ok := p.byKey[key]
	if !ok {
		return Price{}, fmt.Errorf("the prices of %s have none for %q: add it, with its source", p.Date, key)
	}
	return price, nil
}

// Old tells whether the prices are older than a year.
func (p *Prices) Old(now time.Time) bool {
	date, err := time.Parse(time.DateOnly, p.Date)
	return err != nil || now.Sub(date) > oldAfter
}
