package remedies

import (
	"errors"
	"testing"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// refused holds that a fix was refused with a sentence for people.
func refused(t testing.TB, got any, err error) {
	t.Helper()
	if no := (*remedy.RefusedError)(nil); !errors.As(err, &no) || no.Why == "" {
		t.Errorf("got %v, %v; want a refusal with its reason", got, err)
	}
}
