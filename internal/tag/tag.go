// Package tag knows AWS's limits on tags, judges a tag set by tag rules, puts it right, and proves that putting right converges. Pure.
package tag

import (
	"bytes"
	"encoding/json"
)

// A Rule is one tag rule of the policy. Several rules may name one key: where they hold together, a value must do for all of them.
type Rule struct {
	Key      string              // exact spelling; a glob ("tmp-*") only with Forbid
	Required bool                // the key must be there
	Pattern  string              // RE2 over the whole value; "" for none
	Values   []string            // allowed values, `*` is a wildcard; nil for any
	Synonyms map[string][]string // canonical value -> other spellings, in any letter case, trimmed; what is listed here never does as it is
	Aliases  []string            // other keys that mean it, in this spelling; every other letter case of Key means it anyway
	Fill     []Fill              // where a value comes from, in order: the first that gives one that will do
	When     map[string][]string // only where these other tags, as fixed, have one of these values; nil for always
	Forbid   bool                // the key must not be there
	Types    []string            // CloudFormation types, globs allowed; nil for every taggable type. IAM users, roles and policies are meant only by AWS::IAM::...
}

// A Fill is one source of a value. Exactly one of Value and From is set.
type Fill struct {
	From  Source  // parent, creator, account, attribute; "" for Value
	Path  string  // with From attribute: a dotted path into the resource ("configuration.vpcId")
	Value *string // a fixed value
}

// A Source is where a fill's value comes from.
type Source string

// The sources of a fill.
const (
	FromParent    Source = "parent"
	FromCreator   Source = "creator"
	FromAccount   Source = "account"
	FromAttribute Source = "attribute"
)

// Rules are all tag rules of a policy.
type Rules struct {
	Rules []Rule
	// Closed forbids every key that no rule names (`unnamed: forbid`); AWS's own aws: keys are never meant.
	Closed bool
}

// A Problem is one thing wrong with tag rules, at the place of the offending value (of two rules, the later one).
type Problem struct {
	Path    string // into the policy: "tags[2].values[1]", "tags[0].fill[1].value", "tags[3].synonyms.Prod[0]", "tags[1].when.Environment[0]", "tags[1].key"
	Problem string // what is wrong
	Way     string // what would do
}

// A Violation is one broken rule and kind of breach. It is encoded as POLICY's `violations` are.
type Violation struct {
	Key     string `json:"key"`             // the rule's key; of a forbidden key or a limit, the key itself; "" of too many tags
	Found   string `json:"found,omitempty"` // the key on the resource, where it differs
	Problem Breach `json:"problem"`
	Value   string `json:"value,omitempty"` // the offending value
	Fixable bool   `json:"fixable"`         // whether the fix of this policy puts it right
	Detail  string `json:"detail"`          // one sentence
}

// MarshalJSON leaves the value out only where there is none: a tag with an empty value has one.
func (v Violation) MarshalJSON() ([]byte, error) {
	type plain Violation
	var shown any = plain(v)
	if v.Value == "" && v.Problem != Missing && v.Key != "" {
		shown = struct {
			Key     string `json:"key"`
			Found   string `json:"found,omitempty"`
			Problem Breach `json:"problem"`
			Value   string `json:"value"`
			Fixable bool   `json:"fixable"`
			Detail  string `json:"detail"`
		}(v)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // whoever encodes the whole decides that
	err := encoder.Encode(shown)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// A Breach is a kind of violation.
type Breach string

// The kinds of violation.
const (
	Missing   Breach = "missing"
	Value     Breach = "value"
	WrongKey  Breach = "key" // an alias or another letter case
	Forbidden Breach = "forbidden"
	Limit     Breach = "limit" // AWS's own limits, the service's narrower one included
)

// Facts are what fills may draw on beside the tags themselves. A nil map means not known (yet); an empty one that there is nothing.
type Facts struct {
	Parent  map[string]string // tags of the resource's parent; another spelling of a key stands for it here too, and an empty value for none
	Account map[string]string // tags of the resource's account, likewise
	// Creator is who created the resource; nil if nobody knows, which is no value and not waited for.
	Creator *string
	// Attributes are values by path; a path that is absent has no value there. nil if the resource's attributes are not known.
	Attributes map[string]string
}

// A Result is what judging and fixing a tag set gives.
type Result struct {
	Violations []Violation       // of the tags as they are, in the order of the rules
	After      map[string]string // the tags as fixed, by what is known; the very map that was judged where nothing is wrong
	Left       []Violation       // of After: what no fix can make right, or can only be made right by facts that are not known
	Pending    []Pending         // keys whose value depends on facts that are not known; they are left out of After, and their violation is fixable
	Lost       []Loss            // values that gave way where two keys became one
}

// A Pending is a key that waits for a fact.
type Pending struct {
	Key  string
	From Source
}

// A Loss is a key and value that gave way to the value of the key Kept, as it was spelt on the resource, when two keys became one. Equal values are not lost.
type Loss struct{ Key, Value, Kept string }

// A Judge judges and fixes tag sets by proved rules. Immutable, safe for concurrent use.
type Judge struct{ compiled }
