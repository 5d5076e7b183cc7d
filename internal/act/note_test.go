package act

import (
	"context"
	"errors"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// outside makes an entry one that no finding of Security Hub reported.
func outside(e *journal.Entry) {
	e.Kind = "guardduty"
	e.Reporters = []journal.Reporter{{Kind: e.Kind, Event: e.Event, Control: e.Control}}
}

// standing is an entry that was answered so, and that is to be told.
func (w *bucketWorld) standing(t *testing.T, e journal.Entry, state journal.State, change ...func(*journal.Entry)) journal.Entry {
	t.Helper()
	e.State, e.Told, e.Noted = state, false, false
	if state == journal.Proposed {
		e.Shown = "seal"
	}
	for _, c := range change {
		c(&e)
	}
	e, err := w.journal.Record(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// states are which entries were posted, and how.
func (w *bucketWorld) states() map[string]bool {
	over := map[string]bool{}
	for _, p := range w.posts {
		over[p.Fields["tagwarden/entry"]] = p.Over
	}
	return over
}

// TestAProposalIsAFindingOfOurs holds that a proposal that no finding of Security Hub reported is put there before it is told, is brought up to date when it is answered, and
// that Security Hub keeps nobody from being told.
func TestAProposalIsAFindingOfOurs(t *testing.T) {
	down, refused := errors.New("down"), &remedy.RefusedError{Why: "Security Hub is not enabled."}
	for _, test := range []struct {
		name        string
		arrange     func(w *bucketWorld)
		change      func(*journal.Entry)
		last, again bool
		posts       int // at the end
	}{
		{"posted", func(*bucketWorld) {}, outside, false, false, 1},
		{"reported by Security Hub", func(*bucketWorld) {}, func(*journal.Entry) {}, false, false, 0},
		{"it fails for a while", func(w *bucketWorld) { w.failHub = down }, outside, false, true, 1},
		{"it fails at the last delivery", func(w *bucketWorld) { w.failHub = down }, outside, true, false, 0},
		{"it refuses", func(w *bucketWorld) { w.failHub = refused }, outside, false, false, 0},
		{"there is no hub", func(w *bucketWorld) { w.actor.Hub = nil }, outside, false, false, 0},
		{"no button approves", func(w *bucketWorld) { w.actor.Policy = parseBucket(t, noButton, remedy.Exact) }, outside, false, false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newBucketWorld(t, "propose", remedy.Exact)
			test.arrange(w)
			entry := w.standing(t, w.report(t, "1", test.change), journal.Proposed)
			if err := w.act(entry, test.last); err != nil != test.again {
				t.Fatalf("got %v, want an error: %v", err, test.again)
			}
			if told := len(w.told); test.again == (told == 1) {
				t.Errorf("told %d times at first", told)
			}
			w.failHub = nil
			for range 2 {
				entry = w.must(t, entry)
			}
			if len(w.posts) != test.posts || len(w.told) != 1 || !entry.Told {
				t.Errorf("posted %+v, told %d times; want it posted %d times, told once", w.posts, len(w.told), test.posts)
			}
		})
	}
}

// noButton is a policy that nobody can approve by.
const noButton = `
version: 1
mode: propose
rules:
  - {name: bucket, on: [securityhub, guardduty], do: [block]}
`

// TestAnAnsweredProposalIsOver holds that the finding of a proposal says when it is answered, and when another entry took its place.
func TestAnAnsweredProposalIsOver(t *testing.T) {
	w := newBucketWorld(t, "propose", remedy.Exact)
	first := w.must(t, w.standing(t, w.report(t, "1", outside), journal.Proposed))
	second := w.report(t, "2", outside, func(e *journal.Entry) { e.Fingerprint = "fix:other" })
	if second.Prior == nil || second.Prior.ID != first.ID {
		t.Fatalf("it took the place of %+v, want %s", second.Prior, first.ID)
	}
	second = w.must(t, w.standing(t, second, journal.Proposed))
	if got := w.states(); len(got) != 2 || !got[first.ID] || got[second.ID] {
		t.Errorf("over: %v, want the first alone", got)
	}
	w.posts = nil
	over := w.must(t, w.standing(t, second, journal.Compliant, func(e *journal.Entry) { e.Told = true }))
	if got := w.states(); !got[second.ID] || !over.Noted || len(w.told) != 2 {
		t.Errorf("over: %v, noted: %v, told %d times", got, over.Noted, len(w.told))
	}
	if w.posts = nil; w.must(t, over).ID != over.ID || len(w.posts) != 0 {
		t.Errorf("posted again: %+v", w.posts)
	}
}
