package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"time"
)

// A Request asks for one thing: exactly one of its fields is set.
type Request struct {
	Approve    *Approve    `json:"approve,omitempty"`
	Undo       *Undo       `json:"undo,omitempty"`
	Exempt     *Exempt     `json:"exempt,omitempty"`
	End        *End        `json:"end,omitempty"`        // of an exemption
	Exemptions *Exemptions `json:"exemptions,omitempty"` // which there are
	Brake      *Brake      `json:"brake,omitempty"`
	Brakes     *Brakes     `json:"brakes,omitempty"` // which are on
	Breaker    *Breaker    `json:"breaker,omitempty"`
	Breakers   *Breakers   `json:"breakers,omitempty"` // which are open
	List       *List       `json:"list,omitempty"`
	Get        *Get        `json:"get,omitempty"`
	Open       *Standing   `json:"open,omitempty"` // all that is
}

// An act is one kind of request.
type act interface {
	// acts are what the caller must be allowed to do, as the policy's operators name it: any of them will do.
	acts() []string
	do(ctx context.Context, o *Operator, caller string) (Response, error)
}

// look is what somebody must be allowed to do who only looks: anything.
var look = []string{approve, undo, exempt, brake}

// MaxBody bounds a request, in bytes.
const MaxBody = 64 << 10

// Decode reads a request, strictly: a field that is unknown, and anything behind the object, is refused.
func Decode(body []byte) (Request, error) {
	var r Request
	if len(body) > MaxBody {
		return r, refuse(Large, "The request has %d bytes, and %d are taken.", len(body), MaxBody)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return r, refuse(Invalid, "The request cannot be read (%v): is the command line of the same version as the function?", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return r, refuse(Invalid, "Something stands behind the request's object: send one object.")
	}
	return r, nil
}

// only is the one thing that is asked for, and its name.
func (r Request) only() (name string, asked act, err error) {
	count := 0
	ask := func(is bool, n string, a act) {
		if is {
			name, asked = n, a
			count++
		}
	}
	ask(r.Approve != nil, "approve", r.Approve)
	ask(r.Undo != nil, "undo", r.Undo)
	ask(r.Exempt != nil, "exempt", r.Exempt)
	ask(r.End != nil, "end an exemption", r.End)
	ask(r.Exemptions != nil, "list exemptions", r.Exemptions)
	ask(r.Brake != nil, "brake", r.Brake)
	ask(r.Brakes != nil, "list brakes", r.Brakes)
	ask(r.Breaker != nil, "close a breaker", r.Breaker)
	ask(r.Breakers != nil, "list breakers", r.Breakers)
	ask(r.List != nil, "list", r.List)
	ask(r.Get != nil, "get", r.Get)
	ask(r.Open != nil, "list what is open", r.Open)
	if count != 1 {
		return "", nil, refuse(Invalid, "The request asks for %d things: ask for one.", count)
	}
	return name, asked, nil
}

// A Response is what became of a request. Which fields are set depends on what was asked for.
type Response struct {
	Message    string        `json:"message,omitempty"` // what was done, in a sentence or two
	Entry      *View         `json:"entry,omitempty"`
	Entries    []View        `json:"entries,omitempty"`    // the latest first
	More       bool          `json:"more,omitempty"`       // there are more entries than these
	History    []Step        `json:"history,omitempty"`    // of Entry, in order
	Exemptions []Exemption   `json:"exemptions,omitempty"` // those that hold, by resource
	Brakes     []BrakeOn     `json:"brakes,omitempty"`     // those that are on, that of all accounts first
	Breakers   []BreakerOpen `json:"breakers,omitempty"`   // those that are open, in the order of the rules
	Open       []Opened      `json:"open,omitempty"`       // by what it is, the longest first
}

// A BrakeOn is a brake that is on.
type BrakeOn struct {
	Account string    `json:"account"` // "" for all
	By      string    `json:"by,omitempty"`
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since,omitzero"`
}
