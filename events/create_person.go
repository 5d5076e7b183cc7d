package events

import "strings"

// A userIdentity is who made a call.
//
// Source: AWS CloudTrail user guide, "CloudTrail userIdentity element".
type userIdentity struct {
	Type      string `json:"type"`
	ARN       string `json:"arn"`
	Name      string `json:"userName"`  // of an IAM user
	InvokedBy string `json:"invokedBy"` // the service that made the call for somebody
	Session   struct {
		SourceIdentity string `json:"sourceIdentity"`
		Issuer         struct {
			Name string `json:"userName"` // the role's
		} `json:"sessionIssuer"`
	} `json:"sessionContext"`
}

// ssoRole is how the names of IAM Identity Center's roles begin. Their sessions are named after the user.
//
// Source: IAM Identity Center user guide, "Referencing permission sets in resource policies".
const ssoRole = "AWSReservedSSO_"

// person is who is behind a call, as people write an owner: the name of an IAM user, or what a session of a person is called; "" where that is no person, or nobody can
// tell: a service, the account's root user, a role whose session has the name of a program or of an instance. A source identity cannot be changed once it is set, so that
// it holds through all roles, and through what a service does with them.
func (u userIdentity) person() string {
	switch {
	case u.Session.SourceIdentity != "":
		return u.Session.SourceIdentity
	case u.InvokedBy != "":
		return ""
	case u.Type == "IAMUser" && u.Name != hidden:
		return u.Name
	case u.Type != "AssumedRole":
		return ""
	}
	session := u.ARN[strings.LastIndexByte(u.ARN, '/')+1:]
	if strings.HasPrefix(u.Session.Issuer.Name, ssoRole) || strings.Contains(session, "@") {
		return session
	}
	return ""
}
