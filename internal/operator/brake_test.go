package operator

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

func TestBrake(t *testing.T) {
	d := newDesk(t)
	on := d.ask(ops, Request{Brake: &Brake{On: true, Reason: "a bad day"}})
	first := d.kept(on.Entry.Entry)
	if first.State != journal.Told || first.Told || first.Key.Noticed() != "brake" || first.Actor != ops || !strings.Contains(first.Reason, "The brake is on in all accounts") {
		t.Errorf("got %+v, want a notice to be told", first)
	}
	d.handed(first)
	d.ask(ops, Request{Brake: &Brake{On: true, Account: "111122223333", Reason: "look"}})
	got := d.ask(ops, Request{Brakes: &Brakes{}}).Brakes
	if len(got) != 2 || got[0].Account != "" || got[0].Reason != "a bad day" || got[0].By != ops || got[1].Account != "111122223333" {
		t.Errorf("got %+v, want both brakes", got)
	}
	if off := d.ask(ops, Request{Brake: &Brake{Account: "111122223333", Reason: "seen"}}); !strings.Contains(off.Message, "The brake of all accounts is still on (a bad day).") {
		t.Errorf("got %q, want that the other one is still on", off.Message)
	}
	off := d.ask(ops, Request{Brake: &Brake{Reason: "over"}})
	if e := d.kept(off.Entry.Entry); e.ID == first.ID || e.Prior.ID != first.ID || e.Told || !strings.Contains(e.Reason, "is off in all accounts") {
		t.Errorf("got %+v, want a notice of its own", e)
	}
	if list := d.ask(ops, Request{Brakes: &Brakes{}}); len(list.Brakes) != 0 || list.Message != "No brake is on." {
		t.Errorf("got %+v, want none", list)
	}
	if off := d.ask(ops, Request{Brake: &Brake{}}); !strings.HasSuffix(off.Message, "By "+ops+".") {
		t.Errorf("got %q, want that it is off for no reason", off.Message)
	}
	d.refused(ops, Request{Brake: &Brake{On: true}}, Invalid, "--reason")
	d.refused(ops, Request{Brake: &Brake{Reason: " "}}, Invalid, "--reason")
	d.refused(ops, Request{Brake: &Brake{On: true, Account: "12", Reason: "r"}}, Invalid, "12 digits")
}

// TestBrakeIsCutShort holds that the brake is on before anything else, and that asking again tells of it.
func TestBrakeIsCutShort(t *testing.T) {
	for _, call := range []string{"record", "send"} {
		d := newDesk(t)
		d.fail[call] = errors.New("cut")
		if _, err := d.o.Do(t.Context(), ops, Request{Brake: &Brake{On: true, Reason: "first"}}); err == nil {
			t.Fatalf("%s: got no error", call)
		}
		if on, err := d.Memory.Brakes(t.Context()); err != nil || len(on) != 1 {
			t.Errorf("%s: got %v, %v; want the brake on", call, on, err)
		}
		e := d.kept(d.ask(ops, Request{Brake: &Brake{Reason: "second"}}).Entry.Entry)
		if e.State != journal.Told || e.Told || !strings.HasSuffix(e.Reason, "second") {
			t.Errorf("%s: got %+v, want what is so now", call, e)
		}
		d.handed(e)
	}
}

