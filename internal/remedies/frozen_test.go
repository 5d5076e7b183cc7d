package remedies

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/frozen"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A kept is a change as the journal keeps it, and the setting that it was made of.
type kept struct {
	Before json.RawMessage `json:"before"`
	Change change.Change   `json:"change"`
}

// frozenChange is the file of a remedy's change of one shape.
func frozenChange(id string, schema int) string {
	return filepath.Join("testdata", "changes", fmt.Sprintf("%s.%d.json", id, schema))
}

// firstChange is the change that the remedy's first example makes, as act would record it. Of tags, the policy alone tells what is right, so that it has no example.
func firstChange(r remedy.Remedy) (kept, error) {
	e := remedy.Example{Before: `{"owner":"a","keep":"b"}`, After: `{"Owner":"a","keep":"b"}`}
	if len(r.Examples) > 0 {
		e = r.Examples[0]
	}
	c, err := change.Between(r.ID, r.Schema, []byte(e.Before), []byte(e.After))
	return kept{Before: json.RawMessage(e.Before), Change: c}, err
}

// Changes that were made by any version before, of the shape that a remedy has now, are still of that shape and can be taken back exactly. Who changes the shape counts Schema up: the
// older changes are then refused with a reason.
func TestFrozenChanges(t *testing.T) {
	known := 0
	for _, r := range All {
		file := frozenChange(r.ID, r.Schema)
		frozen.Write(t, file, func() ([]byte, error) {
			c, err := firstChange(r)
			if err != nil {
				return nil, err
			}
			return json.MarshalIndent(c, "", " ")
		})
		data, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v: a remedy, or a shape of its changes, is new: run this test once with -freeze", err)
			continue
		}
		var k kept
		if err := json.Unmarshal(data, &k); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		known++
		if err := takesBack(r, k); err != nil {
			t.Errorf("%s: %v: count the remedy's Schema up, if the shape of its changes has to change", file, err)
		}
	}
	if files, err := filepath.Glob("testdata/changes/*.json"); err != nil || len(files) < known || known < 50 {
		t.Errorf("%d changes are frozen, %d are known: %v", len(files), known, err)
	}
}

// takesBack tells whether a change that was recorded is read as it was meant: its setting is of the remedy's shape before and after, and the way back leads to where it came from.
func takesBack(r remedy.Remedy, k kept) error {
	if k.Change.Remedy != r.ID || k.Change.Schema != r.Schema || k.Change.Empty() {
		return fmt.Errorf("the change is of %s, schema %d, and touches %d paths", k.Change.Remedy, k.Change.Schema, len(k.Change.Touched))
	}
	after, err := k.Change.Apply(k.Before)
	if err != nil {
		return err
	}
	for _, state := range []json.RawMessage{k.Before, after} {
		whole, err := r.Lens.Whole(remedy.State(state))
		if err != nil {
			return err
		}
		if c, err := change.Between("", 0, state, whole); err != nil || !c.Empty() {
			return fmt.Errorf("%s is no longer of the remedy's shape: it became %s (%w)", state, whole, err)
		}
	}
	foreign, err := k.Change.Reverse().Stale(after)
	if err != nil || len(foreign) > 0 {
		return fmt.Errorf("an undo would take %v for somebody else's edits (%w)", foreign, err)
	}
	back, err := k.Change.Reverse().Apply(after)
	if err != nil {
		return err
	}
	if c, err := change.Between("", 0, k.Before, back); err != nil || !c.Empty() {
		return fmt.Errorf("the undo leads to %s, not to %s (%w)", back, k.Before, err)
	}
	return nil
}
