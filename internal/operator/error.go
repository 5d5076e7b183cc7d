package operator

import "fmt"

// A Code is why a request was not carried out: a status of HTTP.
type Code int

// The codes.
const (
	Invalid Code = 400 // the request is wrong in itself
	Denied  Code = 403 // the policy does not name the caller
	Unknown Code = 404 // there is no such entry
	Refused Code = 409 // it cannot be done, as things stand
	Large   Code = 413 // the request is too large
	Busy    Code = 423 // another act comes first: try again
	Spent   Code = 429 // a budget is reached
	Broken  Code = 500 // it could not be done now; why stands in the function's log
)

// String is the code in the log.
func (c Code) String() string {
	return map[Code]string{Invalid: "invalid", Denied: "denied", Unknown: "unknown", Refused: "refused", Large: "too large", Busy: "busy", Spent: "spent", Broken: "failed"}[c]
}

// An Error says to people why their request was not carried out, and the way out.
type Error struct {
	Code Code
	Why  string // one sentence or two
}

// Error is what people read.
func (e *Error) Error() string { return e.Why }

func refuse(code Code, format string, values ...any) error {
	return &Error{code, fmt.Sprintf(format, values...)}
}
