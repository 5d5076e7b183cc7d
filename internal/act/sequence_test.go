package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/clock"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A town is the whole line in one process: judge, act, clock and operator on one journal, with volumes that people and the line change.
type town struct {
	*rapid.T
	journal *journal.Memory
	judge   *judge.Judge
	actor   *act.Actor
	clock   *clock.Clock
	desk    *operator.Operator
	now     time.Time

	tags    map[string]map[string]string // by volume
	version map[string]int
	events  []string
	handed  []handover.Handover
	tries   map[string]int // by hand-over
	dead    []string       // entries whose hand-over is in the dead-letter queue
	told    map[string]string
	braked  bool // of all accounts
	failing int  // so many calls of AWS or the topic fail next
	log     []string
}

const townPolicy = `
version: 1
mode: %s
tags:
  - {key: Owner, required: true, pattern: '[a-z]+', fill: [{value: nobody}]}
  - {key: Cost, values: [A, B]}
rules:
  - {name: tags, on: [tags, clock], do: [tags], budget: {account: 3/h, total: 3/h}%s}
notify: {digest: %s}
`

func newTown(t *rapid.T) *town {
	mode := rapid.SampledFrom([]string{"fix", "fix", "propose"}).Draw(t, "mode")
	more := rapid.SampledFrom([]string{"", ", after: 72h", ", window: {hours: 14:00-15:00, zone: UTC}", ", breaker: {failed: 1, undone: 1, window: 2h}"}).Draw(t, "rule")
	digest := rapid.SampledFrom([]string{"0s", "24h"}).Draw(t, "digest")
	p, err := policy.Parse("policy.yaml", fmt.Appendf(nil, townPolicy, mode, more, digest), policy.Catalog{
		Kinds: []string{"tags"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact", Schema: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &town{
		T: t, journal: journal.NewMemory(), now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), tags: map[string]map[string]string{}, version: map[string]int{},
		tries: map[string]int{}, told: map[string]string{},
	}
	log, count, now := slog.New(slog.NewJSONHandler(io.Discard, nil)), &meter.Meter{}, func() time.Time { w.now = w.now.Add(time.Millisecond); return w.now }
	w.judge = &judge.Judge{Policy: p, Journal: w.journal, Queue: w, Topic: w, Log: log, Meter: count, Now: now}
	w.clock = &clock.Clock{Policy: p, Journal: w.journal, Queue: w, Topic: w, Judge: w.judge, Log: log, Meter: count, Now: now}
	w.desk = &operator.Operator{Policy: p, Journal: w.journal, Queue: w, Log: log, Meter: count, Now: now, May: func(string, string) bool { return true }}
	w.actor = &act.Actor{
		Policy: p, Journal: w.journal, Topic: w, Log: log, Meter: count, Now: now, Wait: func(context.Context, time.Duration) error { return nil },
		Reach: func(context.Context, remedy.Remedy, finding.Resource, string) (aws.Config, error) {
			return aws.Config{}, nil
		},
		Remedies: []remedy.Remedy{{
			ID: "tags", Setting: "tags", Undo: remedy.Exact, Schema: 1,
			Show: func(s remedy.State, r finding.Resource) (finding.Resource, error) {
				r.Tags = nil
				return r, json.Unmarshal(s, &r.Tags)
			},
			Lens: remedy.Erase(remedy.Setting[map[string]string]{
				Read: w.read, Write: w.write, Fix: func(s map[string]string, p remedy.Params) (map[string]string, error) { return p.Tags(s), nil },
			}),
		}},
	}
	return w
}

var errDown = errors.New("it is down")

// up fails a few calls.
func (w *town) up() error {
	if w.failing > 0 {
		w.failing--
		return errDown
	}
	return nil
}

func (w *town) read(_ context.Context, _ aws.Config, r finding.Resource) (map[string]string, error) {
	return maps.Clone(w.tags[r.ID]), w.up()
}

func (w *town) write(_ context.Context, _ aws.Config, r finding.Resource, _, to map[string]string) error {
	if w.braked {
		w.fail("it was written under the brake")
	}
	if err := w.up(); err != nil {
		return err
	}
	w.set(r.ID, to)
	return nil
}

// set gives a volume tags, of which an event tells.
func (w *town) set(volume string, tags map[string]string) {
	w.tags[volume] = maps.Clone(tags)
	w.version[volume]++
	text, _ := json.Marshal(tags)
	w.events = append(w.events, fmt.Sprintf(`{"version":"0","id":"%s-%d","detail-type":"Tag Change on Resource","source":"aws.tag","account":"111122223333","time":%q,"region":"eu-west-1",
		"resources":["arn:aws:ec2:eu-west-1:111122223333:volume/%s"],"detail":{"changed-tag-keys":["Owner"],"service":"ec2","resource-type":"volume","version":%d,"tags":%s}}`,
		volume, w.version[volume], w.now.Format(time.RFC3339), volume, w.version[volume], text))
	w.log = append(w.log, fmt.Sprint(w.now.Format(time.DateTime), " ", volume, " ", tags))
}

func (w *town) Send(_ context.Context, h handover.Handover) error {
	w.handed = append(w.handed, h)
	return nil
}

// Tell hears a message; the same outcome of an entry in the same words is heard once only.
func (w *town) Tell(_ context.Context, m notify.Message) error {
	if err := w.up(); err != nil {
		return err
	}
	key := m.ID + " " + m.Attributes["outcome"]
	w.log = append(w.log, fmt.Sprint(w.now.Format(time.DateTime), " told ", key))
	if w.told[key] == m.Email && m.Email != "" {
		w.fail("it is told twice: %s", m.Email)
	}
	w.told[key] = m.Email
	return nil
}

func (w *town) fail(format string, values ...any) {
	w.Helper()
	for _, line := range w.log {
		w.Log(line)
	}
	w.Fatalf(format, values...)
}

// judgeNext judges the oldest event, or has it delivered again.
func (w *town) judgeNext() {
	if len(w.events) == 0 {
		return
	}
	event := w.events[0]
	w.events = w.events[1:]
	if err := w.judge.Event(w.Context(), []byte(event)); err != nil {
		w.events = append(w.events, event)
	}
}

// actNext takes up the oldest hand-over, five times at most; while it waits to be delivered again, so do those behind it, for they are of one group.
func (w *town) actNext() {
	if len(w.handed) == 0 {
		return
	}
	h := w.handed[0]
	name := h.Dedup()
	w.tries[name]++
	if err := w.actor.Act(w.Context(), w.Context(), act.Delivery{Handover: h, Holder: name, Last: w.tries[name] == 5}); err != nil {
		if w.tries[name] == 5 && !errors.Is(err, errDown) {
			w.fail("%+v ends in the dead-letter queue: %v", h, err)
		}
		w.now = w.now.Add(time.Minute)
		if w.tries[name] < 5 {
			return
		}
		w.dead = append(w.dead, h.Entry)
	}
	w.handed = w.handed[1:]
}

// tick has the clock look at what is due.
func (w *town) tick(d time.Duration) {
	w.now = w.now.Add(d)
	if err := w.clock.Do(w.Context(), w.Context(), clock.Delivery{Body: []byte(`{"do":"tick"}`), Holder: "tick"}); err != nil && !errors.Is(err, errDown) {
		w.fail("tick: %v", err)
	}
}

// settle lets everything come to its end, with nobody who changes anything: until nothing is due any more.
func (w *town) settle() {
	w.failing = 0
	w.brake(false)
	for range 1000 {
		for n := 0; len(w.events)+len(w.handed) > 0; n++ {
			if n > 500 {
				w.fail("%d events and %d hand-overs are never over: %v", len(w.events), len(w.handed), w.handed)
			}
			w.judgeNext()
			w.actNext()
		}
		due, err := w.journal.Due(w.Context(), w.now.AddDate(1, 0, 0), 1)
		if err != nil {
			w.Fatal(err)
		}
		if len(due) == 0 {
			return
		}
		w.tick(max(time.Minute, due[0].Due.Sub(w.now)))
	}
	w.fail("something is due again and again")
}

func (w *town) brake(on bool) {
	w.braked = on
	w.ask(operator.Request{Brake: &operator.Brake{On: on, Reason: "r"}})
}

// ask has the operator do something, which may be refused.
func (w *town) ask(r operator.Request) {
	_, err := w.desk.Do(w.Context(), "arn:aws:iam::111122223333:user/ops", r)
	if refused := (*operator.Error)(nil); err != nil && !errors.As(err, &refused) {
		w.fail("the operator: %v", err)
	}
}

// entries are all that there are about volumes.
func (w *town) entries() []journal.Entry {
	all, err := w.journal.Recent(w.Context(), time.Time{}, 10_000)
	if err != nil {
		w.Fatal(err)
	}
	return slices.DeleteFunc(all, func(e journal.Entry) bool { return e.Rule == "" })
}

// some is one of the entries.
func (w *town) some() string {
	all := w.entries()
	if len(all) == 0 {
		return "none"
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(w.T, "entry")].ID
}

// TestSequences holds that whatever people, AWS and the clock do, and in whatever order, nothing is changed under the brake, nothing is told twice, and that in the end nothing is
// left wrong, waiting or untold: but for what failed, or nobody approved.
func TestSequences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTown(t)
		volume := rapid.SampledFrom([]string{"vol-1", "vol-2", "vol-3", "vol-4", "vol-5"})
		spoilt := rapid.SampledFrom([]map[string]string{{}, {"Cost": "C"}, {"Owner": "0"}, {"Owner": "web", "Cost": "C"}, {"Owner": "web"}})
		t.Repeat(map[string]func(*rapid.T){
			"":          func(*rapid.T) {},
			"somebody":  func(t *rapid.T) { w.set(volume.Draw(t, "volume"), spoilt.Draw(t, "tags")) },
			"judge":     func(*rapid.T) { w.judgeNext() },
			"act":       func(*rapid.T) { w.actNext() },
			"act again": func(*rapid.T) { w.actNext() },
			"tick":      func(t *rapid.T) { w.tick(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute) },
			"brake":     func(t *rapid.T) { w.brake(rapid.Bool().Draw(t, "on")) },
			"approve":   func(*rapid.T) { w.ask(operator.Request{Approve: &operator.Approve{Entry: w.some()}}) },
			"undo": func(t *rapid.T) {
				w.ask(operator.Request{Undo: &operator.Undo{Entry: w.some(), Force: rapid.Bool().Draw(t, "force")}})
			},
			"close":       func(*rapid.T) { w.ask(operator.Request{Breaker: &operator.Breaker{Rule: "tags"}}) },
			"AWS is down": func(t *rapid.T) { w.failing = rapid.IntRange(1, 6).Draw(t, "calls") },
			"exempt": func(t *rapid.T) {
				w.now = w.now.Add(time.Second) // each is another
				w.ask(operator.Request{Exempt: &operator.Exempt{
					Resource: "arn:aws:ec2:eu-west-1:111122223333:volume/" + volume.Draw(t, "volume"), Until: w.now.Add(72 * time.Hour), Reason: "r", Owner: "o",
				}})
			},
		})
		w.settle()
		w.judgeTheEnd()
	})
}

// judgeTheEnd looks at what everything came to.
func (w *town) judgeTheEnd() {
	newest := map[string]journal.Entry{}
	for _, e := range w.entries() {
		if !e.Told && e.State != journal.Lapsed && !slices.Contains(w.dead, e.ID) {
			w.fail("entry %s is %s, and nobody was told: %s", e.ID, e.State, e.Reason)
		}
		if !e.State.Answered() {
			w.fail("entry %s is %s, held for %q, due %s: %s", e.ID, e.State, e.Held, e.Due, e.Reason)
		}
		if _, seen := newest[e.Resource.ID]; !seen {
			newest[e.Resource.ID] = e
		}
	}
	excused := []journal.State{journal.Failed, journal.Refused, journal.Lapsed}
	for volume, tags := range w.tags {
		last, _, err := w.journal.Last(w.Context(), newest[volume].Key)
		if err != nil {
			w.Fatal(err)
		}
		wrong := tags["Owner"] == "" || tags["Owner"] == "0"
		if wrong && !slices.Contains(excused, last.State) {
			w.fail("%s has %v, and entry %s is %s, held for %q, due %s: %s", volume, tags, last.ID, last.State, last.Held, last.Due, last.Reason)
		}
	}
}