func TestBreaker(t *testing.T) {
	d := newDesk(t)
	e := d.plant("e1", journal.Failed, nil)
	e.Updated = clock
	for _, name := range []string{"failed/tags", "undone/tags", "fought/tags", "failed/shown"} {
		var err error
		if e, err = d.Memory.Record(t.Context(), e, journal.Mark{Counter: name, Limit: 1, Per: time.Hour, Kind: journal.Trip}); err != nil {
			t.Fatal(err)
		}
	}
	d.refused(ops, Request{Breaker: &Breaker{Rule: "tag"}}, Unknown, "it has tags, shown, quiet")
	var opened []string
	for _, b := range d.ask("arn:aws:iam::111122223333:role/security", Request{Breakers: &Breakers{}}).Breakers {
		opened = append(opened, b.Because+" "+b.Rule+" "+b.Until.Sub(b.Since).String())
	}
	if want := []string{"failed tags 1h0m0s", "undone tags 1h0m0s", "fought tags 1h0m0s", "failed shown 1h0m0s"}; !slices.Equal(opened, want) {
		t.Errorf("got %q, want %q", opened, want)
	}
	answer := d.ask(ops, Request{Breaker: &Breaker{Rule: "tags", Reason: "mended"}})
	if !strings.HasPrefix(answer.Message, `The breaker of rule "tags" is closed`) {
		t.Errorf("got %q, want that it is closed", answer.Message)
	}
	rails, err := d.Rails(t.Context(), "", "failed/tags", "undone/tags", "fought/tags", "failed/shown")
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{}
	for name, c := range rails.Counters {
		open[name] = c.Open(e.Updated)
	}
	if want := map[string]bool{"failed/tags": false, "undone/tags": false, "fought/tags": false, "failed/shown": true}; !reflect.DeepEqual(open, want) {
		t.Errorf("open: got %v, want %v", open, want)
	}
	if told := d.kept(answer.Entry.Entry); told.Key.Noticed() != "breaker" || told.Rule != "tags" || told.Told || !strings.Contains(told.Reason, ops) {
		t.Errorf("got %+v, want a notice", told)
	}
	if again := d.ask(ops, Request{Breaker: &Breaker{Rule: "tags"}}).Message; !strings.HasPrefix(again, `The breaker of rule "tags" was not open`) {
		t.Errorf("got %q, want that it was not open", again)
	}
	d.now = d.now.Add(time.Hour)
	if list := d.ask(ops, Request{Breakers: &Breakers{}}); len(list.Breakers) != 0 || list.Message != "No breaker is open." {
		t.Errorf("got %+v, want none", list)
	}
}

// TestWhatWasHeldBackGoesOn holds that what waits for a brake or a breaker is due as soon as that is off or closed, and nothing else is.
func TestWhatWasHeldBackGoesOn(t *testing.T) {
	hour := clock.Add(time.Hour - time.Minute)
	for name, test := range map[string]struct {
		request Request
		want    []string // the events of what is due
	}{
		"the brake of all":      {Request{Brake: &Brake{Reason: "r"}}, []string{"braked", "elsewhere", "writing"}},
		"an account's":          {Request{Brake: &Brake{Account: "111122223333", Reason: "r"}}, []string{"braked", "writing"}},
		"a brake that comes on": {Request{Brake: &Brake{On: true, Reason: "r"}}, nil},
		"the breaker":           {Request{Breaker: &Breaker{Rule: "tags"}}, []string{"broken"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			plant := func(event string, s journal.State, held string, due time.Time, more ...func(*journal.Entry)) {
				d.plant(event, s, func(e *journal.Entry) {
					e.Key.Resource += event
					e.ID, e.Held, e.Due = journal.NewID(e.Key, event, ""), held, due
					for _, m := range more {
						m(e)
					}
				})
			}
			soon := clock.Add(5 * time.Minute)
			plant("braked", journal.Waiting, journal.Braked, soon)
			plant("elsewhere", journal.Waiting, journal.Braked, soon, func(e *journal.Entry) { e.Key.Account = "444455556666" })
			plant("writing", journal.Applying, journal.Braked, soon)
			plant("broken", journal.Proposed, journal.Broken, hour)
			plant("another rule's", journal.Proposed, journal.Broken, hour, func(e *journal.Entry) { e.Rule = "shown" })
			plant("budget", journal.Proposed, journal.Budget, soon)
			plant("grace", journal.Waiting, journal.Grace, soon)
			d.ask(ops, test.request)
			due, err := d.Memory.Due(t.Context(), d.now, 100)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range due {
				if e.Key.Noticed() == "" {
					got = append(got, e.Event)
				}
			}
			if slices.Sort(got); !slices.Equal(got, test.want) {
				t.Errorf("due are %q, want %q", got, test.want)
			}
		})
	}
}
