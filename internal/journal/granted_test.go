package journal

import (
	"testing"
	"time"
)

// TestOneEventMayGrantSeveral holds that what one event grants takes the place of the same only: not of what it grants from another rule, nor by another undo.
func TestOneEventMayGrantSeveral(t *testing.T) {
	first := Grant{Rules: []string{"a"}, Until: noon.Add(time.Hour), Event: "press", Undo: "tw-1"}
	for name, more := range map[string]Grant{
		"another rule": {Rules: []string{"b"}, Until: noon.Add(time.Hour), Event: "press", Undo: "tw-1"},
		"another undo": {Rules: []string{"a"}, Until: noon.Add(time.Hour), Event: "press", Undo: "tw-2"},
	} {
		if got := Granted(Granted([]Grant{first}, more, noon), more, noon); len(got) != 2 {
			t.Errorf("%s: kept %+v, want both, each once", name, got)
		}
	}
}
