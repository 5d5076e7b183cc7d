package standin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// A Key stands in for a key of KMS: what it seals anybody could open who knows how, but in the same context alone.
type Key struct{}

// Name is what the key is called.
func (Key) Name() string { return "arn:aws:kms:us-east-1:" + Account + ":key/stand-in" }

// Make is a secret of 32 bytes, always the same, as it is and sealed.
func (Key) Make(_ context.Context, about map[string]string) (plain, sealed []byte, err error) {
	plain = bytes.Repeat([]byte("stand-in"), 4)
	return plain, append([]byte(fmt.Sprint(about)), plain...), nil // a map prints in the order of its keys
}

// Open is the secret that Make sealed in the same context.
func (Key) Open(_ context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	plain, found := bytes.CutPrefix(sealed, []byte(fmt.Sprint(about)))
	if !found {
		return nil, errors.New("InvalidCiphertextException: it was sealed in another context")
	}
	return plain, nil
}
