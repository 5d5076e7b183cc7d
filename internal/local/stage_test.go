package local

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

// TestBeyond holds which events go past the emulator's matcher: those whose pattern looks into a list of objects.
func TestBeyond(t *testing.T) {
	const event = `{"source":"s","resources":["a"],"detail":{"findings":[{"AwsAccountId":"1"}],"one":{"two":"x"},"names":["x","y"]}}`
	for _, c := range []struct {
		name, pattern string
		want          bool
	}{
		{"a text", `{"source":["s"]}`, false},
		{"within objects", `{"detail":{"one":{"two":["x"]}}}`, false},
		{"a list of texts", `{"detail":{"names":["x"]},"resources":[{"prefix":"a"}]}`, false},
		{"a list of objects", `{"detail":{"findings":{"AwsAccountId":["1"]}}}`, true},
		{"an alternative with a list of objects", `{"$or":[{"source":["s"]},{"detail":{"findings":{"AwsAccountId":["1"]}}}]}`, true},
		{"alternatives within", `{"detail":{"$or":[{"one":{"two":["x"]}},{"names":["x"]}]}}`, false},
		{"what the event has not", `{"detail":{"absent":{"deep":["x"]}}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := pattern.Parse([]byte(c.pattern))
			if err != nil {
				t.Fatal(err)
			}
			if got := beyond(p, []byte(event)); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestWhole holds that only an envelope that lacks its account gets one.
func TestWhole(t *testing.T) {
	w := &wire{account: "111122223333"}
	for _, c := range []struct{ name, body, want string }{
		{"without", `{"detail-type":"T","id":"1"}`, `{"account":"111122223333","detail-type":"T","id":"1"}`},
		{"with another", `{"account":"444455556666","detail-type":"T"}`, `{"account":"444455556666","detail-type":"T"}`},
		{"a hand-over", `{"entry":"tw-1"}`, `{"entry":"tw-1"}`},
		{"a text", `tick`, `tick`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.whole(c.body); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if got := (&wire{}).whole(`{"detail-type":"T"}`); got != `{"detail-type":"T"}` {
		t.Errorf("without an account to give: %s", got)
	}
}
