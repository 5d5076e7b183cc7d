package notify

import (
	"encoding/json"
	"errors"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// ErrNotTaken says that an event bus does not take an outcome, and that no retry helps.
var ErrNotTaken = errors.New("the event bus does not take it")

// OutcomeType is the detail-type of the events that tell outcomes to programs.
const OutcomeType = "Tagwarden Outcome"

// An Event is an outcome as an event bus carries it, for programs that hook into it. It holds no value of a tag or setting, and no sentence that could quote one: whoever may read the bus need not be
// somebody who may read those. The journal has the rest, by the entry's id.
type Event struct {
	Version    int      `json:"version"` // of this form: fields are added under the same version
	Deployment string   `json:"deployment"`
	Entry      string   `json:"entry"`
	Outcome    string   `json:"outcome"` // see Outcome
	Verdict    string   `json:"verdict,omitempty"`
	Severity   string   `json:"severity,omitempty"`
	Control    string   `json:"control"`
	Rule       string   `json:"rule,omitempty"`
	Remedy     string   `json:"remedy,omitempty"`
	Setting    string   `json:"setting"`
	Kind       string   `json:"kind,omitempty"`
	Cause      string   `json:"cause,omitempty"` // id of the event that opened the entry
	Resource   resource `json:"resource"`
	Held       string   `json:"held,omitempty"`
	Due        string   `json:"due,omitempty"` // RFC 3339
	Notice     string   `json:"notice,omitempty"`
	Undoes     string   `json:"undoes,omitempty"`
	Since      string   `json:"since,omitempty"`   // RFC 3339, of the event
	Updated    string   `json:"updated,omitempty"` // RFC 3339, of this outcome
}

// EventOf is the event of an entry's outcome; deployment is the prefix of its names.
func EventOf(e journal.Entry, deployment string) Event {
	s := view(e, About{})
	attributes := s.attributes()
	r := s.shownResource(&knife{detail: steps[0]})
	r.Name, r.Console = "", "" // a name is the value of a tag
	return Event{
		Version: Version, Deployment: deployment, Entry: e.ID, Outcome: Outcome(e), Verdict: attributes["verdict"], Severity: attributes["severity"], Control: e.Control, Rule: e.Rule,
		Remedy: e.Remedy, Setting: e.Key.Setting, Kind: e.Kind, Cause: e.Event, Resource: r, Held: e.Held, Due: stamp(s.due()), Notice: s.notice(), Undoes: e.Undoes,
		Since: stamp(e.Since), Updated: stamp(e.Updated),
	}
}

// JSON is the event's detail.
func (e Event) JSON() (string, error) {
	text, err := json.Marshal(e)
	return string(text), err
}
