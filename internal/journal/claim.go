package journal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// maxReporters is how many reporters an entry names, and maxAnswered how many reports a claim remembers to have answered: the latest.
const (
	maxReporters = 20
	maxAnswered  = 100
)

// A Claim is what a journal keeps of one key: the entry that holds it or, once that is final, held it last; what was seen of the resource; and who works on it now.
//
// Its methods are the rules of the journal. They are pure and change nothing: an implementation reads a claim, asks it for the next Step, and writes that step whole or
// not at all, and only if the claim still has the Version that it read.
type Claim struct {
	Version int64                      `json:"version"` // one more with each write; 0: nothing is kept of the key
	Entry   Entry                      `json:"entry"`   // its newest revision, with what was reported since
	Seen    map[string]finding.Version `json:"seen"`    // the newest of each source
	Holder  string                     `json:"holder,omitempty"`
	Until   time.Time                  `json:"until"`   // when the holder's lease ends
	Touched time.Time                  `json:"touched"` // of the last write: a claim is kept as long after it as an entry
	// Answered are the reports that are answered once only (Entry.Once), the latest.
	Answered []string `json:"answered,omitempty"`
	// Changed is the last entry that changed the setting and was no undo, or made again what an undo had taken back; "" if there is none.
	Changed string `json:"changed,omitempty"`

	later later // what a newer version wrote of it
}

// A Step is what one call writes, and what it answers.
type Step struct {
	Kind   BegunKind // of Begin only
	Entry  Entry     // the answer
	Append []Entry   // the revisions that are new
	Claim  *Claim    // the claim as it will be; nil if it stays as it is
	Counts []Counter // the counters that move with it
}

// Open is the entry that holds the claim; false if none does.
func (c Claim) Open() (Entry, bool) {
	if c.Version == 0 || c.Entry.State.Final() {
		return Entry{}, false
	}
	return c.Entry, true
}

// Begin takes the report of a violation. The caller knows that there is no entry with the id of e, except perhaps the one that the claim remembers.
func (c Claim) Begin(e Entry, now time.Time) Step {
	open, held := c.Open()
	switch {
	case c.Version > 0 && c.Entry.ID == e.ID: // delivered again
		return Step{Kind: Repeated, Entry: c.Entry}
	case c.stale(e):
		return Step{Kind: Stale, Entry: open}
	case !held && (c.done(e) || c.ours(e)):
		return Step{Kind: Repeated, Entry: c.Entry}
	case held && interrupts(open, e):
		return Step{Kind: Repeated, Entry: open}
	case held && c.answered(open, e):
		return c.report(e, now)
	default:
		return c.start(e, now)
	}
}

// interrupts tells whether e is an undo, and the open entry, which it is no report of, is on its way: that comes first. What only waits is not. Exemptions of a resource that
// has some are recorded beside those, by whoever read them; begun, they would take the place of what somebody else granted in the same moment.
func interrupts(open, e Entry) bool {
	onItsWay := open.State != Waiting && !open.State.Standing()
	return e.Key.Exemption() || e.Undoes != "" && open.Undoes != e.Undoes && onItsWay
}

// done tells whether a report that is answered once only was, and its answer is over. What failed is tried again, and what was exempt is looked at again. Somebody who
// presses a button asks anew.
func (c Claim) done(e Entry) bool {
	return c.known(e) && e.Press == "" && c.Entry.State != Failed && c.Entry.State != Exempted
}

// echo is for how long after a write an event that asks for a change may show that very write: what only a read tells, the event does not know.
const echo = time.Hour

// ours tells whether what is reported is what our own write left: the event shows that very write, and people were told of it. A policy that can put right by now what was left
// asks for more.
func (c Claim) ours(e Entry) bool {
	left := c.Version > 0 && c.Entry.State == Fixed && c.Entry.Left != "" && e.Press == "" && e.Undoes == "" && violations(e) == c.Entry.Left
	return left && (strength(e) < strength(Entry{Mode: "propose"}) || e.Since.Before(c.Entry.Updated.Add(echo)))
}

