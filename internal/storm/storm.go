// Package storm is a test: a storm of events, many of them twice, out of order or unreadable, through queues and concurrent functions that crash and are throttled, against
// a stand-in for AWS in this process. In the end every violation was answered once, and nothing was lost.
package storm

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
)

// Options are what a storm is made of.
type Options struct {
	Events int    // how many; what AWS says of our own writes comes on top
	Seed   uint64 // of all that is left to chance, but the order in which functions run
	Plant  string // a fault that the audit must find: one of Plants; "" for none
}

// Of the events, these parts are copies of others, and unreadable; the last part comes when all before it was answered.
const (
	copies = 0.20
	rotten = 0.01
	later  = 0.15
)

// A Report is what came of a storm.
type Report struct {
	Counts
	Events, Echoes, Resources int // what AWS said of our own writes are the echoes
	Took                      time.Duration
	Peak                      uint64         // bytes of heap
	Answers                   map[string]int // entries in their last state
	Messages, Repeated        int            // by entry, and those that came more than once
	Breaches                  []string       // what is not as it must be, the first hundred
}

// start is when the storm breaks.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A storm is one at work.
type storm struct {
	Options
	*world
	rig          *rig.Rig
	machine      *machine
	config, tags *standin.Queue // before the judges of the two kinds
	told         *told
	muted        atomic.Bool // whether the message was lost that is to be lost
	logged       *logged
	poison       []poison
	echoes       int
}

// Run lets a storm pass, and audits what is left.
func Run(ctx context.Context, o Options) (Report, error) {
	s, err := newStorm(ctx, o)
	if err != nil {
		return Report{}, err
	}
	peak, stop := watch()
	began := time.Now()
	if err := s.pass(ctx); err != nil {
		return Report{}, err
	}
	took := time.Since(began)
	stop()
	r := Report{Counts: s.machine.counts, Events: o.Events, Echoes: s.echoes, Resources: len(s.resources), Took: took, Peak: *peak}
	return r, s.audit(ctx, &r)
}

func newStorm(ctx context.Context, o Options) (*storm, error) {
	p, err := parsed()
	if err != nil {
		return nil, err
	}
	s := &storm{Options: o, told: newTold(), logged: &logged{}}
	if err := s.check(); err != nil {
		return nil, err
	}
	s.rig, err = rig.New(ctx, standin.NewClock(start), p, s.deliver)
	if err != nil {
		return nil, err
	}
	s.rig.Log = slog.New(s.logged)
	s.world = &world{Rand: rand.New(rand.NewPCG(o.Seed, 0)), judge: p.TagJudge(), byARN: map[string]*resource{}}
	s.config, s.tags = s.rig.NewEvents("config"), s.rig.NewEvents("tags")
	s.rig.Cloud.Tags.Changed = s.echo
	s.machine = newMachine(s.rig)
	for _, events := range []*standin.Queue{s.config, s.tags} {
		for range 2 {
			s.machine.add(events, func(p *standin.Process) *rig.Function { return s.rig.Judge(p, events) })
		}
	}
	for range 4 {
		s.machine.add(s.rig.HandOver, s.rig.Act)
	}
	if o.Plant == "drop" {
		s.machine.lose = s.rig.HandOver
	}
	return s, nil
}

// pass lets both waves pass. What repeats the first may come with the second.
func (s *storm) pass(ctx context.Context) error {
	unique := float64(s.Events) * (1 - copies - rotten)
	first := s.start(start, int(unique*(1-later)))
	for _, r := range s.resources {
		if r.fate != gone {
			s.rig.Cloud.Tags.Put(r.arn, r.tags, r.version)
		}
	}
	repeated, poisoned := int(float64(s.Events)*copies), int(float64(s.Events)*rotten)
	s.repeat(first, repeated)
	held := first.bodies[len(first.bodies)-repeated/10:] // late by a whole wave
	first.bodies = first.bodies[:len(first.bodies)-repeated/10]
	s.poisoned(first, poisoned, identity)
	s.send(first)
	if err := s.machine.drain(ctx, s.seeds()); err != nil {
		return err
	}
	s.rig.Cloud.Clock.Move(time.Hour)
	second := s.again(s.rig.Cloud.Clock.Now(), s.Events-len(first.bodies)-len(held), s.own)
	for _, e := range held {
		second.add(s.rig.Cloud.Clock.Now(), e.body)
	}
	s.send(second)
	s.rig.Cloud.Clock.Move(time.Hour)
	if err := s.machine.drain(ctx, s.seeds()); err != nil {
		return err
	}
	s.spoil()
	return nil
}

