package journal

import (
	"fmt"
	"regexp"
	"time"
)

// A Brake stops every change in one account, or in all. Messages go on.
type Brake struct {
	Account string    `json:"account,omitempty"` // "" for all
	On      bool      `json:"on"`
	By      string    `json:"by,omitempty"`     // ARN of who put it on or took it off
	Reason  string    `json:"reason,omitempty"` // as that person gave it
	Since   time.Time `json:"since,omitzero"`
}

// account is how AWS writes an account's id.
//
// Source: AWS account management reference guide, "View AWS account identifiers".
var account = regexp.MustCompile(`^\d{12}$`)

// Kept is the brake as a journal keeps it, its time in UTC. It answers an error for a brake of what is no account: nobody would ever ask for it.
func (b Brake) Kept() (Brake, error) {
	if b.Account != "" && !account.MatchString(b.Account) {
		return Brake{}, fmt.Errorf("set the brake of account %q: give its 12 digits, or nothing for all accounts", b.Account)
	}
	b.Since = b.Since.Round(0).UTC()
	return b, nil
}

// Restored is the reason of the brake that is on because the journal is not the one that it was: what it knows of changes may be old.
const Restored = "the journal's table was restored or replaced: look at what was changed since, then take the brake off"

// BrakePause is how often what waits for a brake is looked at.
const BrakePause = 5 * time.Minute

// Rails are what is asked before anything is changed: whether somebody stopped it, and what was counted.
type Rails struct {
	Brake    *Brake // the one that is on, that of all accounts first; nil if none is
	Counters map[string]Counter
}
