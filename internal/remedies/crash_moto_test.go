//go:build moto

package remedies_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/crash"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
)

var (
	crashEvery  = flag.Int("crash.every", 100, "of the points of the line's own calls, try one in so many; of the remedies' calls one in a tenth of that, at least")
	crashLeast  = flag.Int("crash.least", 1, "how many points there must be at least")
	crashPlant  = flag.String("crash.plant", "", fmt.Sprintf("a fault to plant: %v", crash.Plants))
	crashReport = flag.String("crash.report", "", "file for what did not hold, and the number of points")
	emulators   = flag.Int("crash.emulators", 2, "how many emulators work side by side")
)

// TestCrash breaks the line at its calls, for every remedy: the remedies' own calls go to the emulator, all others to the stand-in. make crash tries many points, this test
// alone some.
func TestCrash(t *testing.T) {
	free := make(chan string, *emulators)
	for range *emulators {
		free <- ownEmulator(t)
	}
	c := &crashes{}
	t.Run("points", func(t *testing.T) {
		t.Run("tags", func(t *testing.T) {
			s, err := crash.Tags(policy.Fix)
			if err != nil {
				t.Fatal(err)
			}
			c.tryAll(t, s)
		})
		first := func(_ remedy.Remedy, i int, _ remedytest.Case) bool { return i == 0 }
		each(t, first, func(t *testing.T, r remedy.Remedy, _ int, rc remedytest.Case) {
			t.Parallel()
			address := <-free
			defer func() { free <- address }()
			c.tryAll(t, subjectOf(t, address, r, rc))
		})
	})
	c.report(t)
}

// crashes are the points that were tried.
type crashes struct {
	mu           sync.Mutex
	points, held int
	breaches     []string
	offset       int
}

// tryAll tries the chosen points of one subject.
func (c *crashes) tryAll(t *testing.T, s crash.Subject) {
	calls, err := crash.Baseline(t.Context(), s)
	if err != nil {
		t.Error(err)
		c.add(0, []string{err.Error()})
		return
	}
	c.mu.Lock()
	c.offset++ // another subject's points are others
	offset := c.offset
	c.mu.Unlock()
	for i, p := range crash.Points(calls) {
		every := *crashEvery
		if !own(calls[p.Call-1]) {
			every = max(1, every/10)
		}
		if (i+offset*7)%every != 0 {
			continue
		}
		breaches, err := crash.Try(t.Context(), s, p, crash.Plant(*crashPlant))
		if err != nil {
			breaches = append(breaches, err.Error())
		}
		for j, breach := range breaches {
			breaches[j] = fmt.Sprintf("%s: %s (%s): %s", s.Name, p, calls[p.Call-1], breach)
			t.Error(breaches[j])
		}
		c.add(1, breaches)
	}
}

func (c *crashes) add(points int, breaches []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.points += points
	if len(breaches) == 0 {
		c.held += points
	}
	c.breaches = append(c.breaches, breaches...)
}

// report writes what did not hold, and the number of points last.
func (c *crashes) report(t *testing.T) {
	last := fmt.Sprintf("%d points, %d held", c.points, c.held)
	t.Log(last)
	if c.points < *crashLeast {
		t.Errorf("%d points are too few: there must be %d", c.points, *crashLeast)
	}
	if *crashReport == "" {
		return
	}
	if err := os.WriteFile(*crashReport, []byte(strings.Join(append(c.breaches, last), "\n")+"\n"), 0o600); err != nil {
		t.Error(err)
	}
}

// own tells whether a call is the line's own, the same for all remedies.
func own(c standin.Call) bool {
	switch c.String() {
	case "DynamoDB.BatchGetItem", "DynamoDB.GetItem", "DynamoDB.PutItem", "DynamoDB.Query", "DynamoDB.TransactWriteItems", "SQS.SendMessage", "SNS.Publish":
		return true
	}
	return false
}

// A planting is a planted violation that is used again as long as it can be brought back.
type planting struct {
	*testing.T
	address string
	remedy  remedy.Remedy
	c       remedytest.Case
	line    *line
	first   remedy.State // the violation as it was planted
}

// subjectOf is a case of a remedy, in an emulator that is ours alone.
func subjectOf(t *testing.T, address string, r remedy.Remedy, c remedytest.Case) crash.Subject {
	t.Helper()
	p := &planting{T: t, address: address, remedy: r, c: c}
	p.plant()
	return crash.Subject{Name: r.ID, Policy: p.line.policy, Remedy: r, Prepare: p.prepare, State: p.state, Wrong: p.wrong, Restore: p.restore, Rests: c.Rests}
}

// plant makes the violation in an emulator in which nothing else is.
func (p *planting) plant() {
	p.Helper()
	reset(p.T, p.address)
	mode := policy.Fix
	if p.remedy.Undo == remedy.None {
		mode = policy.Propose
	}
	p.line = newLine(p.T, p.address, p.remedy, p.c, mode, "")
	p.first = p.line.state()
}

func (p *planting) prepare(_ context.Context, r *rig.Rig) ([]byte, error) {
	if len(p.differing(p.first)) > 0 {
		p.plant()
	}
	l := p.line
	l.now = r.Cloud.Clock.Now()
	r.Policy, r.Emulator = l.policy, &l.cfg
	l.store(l.asff())
	event := l.event()
	r.Cloud.Hub.Import(standin.Finding(l.kept()))
	r.Cloud.Clock.Move(l.now.Sub(r.Cloud.Clock.Now()))
	return event, nil
}

// differing is what differs from a state, but for what AWS changes by itself.
func (p *planting) differing(from remedy.State) []change.Touch {
	p.Helper()
	return slices.DeleteFunc(p.line.differing(from, p.line.state()), func(t change.Touch) bool { return slices.Contains(p.c.Rests, t.Path) })
}

func (p *planting) state(context.Context, *rig.Rig) (remedy.State, error) { return p.line.state(), nil }

func (p *planting) wrong(state remedy.State) (bool, error) {
	l := p.line
	params := remedy.Params{Control: l.report.control, Subject: l.planted.Subject, Now: l.now}
	if l.c.With != "" {
		params.With = json.RawMessage(l.with())
	}
	to, err := l.remedy.Lens.Fix(state, params)
	if err != nil {
		return false, err
	}
	return len(l.differing(state, to)) > 0, nil
}

// restore brings the violation back. Where that fails it is planted anew.
func (p *planting) restore(ctx context.Context, _ *rig.Rig, from, to remedy.State) error {
	whole, err := p.remedy.Lens.Whole(to)
	if err == nil {
		err = p.remedy.Lens.Write(guard.Writing(ctx), p.line.cfg, p.line.target(p.line.planted.Resource, p.line.planted.Subject), from, whole)
	}
	if err != nil {
		p.Logf("planted anew, because it cannot be brought back: %v", err)
		p.plant()
	}
	return nil
}
