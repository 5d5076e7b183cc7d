package journal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// TestTheLargestEntry holds that an entry of exactly the bytes that are kept is kept, and one of a byte more is not.
func TestTheLargestEntry(t *testing.T) {
	small, err := Encode(Entry{Reason: "x"})
	if err != nil {
		t.Fatal(err)
	}
	room := strings.Repeat("x", MaxBytes-len(small)+1)
	if data, err := Encode(Entry{Reason: room}); err != nil || len(data) != MaxBytes {
		t.Errorf("got %d bytes, %v; want %d", len(data), err, MaxBytes)
	}
	if data, err := Encode(Entry{Reason: room + "x"}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %d bytes, %v; want that it is too large", len(data), err)
	}
}

// TestRereadKeepsAttributes holds that attributes that are known stay, and that those that are not are not known afterwards.
func TestRereadKeepsAttributes(t *testing.T) {
	for _, want := range []string{"", `{"a":1}`} {
		e := Entry{Resource: finding.Resource{}}
		if want != "" {
			e.Resource.Attributes = []byte(want)
		}
		got, err := Reread(e)
		if err != nil || string(got.Resource.Attributes) != want || (got.Resource.Attributes == nil) != (want == "") {
			t.Errorf("got %q, %v; want %q", got.Resource.Attributes, err, want)
		}
	}
}

// TestEachMarkIsAVersion holds that who marks a counter by itself writes the version after the one that was read.
func TestEachMarkIsAVersion(t *testing.T) {
	m := Mark{Counter: "made", Per: time.Hour}
	if c := marked(t, marked(t, Counter{}, m, noon), m, noon); c.Version != 2 {
		t.Errorf("after two marks it has version %d", c.Version)
	}
}