// seeds is chance that is drawn while others draw.
func (s *storm) seeds() *rand.Rand { return rand.New(rand.NewPCG(s.Uint64(), s.Uint64())) }

// send puts a wave on the queues.
func (s *storm) send(w *wave) {
	if w.poison.told != nil {
		s.poison = append(s.poison, w.poison)
	}
	for _, body := range s.shuffle(w) {
		s.queueOf(body).Send(body)
	}
}

// queueOf is the queue that an event's rule would put it on; what cannot be read may come to any.
func (s *storm) queueOf(body string) *standin.Queue {
	if envelope, _, _, _ := events.Open([]byte(body)); envelope.Source == "aws.tag" {
		return s.tags
	}
	return s.config
}

// identity is what messages call an event, whatever of it can be read.
func identity(body string) string {
	envelope, _, _, _ := events.Open([]byte(body)) // of what is unreadable, too
	return cmp.Or(envelope.ID, "(not told)")
}

// own has the owner of a resource change its tags: it gives what they are, and takes what they become when the wave is made.
func (s *storm) own(r *resource, change func()) {
	now, _ := s.rig.Cloud.Tags.Get(r.arn)
	r.tags, r.version = now.Tags, now.Version
	change()
	s.rig.Cloud.Tags.Put(r.arn, r.tags, r.version)
}

// echo is what AWS says of a write of ours: a tag event, and now and then an item of AWS Config. They come at once.
func (s *storm) echo(c standin.Resource) {
	now, r := s.rig.Cloud.Clock.Now(), *s.byARN[c.ARN]
	r.tags, r.version = c.Tags, c.Version
	bodies := []string{s.tagged(&r, now)}
	if s.IntN(2) == 0 {
		bodies = append(bodies, s.item(&r, now, false))
	}
	for _, body := range bodies {
		s.echoes++
		s.queueOf(body).Send(body)
	}
}

// watch samples the heap until it is stopped.
func watch() (peak *uint64, stop func()) {
	peak = new(uint64)
	ended, done := make(chan struct{}), make(chan struct{})
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	go func() {
		defer close(done)
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			metrics.Read(sample)
			*peak = max(*peak, sample[0].Value.Uint64())
			select {
			case <-ended:
				return
			case <-ticker.C:
			}
		}
	}()
	return peak, func() {
		close(ended)
		<-done
	}
}

// String is the report in lines, the verdict last.
func (r Report) String() string {
	text := fmt.Sprintf("%d events and %d echoes of our own writes about %d resources in %.1f s: %.0f events/s; peak heap %d MiB\n",
		r.Events, r.Echoes, r.Resources, r.Took.Seconds(), float64(r.Events+r.Echoes)/r.Took.Seconds(), r.Peak>>20)
	text += fmt.Sprintf("%d deliveries, %d calls of AWS, %d crashes, %d calls that were throttled, broken or lost\n", r.Deliveries, r.Calls, r.Crashes, r.Faults)
	text += fmt.Sprintf("entries: %v; %d messages, %d of them sent more than once\n", r.Answers, r.Messages, r.Repeated)
	for _, breach := range r.Breaches {
		text += "BREACH: " + breach + "\n"
	}
	if len(r.Breaches) == 0 {
		return text + "every violation answered once, nothing lost\n"
	}
	return text + fmt.Sprintf("%d breaches\n", len(r.Breaches))
}
