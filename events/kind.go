// Package events declares the kinds of AWS events that Tagwarden hears: for each, in one value, its EventBridge pattern and its decoder.
//
// The stack makes its rules of the patterns, the judging functions decode with the decoders, and tests and replay evaluate the same values.
package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

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
	ID      string          // as in a policy's `on`: "config", "tags"
	Doc     string          // one sentence for operators
	Pattern pattern.Pattern // the EventBridge pattern that selects it
	// Fields tells where in the event an attribute of the resource stands, so that the policy can narrow the rule: "type", "account", "region", "id", "arn".
	// An attribute that is missing here cannot be used for narrowing.
	Fields map[string][]string
	// Decode gives the findings of an event. An error means that the event is not of the documented shape: a retry would not help.
	Decode func(Envelope) ([]finding.Finding, error)
}

// All is every kind, in the order in which the documentation lists them.
func All() []Kind { return []Kind{Config(), Tags()} }

// A DecodeError says what in an event is not as AWS documents it. It holds nothing of the event's body.
type DecodeError struct {
	Field   string // path in the event: "detail.configurationItem.resourceType"
	Problem string // "is missing"
}

// Error names the field and the problem.
func (e *DecodeError) Error() string { return e.Field + " " + e.Problem }

// Open reads an event's envelope and finds its kind: the one whose pattern matches. ok is false for an event that no kind wants.
// The error is a *DecodeError where the text is no EventBridge event at all.
func Open(event []byte) (envelope Envelope, kind Kind, ok bool, err error) {
	envelope, err = envelopeOf(event)
	if err != nil {
		return Envelope{}, Kind{}, false, err
	}
	for _, k := range All() {
		matched, err := k.Pattern.Match(event)
		if err != nil {
			return Envelope{}, Kind{}, false, &DecodeError{Field: "event", Problem: "is not one JSON object"}
		}
		if matched {
			return envelope, k, true, nil
		}
	}
	return envelope, Kind{}, false, nil
}

// envelopeOf reads an envelope and holds it to what every event of EventBridge has.
func envelopeOf(event []byte) (Envelope, error) {
	var e Envelope
	decoder := json.NewDecoder(bytes.NewReader(event))
	if err := decoder.Decode(&e); err != nil {
		return Envelope{}, &DecodeError{Field: "event", Problem: "is not an EventBridge event: " + shape(err)}
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Envelope{}, &DecodeError{Field: "event", Problem: "has text behind its end"}
	}
	for _, field := range []struct{ name, value string }{
		{"id", e.ID}, {"detail-type", e.DetailType}, {"source", e.Source}, {"account", e.AccountID}, {"region", e.Region},
	} {
		if field.value == "" {
			return Envelope{}, &DecodeError{Field: field.name, Problem: "is missing"}
		}
	}
	if e.Time.IsZero() {
		return Envelope{}, &DecodeError{Field: "time", Problem: "is missing"}
	}
	if len(e.Detail) == 0 || e.Detail[0] != '{' {
		return Envelope{}, &DecodeError{Field: "detail", Problem: "is missing or no object"}
	}
	return e, nil
}

// shape says what is wrong with a JSON text without showing any of it.
func shape(err error) string {
	switch e := err.(type) {
	case *json.SyntaxError:
		return fmt.Sprintf("broken JSON at byte %d", e.Offset)
	case *json.UnmarshalTypeError:
		return fmt.Sprintf("%s is a JSON %s", e.Field, e.Value)
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return "it ends too early"
	}
	return "a field has not its documented form"
}
