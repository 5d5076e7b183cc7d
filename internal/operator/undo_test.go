package operator

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
)

func TestUndo(t *testing.T) {
	for name, test := range map[string]struct {
		ask  Undo
		want journal.Override
	}{
		"one":                        {Undo{}, journal.Override{}},
		"over what others changed":   {Undo{Force: true}, journal.Override{Force: true}},
		"in spite of the brake":      {Undo{DuringBrake: true}, journal.Override{Brake: true}},
		"one of many":                {Undo{Bulk: true}, journal.Override{Bulk: true}},
		"one of many, budget or not": {Undo{Bulk: true, All: true}, journal.Override{Bulk: true, All: true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			original := d.plant("e1", journal.Fixed, func(e *journal.Entry) {
				e.Held, e.Due, e.Spent, e.Left, e.Approver, e.Override = journal.Window, clock, true, "f", "x", journal.Override{Freeze: true}
			})
			test.ask.Entry = original.ID
			answer := d.ask(ops, Request{Undo: &test.ask})
			got := d.kept(answer.Entry.Entry)
			if got.Undoes != original.ID || got.State != journal.Open || got.Actor != ops || got.Approver != ops || got.Override != test.want || got.Kind != "operator" {
				t.Errorf("got %+v, want an undo of %s by ops with %+v", got, original.ID, test.want)
			}
			if got.Held != "" || got.Spent || got.Left != "" || !got.Change.Empty() || got.Due.Before(clock.Add(journal.Overdue)) {
				t.Errorf("got %+v, want nothing of the entry that it takes back", got)
			}
			d.handed(got)
		})
	}
}

func TestUndoIsRefused(t *testing.T) {
	for _, test := range []struct {
		name  string
		state journal.State
		more  func(*journal.Entry)
		later time.Duration
		words []string
	}{
		{"what was only told", journal.Told, nil, 0, []string{"is told: there is nothing to undo"}},
		{"what is undone", journal.Undone, nil, 0, []string{"is undone"}},
		{"what changed nothing", journal.Refused, func(e *journal.Entry) { e.Change = change.Change{} }, 0, []string{"changed nothing"}},
		{"what is too old", journal.Fixed, nil, 31 * 24 * time.Hour, []string{"more than 30 days", "journal.undo"}},
		{"another shape", journal.Fixed, func(e *journal.Entry) { e.Change.Schema = 7 }, 0, []string{"another version of the remedy tags"}},
		{"what cannot be undone", journal.Fixed, func(e *journal.Entry) { e.Remedy = "once" }, 0, []string{"cannot be undone: it is gone."}},
		{"a remedy that is gone", journal.Fixed, func(e *journal.Entry) { e.Remedy = "gone" }, 0, []string{"no remedy gone"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			e := d.plant("e1", test.state, test.more)
			d.now = d.now.Add(test.later)
			d.refused(ops, Request{Undo: &Undo{Entry: e.ID, Force: true}}, Refused, test.words...)
			if all, err := d.Recent(t.Context(), time.Time{}, 9); err != nil || len(all) != 1 {
				t.Errorf("got %d entries, %v; want no undo", len(all), err)
			}
		})
	}
	d := newDesk(t)
	d.refused(ops, Request{Undo: &Undo{Entry: "tw-none"}}, Unknown, "tw-none")
}

func TestUndoDuringTheBrake(t *testing.T) {
	d := newDesk(t)
	e := d.plant("e1", journal.Fixed, nil)
	if err := d.SetBrake(t.Context(), journal.Brake{Account: e.Key.Account, On: true, Reason: "a bad day"}); err != nil {
		t.Fatal(err)
	}
	d.refused(ops, Request{Undo: &Undo{Entry: e.ID}}, Refused, "a bad day", "--during-brake", "brake off")
	d.ask(ops, Request{Undo: &Undo{Entry: e.ID, DuringBrake: true}})
}

