package mac_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"github.com/tagwarden/tagwarden/internal/mac"
)

func secret(t *testing.T, fill byte) mac.Secret {
	t.Helper()
	s, err := mac.New(bytes.Repeat([]byte{fill}, mac.Size))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The code is HMAC-SHA256 over each part behind its length, so that anybody with the secret could check it without this program.
func TestSum(t *testing.T) {
	h := hmac.New(sha256.New, bytes.Repeat([]byte{7}, mac.Size))
	h.Write([]byte{0, 0, 0, 0, 0, 0, 0, 2, 'a', 'b', 0, 0, 0, 0, 0, 0, 0, 1, 'c'})
	want := base64.RawStdEncoding.EncodeToString(h.Sum(nil))
	if got := secret(t, 7).Sum("ab", "c"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHolds(t *testing.T) {
	code := secret(t, 7).Sum("ab", "c")
	tests := []struct {
		name  string
		fill  byte
		code  string
		parts []string
		want  bool
	}{
		{"the very parts", 7, code, []string{"ab", "c"}, true},
		{"another secret", 8, code, []string{"ab", "c"}, false},
		{"cut elsewhere", 7, code, []string{"a", "bc"}, false},
		{"another part", 7, code, []string{"ab", "d"}, false},
		{"a part less", 7, code, []string{"ab"}, false},
		{"an empty part more", 7, code, []string{"ab", "c", ""}, false},
		{"no code", 7, "", []string{"ab", "c"}, false},
		{"a part of the code", 7, code[:8], []string{"ab", "c"}, false},
		{"no base64", 7, "!", []string{"ab", "c"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := secret(t, test.fill).Holds(test.code, test.parts...); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestNew(t *testing.T) {
	for _, length := range []int{0, mac.Size - 1, mac.Size + 1} {
		if _, err := mac.New(make([]byte, length)); err == nil {
			t.Errorf("a secret of %d bytes was taken", length)
		}
	}
}