// known tells whether a report that is answered once only came before.
func (c Claim) known(e Entry) bool { return e.Once != "" && slices.Contains(c.Answered, e.Once) }

// remember is the claim's memory of what is answered once only, and this.
func (c Claim) remember(e Entry) []string {
	if e.Once == "" || slices.Contains(c.Answered, e.Once) {
		return c.Answered
	}
	all := append(slices.Clone(c.Answered), e.Once)
	return all[max(0, len(all)-maxAnswered):]
}

// answered tells whether the entry that holds the claim is the answer to this report, too. One that moves is: it will be planned from a read. One that stands is, if
// the report is known to be of the same violations and asks for no more than was done. A press asks for what is proposed, and for more than everything else that stands.
// Each notice says something else, and the newest is what holds: it takes the place of the one before it, told or not.
func (c Claim) answered(open, e Entry) bool {
	same := e.Fingerprint != "" && violations(e) == violations(open)
	switch {
	case e.Key.Noticed() != "":
		return false
	case open.State == Waiting:
		return e.Undoes == ""
	case !open.State.Standing():
		return true
	case e.Press != "":
		return same && open.State == Proposed
	}
	return (same || c.known(e)) && strength(e) <= strength(open)
}

// violations is the part of a fingerprint that names the violations; the part before it is what the policy wants done.
func violations(e Entry) string {
	_, violations, found := strings.Cut(e.Fingerprint, ":")
	if !found {
		return e.Fingerprint
	}
	return violations
}

// strength orders entries by how much the policy wants done: only told, proposed, fixed.
func strength(e Entry) int {
	return slices.Index([]string{"observe", "notify", "propose", "fix"}, e.Mode)
}

// stale tells whether something newer than what the entry was judged by was seen of the resource.
func (c Claim) stale(e Entry) bool {
	if e.Seen.Source == "" {
		return false
	}
	for _, seen := range c.Seen {
		if e.Seen.Before(seen) {
			return true
		}
	}
	return false
}

// heard is the claim's memory of what was seen, and this.
func (c Claim) heard(e Entry) map[string]finding.Version {
	seen := maps.Clone(c.Seen)
	if e.Seen.Source == "" || c.stale(e) {
		return seen
	}
	if seen == nil {
		seen = map[string]finding.Version{}
	}
	seen[e.Seen.Source] = e.Seen
	return seen
}

// report adds a report to the entry that holds the claim, without a new revision: whoever works on the entry is not disturbed.
func (c Claim) report(e Entry, now time.Time) Step {
	next := c
	next.Seen = c.heard(e)
	if c.Entry.Undoes == "" { // an undo answers nothing
		next.Answered = c.remember(e)
	}
	next.Entry.Reporters = reporters(c.Entry.Reporters, reports(e)...)
	if e.Press != "" {
		next.Entry.Press = e.Press
	}
	next.Entry.Severity = worse(c.Entry.Severity, e.Severity)
	if next.Entry.Once == "" && next.Entry.Undoes == "" {
		next.Entry.Once = e.Once // a threat is among the reports
	}
	if e.Seen.Source != "" {
		next.Entry.Seen = e.Seen
	}
	if !c.Entry.State.Answered() && e.Once != "" && !c.known(e) {
		next.Entry.Told = false // people hear at once of a threat, whatever its answer waits for
	}
	step := Step{Kind: Repeated, Entry: next.Entry}
	same := maps.Equal(next.Seen, c.Seen) && slices.Equal(next.Answered, c.Answered)
	same = same && next.Entry.Severity == c.Entry.Severity
	if same && next.Entry.Press == c.Entry.Press && next.Entry.Once == c.Entry.Once && slices.Equal(next.Entry.Reporters, c.Entry.Reporters) {
		return step
	}
	next.Version, next.Touched = c.Version+1, now.UTC()
	step.Claim = &next
	return step
}

