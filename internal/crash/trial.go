package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
)

// noon is when every trial begins.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// A trial is one violation on its way through the line.
type trial struct {
	Subject
	Point
	plant  Plant
	rig    *rig.Rig
	events *standin.Queue

	mu     sync.Mutex
	calls  []standin.Call // of all processes, in their order
	broken string         // the operation that the fault befell
	told   map[string]map[string]int

	before, after remedy.State
	entries       []journal.Entry
}

func try(ctx context.Context, s Subject, p Point, plant Plant) (*trial, error) {
	t := &trial{Subject: s, Point: p, plant: plant, told: map[string]map[string]int{}}
	var err error
	if t.rig, err = rig.New(ctx, standin.NewClock(noon), s.Policy, t.hear); err != nil {
		return nil, err
	}
	if p.Bare {
		t.rig.Tune = func(cfg *aws.Config) { cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} } }
	}
	if plant != "" {
		t.rig.Journaled = func(j act.Journal) act.Journal { return forgetful{j, plant} }
	}
	t.events = t.rig.NewEvents("judge")
	event, err := s.Prepare(ctx, t.rig)
	if err != nil {
		return nil, fmt.Errorf("%s: make the violation: %w", s.Name, err)
	}
	if t.before, err = s.State(ctx, t.rig); err != nil {
		return nil, fmt.Errorf("%s: read the violation: %w", s.Name, err)
	}
	t.events.Send(string(event))
	if err := t.run(ctx); err != nil {
		return nil, fmt.Errorf("%s, %s: %w", s.Name, p, err)
	}
	if t.after, err = s.State(ctx, t.rig); err != nil {
		return nil, fmt.Errorf("%s, %s: read what came of it: %w", s.Name, p, err)
	}
	t.entries, err = t.rig.Journal(standin.NewProcess(nil)).Recent(ctx, time.Time{}, 1000)
	return t, err
}

// hear takes what people are told.
func (t *trial) hear(p standin.Published) {
	var texts struct{ Default string }
	var document struct{ ID, Outcome string }
	_ = json.Unmarshal([]byte(p.Message), &texts) // what is unreadable has no id, and the audit finds it
	_ = json.Unmarshal([]byte(texts.Default), &document)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.plant == Mute {
		return
	}
	if t.told[document.ID] == nil {
		t.told[document.ID] = map[string]int{}
	}
	t.told[document.ID][document.Outcome]++
}

// befall counts the calls of all processes, and breaks the one that is to be broken.
func (t *trial) befall(c standin.Call) standin.Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls = append(t.calls, c)
	switch {
	case len(t.calls) == t.Call:
		t.broken = c.String()
		return t.Fault
	case t.Always && t.broken == c.String():
		return t.Fault
	}
	return standin.None
}

// mostSteps is how many batches a trial may take at the most: five deliveries to each of two functions, what the clock hands over, and some to spare.
const mostSteps = 200

// run delivers until nothing is left: at once what can be, then what comes back to its queue, then what the clock takes up.
func (t *trial) run(ctx context.Context) error {
	for range mostSteps {
		batch, start := t.events.Receive(10), t.judge
		if len(batch) == 0 {
			batch, start = t.rig.HandOver.Receive(10), t.rig.Act
		}
		if len(batch) > 0 {
			if err := t.deliver(ctx, batch, start); err != nil {
				return err
			}
			continue
		}
		if !t.pass() {
			if more, err := t.due(ctx); err != nil || !more {
				return err
			}
		}
	}
	return errEndless
}

func (t *trial) judge(p *standin.Process) *rig.Function { return t.rig.Judge(p, t.events) }

// deliver gives a batch to a function, or to two at once. Where they are two, the second one's message is a copy of another delivery, which is on no queue.
func (t *trial) deliver(ctx context.Context, batch []standin.Message, start func(*standin.Process) *rig.Function) error {
	if !t.Twice {
		return t.invoke(ctx, batch, start)
	}
	copies := make([]standin.Message, len(batch))
	for i, m := range batch {
		m.ID, m.Receipt = m.ID+"-copy", ""
		copies[i] = m
	}
	var second error
	var running sync.WaitGroup
	running.Go(func() { second = t.invoke(ctx, copies, start) })
	err := t.invoke(ctx, batch, start)
	running.Wait()
	if err == nil {
		err = second
	}
	return err
}

func (t *trial) invoke(ctx context.Context, batch []standin.Message, start func(*standin.Process) *rig.Function) error {
	f := start(standin.NewProcess(t.befall))
	err := f.Invoke(ctx, batch)
	if t.plant == Forget {
		for _, m := range batch {
			t.events.Delete(m.Receipt)
			t.rig.HandOver.Delete(m.Receipt)
		}
	}
	return err
}

// pass lets time pass until the next hidden message comes back; false if none is hidden.
func (t *trial) pass() bool {
	passed := false
	for _, q := range []*standin.Queue{t.events, t.rig.HandOver} {
		if at, ok := q.Next(); ok && !passed {
			t.rig.Cloud.Clock.Move(max(0, at.Sub(t.rig.Cloud.Clock.Now())))
			passed = true
		}
	}
	return passed
}

// patience is how far ahead is looked for what the clock will take up.
const patience = 24 * time.Hour

// due plays the clock: it lets time pass until an entry is due that is on its way, and hands it over; false if there is none.
func (t *trial) due(ctx context.Context) (bool, error) {
	own := standin.NewProcess(nil)
	now := t.rig.Cloud.Clock.Now()
	entries, err := t.rig.Journal(own).Due(ctx, now.Add(patience), 10)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if e.State.Answered() {
			continue
		}
		t.rig.Cloud.Clock.Move(max(0, e.Due.Sub(now)) + time.Second)
		h := handover.Handover{Entry: e.ID, Revision: e.Revision, Account: e.Key.Account, Region: e.Key.Region, Source: "clock"}
		return true, t.rig.Sender(own).Send(ctx, h)
	}
	return false, nil
}

// restore takes back what the line did, as an undo would, so that the next trial finds the violation again.
func (t *trial) restore(ctx context.Context) error {
	changed, err := t.differs(t.before, t.after)
	if err != nil || !changed || t.Restore == nil || len(t.entries) != 1 {
		return err
	}
	to, err := t.entries[0].Change.Reverse().Apply(t.after)
	if err != nil {
		return nil //nolint:nilerr // it is made anew
	}
	return t.Subject.Restore(ctx, t.rig, t.after, remedy.State(to))
}
