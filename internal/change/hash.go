package change

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Hash names a change: the same for the same paths and values, however their JSON is written, and another one otherwise. 16 hexadecimal digits; "" where nothing is touched.
func (c Change) Hash() string {
	if c.Empty() {
		return ""
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %d", c.Remedy, c.Schema)
	for _, t := range c.Touched {
		fmt.Fprintf(sum, "\n%q", t.Path)
		for _, value := range []json.RawMessage{t.Before, t.After} {
			text, err := canonical(value)
			if err != nil {
				text = value // no JSON: cannot have come from Between
			}
			fmt.Fprintf(sum, " %t %q", value != nil, text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
