package journal

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// String is the key in one line, without ambiguity: what may hold a slash stands last.
func (k Key) String() string {
	return strings.Join([]string{k.Account, k.Region, k.Setting, k.Resource}, "/")
}

// idLength is how many characters of base32 an id has: 100 bits, so that two events never meet in one.
const idLength = 20

// NewID is the id of the entry that an event opens on a key with a remedy. It depends on nothing else, so that every delivery of one event gives the same id.
func NewID(k Key, event, remedy string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{k.String(), event, remedy}, "\x00")))
	return "tw-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:idLength]
}
