package members

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A File is a directory that was written down: what `tagwarden members --format json` printed. Immutable, safe for concurrent use.
type File map[string]Account

// maxLine bounds a line of a file, in bytes. An account has at most 50 tags of 128 and 256 characters.
//
// Source: AWS Organizations user guide, "Tagging AWS Organizations resources".
const maxLine = 1 << 20

// Read reads a directory: one object a line. Fields that it does not know are left alone.
func Read(r io.Reader) (File, error) {
	f := File{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var a Account
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("line %d is no account, such as {\"account\":\"111122223333\",\"ous\":[\"r-ab12\"],\"tags\":{}}: %w", n, err)
		}
		if !accountForm.MatchString(a.Account) {
			return nil, fmt.Errorf("line %d: %q is no account: write its 12 digits", n, a.Account)
		}
		if a.OUs == nil { // heard of, and not in the directory
			continue
		}
		f[a.Account] = a
	}
	return f, lines.Err()
}

// Place is where an account stands; nil where the file does not say.
func (f File) Place(_ context.Context, account string) (*finding.Place, error) {
	if a, ok := f[account]; ok {
		return a.Place(), nil
	}
	return nil, nil //nolint:nilnil // nobody knows
}
