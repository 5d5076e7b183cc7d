package journal

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// edge is the key of the claims here.
var edge = Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:s3:::b", Setting: "tags"}

// reported is what a service reports of a setting, by its own id.
func reported(event, report, once string) Entry {
	return Entry{
		ID: NewID(edge, event, "tags"), Key: edge, Event: event, Kind: "config", Control: "tags", Mode: "fix", Fingerprint: "fix:a", Once: once,
		Seen:      finding.Version{Source: "config", Number: 5},
		Reporters: []Reporter{{Kind: "config", Event: event, Control: "tags", Report: finding.Report{Service: "securityhub", ID: report}}},
	}
}

// held is the claim that an entry holds, in a state.
func held(e Entry, s State) Claim {
	c := *Claim{}.Begin(e, noon).Claim
	c.Entry.State = s
	return c
}

// TestTheClaimKnowsItsOwnEntry holds that an event which is delivered again starts nothing, though a journal that asks a claim has not looked for the entry.
func TestTheClaimKnowsItsOwnEntry(t *testing.T) {
	e := reported("e1", "a", "")
	if step := held(e, Fixed).Begin(e, noon); step.Kind != Repeated || step.Entry.ID != e.ID || step.Claim != nil {
		t.Errorf("got %+v", step)
	}
}

// TestWhatIsTakenBackIsNotOurs holds that what stayed wrong after a write is no reason to be quiet once that write was taken back.
func TestWhatIsTakenBackIsNotOurs(t *testing.T) {
	for state, want := range map[State]BegunKind{Fixed: Repeated, Undone: Started, Compliant: Started} {
		c := held(reported("e1", "a", ""), state)
		c.Entry.Left = "a"
		if step := c.Begin(reported("e2", "b", ""), noon); step.Kind != want {
			t.Errorf("after %s it is taken as %d, want %d", state, step.Kind, want)
		}
	}
}

// TestAReportIsWrittenWhereItIsNews holds that a claim is written for whatever is new in a report, and for nothing else.
func TestAReportIsWrittenWhereItIsNews(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(e *Entry)
		news   bool
	}{
		{"nothing", func(*Entry) {}, false},
		{"a newer sight", func(e *Entry) { e.Seen.Number = 6 }, true},
		{"a report that is answered once", func(e *Entry) { e.Once = "b" }, true},
		{"another report", func(e *Entry) { e.Reporters[0].Report.ID = "b" }, true},
		{"a worse severity", func(e *Entry) { e.Severity = "high" }, true},
		{"a press", func(e *Entry) { e.Press = "Remediate" }, true},
	} {
		c, again := held(reported("e1", "a", "a"), Open), reported("e2", "a", "a")
		test.change(&again)
		step := c.Begin(again, noon.Add(time.Minute))
		if step.Kind != Repeated || (step.Claim != nil) != test.news {
			t.Errorf("%s: taken as %d, written %v; want repeated, %v", test.name, step.Kind, step.Claim != nil, test.news)
		}
		if step.Claim != nil && (step.Claim.Version != c.Version+1 || !step.Claim.Touched.Equal(noon.Add(time.Minute))) {
			t.Errorf("%s: version %d, touched %s", test.name, step.Claim.Version, step.Claim.Touched)
		}
	}
}

// TestWhatAClaimRemembers holds that it keeps each report that is answered once, once, and of an event that saw nothing no sight.
func TestWhatAClaimRemembers(t *testing.T) {
	c := held(reported("e1", "a", "a"), Open)
	for _, e := range []Entry{reported("e2", "a", "a"), reported("e3", "b", ""), reported("e4", "c", "c")} {
		e.Seen = finding.Version{}
		if step := c.Begin(e, noon); step.Claim != nil {
			c = *step.Claim
		}
	}
	if want := []string{"a", "c"}; !reflect.DeepEqual(c.Answered, want) {
		t.Errorf("answered are %q, want %q", c.Answered, want)
	}
	if want := map[string]finding.Version{"config": {Source: "config", Number: 5}}; !reflect.DeepEqual(c.Seen, want) {
		t.Errorf("seen is %v, want %v", c.Seen, want)
	}
}

