// Package finding holds the nouns that every other package speaks in: a resource and a finding about it.
//
// It imports nothing of ours.
package finding

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Resource is one AWS resource as an event, or a read, shows it.
type Resource struct {
	Partition string `json:"partition"` // "aws", "aws-cn", "aws-us-gov", ...
	Account   string `json:"account"`   // 12 digits
	Region    string `json:"region"`    // "us-east-1" for global services
	Type      string `json:"type"`      // CloudFormation type as AWS Config spells it: "AWS::EC2::Instance"; "" if it is not known
	ID        string `json:"id"`        // as AWS Config spells it: instance id, bucket name, queue URL, ...
	Name      string `json:"name"`      // as AWS Config's resourceName; often empty
	ARN       string `json:"arn"`       // "" only where neither the event nor the id tells it
	// Tags are the tags as last seen, the aws: tags included. nil means not known; an empty map means that there are none.
	Tags map[string]string `json:"tags"`
	// Attributes is the resource's configuration as the event shows it (AWS Config's configurationItem); nil if the event has none.
	Attributes json.RawMessage `json:"attributes,omitempty"`
}

// Service is the ARN's service prefix ("ec2", "s3"), or "" if the ARN is not known.
func (r Resource) Service() string {
	parts := strings.SplitN(r.ARN, ":", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[2]
}

// Stack is the name of the CloudFormation stack that the resource belongs to, as its aws:cloudformation:stack-name tag tells; "" if none is known.
//
// Source: CloudFormation user guide, "Resource tag" (aws:cloudformation:stack-name).
func (r Resource) Stack() string { return r.Tags["aws:cloudformation:stack-name"] }

// Owner is who owns the resource by its tags: the value of the tag Owner, else of the same key in another letter case, the first in order; "" if none is known. At most 256 code
// points.
//
// Source: AWS General Reference, "Tagging AWS resources" (a tag's value has at most 256 characters).
func (r Resource) Owner() string {
	const key, most = "Owner", 256
	value, found := r.Tags[key]
	for _, k := range slices.Sorted(maps.Keys(r.Tags)) {
		if !found && strings.EqualFold(k, key) {
			value, found = r.Tags[k], true
		}
	}
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most])
	}
	return value
}

// String names the resource for people: its ARN, or type and id where the ARN is not known.
func (r Resource) String() string {
	if r.ARN != "" {
		return r.ARN
	}
	return r.Type + " " + r.ID
}

// A Subject is what a finding names beside its resource, by these names: a remedy changes nothing else. What the event does not tell is left out.
//
//	finding     id of the finding (GuardDuty's id, ASFF's Id)
//	detector    id of the GuardDuty detector
//	region      where it was found: the resource may be global, or elsewhere
//	key         id of the access key that was used: AKIA... for a user's own, ASIA... for a session's
//	principal   the principal id behind it: AIDA..., AROA...:SESSION
//	user-type   IAMUser, Role, AssumedRole, Root, FederatedUser, ...
//	interface   network interface
//	address     remote IP address
//	port        local port, as digits
//	function    Lambda function's name
//	version     version or alias of a function
type Subject map[string]string

// A Finding is one fact about one resource: which control, how severe, since when, who did it.
type Finding struct {
	Event    string    // id of the event that told it
	Kind     string    // the event's kind as a policy's `on` names it: "config", "securityhub"
	Control  string    // "tags", or "securityhub:S3.8", "config:...", "guardduty:..."
	Resource Resource  // what it is about
	Severity Severity  // Unset where the reporter gives none
	Time     time.Time // of the event: the clock of every judgement about it
	Seen     Version   // orders what was seen of the resource; older than what the claim holds is stale
	// Changed says whether the event itself shows that the judged setting changed. Only then may a compliant finding have ended something open.
	Changed bool
	// Gone says that the resource was deleted.
	Gone bool
	// Unread says why the resource's setting is not in the event and has to be read ("oversized configuration item"); "" where the event shows it.
	Unread string
	// Subject is what it names beside the resource.
	Subject Subject
	// Report is the finding of a service (GuardDuty, Security Hub, ...) that says so; its zero value for what is no finding of anybody.
	Report Report
	// Beside says that the event names this resource beside its first one: what no rule wants of it is not worth a line.
	Beside bool
	// Once says that the same report is answered once only, however often it comes: GuardDuty repeats a finding as long as it goes on.
	Once bool
	// Right says that the reporter found nothing wrong (PASSED, COMPLIANT): what was open about the control has ended.
	Right bool
	// Moot says why nothing is to be done about what the event says ("it is archived"); "" where something may be.
	Moot string
	// Forged says why the event cannot be what it claims to be ("its account is not the one it came from"); "" where it can.
	Forged string
	// From is the account whose event it is: another one than the resource's only where an administrator of several accounts speaks.
	From string
	// Press is the Security Hub custom action that was chosen for it; its zero value where the event is none.
	Press Press
	// Proposal is what a finding of Tagwarden's own says that was pressed; its zero value for all others.
	Proposal Proposal
	// Place is where the resource's account stands in the organization; nil: not known.
	Place *Place
	// Actor is who made the change, when the event tells; "" otherwise.
	Actor string
	// Agent is the program that made the change, as it names itself, when the event tells; "" otherwise.
	Agent string
	// Detail is the event's detail, for a rule's match.
	Detail json.RawMessage
}

