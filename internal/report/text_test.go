package report_test

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/report"
)

func TestTags(t *testing.T) {
	for _, test := range []struct {
		name string
		tags map[string]string
		want string
	}{
		{"none", nil, "-"},
		{"sorted", map[string]string{"b": "2", "a": "1"}, "a=1 b=2"},
		{"what would not stand alone is quoted", map[string]string{"a b": "x=y", "c": "", "d": "line\nbreak"}, `"a b"="x=y" c="" d="line\nbreak"`},
	} {
		if got := report.Tags(test.tags); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}
