package local

import (
	"context"
	"time"
)

// How the end is waited for.
const (
	settlePause = 200 * time.Millisecond
	stall       = 2 * time.Minute // without any change of what waits: then what is left counts as lost
)

// settle waits until every queue is empty. A message only moves from an earlier queue to a later one, and leaves the one after it came to the other: so one look at all of
// them in that order is enough.
func (m *machine) settle(ctx context.Context) error {
	events, last, since := m.wanted(), -1, time.Now()
	for {
		judging, acting, err := m.left(ctx)
		if err != nil {
			return err
		}
		if judging+acting == 0 {
			return nil
		}
		m.Progress(events-min(judging, events), events, "waiting until all is answered")
		if left := judging + acting; left != last {
			last, since = left, time.Now()
		}
		if time.Since(since) > stall {
			return nil
		}
		if err := m.gone(); err != nil {
			return err
		}
		sleep(ctx, settlePause)
	}
}

// gone is why a function is started no more; nil while all are.
func (m *machine) gone() error {
	for _, f := range m.functions {
		if err := f.err(); err != nil {
			return err
		}
	}
	return nil
}

// left counts what waits for the judges and the clock, and what waits for act.
func (m *machine) left(ctx context.Context) (judging, acting int, err error) {
	for _, w := range append([]*wire{m.wires.clock}, m.wires.judges...) {
		n, err := m.wires.waiting(ctx, w.url)
		if err != nil {
			return 0, 0, err
		}
		judging += n
	}
	acting, err = m.wires.waiting(ctx, m.wires.act.url)
	return judging, acting, err
}

// wanted is how many events some rule selects.
func (m *machine) wanted() int {
	n := 0
	for _, s := range m.sources {
		if s.wanted {
			n++
		}
	}
	return n
}
