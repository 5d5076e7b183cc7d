package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Version is the version of the document for programs. Fields are added under the same version; one that goes or changes its meaning makes a new one.
const Version = 1

// A document is a message as programs read it. The first seven facts have the names and values of the message's attributes, for filters on the body.
type document struct {
	Version  int    `json:"version"`
	Severity string `json:"severity,omitempty"` // informational | low | medium | high | critical
	Verdict  string `json:"verdict,omitempty"`  // compliant | exempt | observe | notify | propose | fix
	Outcome  string `json:"outcome"`            // see Outcome
	Account  string `json:"account,omitempty"`
	Region   string `json:"region,omitempty"`
	Type     string `json:"type,omitempty"` // CloudFormation type
	Rule     string `json:"rule,omitempty"`

	ID       string   `json:"id"`
	Revision int      `json:"revision"`
	State    string   `json:"state"` // of the journal's entry
	Summary  string   `json:"summary"`
	Reason   string   `json:"reason"`
	Control  string   `json:"control"`
	Kind     string   `json:"kind"`
	Event    string   `json:"event"` // id of the event that opened it
	Remedy   string   `json:"remedy,omitempty"`
	Setting  string   `json:"setting"`
	Resource resource `json:"resource"`
	Actor    string   `json:"actor,omitempty"`

	Reports []report `json:"reports,omitempty"` // the findings of services that reported it

	// Violations are as POLICY's. They were judged before anything was done.
	Violations any `json:"violations"`
	// Before and After hold only what the entry's change touches: a key that goes is in Before alone, one that comes in After alone. Once it was undone, Before holds again.
	Before map[string]any `json:"before"`
	After  map[string]any `json:"after"`
	Lost   []loss         `json:"lost,omitempty"` // what gave way where two keys became one

	Held       string    `json:"held,omitempty"`       // why it waits, or waited last: grace | window | freeze | brake | budget | breaker | fight
	Due        string    `json:"due,omitempty"`        // RFC 3339: when something is next to become of it: see docs/messages.md
	Shown      string    `json:"shown,omitempty"`      // names the change that is shown, for `approve --shown`
	Approver   string    `json:"approver,omitempty"`   // ARN of who approved it or, of an undo, asked for it
	Agent      string    `json:"agent,omitempty"`      // the program that made the change, as it calls itself
	Origin     string    `json:"origin,omitempty"`     // who owns the code that made the resource
	Flips      []string  `json:"flips,omitempty"`      // RFC 3339: when what had been put right was changed back
	Code       []snippet `json:"code,omitempty"`       // what is to be changed in that code
	Notice     string    `json:"notice,omitempty"`     // what a message about Tagwarden itself tells
	Exemptions []grant   `json:"exemptions,omitempty"` // those that hold, of a message about them

	Undo    string `json:"undo,omitempty"`    // the command that takes the change back
	Approve string `json:"approve,omitempty"` // the command that has the proposed change made
	Force   string `json:"force,omitempty"`   // of an undo that was refused: the command that takes the change back over what others changed since
	Undoes  string `json:"undoes,omitempty"`  // id of the entry that this one takes back
	Error   string `json:"error,omitempty"`
	Since   string `json:"since,omitempty"`   // RFC 3339, of the event
	Updated string `json:"updated,omitempty"` // RFC 3339, of this outcome
	Policy  string `json:"policy,omitempty"`  // short hash

	// Cut names the fields that are shortened or incomplete because the message would have been too large; the journal has them whole.
	Cut []string `json:"cut,omitempty"`
}

type resource struct {
	Type      string `json:"type,omitempty"`
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	ARN       string `json:"arn,omitempty"`
	Account   string `json:"account,omitempty"`
	Region    string `json:"region,omitempty"`
	Partition string `json:"partition,omitempty"`
	Console   string `json:"console,omitempty"` // link; only where one is known
}

// A report is the finding of a service.
type report struct {
	Control   string `json:"control"`
	Service   string `json:"service"`
	ID        string `json:"id"`
	Product   string `json:"product,omitempty"` // ARN, in Security Hub
	Title     string `json:"title,omitempty"`
	Link      string `json:"link,omitempty"`      // to the finding in the console
	Detective string `json:"detective,omitempty"` // to its investigation
}

// A knife cuts texts to a detail and remembers which fields it cut.
type knife struct {
	detail
	fields []string
}

func (k *knife) text(field, s string) string {
	s, was := cut(strings.ToValidUTF8(s, "\ufffd"), k.runes)
	if was {
		k.mark(field)
	}
	return s
}

func (k *knife) mark(field string) {
	if !slices.Contains(k.fields, field) {
		k.fields = append(k.fields, field)
	}
}

// document is the JSON for programs, in one line. What cannot be encoded is left out and named in cut; the result is always valid.
func (s story) document(d detail) string {
	k := &knife{detail: d}
	doc := s.facts(k)
	doc.Reports = s.shownReports(k)
	doc.Violations = s.shownViolations(k)
	doc.Before, doc.After = s.sides(k)
	doc.Lost = s.shownLosses(k)
	doc.Flips, doc.Code, doc.Exemptions = s.shownFlips(k), s.shownCode(k), s.shownGrants(k)
	doc.Cut = k.fields
	text, err := encode(doc)
	if err != nil {
		// Only a violation or value in a shape of its own can do this, and those are checked; still, a program gets its facts.
		text, _ = encode(document{Version: Version, Outcome: doc.Outcome, ID: doc.ID, Summary: doc.Summary, Cut: []string{fmt.Sprint(err)}})
	}
	return text
}

