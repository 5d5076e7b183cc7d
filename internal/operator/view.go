package operator

import (
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/report"
)

// A View is an entry as operators and programs read it. Fields are added, never renamed.
type View struct {
	Time     time.Time `json:"time"` // of its newest revision
	Entry    string    `json:"entry"`
	Event    string    `json:"event"`
	Kind     string    `json:"kind,omitempty"` // of the event
	Account  string    `json:"account"`
	Region   string    `json:"region"`
	Resource string    `json:"resource"`
	Rule     string    `json:"rule"`
	Remedy   string    `json:"remedy"`
	Outcome  string    `json:"outcome"` // see docs/messages.md
	Reason   string    `json:"reason"`
	Told     bool      `json:"told"` // whether nothing is owed to people any more
	Undoes   string    `json:"undoes,omitempty"`
	Error    string    `json:"error,omitempty"` // what went wrong last, for operators: of what is failed or refused, the cause

	State    string    `json:"state"`          // where it stands in its life; open to settling are on their way
	Held     string    `json:"held,omitempty"` // why it waits, or waited last: grace, window, freeze, brake, budget, breaker, fight
	Due      time.Time `json:"due,omitzero"`   // when the clock takes it up again; of a proposal that nothing holds, when it expires
	Actor    string    `json:"actor,omitempty"`
	Approver string    `json:"approver,omitempty"` // ARN of who approved it or, of an undo, asked for it
	Shown    string    `json:"shown,omitempty"`    // hash of the change below
	Changes  int       `json:"changes"`            // how many values are, or would be, changed
	// Before and After hold only what changes: a key that goes is in Before alone, one that comes in After alone. In lists they are left out.
	Before map[string]string `json:"before,omitempty"`
	After  map[string]string `json:"after,omitempty"`
}

// Of is an entry without its values.
func Of(e journal.Entry) View {
	return View{
		Time: e.Updated.UTC(), Entry: e.ID, Event: e.Event, Kind: e.Kind, Account: e.Key.Account, Region: e.Key.Region, Resource: e.Key.Resource,
		Rule: e.Rule, Remedy: e.Remedy, Outcome: notify.Outcome(e), Reason: e.Reason, Told: e.Told, Undoes: e.Undoes, Error: e.Err,
		State: string(e.State), Held: e.Held, Due: e.Due, Actor: e.Actor, Approver: e.Approver, Shown: seal(e), Changes: len(e.Change.Touched),
	}
}

// seal names the change that an entry shows; "" where it shows none.
func seal(e journal.Entry) string {
	if e.Change.Empty() {
		return ""
	}
	return journal.Seal(e.Change)
}

// whole is an entry with its values.
func whole(e journal.Entry) *View {
	v := Of(e)
	v.Before, v.After = report.Sides(e.Change)
	return &v
}

// Answered tells whether the entry's outcome is recorded.
func (v View) Answered() bool { return journal.State(v.State).Answered() }

// Waits tells whether the entry waits for its time.
func (v View) Waits() bool { return v.State == string(journal.Waiting) }

// A Step is one revision of an entry.
type Step struct {
	Revision int       `json:"revision"`
	Time     time.Time `json:"time"`
	State    string    `json:"state"`
	Reason   string    `json:"reason"`
	Actor    string    `json:"actor,omitempty"`
	Approver string    `json:"approver,omitempty"`
	Error    string    `json:"error,omitempty"`
}

func stepOf(e journal.Entry) Step {
	return Step{Revision: e.Revision, Time: e.Updated.UTC(), State: string(e.State), Reason: e.Reason, Actor: e.Actor, Approver: e.Approver, Error: e.Err}
}
