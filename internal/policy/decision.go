package policy

import (
	"encoding/json"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// A Verdict is what the policy says about a finding.
type Verdict string

// The verdicts. What is outside every rule or scope is Ignored.
const (
	Ignored   Verdict = "ignored"
	Compliant Verdict = "compliant"
	Exempt    Verdict = "exempt"
	Observe   Verdict = "observe"
	Notify    Verdict = "notify"
	Propose   Verdict = "propose"
	Fix       Verdict = "fix"
)

// Violates tells whether the verdict is about something that is wrong and to be answered.
func (v Verdict) Violates() bool {
	return v == Observe || v == Notify || v == Propose || v == Fix
}

// A Decision is what is to be done about a finding by one remedy. It always has a reason.
type Decision struct {
	Verdict  Verdict
	Rule     string // name of the policy's rule; "" if none applied
	Remedy   string // id of the remedy
	Setting  string // what the remedy holds alone, from the catalog
	Severity finding.Severity
	Reason   string // one sentence, always set; names each rule that was passed over
	// Unread says that the verdict is the rule's mode only because the setting is not in the event: it must be read before anything is known.
	Unread bool
	// Untagged says that the answer depends on tags that nobody showed, after a read of the setting: those of whoever made the resource, or those that the rule's where asks
	// for. They have to be read, and the resource judged once more.
	Untagged   bool
	Violations []tag.Violation
	// Before and After hold only what changes, as far as it can be known without a call: a key that goes is in Before alone, one that comes in After alone.
	Before, After map[string]string
	// Fingerprint is the same for the same violations of the same resource and differs otherwise; "" while Unread.
	Fingerprint string
	Attributes  map[string]string // what attribute fills found in the event, by path
	With        json.RawMessage   // the rule's parameters of the remedy
	Urgent      bool              // containment: never waits behind tags
	Once        string            // names a report that is answered once only, however often it comes; "" where each report is looked at
	Forged      bool              // the event cannot be what it claims to be: refused, told, and nothing else
	Approves    bool              // a press: a standing proposal is approved by it
	Outright    bool              // a press: what is proposed need not have been shown before
	Undoes      bool              // a press: the last change is to be taken back
	Until       time.Time         // of Exempt: the first moment at which the exemption holds no more
	Exempts     time.Duration     // a press: how long the resource is to be exempt from Rule, from the finding's time; 0 where it is not
}

// A Catalog is what a policy may name. It is data, so that a judge needs no remedy's client to read a policy.
type Catalog struct {
	Kinds    []string        `json:"kinds"` // of events.All
	Remedies []CatalogRemedy `json:"remedies"`
}

// A CatalogRemedy is what the policy needs to know of a remedy.
type CatalogRemedy struct {
	ID       string   `json:"id"`
	Setting  string   `json:"setting"`
	Answers  []string `json:"answers"`
	Resource string   `json:"resource"`
	Undo     string   `json:"undo"`
	// Never says why none of its changes can be taken back; "" where they can.
	Never  string `json:"never,omitempty"`
	Schema int    `json:"schema,omitempty"` // version of the shape of its changes
	// Per is the member of the finding's subject that has a claim of its own, or "control" where each control has; "" where the setting is one.
	Per  string         `json:"per,omitempty"`
	With []CatalogParam `json:"with,omitempty"`
	// Code is how the code that made a resource holds the setting; nil where code does not hold it.
	Code []iac.Code `json:"code,omitempty"`
}

// A CatalogParam is one parameter that a rule's `with` may give a remedy.
type CatalogParam struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"` // bool | integer | text | integers | texts
	Doc      string `json:"doc"`
	Default  string `json:"default,omitempty"`  // as JSON, for people
	Required bool   `json:"required,omitempty"` // a rule that does the remedy must give it
	Pattern  string `json:"pattern,omitempty"`  // RE2 over the whole of each text; "" for any
	Min      int    `json:"min,omitempty"`      // of each integer; with 0 for both, any
	Max      int    `json:"max,omitempty"`
}

// Mark is the same for the same answer to the same violations and differs otherwise; "" while the violations are not known. Two reports with one mark need one answer.
func (d Decision) Mark() string {
	switch {
	case d.Fingerprint == "":
		return ""
	case d.Approves:
		return string(Propose) + ":" + d.Fingerprint // a press is for what was proposed, whatever more it could do
	}
	return string(d.Verdict) + ":" + d.Fingerprint
}