// TestUndoWhileAnotherChangeIsOnItsWay holds that an undo disturbs nothing, but for itself.
func TestUndoWhileAnotherChangeIsOnItsWay(t *testing.T) {
	d := newDesk(t)
	first := d.plant("e1", journal.Fixed, nil)
	undo := d.ask(ops, Request{Undo: &Undo{Entry: first.ID}}).Entry
	if again := d.ask(ops, Request{Undo: &Undo{Entry: first.ID}}).Entry; again.Entry != undo.Entry || len(d.sent) != 2 {
		t.Errorf("got %s and %d hand-overs, want the same undo handed over again", again.Entry, len(d.sent))
	}
	d = newDesk(t)
	first = d.plant("e1", journal.Fixed, nil)
	d.plant("e2", journal.Open, func(e *journal.Entry) { e.Fingerprint = "fix:g" })
	d.refused(ops, Request{Undo: &Undo{Entry: first.ID}}, Busy, "on its way", "try again")
}

// TestUndoIsCutShort holds that an undo that was begun and not handed over is, when it is asked for again.
func TestUndoIsCutShort(t *testing.T) {
	d := newDesk(t)
	e := d.plant("e1", journal.Fixed, nil)
	d.fail["send"] = errors.New("cut")
	if _, err := d.o.Do(t.Context(), ops, Request{Undo: &Undo{Entry: e.ID}}); err == nil {
		t.Fatal("got no error")
	}
	undo := d.ask(ops, Request{Undo: &Undo{Entry: e.ID}}).Entry
	d.handed(d.kept(undo.Entry))
	if all, err := d.Recent(t.Context(), time.Time{}, 9); err != nil || len(all) != 2 {
		t.Errorf("got %d entries, %v; want one undo", len(all), err)
	}
}

// TestUndoInBulk holds that a bulk stops at the rule's budget, and lists what it could take back, the newest first.
func TestUndoInBulk(t *testing.T) {
	d := newDesk(t)
	var fixed []journal.Entry
	for i := range 3 {
		fixed = append(fixed, d.plant(fmt.Sprint(i), journal.Fixed, func(e *journal.Entry) {
			e.Key.Setting = fmt.Sprint(i)
			e.ID += fmt.Sprint(i)
		}))
	}
	d.plant("other rule", journal.Fixed, func(e *journal.Entry) { e.Rule, e.Key.Setting = "shown", "other" })
	d.plant("told", journal.Told, func(e *journal.Entry) { e.Key.Setting = "told" })
	d.plant("an undo", journal.Fixed, func(e *journal.Entry) { e.Undoes, e.Key.Setting = "tw-0", "undo" })
	newest := fixed[1]
	newest.Updated = clock.Add(-time.Minute)
	if _, err := d.Memory.Record(t.Context(), newest); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range d.ask(ops, Request{List: &List{Rule: "tags", Since: clock.Add(-2 * time.Hour), Undoable: true}}).Entries {
		got = append(got, v.Entry)
	}
	if len(got) != 3 || got[0] != newest.ID || !slices.Contains(got, fixed[0].ID) || !slices.Contains(got, fixed[2].ID) {
		t.Errorf("got %v, want the three changes of the rule, %s first", got, newest.ID)
	}
	told := d.plant("spent", journal.Told, func(e *journal.Entry) { e.Key.Setting = "spent" })
	for range 2 {
		told.Updated = clock
		var err error
		if told, err = d.Memory.Record(t.Context(), told, journal.Mark{Counter: journal.UndoBudget("tags"), Per: time.Hour}); err != nil {
			t.Fatal(err)
		}
	}
	d.refused(ops, Request{Undo: &Undo{Entry: fixed[0].ID, Bulk: true}}, Spent, "2/h", "--all", "2026-11-23 13:01 UTC")
	d.ask(ops, Request{Undo: &Undo{Entry: fixed[0].ID, Bulk: true, All: true}})
	d.ask(ops, Request{Undo: &Undo{Entry: fixed[1].ID}})
}
