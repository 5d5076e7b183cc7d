package local

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// tick plays EventBridge Scheduler: it sends the clock its message, and waits until all that this leads to is answered.
func (m *machine) tick(ctx context.Context) error {
	if err := m.wires.clock.send(ctx, []string{wiring.Tick}, func(int) error { return nil }); err != nil {
		return err
	}
	return m.settle(ctx)
}

// travel starts all functions anew with their clocks gone on, and lets the clock tick: what the last wave left to wait for that time is done, and what became of it by then is
// that wave's answer. What people are told of Tagwarden itself is the answer to a wave of its own. Nothing else knows of it: what AWS would have done in that time is not played.
func (m *machine) travel(ctx context.Context) error {
	m.stop()
	for _, ended := range m.running {
		<-ended
	}
	m.running, m.ahead = nil, m.Later
	if err := m.startFunctions(ctx); err != nil {
		return err
	}
	if err := m.tick(ctx); err != nil {
		return err
	}
	then, err := m.answered(ctx)
	if err != nil {
		return err
	}
	last := &m.answers[len(m.answers)-1]
	for id, l := range then.told {
		if !aside(entryOf(then.entries, id)) {
			last.told[id] = l
		}
	}
	last.entries = then.entries
	m.answers = append(m.answers, then)
	return nil
}
