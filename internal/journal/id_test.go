package journal

import (
	"regexp"
	"testing"
)

func TestNewID(t *testing.T) {
	k := Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:s3:::a", Setting: "tags"}
	id := NewID(k, "event", "tags")
	if !regexp.MustCompile(`^tw-[a-z2-7]{20}$`).MatchString(id) {
		t.Errorf("id %q has another shape", id)
	}
	if again := NewID(k, "event", "tags"); again != id {
		t.Errorf("got %s and %s for one event", id, again)
	}
	other := k
	other.Resource = "arn:aws:s3:::b"
	seen := map[string]string{id: "the first"}
	for name, got := range map[string]string{
		"another event":    NewID(k, "event2", "tags"),
		"another remedy":   NewID(k, "event", "tags2"),
		"another resource": NewID(other, "event", "tags"),
		"shifted fields":   NewID(k, "eventtags", ""),
	} {
		if was, ok := seen[got]; ok {
			t.Errorf("%s has the id of %s: %s", name, was, got)
		}
		seen[got] = name
	}
}

func TestKeyString(t *testing.T) {
	a := Key{Account: "1", Region: "r", Setting: "tags", Resource: "x/y"}
	if got, want := a.String(), "1/r/tags/x/y"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
