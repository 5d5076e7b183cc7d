package journal

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// lifeTable is the whole life, state by state: "event state", with "!" where people are told. Written by hand from the design, not from the rules.
var lifeTable = map[State]string{
	Open:       "watch observed, tell told!, propose proposed!, hold waiting!, plan planned, nothing compliant, excuse exempt, vanish gone, refuse refused!, fail failed!, supersede lapsed",
	Waiting:    "watch observed, tell told!, propose proposed!, hold waiting!, plan planned, nothing compliant, excuse exempt, vanish gone, refuse refused!, fail failed!, supersede lapsed, approve open, resume open",
	Planned:    "watch observed, tell told!, propose proposed!, hold waiting!, plan planned, start applying, nothing compliant, excuse exempt, vanish gone, refuse refused!, fail failed!",
	Applying:   "plan planned, wrote settling, verify fixed!, nothing compliant, vanish gone, refuse refused!, fail failed!",
	Settling:   "plan planned, verify fixed!, nothing compliant, vanish gone, refuse refused!, fail failed!",
	Observed:   "plan planned, nothing compliant, excuse exempt, vanish gone, supersede lapsed",
	Told:       "plan planned, nothing compliant, excuse exempt, vanish gone, supersede lapsed, resume open, expire lapsed!",
	Proposed:   "plan planned, nothing compliant, excuse exempt, vanish gone, supersede lapsed, approve open, resume open, expire lapsed!",
	Fixed:      "take back undone",
	Compliant:  "",
	Exempted:   "",
	Gone:       "",
	Refused:    "take back undone",
	Failed:     "take back undone",
	Lapsed:     "",
	Undone:     "",
	"":         "",
	"nonsense": "",
}

var events = []Event{Watch, Tell, Propose, Hold, Plan, Start, Wrote, Verify, Nothing, Excuse, Vanish, Refuse, Fail, Supersede, TakeBack, Approve, Resume, Expire}

func TestLife(t *testing.T) {
	for state, want := range lifeTable {
		var moves []string
		for _, e := range events {
			if move, ok := Next(state, e); ok {
				moves = append(moves, string(e)+" "+string(move.To)+strings.Repeat("!", told(move)))
			}
		}
		if got := strings.Join(moves, ", "); got != want {
			t.Errorf("from %q:\n got %s\nwant %s", state, got, want)
		}
	}
}

func told(m Move) int {
	if m.Tell {
		return 1
	}
	return 0
}

func TestLifeKnowsEveryState(t *testing.T) {
	for state := range stages {
		if _, ok := lifeTable[state]; !ok {
			t.Errorf("state %s is not in the test's table", state)
		}
	}
	for _, r := range life {
		if !slices.Contains(events, r.on) {
			t.Errorf("event %s is not in the test's list", r.on)
		}
		for _, s := range append(slices.Clone(r.from), r.move.To) {
			if stages[s] == unknown {
				t.Errorf("rule for %s names %q, which is no state", r.on, s)
			}
		}
	}
}

func TestLifeHasOneRuleForEach(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range life {
		for _, s := range r.from {
			at := string(s) + " " + string(r.on)
			if seen[at] {
				t.Errorf("two rules for %s", at)
			}
			seen[at] = true
		}
	}
}

func TestLifeEnds(t *testing.T) {
	for state, stage := range stages {
		if end := reach(state); stage == moving && !slices.ContainsFunc(end, State.Final) {
			t.Errorf("from %s no final state can be reached: %v", state, end)
		}
		for _, e := range events {
			move, ok := Next(state, e)
			if stage == final && ok && (!slices.Contains([]State{Fixed, Refused, Failed}, state) || e != TakeBack || move.To != Undone) {
				t.Errorf("%s is final, but %s leads to %s", state, e, move.To)
			}
		}
	}
}

// reach is every state that can be reached from one.
func reach(from State) []State {
	found := map[State]bool{}
	for todo := []State{from}; len(todo) > 0; {
		s := todo[0]
		todo = todo[1:]
		for _, e := range events {
			if move, ok := Next(s, e); ok && !found[move.To] {
				found[move.To] = true
				todo = append(todo, move.To)
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
