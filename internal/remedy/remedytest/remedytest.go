// Package remedytest is the one test that every remedy owes.
//
// A remedy brings cases: how to plant a resource that violates, and an unrelated edit of somebody's. Against the emulator (Live) each case is taken through its whole
// life, and what went over the wire may be recorded on a tape. Offline (Replay) the same life is played from the tape: every request must be exactly the recorded one.
package remedytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A Case is one resource that a remedy puts right.
type Case struct {
	Name    string // unique among a remedy's cases; letters, digits and dashes
	With    string // the rule's parameters as JSON; "" for none. {{NAME}} stands for Planted.Names[NAME]
	Control string // that the finding is about; "" for the first that the remedy answers
	// Plant makes a resource that violates. cfg may do anything, in an account and region of its own: Account and cfg.Region.
	Plant func(ctx context.Context, cfg aws.Config) (Planted, error)
	// Meddle is somebody's unrelated edit after the fix: it must survive the undo. nil only where nothing else shares the setting.
	Meddle func(ctx context.Context, cfg aws.Config, p Planted) error
	// Beside gives what stands beside the setting, for an unrelated edit that does not show in it: neither fix nor undo may change that. Asked on the emulator only.
	Beside func(ctx context.Context, cfg aws.Config, p Planted) (any, error)
	// Absent is a resource that is not there, for which Read answers ErrGone; its zero value where the resource is always there (an account).
	Absent finding.Resource
	// Rests are paths of the setting (of change.Touch) that are there to be known, that AWS changes beside what is written, and that an undo leaves. They are never part of
	// a change: what a fix touched, an undo brings back, or act would never see it done.
	Rests []string
}

// Planted is a resource that violates, as a finding names it.
type Planted struct {
	Resource finding.Resource
	Subject  finding.Subject
	Names    map[string]string // what {{NAME}} in With stands for: ids that the emulator gave
}

// Account is where cases plant; the emulator's own default is another.
const Account = "111122223333"

// Region is where cases plant.
const Region = "us-east-1"

// clock is the time of every judgement, far enough from 2020 that what is planted with old dates is old, and fixed, so that tapes stay true.
var clock = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// A recording is what is kept of a case: what was planted, each step's state, and the tape.
type recording struct {
	Planted Planted       `json:"planted"`
	Change  change.Change `json:"change"` // also the frozen shape of the remedy's changes
	Tape    tape          `json:"tape"`
}

// A life is a case on its way.
type life struct {
	t      testing.TB
	ctx    context.Context
	remedy remedy.Remedy
	c      Case
	p      Planted
	client *client
	cfg    aws.Config // held to the guard
	guard  *guard.Guard
	meddle func() error
	beside func() (any, error) // nil: not asked
	asked  finding.Resource    // as a finding names it
	fixing span
	after  remedy.State // as it was read after the fix
	// untouched is what stands beside the setting, before the fix.
	untouched string
}

// A span is one write: from where to where, and which of the exchanges it made.
type span struct {
	from, to   remedy.State
	start, end int
}

// act is how long it may take until what was written is judged again: as long as act may run.
const act = wiring.ActTimeout

// live takes a case through its life, and gives the change that the fix made and the calls that were used.
func (l *life) live() (change.Change, []string) {
	t := l.t
	t.Helper()
	l.asked = l.p.Resource
	whole, err := l.whole(l.cfg)
	if err != nil {
		t.Fatalf("find the resource: %v", err)
	}
	l.p.Resource = whole
	before := l.read("read")
	fixed, fix := l.plan(before)
	if fix.Empty() {
		t.Fatalf("the planted resource needs no change: %s", before)
	}
	if resting := len(fix.Touched) - len(l.but(fix)); resting > 0 {
		t.Fatalf("the fix touches %d paths of which the case says that an undo leaves them: %s", resting, show(fix.Touched))
	}
	l.fix(before, fixed, fix)
	if err := l.meddle(); err != nil {
		t.Fatalf("meddle: %v", err)
	}
	l.undo(before, fix)
	l.gone()
	if err := l.guard.Err(); err != nil {
		t.Error(err)
	}
	return fix, l.guard.Calls()
}

// whole is the resource with its ARN.
func (l *life) whole(cfg aws.Config) (finding.Resource, error) {
	if l.remedy.Find == nil || l.asked.ARN != "" {
		return l.asked, nil
	}
	return l.remedy.Find(l.ctx, cfg, l.asked)
}

// fix writes what was planned, and sees that this and nothing else was done.
func (l *life) fix(before, fixed remedy.State, fix change.Change) {
	t := l.t
	t.Helper()
	start := l.client.count()
	l.untouched = l.aside()
	l.write("fix", before, fixed)
	l.fixing = span{before, fixed, start, l.client.count()}
	after := l.read("read after the fix")
	l.after = after
	if stale := l.stale(fix.Reverse(), after); len(stale) > 0 {
		t.Fatalf("after the fix, these are not as they were written: %s; the setting is %s", show(stale), after)
	}
	if more := l.but(l.between(fixed, after)); len(more) > 0 {
		t.Fatalf("the fix changed more than it planned: %s", show(more))
	}
	for _, later := range []time.Duration{0, act} {
		if _, again := l.planAt(after, clock.Add(later)); !again.Empty() {
			t.Fatalf("planned again %s after the fix, there is something left: %s", later, show(again.Touched))
		}
	}
	if now := l.aside(); now != l.untouched {
		t.Errorf("the fix changed what stands beside the setting, from %s to %s", l.untouched, now)
	}
}

