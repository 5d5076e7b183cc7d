package journal

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/tagwarden/tagwarden/internal/change"
)

// Seal names a change and the state that it starts from: 16 hexadecimal digits, the same for the same paths and values. Who approves a change that was shown names it so.
func Seal(c change.Change) string {
	data, err := encode(c)
	if err != nil {
		return "" // plain values: cannot happen
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
