package storm

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
)

// step is how much time passes with each batch.
const step = 20 * time.Millisecond

// A machine runs functions side by side until their queues are empty. When all of them have nothing to do, time passes until a hidden message comes back.
type machine struct {
	rig    *rig.Rig
	start  []func(*standin.Process) *rig.Function // one a function
	queues []*standin.Queue                       // which it reads

	mu      sync.Mutex
	changed *sync.Cond     // a batch is done, or time has passed
	working int            // how many functions have a batch
	lose    *standin.Queue // one message of it is lost; nil for none
	err     error          // what keeps all of them from going on
	counts  Counts
}

// Counts are what happened.
type Counts struct{ Deliveries, Calls, Crashes, Faults int }

func newMachine(r *rig.Rig) *machine {
	m := &machine{rig: r}
	m.changed = sync.NewCond(&m.mu)
	return m
}

func (m *machine) add(queue *standin.Queue, start func(*standin.Process) *rig.Function) {
	m.queues, m.start = append(m.queues, queue), append(m.start, start)
}

// drain runs until nothing is left.
func (m *machine) drain(ctx context.Context, random *rand.Rand) error {
	var running sync.WaitGroup
	for i := range m.start {
		own := &faults{random: rand.New(rand.NewPCG(random.Uint64(), random.Uint64()))}
		running.Go(func() { m.run(ctx, i, own) })
	}
	running.Wait()
	return m.err
}

// run is the life of one function: a new process takes the place of one that died.
func (m *machine) run(ctx context.Context, i int, own *faults) {
	for {
		process := standin.NewProcess(own.befall)
		f := m.start[i](process)
		for !process.Dead() {
			batch := m.next(i)
			if batch == nil {
				m.count(Counts{Calls: process.Calls(), Faults: own.made})
				return
			}
			own.arm(len(batch))
			m.finished(len(batch), f.Invoke(ctx, batch))
		}
		m.count(Counts{Calls: process.Calls(), Crashes: 1})
	}
}

// next waits for a batch; nil when all is done.
func (m *machine) next(i int) []standin.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.err == nil {
		if batch := m.queues[i].Receive(batchSize); len(batch) > 0 {
			m.working++
			return m.kept(m.queues[i], batch)
		}
		if m.working == 0 && m.over() {
			break
		}
		m.changed.Wait()
	}
	m.changed.Broadcast()
	return nil
}

// kept is a batch without what is to be lost of it.
func (m *machine) kept(q *standin.Queue, batch []standin.Message) []standin.Message {
	if q != m.lose || len(batch) < 2 {
		return batch
	}
	m.lose = nil
	q.Delete(batch[0].Receipt)
	return batch[1:]
}

// batchSize is how many messages a function gets at once, as in a deployment.
const batchSize = 10

// over tells whether nothing is left to be done. While something is left and nobody works, time passes until the next hidden message comes back.
func (m *machine) over() bool {
	left := 0
	var next time.Time
	for _, q := range m.queues {
		left += q.Len()
		if at, ok := q.Next(); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if by := next.Sub(m.rig.Cloud.Clock.Now()); !next.IsZero() && by > 0 {
		m.rig.Cloud.Clock.Move(by)
	}
	go m.wake() // for those that wait: this one is about to, too
	return left == 0
}

func (m *machine) wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changed.Broadcast()
}

// finished ends a batch.
func (m *machine) finished(deliveries int, err error) {
	m.rig.Cloud.Clock.Move(step)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.working--
	m.counts.Deliveries += deliveries
	if err != nil {
		m.err = err
	}
	m.changed.Broadcast()
}

func (m *machine) count(c Counts) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts.Calls += c.Calls
	m.counts.Crashes += c.Crashes
	m.counts.Faults += c.Faults
}
