package operator

import (
	"slices"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

func TestList(t *testing.T) {
	d := newDesk(t)
	fixed := d.plant("e1", journal.Fixed, nil)
	told := d.plant("e2", journal.Told, func(e *journal.Entry) { e.Rule, e.Key.Setting = "quiet", "other" })
	open := d.plant("e3", journal.Open, func(e *journal.Entry) { e.Key.Setting = "third" })
	undo := d.plant("e4", journal.Fixed, func(e *journal.Entry) { e.Rule, e.Key.Setting, e.Undoes = "gone", "fourth", "tw-other" })
	for name, test := range map[string]struct {
		ask  List
		want []journal.Entry
		more bool
	}{
		"all":                    {List{}, []journal.Entry{fixed, told, open, undo}, false},
		"of a rule":              {List{Rule: "quiet"}, []journal.Entry{told}, false},
		"of a rule that is gone": {List{Rule: "gone"}, []journal.Entry{undo}, false},
		"fixed, without undos":   {List{State: "fixed"}, []journal.Entry{fixed}, false},
		"undone, with undos":     {List{State: "undone"}, []journal.Entry{undo}, false},
		"of an outcome":          {List{State: "waiting"}, []journal.Entry{open}, false},
		"since":                  {List{Since: clock}, nil, false},
		"some":                   {List{Limit: 2}, nil, true},
		"as many as are":         {List{Limit: 4}, []journal.Entry{fixed, told, open, undo}, false},
		"some of a state":        {List{State: "told", Limit: 1}, []journal.Entry{told}, false},
	} {
		t.Run(name, func(t *testing.T) {
			answer := d.ask(ops, Request{List: &test.ask})
			got := map[string]bool{}
			for _, v := range answer.Entries {
				got[v.Entry] = true
				if v.Before != nil || v.After != nil {
					t.Errorf("a list has the values %v, %v", v.Before, v.After)
				}
			}
			if answer.More != test.more || !test.more && len(got) != len(test.want) || test.more && len(got) != test.ask.Limit {
				t.Errorf("got %d entries, more %v; want %d, %v", len(got), answer.More, len(test.want), test.more)
			}
			for _, e := range test.want {
				if !got[e.ID] {
					t.Errorf("entry %s is missing", e.ID)
				}
			}
		})
	}
	d.refused(ops, Request{List: &List{Limit: MaxList + 1}}, Invalid, "1 to 1000")
	d.refused(ops, Request{List: &List{State: "open"}}, Invalid, `no outcome "open"`, "proposed, waiting, fixed")
	d.refused(ops, Request{List: &List{Rule: "tag"}}, Unknown, `no rule "tag"`, "tags, shown, quiet, gone")
}

// TestOutcomes holds that every outcome can be asked for.
func TestOutcomes(t *testing.T) {
	for _, s := range []journal.State{
		journal.Open, journal.Waiting, journal.Planned, journal.Applying, journal.Settling, journal.Observed, journal.Told, journal.Proposed, journal.Fixed,
		journal.Compliant, journal.Exempted, journal.Gone, journal.Refused, journal.Failed, journal.Lapsed, journal.Undone,
	} {
		if outcome := notify.Outcome(journal.Entry{State: s}); !slices.Contains(outcomes, outcome) {
			t.Errorf("%s: the outcome %q cannot be asked for", s, outcome)
		}
	}
}

func TestGet(t *testing.T) {
	d := newDesk(t)
	e := d.plant("e1", journal.Proposed, proposed)
	d.ask(ops, Request{Approve: &Approve{Entry: e.ID}})
	got := d.ask(ops, Request{Get: &Get{Entry: e.ID}})
	if got.Entry.Shown != seal(e) || got.Entry.After["Owner"] != "nobody" || got.Entry.Changes != 1 || got.Entry.Outcome != "waiting" {
		t.Errorf("got %+v, want what changes", got.Entry)
	}
	if len(got.History) != 3 || got.History[1].State != "proposed" || got.History[2].Approver != ops || !got.History[1].Time.Equal(clock.Add(-time.Hour)) {
		t.Errorf("got %+v, want its three revisions", got.History)
	}
	d.refused(ops, Request{Get: &Get{Entry: "tw-none"}}, Unknown, "tw-none")
}
