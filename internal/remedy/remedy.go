// Package remedy says what a remedy is: how one setting of one type of resource is read, judged, written and undone, as one value.
package remedy

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
)

// ErrGone says that there is no such resource.
var ErrGone = errors.New("the resource does not exist")

// A RefusedError says that a setting is final and cannot be put right by us: a retry would not help. It is told, not repeated.
type RefusedError struct {
	Why string // one sentence for people: what stands in the way and what to do
	Err error  // the cause, or nil
}

// Error gives the reason and its cause.
func (e *RefusedError) Error() string {
	if e.Err == nil {
		return e.Why
	}
	return e.Why + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

// Params are what a remedy is told beside the resource.
type Params struct {
	// With is the rule's `with` for this remedy, a JSON object; nil where the policy gives none.
	With json.RawMessage
	// Tags gives a tag set as the policy's tag rules want it. Only the remedy "tags" uses it; pure.
	Tags func(map[string]string) map[string]string
	// Control is what the finding is about: "securityhub:IAM.3". A remedy that answers several may do less for one than for another.
	Control string
	// Subject is what the finding names beside the resource: see finding.Subject.
	Subject finding.Subject
	// Now is the time of the judgement, so that Fix needs no clock.
	Now time.Time
}

// A Setting is how one setting of a resource is read, judged and written. S is encoded as a JSON object; its paths are what changes are made of.
type Setting[S any] struct {
	// Read gives the setting as it is now; ErrGone if there is no such resource. What cannot be read is an error, never "nothing set".
	Read func(ctx context.Context, cfg aws.Config, r finding.Resource) (S, error)
	// Fix gives the setting as it should be. Pure.
	Fix func(s S, p Params) (S, error)
	// Write turns the setting from what was read into what it should be, and touches nothing else.
	Write func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to S) error
}

// A Remedy is how one setting of one type of resource is put right.
type Remedy struct {
	ID      string // "s3-block-public-access"
	Doc     string // summary line, blank line, what to know before it is used: how it is undone, when not to use it
	Changes string // what changes, one sentence
	Breaks  string // what may break, one sentence
	Setting string // what it works on: "tags", "s3:public-access-block"; the claim is on (resource, Setting), and on the remedy's part where several share a setting
	// Per is the member of the finding's subject that has a claim of its own ("key": two access keys of a user are two violations), or "control" where Fix does other things for
	// another control; "" where a setting is one.
	Per     string
	Answers []string // the controls that it answers: "tags", "securityhub:S3.8"
	// Resource is the CloudFormation type that it works on; "*" for any taggable type, and, where About is set, for whatever a finding is about.
	Resource string
	// About gives what the remedy works on where that is not the finding's resource itself: the finding (guardduty-archive), or a list that the finding's address goes
	// on. It is this that is reached, read, written and undone; the claim stays on the finding's resource. A *RefusedError says that the finding names no such thing. Pure;
	// nil for the finding's resource.
	About func(r finding.Resource, p Params) (finding.Resource, error)
	// Find gives the resource with its ARN where an event tells no more than an id that AWS made up (AWS Config's db-... of a DB instance); ErrGone if there is no such
	// resource. It is called before all else, with the grants that are for ForARN and no other. nil where the remedy can only do with the ARN.
	Find func(ctx context.Context, cfg aws.Config, r finding.Resource) (finding.Resource, error)
	// Reads and Writes are every IAM action that it needs, and on what. The service roles are made of them and the guard refuses all else.
	Reads, Writes []Grant
	Undo          UndoKind
	UndoNote      string        // for Nearest what cannot come back, for None why not
	Schema        int           // version of the shape of its changes; grows when S changes incompatibly
	Settle        time.Duration // how long until a read shows a write; 0 for most
	Lens          Lens          // the erased Setting, made by Erase
	With          []Param       // the parameters that a rule's `with` may give, read by Decode
	// Code is how a template, a CDK app and a Terraform module hold the setting as Fix makes it; nil where they do not hold it.
	//
	// Source: CloudFormation template reference; CDK v2 API reference; Terraform AWS provider, "Resources".
	Code     []iac.Code
	Examples []Example // documentation that runs as a test
	// Show gives the resource with what a read of the setting shows of it (its tags), so that the policy can judge it again. nil where a read shows nothing that the
	// policy judges by.
	Show func(s State, r finding.Resource) (finding.Resource, error)
	// Facts reads what the fix needs to know beside the setting itself (a parent's or an account's tags). nil for a remedy that needs nothing.
	Facts func(ctx context.Context, cfg aws.Config, r finding.Resource, want FactsWanted) (Facts, error)
}

// FactsWanted says which facts a fix needs; what is not wanted is not read.
type FactsWanted struct{ Parent, Account bool }

// Facts are what was read beside the setting. A nil map means not known.
type Facts struct {
	Parent  map[string]string // tags of the resource's parent
	Account map[string]string // tags of the resource's account in AWS Organizations
}

// A Grant is one IAM action on one kind of resource.
//
// On is an ARN template whose ${Partition}, ${Region} and ${Account} stand for the resource's own. ${ARN} stands for the very resource; it is the whole template, but for
// what an action wants to see behind it ("${ARN}:*" for log groups). "*" is for actions that AWS offers no resource level for. Types limits the grant to resources of
// these CloudFormation types (a glob such as "AWS::RDS::*" may stand); empty means all types that the remedy works on.
type Grant struct {
	Action string // "s3:PutBucketTagging"
	On     string
	Types  []string
	// For is what the grant serves beside the setting itself: "parent" or "account" for the Facts of those, ForARN for Find. A policy whose fills draw on neither of the
	// former does not need it.
	For string
	// Unseen says that no call is made under the action: AWS asks for it beside another one (iam:PassRole, logs:CreateLogDelivery), or only for some resources.
	Unseen bool
	// When is what must hold beside: IAM condition keys, each with the values of which it must have one ("iam:PassedToService": "ec2.amazonaws.com"); nil for nothing.
	// The values of a key that is true or false are "true" or "false".
	When map[string][]string
	// With is the parameter, true or false, that the grant serves: a policy that does not set it does not need the grant. "" for what is always needed.
	With string
	// Role is the service role that carries the grant: "s3", "ec2", ...; empty means the action's own service prefix.
	Role string
}

// ForARN is what a grant is for that Find needs.
const ForARN = "arn"

// UndoKind says how far a remedy's changes can be taken back. The zero value is the harmless one: never fixed, only proposed.
type UndoKind int

// The kinds of undo.
const (
	None    UndoKind = iota // cannot be taken back; only ever proposed
	Nearest                 // comes back but for what UndoNote says
	Exact                   // comes back exactly
)

// String is the name in output: "none", "nearest", "exact".
func (u UndoKind) String() string { return [...]string{"none", "nearest", "exact"}[u] }

// Never says why none of the remedy's changes can be taken back; "" where they can.
func (r Remedy) Never() string {
	if r.Undo != None {
		return ""
	}
	return cmp.Or(r.UndoNote, "it does not say how.")
}