// start opens a new entry, which takes the claim. The one that stood before is over; the new one remembers how it was answered.
func (c Claim) start(e Entry, now time.Time) Step {
	e.Revision, e.State, e.Updated, e.Told = 1, Open, now.UTC(), false
	e.Reporters = reports(e)
	e.Prior = nil
	var revisions []Entry
	if c.Version > 0 {
		e.Prior = &Prior{ID: c.Entry.ID, State: c.Entry.State, Fingerprint: c.Entry.Fingerprint, Told: c.Entry.Told, Undone: undone(c.Entry, now), Settled: settled(c.Entry)}
	}
	if open, ok := c.Open(); ok {
		if !open.Told {
			e.Reporters = reporters(open.Reporters, e.Reporters...) // people hear of those by this entry's message, or never
		}
		revisions = append(revisions, lapse(open, e))
	}
	next := Claim{Version: c.Version + 1, Entry: e, Seen: c.heard(e), Answered: c.remember(e), Changed: c.Changed, Touched: e.Updated, later: c.later}
	return Step{Kind: Started, Entry: e, Append: append(revisions, e), Claim: &next}
}

// undone is the entry that was taken back while this one held the claim, or before it and nothing ended the violation since. An undo whose exemption is over (Due) is not
// remembered: from then on the rule holds again.
func undone(e Entry, now time.Time) string {
	switch {
	case e.Undoes != "" && !e.Due.IsZero() && !now.Before(e.Due):
		return ""
	case e.TookBack() && !e.Redoes:
		return e.Undoes
	case e.Prior != nil && e.State != Fixed && e.State != Compliant && e.State != Gone:
		return e.Prior.Undone
	}
	return ""
}

// settled tells whether an entry left its setting as a change of ours had made it, of which people were told.
func settled(e Entry) bool {
	if e.State == Compliant {
		return e.Prior != nil && e.Prior.Settled
	}
	return e.State == Fixed && e.Undoes == "" && e.Told
}

// lapse is the last revision of an entry whose place another takes. Nothing is owed for it.
func lapse(old, by Entry) Entry {
	move, _ := Next(old.State, Supersede) // only standing entries, and notices, come here, and the table has a way for each
	old.Revision++
	old.State, old.Updated, old.Told = move.To, latest(old.Updated, by.Updated), !move.Tell
	old.Reason = fmt.Sprintf("entry %s took its place", by.ID)
	return old
}

// Record appends the next revision of the claim's own entry. A state that answers the entry without having changed the resource is refused with ErrStale if something
// newer was seen of it, or reported, than the entry was judged by: it has to be judged again.
func (c Claim) Record(e Entry) (Step, error) {
	if c.outdated(e) {
		return Step{}, fmt.Errorf("record entry %s as %s, seen %d by %s: %w", e.ID, e.State, e.Seen.Number, e.Seen.Source, ErrStale)
	}
	if e.Seen.Before(c.Entry.Seen) || c.stale(e) {
		e.Seen = c.Entry.Seen // reported since; whoever is in the midst of a write goes on
	}
	e, err := Amend(c.Entry, e)
	if err != nil {
		return Step{}, err
	}
	next := c
	if e.State == Gone {
		next.Seen, next.Answered = nil, nil // one of the same name may be made anew: its tag versions count from the start again, and its findings are others
	}
	next.Version, next.Entry, next.Touched = c.Version+1, e, e.Updated
	next.Seen = next.heard(e)
	if e.State == Fixed && (e.Undoes == "" || e.Redoes) {
		next.Changed = e.ID
	}
	if idle(e) {
		next.Holder, next.Until = "", time.Time{}
	}
	return Step{Entry: e, Append: []Entry{e}, Claim: &next}, nil
}

// outdated tells whether e answers the claim's entry by what may not be so any more: something newer was seen, or reported, than it was judged by.
func (c Claim) outdated(e Entry) bool {
	answers := !c.Entry.State.Final() && e.State != c.Entry.State && judged(e.State)
	return answers && (c.stale(e) || overtaken(c.Entry, e))
}

