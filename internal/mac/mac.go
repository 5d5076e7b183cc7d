// Package mac says of texts that whoever holds one secret wrote them, and nobody else.
package mac

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// Size is the length of a secret in bytes.
//
// Source: FIPS 198-1, "Cryptographic Key" (a key as long as the hash's output is as strong as a longer one).
const Size = sha256.Size

// A Secret is what a code is made with. Its methods may be called concurrently. Its zero value is none: New makes one.
type Secret struct{ key []byte }

// New is a secret of Size bytes; any other length is an error.
func New(key []byte) (Secret, error) {
	if len(key) != Size {
		return Secret{}, fmt.Errorf("a secret of %d bytes: %d are needed", len(key), Size)
	}
	return Secret{key}, nil
}

// Sum is the code of some parts in their order, as text: HMAC-SHA256. Where one part ends and the next begins is part of it.
func (s Secret) Sum(parts ...string) string {
	return base64.RawStdEncoding.EncodeToString(s.sum(parts))
}

// Holds tells whether a code is that of some parts. It takes as long for a wrong one as for a right one.
func (s Secret) Holds(code string, parts ...string) bool {
	given, err := base64.RawStdEncoding.Strict().DecodeString(code)
	return err == nil && hmac.Equal(given, s.sum(parts))
}

func (s Secret) sum(parts []string) []byte {
	h := hmac.New(sha256.New, s.key)
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:]) // a hash takes every write
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}
