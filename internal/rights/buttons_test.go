package rights

import "testing"

func TestOwnAction(t *testing.T) {
	for _, prefix := range []string{"tagwarden", "tw", "a", "tagwarden-eu", "tagwarden-in-production"} {
		names := Names{Prefix: prefix}
		for _, button := range []string{"Remediate", "Undo", "Exempt 30 days", "Ünlock"} {
			if id := names.Action(button); !names.OwnAction(id) {
				t.Errorf("%s: %s, the id of %q, is not its own", prefix, id, button)
			}
		}
	}
	for _, id := range []string{"", "Remediate", "otherRemediate", "tag", "tagwarden/Undo", "tagwardenUndoAndMuchMore"} {
		if (Names{Prefix: "tagwarden"}).OwnAction(id) {
			t.Errorf("%q is its own", id)
		}
	}
	if (Names{}).OwnAction("Remediate") {
		t.Error("without a prefix, every id is its own")
	}
}