// A Place is where an account stands in its organization, as the organization's directory has it. Both are written in the management account alone.
type Place struct {
	OUs  []string          // ids of the root and of all OUs above the account, the root first
	Tags map[string]string // of the account; nil: not known
}

// A Report is a finding of a service, as that service names it.
type Report struct {
	Service string `json:"service"`           // "guardduty", "securityhub", "config", "inspector"
	ID      string `json:"id"`                // GuardDuty's id, ASFF's Id, the finding's ARN in Inspector, the Config rule's name
	Product string `json:"product,omitempty"` // ASFF's ProductArn: with ID it names a finding of Security Hub; "" elsewhere
	Title   string `json:"title,omitempty"`   // as the service words it, at most 256 code points
	Region  string `json:"region,omitempty"`  // where it is reported, which need not be the resource's
}

// Is tells whether two reports are of one finding, however often it is sent.
func (r Report) Is(other Report) bool {
	return r.ID != "" && r.Service == other.Service && r.ID == other.ID && r.Product == other.Product
}

// Forgery is the setting under which events are kept that were refused as forged. It holds nothing of the resource that they claim to be about.
const Forgery = "forged report"

// Author is who wrote a note in a finding of Security Hub, where we did.
const Author = "tagwarden"

// Ours begins the generator and the id of the findings that Tagwarden itself puts into Security Hub: one for each proposal that no finding there reported.
const Ours = Author + "/"

// The product fields of such a finding.
const (
	EntryField = Ours + "entry" // id of the entry that proposes
	ShownField = Ours + "shown" // names the change that is shown
	RuleField  = Ours + "rule"  // name of the policy's rule
)

// Product is the ARN of the product under which an account puts findings of its own into Security Hub of a region.
//
// Source: Security Hub user guide, "Using custom product integrations" (the default product ARN).
func Product(partition, region, account string) string {
	return fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%s/default", partition, region, account, account)
}

// A Proposal is what a finding of Tagwarden's own says: which entry proposes, and which change it shows. Whoever may import findings may write anything there.
type Proposal struct{ Entry, Shown string }

// Threat tells whether a control is a threat that GuardDuty saw, and not how a resource is set up, which some of its findings are about, too.
//
// Source: GuardDuty user guide, "GuardDuty finding format" (ThreatPurpose Policy).
func Threat(control string) bool {
	return strings.HasPrefix(control, "guardduty:") && !strings.HasPrefix(control, "guardduty:Policy:")
}

// A Press is a Security Hub custom action that somebody chose. It names no person.
type Press struct {
	Name string `json:"name"`
	ARN  string `json:"arn"` // of the action
}

// Pressed tells whether somebody chose a custom action for the finding.
func (f *Finding) Pressed() bool { return f.Press != Press{} }

// A Version orders what was seen of one resource. Within one source its number decides; between sources, and where a number begins anew because the resource was made anew,
// the time does, as far as clocks can be trusted.
type Version struct {
	Source string `json:"source"` // the kind's id
	Number int64  `json:"number"` // ever growing: Unix milliseconds of the capture for AWS Config, the tag version for aws.tag
	// Time is when the resource was as it was seen; zero where that is not told.
	Time time.Time `json:"time,omitzero"`
}

// Slack is how far the clocks of two sources may be apart, and how coarse an event's time is: within it, neither was certainly first.
const Slack = 2 * time.Second

// Before tells whether v was certainly seen before w. A smaller number of one source is older, unless its time is certainly later: then numbers began anew.
func (v Version) Before(w Version) bool {
	if v.Source == w.Source {
		return v.Number < w.Number && !v.later(w) || v.Number > w.Number && w.later(v)
	}
	return w.later(v)
}

// later tells whether v's time is certainly after w's.
func (v Version) later(w Version) bool {
	return !v.Time.IsZero() && !w.Time.IsZero() && v.Time.Sub(w.Time) > Slack
}

// Severity is how bad a finding is. The zero value says that the reporter gave none.
type Severity int

// The severities in rising order.
const (
	Unset Severity = iota
	Informational
	Low
	Medium
	High
	Critical
)

var severities = [...]string{"", "informational", "low", "medium", "high", "critical"}

// String is the severity's name as the policy file spells it; "" for Unset.
func (s Severity) String() string {
	if s < Unset || s > Critical {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return severities[s]
}

// ParseSeverity reads a severity as the policy file spells it.
func ParseSeverity(name string) (Severity, error) {
	for i, s := range severities {
		if i > 0 && s == name {
			return Severity(i), nil
		}
	}
	return Unset, fmt.Errorf("unknown severity %q: use informational, low, medium, high or critical", name)
}
