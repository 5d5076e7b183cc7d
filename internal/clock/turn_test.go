package clock

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

var key = journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", Setting: "tags"}

// violation is an entry of a violation that is due.
func violation(id string, s journal.State) journal.Entry {
	return journal.Entry{
		ID: id, Key: key, State: s, Event: "e-" + id, Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "fix", Fingerprint: "fix:1", Reason: "Owner is missing.",
		Resource: finding.Resource{Partition: "aws", Account: key.Account, Region: key.Region, Type: "AWS::EC2::Volume", ID: "vol-1", ARN: key.Resource},
		Since:    noon.Add(-72 * time.Hour), Updated: noon.Add(-time.Hour), Told: true, Due: noon,
	}
}

func with(e journal.Entry, change func(*journal.Entry)) journal.Entry {
	change(&e)
	return e
}

func held(why string) func(*journal.Entry) { return func(e *journal.Entry) { e.Held = why } }

func TestTurns(t *testing.T) {
	notice := journal.Notice("rule/tags", "budget", "1", "medium", "Rule tags reached its budget.", noon)
	notice.State, notice.Due = journal.Waiting, noon
	undo := with(violation("undo", journal.Fixed), func(e *journal.Entry) { e.Undoes = "tags" })
	threat := func(e *journal.Entry) { e.Control = "guardduty:Backdoor:EC2/C&CActivity.B" }
	for _, test := range []struct {
		name  string
		entry journal.Entry
		known known
		state journal.State
		told  bool
		due   time.Duration // from now; 0: never
		hand  bool
		anew  bool
	}{
		{"grace is over", with(violation("a", journal.Waiting), held(journal.Grace)), known{}, journal.Open, true, journal.Overdue, true, false},
		{"what people were not told of is told", with(violation("a", journal.Waiting), func(e *journal.Entry) { e.Told = false }), known{}, journal.Open, false, journal.Overdue, true, false},
		{"the brake is on", with(violation("a", journal.Waiting), held(journal.Braked)), known{braked: true}, journal.Waiting, true, journal.BrakePause, false, false},
		{"the brake is off", with(violation("a", journal.Waiting), held(journal.Braked)), known{}, journal.Open, true, journal.Overdue, true, false},
		{"a freeze, and the brake", with(violation("a", journal.Waiting), held(journal.Freeze)), known{braked: true}, journal.Open, true, journal.Overdue, true, false},
		{"a fight is over", with(violation("a", journal.Told), held(journal.Fight)), known{}, journal.Open, true, journal.Overdue, true, false},
		{"the budget has room", with(violation("a", journal.Proposed), held(journal.Budget)), known{}, journal.Open, true, journal.Overdue, true, false},
		{"a proposal has expired", violation("a", journal.Proposed), known{}, journal.Lapsed, false, journal.Overdue, true, false},
		{"expired and not told", with(violation("a", journal.Lapsed), func(e *journal.Entry) { e.Told = false }), known{}, journal.Lapsed, false, journal.Overdue, true, false},
		{"expired and told", violation("a", journal.Lapsed), known{}, journal.Lapsed, true, 0, false, false},
		{"lost on its way", violation("a", journal.Open), known{}, journal.Open, true, journal.Overdue, true, false},
		{"in the midst of a write", violation("a", journal.Applying), known{}, journal.Applying, true, journal.Overdue, true, false},
		{"an undo that was refused in another's place", with(undo, func(e *journal.Entry) {
			e.State, e.Prior = journal.Refused, &journal.Prior{State: journal.Waiting}
		}), known{undone: violation("tags", journal.Fixed)}, journal.Open, false, journal.Overdue, true, true},
		{"one that took no place", with(undo, func(e *journal.Entry) {
			e.State, e.Prior = journal.Refused, &journal.Prior{State: journal.Fixed}
		}), known{undone: violation("tags", journal.Fixed)}, journal.Refused, true, 0, false, false},
		{"an undo of what was so already", with(undo, func(e *journal.Entry) { e.State = journal.Compliant }), known{undone: violation("tags", journal.Undone)}, journal.Open, false, journal.Overdue, true, true},
		{"settling", violation("a", journal.Settling), known{}, journal.Settling, true, journal.Overdue, true, false},
		{"told, and nothing is due", violation("a", journal.Told), known{}, journal.Told, true, 0, false, false},
		{"fixed, and nothing is due", violation("a", journal.Fixed), known{}, journal.Fixed, true, 0, false, false},
		{"an exemption is over", violation("a", journal.Exempted), known{}, journal.Open, false, journal.Overdue, true, true},
		{"an exemption of a threat is over", with(violation("a", journal.Exempted), threat), known{}, journal.Exempted, true, 0, false, false},
		{"an undo's exemption is over", undo, known{undone: violation("tags", journal.Undone)}, journal.Open, false, journal.Overdue, true, true},
		{"an undo's, and the undone is not kept", undo, known{}, journal.Fixed, true, 0, false, false},
		{"an undo of a threat's answer", undo, known{undone: with(violation("tags", journal.Undone), threat)}, journal.Fixed, true, 0, false, false},
		{"a notice has waited", notice, known{heldBack: 7}, journal.Told, false, journal.Overdue, true, false},
		{"a notice was begun", with(notice, func(e *journal.Entry) { e.State = journal.Open }), known{}, journal.Told, false, journal.Overdue, true, false},
		{"a notice was not told", with(notice, func(e *journal.Entry) { e.State = journal.Told }), known{}, journal.Told, false, journal.Overdue, true, false},
		{"a notice was told", with(notice, func(e *journal.Entry) { e.State, e.Told = journal.Told, true }), known{}, journal.Told, true, 0, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := turnOf(test.entry, noon, test.known)
			if err != nil {
				t.Fatal(err)
			}
			var due time.Time
			if test.due != 0 {
				due = noon.Add(test.due)
			}
			if got.next.State != test.state || got.next.Told != test.told || !got.next.Due.Equal(due) || got.hand != test.hand || got.anew != test.anew {
				t.Errorf("got %s, told %v, due %v, handed over %v, anew %v; want %s, %v, %v, %v, %v", got.next.State, got.next.Told, got.next.Due, got.hand, got.anew,
					test.state, test.told, due, test.hand, test.anew)
			}
			if test.anew == (got.next.ID == test.entry.ID) {
				t.Errorf("the entry's id is %s, it was %s", got.next.ID, test.entry.ID)
			}
		})
	}
}