// judged tells whether a state says something about the resource that a newer event may have made untrue.
func judged(s State) bool {
	switch s {
	case Compliant, Gone, Told, Observed, Proposed, Refused, Failed:
		return true
	}
	return false
}

// overtaken tells whether the entry was reported again, or a button pressed for it, since it was taken to be judged.
func overtaken(now, e Entry) bool {
	return !slices.Equal(now.Reporters, e.Reporters) || now.Press != e.Press
}

// idle tells whether nobody works on an entry any more, so that its lease is over: it is answered, or left to the clock.
func idle(e Entry) bool {
	left := slices.Contains(during, e.State) && !e.Due.IsZero()
	return left || e.State == Waiting || e.State.Answered()
}

// Amend is e as the revision that follows was, the newest that is kept. It answers ErrConflict if e was made from another one. A final entry moves only as the table says.
func Amend(was, e Entry) (Entry, error) {
	if e.Revision != was.Revision {
		return Entry{}, fmt.Errorf("record revision %d of entry %s, of which %d is the newest: %w", e.Revision+1, e.ID, was.Revision, ErrConflict)
	}
	if e.Key != was.Key {
		return Entry{}, fmt.Errorf("record entry %s under key %s: it belongs to %s", e.ID, e.Key, was.Key)
	}
	if was.State.Final() && e.State != was.State && !leads(was.State, e.State) {
		return Entry{}, fmt.Errorf("record entry %s as %s: it ended as %s", e.ID, e.State, was.State)
	}
	e.Revision++
	e.Updated = latest(was.Updated, e.Updated.UTC()) // clocks of two functions differ, and the newest revision must be the latest
	e.Reporters = reporters(was.Reporters, e.Reporters...)
	if e.Press == "" {
		e.Press = was.Press // pressed since
	}
	e.Severity = worse(was.Severity, e.Severity) // a worse one was reported since
	if e.Once == "" {
		e.Once = was.Once
	}
	return e, nil
}

// worse is the higher one of two severities, as the policy file spells them; one that is none is lower than all.
func worse(a, b string) string {
	x, _ := finding.ParseSeverity(a)
	y, _ := finding.ParseSeverity(b)
	if y > x || x == finding.Unset && b != "" {
		return b
	}
	return a
}

// leads tells whether some event leads from one state to the other.
func leads(from, to State) bool {
	return slices.ContainsFunc(life, func(r rule) bool { return r.move.To == to && slices.Contains(r.from, from) })
}

// Take gives the claim to holder until a time, or answers ErrBusy while another's lease holds. The same holder may take it again.
//
// An entry that is answered, or waits for its time, needs no lease: nothing but telling is left to be done for it now.
func (c Claim) Take(holder string, now, until time.Time) (Step, error) {
	if c.Entry.State.Answered() || c.Entry.State == Waiting && c.Entry.Due.After(now) {
		return Step{Entry: c.Entry}, nil
	}
	if c.Holder != "" && c.Holder != holder && c.Until.After(now) {
		return Step{}, fmt.Errorf("take entry %s for %s: held by %s until %s: %w", c.Entry.ID, holder, c.Holder, c.Until.Format(time.RFC3339), ErrBusy)
	}
	next := c
	next.Version, next.Holder, next.Until, next.Touched = c.Version+1, holder, until.UTC(), now.UTC()
	return Step{Entry: c.Entry, Claim: &next}, nil
}

// reports are who reports an entry that is begun: its event, unless it says more.
func reports(e Entry) []Reporter {
	if len(e.Reporters) > 0 {
		return reporters(nil, e.Reporters...)
	}
	return []Reporter{{Kind: e.Kind, Event: e.Event, Control: e.Control}}
}

// reporters is list with more behind it, each once, and the latest only.
func reporters(list []Reporter, more ...Reporter) []Reporter {
	all := slices.Clone(list)
	for _, r := range more {
		if !slices.ContainsFunc(all, r.same) {
			all = append(all, r)
		}
	}
	return all[max(0, len(all)-maxReporters):]
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
