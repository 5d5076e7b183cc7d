package clock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Watched journal tells how the deployment is.
type Watched interface {
	Brakes(ctx context.Context) ([]journal.Brake, error)
	Heard(ctx context.Context) ([]journal.Hearing, error)
	Pending(ctx context.Context, limit int) (int, error)
}

// How often a function looks, at the most, and how much it counts. Reads each minute would cost more than all else that is idle.
const (
	gaugeEvery  = 5 * time.Minute
	listenEvery = 15 * time.Minute
	mostPending = 10_000
)

// A pace says when something was done last, by this function. Its zero value: never. It may be used concurrently.
type pace struct {
	mu   sync.Mutex
	last time.Time
}

// due tells whether it is time again, and notes that it is done now. A clock that was put back counts as time.
func (p *pace) due(now time.Time, every time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if age := now.Sub(p.last); !p.last.IsZero() && age >= 0 && age < every {
		return false
	}
	p.last = now
	return true
}

// watch says, now and then, how the deployment is: what holds changes back, what waits, and which source fell silent.
func (c *Clock) watch(ctx context.Context) error {
	if c.Watched == nil {
		return nil
	}
	var gauged, listened error
	if c.gauges.due(c.Now(), gaugeEvery) {
		gauged = c.gauge(ctx)
	}
	if c.listens.due(c.Now(), listenEvery) {
		listened = c.listen(ctx)
	}
	return errors.Join(gauged, listened)
}

// gauge counts brakes, open breakers and what waits.
func (c *Clock) gauge(ctx context.Context) error {
	brakes, err := c.Watched.Brakes(ctx)
	if err != nil {
		return fmt.Errorf("count the brakes: %w", err)
	}
	open, err := c.broken(ctx)
	if err != nil {
		return fmt.Errorf("count the open breakers: %w", err)
	}
	waiting, err := c.Watched.Pending(ctx, mostPending)
	if err != nil {
		return err
	}
	c.Meter.Gauge(meter.Brake, len(brakes))
	c.Meter.Gauge(meter.Breaker, open)
	c.Meter.Gauge(meter.Waiting, waiting)
	return nil
}

// broken is how many rules that make changes by themselves have an open breaker.
func (c *Clock) broken(ctx context.Context) (int, error) {
	var rules, counters []string
	for _, rule := range c.Policy.RuleNames() {
		if mode, _ := c.Policy.Mode(rule); mode == policy.Fix {
			rules, counters = append(rules, rule), append(counters, journal.Breaker(rule)...)
		}
	}
	if len(rules) == 0 {
		return 0, nil
	}
	rails, err := c.Journal.Rails(ctx, "", counters...)
	if err != nil {
		return 0, err
	}
	open := 0
	for _, rule := range rules {
		if slices.ContainsFunc(journal.Breaker(rule), func(name string) bool { return rails.Counters[name].Open(c.Now()) }) {
			open++
		}
	}
	return open, nil
}
