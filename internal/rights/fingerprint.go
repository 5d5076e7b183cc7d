package rights

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Fingerprint names what the service roles may do, in twelve hexadecimal digits: "policy N" of a hub and of its members' roles. It is the same wherever the same roles are made, and "none" where the
// policy needs none.
func Fingerprint(roles []Role) string {
	if len(roles) == 0 {
		return "none"
	}
	type named struct {
		Service  string
		Document Document
	}
	list := make([]named, len(roles))
	for i, r := range roles {
		list[i] = named{r.Service, r.Document}
	}
	text, err := json.Marshal(list)
	if err != nil { // strings, slices and maps of them: there is nothing that could not be encoded
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
