// Package rights derives every IAM policy of a deployment: the service roles, the session of one use, and what the functions themselves may do.
//
// The roles and sessions are made of the remedies' grants and of nothing else, so that no right is written down twice. It is pure: it calls nothing, and all
// of it may be called concurrently.
package rights

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// version is the version of IAM's policy language, the one that knows policy variables.
//
// Source: IAM user guide, "IAM JSON policy elements: Version".
const version = "2012-10-17"

// A Document is an IAM policy. As JSON it is the policy itself, always in the same order.
//
// The Resource of a document of this package may hold ${Partition}, ${Region} and ${Account}, until In says what they are.
type Document struct {
	Version   string
	Statement []Statement
}

// A Statement allows some actions on some resources, or denies them. Both lists are sorted and without repeats.
type Statement struct {
	Sid       string              // letters and digits, unique in its document
	Effect    string              // "Allow", of all that is for an identity; what is not allowed is denied. "Deny" in policies that only take away
	Principal map[string][]string `json:",omitempty"` // whom it is for, in a resource's policy alone
	Action    []string            `json:",omitempty"`
	NotAction []string            `json:",omitempty"` // all actions but these, in place of Action
	Resource  []string
	Condition map[string]map[string][]string `json:",omitempty"` // operator, condition key, values
}

// allow is the effect of a statement that allows.
const allow = "Allow"

// A Scope is what ${Partition}, ${Region}, ${Account} and ${Suffix} of a document stand for. Each may be "*".
type Scope struct {
	Partition, Region, Account string
	Suffix                     string // of the names of AWS's services: "amazonaws.com"
}

// In gives the document for a scope. The document itself stays as it is.
func (d Document) In(s Scope) Document {
	replace := strings.NewReplacer("${Partition}", s.Partition, "${Region}", s.Region, "${Account}", s.Account, "${Suffix}", s.Suffix)
	return d.Map(replace.Replace)
}

// Map gives the document with other resources, principals and values of conditions. The document itself stays as it is.
func (d Document) Map(to func(string) string) Document {
	list := func(of []string) []string {
		mapped := make([]string, len(of))
		for i, s := range of {
			mapped[i] = to(s)
		}
		return mapped
	}
	lists := func(of map[string][]string) map[string][]string {
		if of == nil {
			return nil
		}
		mapped := make(map[string][]string, len(of))
		for key, values := range of {
			mapped[key] = list(values)
		}
		return mapped
	}
	mapped := Document{Version: d.Version, Statement: make([]Statement, len(d.Statement))}
	for i, st := range d.Statement {
		st.Resource, st.Principal = list(st.Resource), lists(st.Principal)
		condition := make(map[string]map[string][]string, len(st.Condition))
		for operator, keys := range st.Condition {
			condition[operator] = lists(keys)
		}
		if st.Condition != nil {
			st.Condition = condition
		}
		mapped.Statement[i] = st
	}
	return mapped
}

// Size is the document's length in characters as IAM counts them, white space left out.
//
// Source: IAM user guide, "IAM and AWS STS quotas" (IAM does not count white space).
func (d Document) Size() int {
	text, err := json.Marshal(d)
	if err != nil { // strings, slices and maps of them: there is nothing that could not be encoded
		return maxInt
	}
	white := strings.Count(string(text), " ")
	for _, r := range string(text) {
		if r != ' ' && unicode.IsSpace(r) {
			white++
		}
	}
	return utf8.RuneCount(text) - white
}

const maxInt = int(^uint(0) >> 1)

// Empty tells whether the document allows nothing. AWS refuses such a document: leave the whole policy out.
func (d Document) Empty() bool { return len(d.Statement) == 0 }
