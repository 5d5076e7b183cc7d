package remedy

import "github.com/tagwarden/tagwarden/internal/finding"

// An Example shows what a remedy makes of a setting: documentation that runs as a test.
type Example struct {
	Name    string // "a bucket that blocks nothing"
	With    string // parameters as JSON; "" for none
	Control string // that the finding is about; "" for the first that the remedy answers
	Subject finding.Subject
	Before  string // the setting as JSON, whole
	After   string // what Fix makes of it
}