// undo takes the fix back, and sees that all else is as somebody left it.
func (l *life) undo(before remedy.State, fix change.Change) {
	t := l.t
	t.Helper()
	if l.remedy.Undo == remedy.None {
		return
	}
	meddled := l.read("read before the undo")
	kept := l.aside()
	l.shows(meddled, kept)
	to := l.back(fix.Reverse(), meddled)
	l.write("undo", meddled, to)
	undone := l.read("read after the undo")
	if now := l.aside(); now != kept {
		t.Errorf("the undo changed what stands beside the setting, from %s to %s", kept, now)
	}
	if left := l.but(l.between(to, undone)); len(left) > 0 {
		t.Fatalf("after the undo, these are not as they were: %s", show(left))
	}
	if _, again := l.plan(undone); again.Empty() {
		t.Fatalf("planned again after the undo, nothing is wrong; before the fix, %s was", show(fix.Touched))
	}
	for _, touch := range l.but(l.between(before, undone)) {
		if slices.ContainsFunc(fix.Touched, func(f change.Touch) bool { return f.Path == touch.Path }) {
			t.Errorf("the undo left %s", show([]change.Touch{touch}))
		}
	}
}

// shows holds that an unrelated edit is seen, in the setting or beside it.
func (l *life) shows(meddled remedy.State, aside string) {
	l.t.Helper()
	seen := differs(l.t, l.after, meddled) || l.c.Beside != nil && (l.beside == nil || aside != l.untouched)
	if l.c.Meddle != nil && !seen {
		l.t.Error("the unrelated edit does not show, so nothing tells whether the undo keeps it: give the case a Beside that shows it")
	}
}

// back is the setting with a change taken back.
func (l *life) back(c change.Change, from remedy.State) remedy.State {
	l.t.Helper()
	if stale := l.stale(c, from); len(stale) > 0 {
		l.t.Fatalf("an unrelated edit touched %v", stale)
	}
	applied, err := c.Apply(from)
	if err != nil {
		l.t.Fatalf("apply the undo: %v", err)
	}
	to, err := l.remedy.Lens.Whole(applied) // a map whose last key went is an empty one, and that may be the same as none
	if err != nil {
		l.t.Fatalf("decode the undo: %v", err)
	}
	return to
}

// aside is what stands beside the setting, as JSON; "" where it is not asked.
func (l *life) aside() string {
	l.t.Helper()
	if l.beside == nil {
		return ""
	}
	seen, err := l.beside()
	if err != nil {
		l.t.Fatalf("read what stands beside the setting: %v", err)
	}
	text, err := json.Marshal(seen)
	if err != nil {
		l.t.Fatal(err)
	}
	return string(text)
}

// but leaves out what AWS changes by itself.
func (l *life) but(c change.Change) []change.Touch {
	return slices.DeleteFunc(slices.Clone(c.Touched), func(t change.Touch) bool { return slices.Contains(l.c.Rests, t.Path) })
}

// gone holds that a resource that is not there is ErrGone.
func (l *life) gone() {
	l.t.Helper()
	if l.c.Absent.Type == "" {
		return
	}
	if state, err := l.remedy.Lens.Read(l.ctx, l.cfg, l.c.Absent); !errors.Is(err, remedy.ErrGone) {
		l.t.Errorf("read an absent resource: got %s, %v; want ErrGone", state, err)
	}
}

func (l *life) read(what string) remedy.State {
	l.t.Helper()
	state, err := l.remedy.Lens.Read(l.ctx, l.cfg, l.p.Resource)
	if err != nil {
		l.t.Fatalf("%s: %v", what, err)
	}
	return state
}

func (l *life) plan(from remedy.State) (remedy.State, change.Change) {
	l.t.Helper()
	return l.planAt(from, clock)
}

func (l *life) planAt(from remedy.State, now time.Time) (remedy.State, change.Change) {
	l.t.Helper()
	p := l.params()
	p.Now = now
	to, err := l.remedy.Lens.Fix(from, p)
	if err != nil {
		l.t.Fatalf("fix %s: %v", from, err)
	}
	return to, l.between(from, to)
}

func (l *life) params() remedy.Params {
	return params(l.remedy, l.c.Control, l.p.fill(l.c.With), l.p.Subject)
}

func params(r remedy.Remedy, control, with string, subject finding.Subject) remedy.Params {
	if control == "" {
		control = r.Answers[0]
	}
	p := remedy.Params{Control: control, Subject: subject, Now: clock}
	if with != "" {
		p.With = json.RawMessage(with)
	}
	return p
}

func (l *life) write(what string, from, to remedy.State) {
	l.t.Helper()
	if err := l.remedy.Lens.Write(guard.Writing(l.ctx), l.cfg, l.p.Resource, from, to); err != nil {
		l.t.Fatalf("%s, from %s to %s: %v", what, from, to, err)
	}
}

func (l *life) between(from, to remedy.State) change.Change {
	l.t.Helper()
	c, err := change.Between(l.remedy.ID, l.remedy.Schema, from, to)
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

func (l *life) stale(c change.Change, state remedy.State) []change.Touch {
	l.t.Helper()
	stale, err := c.Stale(state)
	if err != nil {
		l.t.Fatal(err)
	}
	return stale
}

func show(touches []change.Touch) string {
	text := ""
	for _, t := range touches {
		text += fmt.Sprintf("\n%s: %s -> %s", t.Path, t.Before, t.After)
	}
	return text
}
