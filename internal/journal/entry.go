// Package journal remembers every violation and its answer: the claim on a setting, the append-only entries, and an entry's life.
package journal

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
)

// A Key is what one claim holds: one setting of one resource.
type Key struct {
	Account  string `json:"account"`
	Region   string `json:"region"`
	Resource string `json:"resource"` // ARN, or type and id where the ARN is not known
	Setting  string `json:"setting"`  // "tags"
}

// An Entry is all that is known of one violation and its answer. Each revision is kept; the newest is what holds.
type Entry struct {
	ID       string `json:"id"`       // the same for every delivery of one event: see NewID
	Revision int    `json:"revision"` // 1 for the first; each Record adds one
	State    State  `json:"state"`
	Key      Key    `json:"key"`

	Event     string           `json:"event"`              // id of the event that opened it
	Kind      string           `json:"kind"`               // id of the event's kind
	Control   string           `json:"control"`            // "tags"
	Rule      string           `json:"rule"`               // name of the policy's rule
	Remedy    string           `json:"remedy"`             // id of the remedy
	Mode      string           `json:"mode"`               // observe | notify | propose | fix
	Severity  string           `json:"severity,omitempty"` // as the policy file spells it
	Resource  finding.Resource `json:"resource"`           // without tags and attributes
	Seen      finding.Version  `json:"seen"`               // of the newest event that reported it
	Since     time.Time        `json:"since"`              // of the event that opened it
	Updated   time.Time        `json:"updated"`            // of this revision
	Actor     string           `json:"actor,omitempty"`    // who made the change, when the event told
	Reporters []Reporter       `json:"reports,omitempty"`  // who reported it, each once, the latest 20
	Unread    string           `json:"unread,omitempty"`   // why the setting was not in the event
	Subject   finding.Subject  `json:"subject,omitempty"`  // what the finding names beside the resource
	Once      string           `json:"once,omitempty"`     // names a report that is answered once only, however often it comes

	Reason      string            `json:"reason"`               // one sentence: why this was decided, or what became of it
	Violations  json.RawMessage   `json:"violations,omitempty"` // []tag.Violation as shown
	Fingerprint string            `json:"fingerprint"`          // of the violations; "" when they are not known yet
	Attributes  map[string]string `json:"attributes,omitempty"` // attribute fills that the event told, by path
	With        json.RawMessage   `json:"with,omitempty"`       // parameters of the remedy

	Change change.Change `json:"change"`           // recorded before the first write
	Calls  []string      `json:"calls,omitempty"`  // IAM actions of the calls that were made for it
	Err    string        `json:"err,omitempty"`    // the last error, for operators
	Told   bool          `json:"told"`             // whether people were told about State
	Undoes string        `json:"undoes,omitempty"` // id of the entry that this one takes back
	Redoes bool          `json:"redoes,omitempty"` // Undoes was an undo itself: what that took back is made again
	Prior  *Prior        `json:"prior,omitempty"`  // the entry that held the claim before

	Held   string     `json:"held,omitempty"`  // why it waits, or waited last: see Grace and the others; "" where it never did
	Due    time.Time  `json:"due,omitzero"`    // when the clock takes it up again; zero: never
	Tries  int        `json:"tries,omitempty"` // how often its change was written
	Spent  bool       `json:"spent,omitempty"` // its change is counted in the rule's budget
	Left   string     `json:"left,omitempty"`  // fingerprint of what stayed wrong after our own write; an event that shows just this is our own
	Shown  string     `json:"shown,omitempty"` // names the change that was shown last: see Seal
	Flips  Flips      `json:"flips,omitempty"` // when what we had changed was changed back
	Owner  string     `json:"owner,omitempty"` // value of the resource's Owner tag as last seen: for routes and digests
	Origin iac.Origin `json:"origin,omitzero"` // whose code made the resource, as AWS's own tags tell
	Agent  string     `json:"agent,omitempty"` // what program made the change, when the event told: "Terraform 1.9.5"

	Approver string   `json:"approver,omitempty"` // ARN of who approved it or, of an undo, asked for it; "" where a button was pressed
	Override Override `json:"override,omitzero"`  // what that person let go
	Gathered bool     `json:"gathered,omitempty"` // it is told by the next digest

	Press    string `json:"press,omitempty"`    // name of the button that was pressed for it, the last one
	Approved bool   `json:"approved,omitempty"` // Change was shown and approved: it is made if what it touches is still as it was shown
	Noted    bool   `json:"noted,omitempty"`    // whether its findings in Security Hub say what became of it

	later later // what a newer version wrote of it
}

// Why an entry waits (Entry.Held).
const (
	Grace  = "grace"   // the rule's `after`
	Window = "window"  // the rule's window is not open
	Freeze = "freeze"  // the policy's freeze
	Braked = "brake"   // somebody put the brake on, or the journal was restored
	Budget = "budget"  // the rule has made as many changes as it may: it is proposed meanwhile
	Broken = "breaker" // the rule's changes went wrong too often: it is proposed meanwhile
	Fight  = "fight"   // it was changed back too often: it is told meanwhile
)

// An Override is what somebody who approves, or takes back, lets go.
type Override struct {
	Freeze bool `json:"freeze,omitempty"` // the policy's freeze
	Brake  bool `json:"brake,omitempty"`  // the brake
	All    bool `json:"all,omitempty"`    // the rule's budget
	Force  bool `json:"force,omitempty"`  // of an undo: what others changed since is overwritten
	Bulk   bool `json:"bulk,omitempty"`   // of an undo: one of many, asked for by the rule
}

// declined begins the settings under which presses are kept that came to nothing. They hold nothing of the resource.
const declined = "declined press "

// DeclinedSetting is the setting of its own that a press has which came to nothing, by the id of its event and what was pressed for.
func DeclinedSetting(event, about string) string { return declined + NewID(Key{}, event, about) }

// Declined tells whether the key is that of a press which came to nothing.
func (k Key) Declined() bool { return strings.HasPrefix(k.Setting, declined) }

// A Reporter is one report of a violation.
type Reporter struct {
	Kind    string         `json:"kind"`    // of the event
	Event   string         `json:"event"`   // its id
	Control string         `json:"control"` // what it is about
	Report  finding.Report `json:"report,omitzero"`
}

// same tells whether two reporters are one: the same event, or the same finding of a service, which may be sent over and over.
func (r Reporter) same(other Reporter) bool {
	return r == other || r.Control == other.Control && r.Report.Is(other.Report)
}

// A Prior is what the claim remembers of its last entry, so that the same answer is not told twice.
type Prior struct {
	ID          string `json:"id"`
	State       State  `json:"state"`
	Fingerprint string `json:"fingerprint"`
	Told        bool   `json:"told"`
	// Undone is the entry that was taken back before this violation came again, if it has not ended since: what a person undid is not simply done again.
	Undone string `json:"undone,omitempty"`
	// Settled says that the setting was as a change of ours had left it, of which people were told.
	Settled bool `json:"settled,omitempty"`
}
