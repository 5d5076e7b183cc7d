package events

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A principal is who used a key, as GuardDuty tells it.
//
// Source: GuardDuty API reference, AccessKeyDetails; IAM user guide, "IAM identifiers" (the prefixes of unique ids and of access key ids).
type principal struct {
	Key       string `json:"accessKeyId"`
	Principal string `json:"principalId"`
	UserType  string `json:"userType"`
	Name      string `json:"userName"`
}

// resource is the user or the role whose key it is, else the account. sure is false where it is only the account because nothing closer is told.
func (p principal) resource(at site) (r finding.Resource, sure bool) {
	switch p.UserType {
	case "IAMUser":
		return p.identity(at, "AWS::IAM::User", "AIDA")
	case "Role", "AssumedRole":
		return p.identity(at, "AWS::IAM::Role", "AROA")
	}
	return at.wholeAccount(), p.UserType == "Root"
}

// identity is the user or role of that name. Its path is not told, so that the ARN is the one without.
func (p principal) identity(at site, typ, prefix string) (r finding.Resource, sure bool) {
	if p.Name == "" {
		return at.wholeAccount(), false
	}
	r = at.byID(typ, p.Name)
	r.Name = p.Name
	if id, _, _ := strings.Cut(p.Principal, ":"); strings.HasPrefix(id, prefix) {
		r.ID = id
	}
	return r, true
}

// subject is what a principal adds to the subject of a finding.
func (p principal) subject() finding.Subject {
	return told(finding.Subject{"key": p.Key, "principal": p.Principal, "user-type": p.UserType})
}

// isKey tells whether s looks like the id of an access key.
func isKey(s string) bool {
	return len(s) >= 16 && (strings.HasPrefix(s, "AKIA") || strings.HasPrefix(s, "ASIA")) && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
