package act

import (
	"maps"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestRefusedHalfWay holds that a write of which AWS refused a part does not end the entry while it is delivered, that it is carried through when AWS takes it, and that what is
// kept of it leads back to the first state.
func TestRefusedHalfWay(t *testing.T) {
	denied := &remedy.RefusedError{Why: "The role may not remove tags."}
	half := map[string]string{"Cost": "A", "Owner": "nobody", "tmp-x": "1", "Name": "a"}
	right := map[string]string{"Cost": "A", "Owner": "nobody", "Name": "a"}
	tests := []struct {
		name  string
		first func(*world) // what is refused at the first delivery
		last  bool         // whether the second delivery is the last, and refused, too
		state journal.State
		after map[string]string
	}{
		{"a part of the write, for a moment", func(w *world) { w.failWrite = denied }, false, journal.Fixed, right},
		{"a part of the write, for good", func(w *world) { w.failWrite = denied }, true, journal.Refused, half},
		{"the read that verifies", func(w *world) { w.onRead = func() { w.failRead = denied } }, false, journal.Fixed, right},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.tags = maps.Clone(wrong)
			e := w.open(t, clock)
			w.onWrite = func(map[string]string) { w.tags = maps.Clone(half) }
			test.first(w)
			if err := w.act(e, false); err == nil {
				t.Fatal("the entry ended")
			}
			if got := w.entry(t, e.ID); got.State != journal.Applying || len(w.told) != 0 {
				t.Fatalf("the entry is %s, %d messages", got.State, len(w.told))
			}
			if !test.last {
				w.failWrite, w.failRead, w.onRead, w.onWrite = nil, nil, nil, nil
			}
			if err := w.act(e, test.last); err != nil {
				t.Fatal(err)
			}
			got := w.entry(t, e.ID)
			if got.State != test.state || !maps.Equal(w.tags, test.after) || len(w.told) != 1 {
				t.Errorf("the entry is %s (%s), the tags are %v, %d messages", got.State, got.Reason, w.tags, len(w.told))
			}
			if back := len(got.Change.Touched); back != 2 {
				t.Errorf("the change that is kept touches %d paths, want the first two", back)
			}
		})
	}
}
