package operator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestOpen holds that all that a destroyed deployment would leave behind is listed, once, and nothing that is over.
func TestOpen(t *testing.T) {
	d := newDesk(t)
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nmode: fix\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [config], do: [tags]}]\noperators: {exempt: ['"+ops+"']}\n"),
		policy.Catalog{Kinds: []string{"config", "guardduty"}, Remedies: []policy.CatalogRemedy{
			{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
			{ID: "isolate", Setting: "groups", Answers: []string{"guardduty:Backdoor:EC2/*"}, Resource: "*", Undo: "exact"},
			{ID: "archive", Setting: "archive", Answers: []string{"guardduty:*"}, Resource: "*", Undo: "exact", Per: "finding"},
		}})
	if err != nil {
		t.Fatal(err)
	}
	d.o.Policy = p
	plant := func(name string, s journal.State, more func(*journal.Entry)) journal.Entry {
		return d.plant(name, s, func(e *journal.Entry) {
			e.Key.Setting = name
			e.ID = journal.NewID(e.Key, name, name)
			more(e)
		})
	}
	threat := func(e *journal.Entry) {
		e.Remedy, e.Control, e.Change.Remedy = "isolate", "guardduty:Backdoor:EC2/C&CActivity.B", "isolate"
	}
	want := map[string]string{}
	keep := func(what string, e journal.Entry) { want[e.ID] = what }
	keep(Containment, plant("isolated", journal.Fixed, threat))
	keep(Containment, plant("isolated again", journal.Fixed, func(e *journal.Entry) { threat(e); e.Undoes, e.Redoes = "tw-1", true }))
	keep(Proposal, plant("proposed", journal.Proposed, func(e *journal.Entry) { e.Due = clock.Add(24 * time.Hour) }))
	keep(Held, plant("waiting", journal.Waiting, func(e *journal.Entry) { e.Held, e.Due = journal.Window, clock.Add(time.Hour) }))
	keep(Underway, plant("settling", journal.Settling, func(*journal.Entry) {}))
	for name, s := range map[string]journal.State{
		"fixed": journal.Fixed, "told": journal.Told, "gone": journal.Gone, "undone": journal.Undone, "observed": journal.Observed, "refused": journal.Refused,
	} {
		plant(name, s, func(e *journal.Entry) {
			if s == journal.Undone {
				threat(e)
			}
		})
	}
	plant("released", journal.Fixed, func(e *journal.Entry) { threat(e); e.Undoes = "tw-2" })
	plant("archived", journal.Fixed, func(e *journal.Entry) { threat(e); e.Remedy = "archive" })
	exempt := d.ask(ops, Request{Exempt: &Exempt{Resource: "arn:aws:s3:::site", Rules: []string{"tags"}, Until: clock.Add(48 * time.Hour), Reason: "moves", Owner: "web"}}).Entry.Entry
	want[exempt] = Exempted
	if err := d.SetBrake(t.Context(), journal.Brake{On: true, Reason: "a bad day", Since: clock}); err != nil {
		t.Fatal(err)
	}
	want[""] = BrakePut

	got := d.ask(ops, Request{Open: &Standing{}})
	var order []string
	for _, x := range got.Open {
		if want[x.Entry] != x.What {
			t.Errorf("got %+v, want %q", x, want[x.Entry])
		}
		order = append(order, x.What)
		switch {
		case x.What == Exempted && (x.Rule != "tags" || x.Reason != "moves" || !x.Due.Equal(clock.Add(48*time.Hour))):
			t.Errorf("got %+v", x)
		case x.What == Held && x.Held != journal.Window, x.What == Containment && x.Stuck != "", x.What == BrakePut && x.Reason != "a bad day":
			t.Errorf("got %+v", x)
		}
	}
	if want := []string{Containment, Containment, Proposal, Held, Underway, Exempted, BrakePut}; !slices.Equal(order, want) {
		t.Errorf("got the order %v, want %v", order, want)
	}
	if got.More || got.Message != "7 open." {
		t.Errorf("got %q, more: %v", got.Message, got.More)
	}
	d.refused(guest, Request{Open: &Standing{}}, Denied, guest)

	d.now = clock.Add(60 * 24 * time.Hour)
	stuck := 0
	for _, x := range d.ask(ops, Request{Open: &Standing{}}).Open {
		if x.What == Containment && strings.Contains(x.Stuck, "more than 30 days ago") {
			stuck++
		}
		if x.What == Exempted {
			t.Errorf("an exemption that is over is open: %+v", x)
		}
	}
	if stuck != 2 {
		t.Errorf("%d containments cannot be taken back any more, want 2", stuck)
	}
}

// TestNothingOpen holds that an empty journal is no error, and that what cannot be read is one.
func TestNothingOpen(t *testing.T) {
	d := newDesk(t)
	if got := d.ask(ops, Request{Open: &Standing{}}); len(got.Open) != 0 || got.Message != "Nothing is open." {
		t.Errorf("got %+v", got)
	}
	d.o.Journal = unread{d}
	if got, err := d.o.Do(t.Context(), ops, Request{Open: &Standing{}}); err == nil {
		t.Errorf("got %+v of a journal that cannot be read", got)
	}
}

// An unread journal does not tell its brakes.
type unread struct{ *desk }

func (unread) Brakes(context.Context) ([]journal.Brake, error) { return nil, errors.New("no") }