// TestUndone holds for how long a claim remembers that its last change was taken back: until the violation ends, or the exemption of the undo does.
func TestUndone(t *testing.T) {
	prior := &Prior{ID: "tw-2", Undone: "tw-1"}
	for _, test := range []struct {
		name string
		e    Entry
		want string
	}{
		{"an undo", Entry{State: Fixed, Undoes: "tw-3"}, "tw-3"},
		{"an undo whose exemption holds", Entry{State: Fixed, Undoes: "tw-3", Due: noon.Add(1)}, "tw-3"},
		{"an undo whose exemption is over", Entry{State: Fixed, Undoes: "tw-3", Due: noon}, ""},
		{"an undo that was refused", Entry{State: Refused, Undoes: "tw-3"}, ""},
		{"an undo that was refused, after another", Entry{State: Refused, Undoes: "tw-3", Prior: prior}, "tw-1"},
		{"told", Entry{State: Told, Prior: prior}, "tw-1"},
		{"told, and due", Entry{State: Told, Prior: prior, Due: noon}, "tw-1"},
		{"failed", Entry{State: Failed, Prior: prior}, "tw-1"},
		{"fixed", Entry{State: Fixed, Prior: prior}, ""},
		{"compliant", Entry{State: Compliant, Prior: prior}, ""},
		{"gone", Entry{State: Gone, Prior: prior}, ""},
		{"the first", Entry{State: Told}, ""},
	} {
		if got := undone(test.e, noon); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// TestWhatStandsIsToldWhateverWasReportedSince holds that a report which joined an answer is no reason not to write down that people heard of that answer.
func TestWhatStandsIsToldWhateverWasReportedSince(t *testing.T) {
	c := held(reported("e1", "a", ""), Told)
	told := c.Entry
	told.Told = true
	joined := c.Begin(reported("e2", "b", ""), noon)
	if joined.Claim == nil {
		t.Fatal("the report did not join")
	}
	if step, err := joined.Claim.Record(told); err != nil || !step.Entry.Told || len(step.Entry.Reporters) != 2 {
		t.Errorf("got %+v, %v", step.Entry, err)
	}
}

func TestAConflictNamesTheRevision(t *testing.T) {
	was := Entry{ID: "tw-1", Revision: 3}
	_, err := Amend(was, Entry{ID: "tw-1", Revision: 1})
	if err == nil || !strings.HasPrefix(err.Error(), "record revision 2 of entry tw-1, of which 3 is the newest") {
		t.Errorf("got %v", err)
	}
}

func TestWorse(t *testing.T) {
	for _, test := range [][3]string{
		{"", "", ""},
		{"", "low", "low"},
		{"low", "", "low"},
		{"low", "high", "high"},
		{"high", "low", "high"},
		{"low", "low", "low"},
		{"", "odd", "odd"},
		{"odd", "", "odd"},
		{"odd", "low", "low"},
		{"low", "odd", "low"},
	} {
		if got := worse(test[0], test[1]); got != test[2] {
			t.Errorf("of %q and %q it is %q, want %q", test[0], test[1], got, test[2])
		}
	}
}

// TestWhatCannotBeReadIsNotAbsent holds that a claim which the journal cannot read is an error, and not a setting that nobody changed.
func TestWhatCannotBeReadIsNotAbsent(t *testing.T) {
	m := NewMemory()
	m.claims = map[Key][]byte{edge: []byte("{")}
	if e, found, err := m.Changed(t.Context(), edge); err == nil || found {
		t.Errorf("got %+v, %v, %v; want an error", e, found, err)
	}
}

// TestAnEchoEnds holds that an event which asks for a change is taken for an echo of our own write for a while only, and one that asks for none for ever.
func TestAnEchoEnds(t *testing.T) {
	for _, test := range []struct {
		mode  string
		after time.Duration
		want  BegunKind
	}{
		{"notify", 2 * echo, Repeated},
		{"observe", 2 * echo, Repeated},
		{"propose", echo - 1, Repeated},
		{"propose", echo, Started},
		{"fix", echo - 1, Repeated},
		{"fix", echo, Started},
	} {
		c := held(reported("e1", "a", ""), Fixed)
		c.Entry.Left, c.Entry.Updated = "a", noon
		again := reported("e2", "b", "")
		again.Mode, again.Fingerprint, again.Since = test.mode, test.mode+":a", noon.Add(test.after)
		if step := c.Begin(again, noon.Add(3*echo)); step.Kind != test.want {
			t.Errorf("%s, %s after the write: taken as %d, want %d", test.mode, test.after, step.Kind, test.want)
		}
	}
}