func (s story) facts(k *knife) document {
	e, attributes := s.entry, s.attributes()
	return document{
		Version: Version, Severity: attributes["severity"], Verdict: attributes["verdict"], Outcome: Outcome(e),
		Account: attributes["account"], Region: attributes["region"], Type: attributes["type"], Rule: attributes["rule"],
		ID: k.text("id", e.ID), Revision: e.Revision, State: string(e.State), Summary: s.subject(),
		Reason: k.text("reason", e.Reason), Control: k.text("control", e.Control), Kind: k.text("kind", e.Kind), Event: k.text("event", e.Event),
		Remedy: k.text("remedy", e.Remedy), Setting: k.text("setting", e.Key.Setting), Resource: s.shownResource(k), Actor: k.text("actor", e.Actor),
		Held: k.text("held", e.Held), Due: stamp(s.due()), Shown: k.text("shown", e.Shown), Approver: k.text("approver", e.Approver), Agent: k.text("agent", e.Agent),
		Origin: k.text("origin", s.about.Origin), Notice: k.text("notice", s.notice()),
		Undo: s.undo(), Approve: s.approve(), Force: s.force(), Undoes: k.text("undoes", e.Undoes), Error: k.text("error", e.Err),
		Since: stamp(e.Since), Updated: stamp(e.Updated), Policy: s.about.Policy,
	}
}

// due is when something is next to become of the entry; zero where that is not for people to know: what is on its way has a time only in case that it is lost.
func (s story) due() time.Time {
	if s.entry.State.Answered() || s.entry.State == journal.Waiting {
		return s.entry.Due
	}
	return time.Time{}
}

// notice is the headline of a notice; "" for all else.
func (s story) notice() string {
	if s.entry.Key.Noticed() == "" {
		return ""
	}
	return noticed(s.entry)
}

func (s story) shownFlips(k *knife) []string {
	var list []string
	for i, t := range s.entry.Flips {
		if i == k.items {
			k.mark("flips")
			break
		}
		list = append(list, stamp(t))
	}
	return list
}

func (s story) shownResource(k *knife) resource {
	r := s.entry.Resource
	return resource{
		Type: k.text("resource", r.Type), ID: k.text("resource", r.ID), Name: k.text("resource", r.Name), ARN: k.text("resource", r.ARN),
		Account: k.text("resource", r.Account), Region: k.text("resource", r.Region), Partition: k.text("resource", partition(r)), Console: console(r),
	}
}

func (s story) shownReports(k *knife) []report {
	const field = "reports"
	var list []report
	for i, r := range s.reports() {
		if i == k.items {
			k.mark(field)
			break
		}
		list = append(list, report{
			Control: k.text(field, r.Control), Service: r.Report.Service, ID: k.text(field, r.Report.ID), Product: k.text(field, r.Report.Product),
			Title: k.text(field, r.Report.Title), Link: findingLink(r.Report, partition(s.entry.Resource)), Detective: detectiveLink(r.Report, partition(s.entry.Resource)),
		})
	}
	return list
}

// shownViolations are never null: an empty list where there are none.
func (s story) shownViolations(k *knife) any {
	const field = "violations"
	if s.unreadable && !s.entry.Key.Exemption() {
		raw := strings.ToValidUTF8(string(s.entry.Violations), "\ufffd")
		if json.Valid([]byte(raw)) && len(raw) <= k.runes {
			return json.RawMessage(raw)
		}
		k.mark(field)
	}
	list := make([]tag.Violation, 0, min(len(s.violations), k.items))
	for i, v := range s.violations {
		if i == k.items {
			k.mark(field)
			break
		}
		v.Key, v.Found, v.Value = k.text(field, v.Key), k.text(field, v.Found), k.text(field, v.Value)
		v.Problem, v.Detail = tag.Breach(k.text(field, string(v.Problem))), k.text(field, v.Detail)
		list = append(list, v)
	}
	return list
}

func (s story) sides(k *knife) (before, after map[string]any) {
	before, after = map[string]any{}, map[string]any{}
	for i, t := range s.touches {
		if i == k.items {
			k.mark("before")
			k.mark("after")
			break
		}
		k.put("before", before, t.key, t.before)
		k.put("after", after, t.key, t.after)
	}
	return before, after
}

func (k *knife) put(field string, side map[string]any, key string, v *value) {
	if v == nil {
		return
	}
	shown, was := v.json(k.runes)
	if was {
		k.mark(field)
	}
	side[k.text(field, key)] = shown
}

func (s story) shownLosses(k *knife) []loss {
	const field = "lost"
	var list []loss
	for i, l := range s.lost {
		if i == k.items {
			k.mark(field)
			break
		}
		list = append(list, loss{Key: k.text(field, l.Key), Value: k.text(field, l.Value), Into: k.text(field, l.Into)})
	}
	return list
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