func TestANoticeCounts(t *testing.T) {
	notice := journal.Notice("rule/tags", "budget", "1", "medium", "Rule tags reached its budget.", noon)
	for n, want := range map[int]string{
		0: "Rule tags reached its budget.", 1: "Rule tags reached its budget. 1 change is held back.", 7: "Rule tags reached its budget. 7 changes are held back.",
	} {
		got, err := turnOf(notice, noon, known{heldBack: n})
		if err != nil || got.next.Reason != want {
			t.Errorf("%d: got %v, %q; want %q", n, err, got.next.Reason, want)
		}
	}
}

// exempt is the entry of a volume's exemptions, as it stands when people were told of them.
func exempt(t testing.TB, grants ...journal.Grant) journal.Entry {
	t.Helper()
	r := violation("a", journal.Open).Resource
	k, ok := journal.ExemptionKey(r)
	if !ok {
		t.Fatal("no key")
	}
	e, err := journal.Exempt(r, k, grants, noon.Add(-30*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	e.State, e.Told = journal.Told, true
	return e
}

func TestExemptionTurns(t *testing.T) {
	const day = 24 * time.Hour
	grant := func(left time.Duration, rules ...string) journal.Grant {
		return journal.Grant{Rules: rules, Until: noon.Add(left), Reason: "static web site", Owner: "web", By: "ops"}
	}
	byUndo := func(g journal.Grant) journal.Grant { g.Undo = "tw-undo"; return g }
	reminded := func(g journal.Grant) journal.Grant { g.Reminded = true; return g }
	for _, test := range []struct {
		name   string
		grants []journal.Grant
		state  journal.State
		due    time.Duration
		hand   bool
		left   int
		says   []string
	}{
		{"long before its end", []journal.Grant{grant(20*day, "tags")}, journal.Told, 13 * day, false, 1, nil},
		{"a week before its end", []journal.Grant{grant(7*day, "tags")}, journal.Told, journal.Overdue, true, 1, []string{`from rule "tags"`, "ends at 2026-11-30 12:00 UTC"}},
		{"reminded", []journal.Grant{reminded(grant(5*day, "tags"))}, journal.Told, 5 * day, false, 1, nil},
		{"one is over, one holds", []journal.Grant{grant(0, "tags"), grant(30*day, "other")}, journal.Told, journal.Overdue, true, 1, []string{`from rule "tags"`, "in force again"}},
		{"one is over, one ends soon", []journal.Grant{grant(-day), grant(day, "other")}, journal.Told, journal.Overdue, true, 1, []string{"all rules", "in force again", `rule "other"`, "ends at"}},
		{"an undo's, and nobody is told of it by itself", []journal.Grant{byUndo(grant(day, "tags")), byUndo(grant(0, "a")), grant(20 * day)}, journal.Told, day, false, 2, nil},
		{"an undo's, the last one", []journal.Grant{byUndo(grant(0, "tags"))}, journal.Lapsed, 0, false, 0, nil},
		{"the last one is over", []journal.Grant{reminded(grant(0, "a", "b"))}, journal.Lapsed, journal.Overdue, true, 0, []string{`the rules "a", "b"`, "in force again"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := turnOf(exempt(t, test.grants...), noon, known{})
			if err != nil {
				t.Fatal(err)
			}
			var left []journal.Grant
			if err := json.Unmarshal(got.next.With, &left); err != nil {
				t.Fatal(err)
			}
			due := noon.Add(test.due)
			if test.due == 0 {
				due = time.Time{}
			}
			if got.next.State != test.state || !got.next.Due.Equal(due) || got.hand != test.hand || got.next.Told == test.hand || len(left) != test.left {
				t.Errorf("got %s, due %v, handed over %v, told %v, %d left; want %s, %v, %v, %v, %d", got.next.State, got.next.Due, got.hand, got.next.Told, len(left),
					test.state, due, test.hand, !test.hand, test.left)
			}
			for _, says := range test.says {
				if !strings.Contains(got.next.Reason, says) {
					t.Errorf("the reason is %q, and does not say %q", got.next.Reason, says)
				}
			}
			if !test.hand {
				return
			}
			again, err := turnOf(with(got.next, func(e *journal.Entry) { e.Told = true }), noon.Add(journal.Overdue), known{})
			if err != nil || again.hand {
				t.Errorf("it is told twice: %v, %q", err, again.next.Reason)
			}
		})
	}
}

func TestAnExemptionOfWhichNobodyWasToldIsToldFirst(t *testing.T) {
	e := exempt(t, journal.Grant{Until: noon, Reason: "r", Owner: "o", By: "ops"})
	for _, state := range []journal.State{journal.Open, journal.Told} {
		e.State, e.Told = state, false
		got, err := turnOf(e, noon, known{})
		if err != nil || got.next.State != journal.Told || got.next.Told || !got.hand || got.next.Reason != e.Reason {
			t.Errorf("%s: got %v, %+v", state, err, got)
		}
	}
}

func TestUnreadableExemptionsAreAnError(t *testing.T) {
	e := exempt(t, journal.Grant{Until: noon, Reason: "r", Owner: "o", By: "ops"})
	e.With = json.RawMessage(`{"a":1}`)
	if got, err := turnOf(e, noon, known{}); err == nil {
		t.Errorf("got %+v", got)
	}
}
