package clock

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// What a message may ask for (wiring.Tick, wiring.Sweep).
const (
	tick  = "tick"
	sweep = "sweep"
)

// A message is what the clock's queue brings: a tick each minute, a sweep each day, and the next page of a sweep.
type message struct {
	Do     string `json:"do"`               // tick | sweep
	ID     string `json:"id,omitempty"`     // of a sweep: the time for which it was planned
	Source int    `json:"source,omitempty"` // of a page: which source is asked
	Token  string `json:"token,omitempty"`  // of a page: where the source goes on
	Page   int    `json:"page,omitempty"`   // of a page: its number, from 0
}

// decode reads a message, strictly.
func decode(body []byte) (message, error) {
	var m message
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return message{}, fmt.Errorf("decode a message of the clock: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return message{}, errors.New("decode a message of the clock: something stands behind it")
	}
	switch {
	case m.Do != tick && m.Do != sweep:
		return message{}, fmt.Errorf("decode a message of the clock: it asks for %q, and the clock knows %q and %q", m.Do, tick, sweep)
	case m.Do == sweep && m.ID == "":
		return message{}, errors.New("decode a message of the clock: the sweep has no id")
	}
	return m, nil
}
