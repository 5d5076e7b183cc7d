// Package events declares the kinds of AWS events that Tagwarden hears: for each, in one value, its EventBridge pattern and its decoder.
//
// The stack makes its rules of the patterns, the judging functions decode with the decoders, and tests and replay evaluate the same values.
package events

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// An Envelope is an event as EventBridge delivers it.
//
// Source: EventBridge user guide, "AWS events" (event structure).
type Envelope = lambdaevents.EventBridgeEvent

// A Kind is one kind of event. Kinds are immutable and safe for concurrent use.
type Kind struct {
	ID       string          // unique: "config", "securityhub-action"
	On       string          // as in a policy's `on`; "" where that is the ID
	Function string          // the function that judges it; "" where that has the ID's name
	Doc      string          // one sentence for operators
	Pattern  pattern.Pattern // the EventBridge pattern that selects it
	// Pressed is where in the event the ARN of the Security Hub custom action stands that was chosen; nil for kinds that are no presses.
	Pressed []string
	// Grace is how long an event is held back before it is judged, at most 15 minutes: what it tells of may be put right by then.
	Grace time.Duration
	// Window is how long events may be gathered into one batch before they are judged, in whole seconds; 0: not at all. Only where the event itself comes minutes after what it tells
	// of, so that nobody waits longer for it: fewer and fuller batches cost less.
	Window time.Duration
	// Fields tells where in the event an attribute of the resource stands, so that the policy can narrow the rule: "type", "account", "region", "id", "arn".
	// An attribute that is missing here cannot be used for narrowing.
	Fields map[string][]string
	// Decode gives the findings of an event. An error means that the event is not of the documented shape: a retry would not help.
	Decode func(Envelope) ([]finding.Finding, error)
}

// minutesLate is the window of kinds whose events come minutes after what they tell of: five seconds more do not show. Tag events, threats, findings of Security Hub, which passes
// threats on, and presses have none.
const minutesLate = 5 * time.Second

// Name is what a policy's `on` calls the kind.
func (k Kind) Name() string {
	if k.On != "" {
		return k.On
	}
	return k.ID
}

// Judge is the name of the function that judges the kind.
func (k Kind) Judge() string {
	if k.Function != "" {
		return k.Function
	}
	return k.ID
}

// All is every kind, in the order in which the documentation lists them.
func All() []Kind {
	return []Kind{Config(), Tags(), Create(), GuardDuty(), SecurityHub(), SecurityHubAction(), SecurityHubV2(), ConfigRule(), Inspector()}
}

// A DecodeError says what in an event is not as AWS documents it. It holds nothing of the event's body.
type DecodeError struct {
	Field   string // path in the event: "detail.configurationItem.resourceType"
	Problem string // "is missing"
}

// Error names the field and the problem.
func (e *DecodeError) Error() string { return e.Field + " " + e.Problem }

// A member is one that an event must have, by its path, and its text.
type member struct{ path, text string }

// missing names the first of some members that is not there; nil if all are. place is where in the event their paths begin.
func missing(place string, members ...member) error {
	for _, m := range members {
		if m.text == "" {
			return &DecodeError{Field: place + "." + m.path, Problem: "is missing"}
		}
	}
	return nil
}

// Open reads an event's envelope and finds its kind: the one whose pattern matches. ok is false for an event that no kind wants; its envelope holds what could be read.
// The error is a *DecodeError where the text is no EventBridge event at all, or one of a known kind without what every event has.
func Open(event []byte) (envelope Envelope, kind Kind, ok bool, err error) {
	if envelope, err = outline(event); err != nil {
		return envelope, Kind{}, false, err
	}
	for _, k := range All() {
		matched, err := k.Pattern.Match(event)
		if err != nil {
			return envelope, Kind{}, false, &DecodeError{Field: "event", Problem: "is not one JSON object"}
		}
		if matched {
			envelope, err = whole(event)
			return envelope, k, err == nil, err
		}
	}
	return envelope, Kind{}, false, nil
}

// outline reads what every event has, whoever sent it.
func outline(event []byte) (Envelope, error) {
	var o struct {
		ID         string          `json:"id"`
		Source     string          `json:"source"`
		DetailType string          `json:"detail-type"`
		Account    string          `json:"account"`
		Region     string          `json:"region"`
		Time       string          `json:"time"`
		Detail     json.RawMessage `json:"detail"`
	}
	decoder := json.NewDecoder(bytes.NewReader(event))
	if err := decoder.Decode(&o); err != nil {
		return Envelope{}, &DecodeError{Field: "event", Problem: "is not an EventBridge event: " + shape(err)}
	}
	e := Envelope{ID: o.ID, Source: o.Source, DetailType: o.DetailType, AccountID: o.Account, Region: o.Region}
	e.Time, _ = time.Parse(time.RFC3339, o.Time) // of an event that nobody wants it is only shown
	switch _, err := decoder.Token(); {
	case err != io.EOF:
		return e, &DecodeError{Field: "event", Problem: "has text behind its end"}
	case o.Source == "":
		return e, &DecodeError{Field: "source", Problem: "is missing: this is no EventBridge event"}
	case o.DetailType == "":
		return e, &DecodeError{Field: "detail-type", Problem: "is missing: this is no EventBridge event"}
	case len(o.Detail) == 0 || o.Detail[0] != '{':
		return e, &DecodeError{Field: "detail", Problem: "is missing or no object: this is no EventBridge event"}
	}
	return e, nil
}

// whole reads the envelope of an event that somebody wants. Without account, region and time nothing can be judged. An event without an id, which EventBridge never sends,
// is named by its content.
func whole(event []byte) (Envelope, error) {
	var e Envelope
	if err := json.Unmarshal(event, &e); err != nil {
		return e, &DecodeError{Field: "event", Problem: "is not an EventBridge event: " + shape(err)}
	}
	switch {
	case e.AccountID == "":
		return e, &DecodeError{Field: "account", Problem: "is missing"}
	case e.Region == "":
		return e, &DecodeError{Field: "region", Problem: "is missing"}
	case e.Time.IsZero():
		return e, &DecodeError{Field: "time", Problem: "is missing"}
	}
	if e.ID == "" {
		e.ID = fmt.Sprintf("sha256:%x", sha256.Sum256(event))
	}
	return e, nil
}

// shape says what is wrong with a JSON text without showing any of it.
func shape(err error) string {
	switch e := err.(type) {
	case *json.SyntaxError:
		return fmt.Sprintf("broken JSON at byte %d", e.Offset)
	case *json.UnmarshalTypeError:
		kind, _, _ := strings.Cut(e.Value, " ") // "number 4711" shows it
		return fmt.Sprintf("%s is a JSON %s", e.Field, kind)
	}
	var when *time.ParseError
	if errors.As(err, &when) {
		return "a time is not as RFC 3339 has it"
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return "it ends too early"
	}
	return "a field has not its documented form"
}
