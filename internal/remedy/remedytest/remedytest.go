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
	// Absent is a resource that is not there, for which Read answers ErrGone; its zero value where the resource is always there (an account).
	Absent finding.Resource
	// Undone are the paths of the setting (of change.Touch) that an undo does not bring back. Only for remedies whose undo is Nearest or None.
	Undone []string
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
}

// live takes a case through its life, and gives the change that the fix made and the calls that were used.
func (l *life) live() (change.Change, []string) {
	t := l.t
	t.Helper()
	before := l.read("read")
	fixed, fix := l.plan(before)
	if fix.Empty() {
		t.Fatalf("the planted resource needs no change: %s", before)
	}
	l.write("fix", before, fixed)
	after := l.read("read after the fix")
	if stale := l.stale(fix.Reverse(), after); len(stale) > 0 {
		t.Fatalf("after the fix, %v is not as it was written; the setting is %s", stale, after)
	}
	if _, again := l.plan(after); !again.Empty() {
		t.Fatalf("planned again after the fix, there is something left: %v", again.Touched)
	}
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

// undo takes the fix back, and sees that all else is as somebody left it.
func (l *life) undo(before remedy.State, fix change.Change) {
	t := l.t
	t.Helper()
	if l.remedy.Undo == remedy.None {
		return
	}
	meddled, back := l.read("read before the undo"), fix.Reverse()
	if stale := l.stale(back, meddled); len(stale) > 0 {
		t.Fatalf("an unrelated edit touched %v", stale)
	}
	applied, err := back.Apply(meddled)
	if err != nil {
		t.Fatalf("apply the undo: %v", err)
	}
	to, err := l.remedy.Lens.Whole(applied) // a map whose last key went is an empty one, and that may be the same as none
	if err != nil {
		t.Fatalf("decode the undo: %v", err)
	}
	l.write("undo", meddled, to)
	undone := l.read("read after the undo")
	if left := l.but(l.between(to, undone)); len(left) > 0 {
		t.Fatalf("after the undo, these are not as they were: %s", show(left))
	}
	if _, again := l.plan(undone); len(l.but(again)) == 0 && len(l.but(fix)) > 0 {
		t.Fatalf("planned again after the undo, nothing is wrong; before the fix, %s was", show(fix.Touched))
	}
	for _, touch := range l.but(l.between(before, undone)) {
		if slices.ContainsFunc(fix.Touched, func(f change.Touch) bool { return f.Path == touch.Path }) {
			t.Errorf("the undo left %s", show([]change.Touch{touch}))
		}
	}
}

// but leaves out what an undo need not bring back.
func (l *life) but(c change.Change) []change.Touch {
	return slices.DeleteFunc(slices.Clone(c.Touched), func(t change.Touch) bool { return slices.Contains(l.c.Undone, t.Path) })
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
	to, err := l.remedy.Lens.Fix(from, l.params())
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
