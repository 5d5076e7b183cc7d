package rights

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// MaxSession is how many characters a session policy may have.
//
// Source: AWS STS API reference, AssumeRole, parameter Policy (plain text of at most 2,048 characters).
const MaxSession = 2048

// Session gives the session policy of one use: the remedy's grants for the resource's type, on the very resource. Together with the service role, of which a
// session can only ever have less, it is what the use may do.
//
// An error says that there can be no such session: no grant for the type, a resource whose ARN is not known, or a policy that is too long. It is final.
func Session(r remedy.Remedy, res finding.Resource) (Document, error) {
	list := grantsOf(r, res.Type)
	if len(list) == 0 {
		return Document{}, fmt.Errorf("remedy %s asks for no right on resources of type %q", r.ID, res.Type)
	}
	replace := strings.NewReplacer("${Partition}", res.Partition, "${Region}", res.Region, "${Account}", res.Account)
	var permissions []permission
	for _, g := range list {
		places := []string{replace.Replace(g.On)}
		if g.On == theVery {
			if res.ARN == "" {
				return Document{}, fmt.Errorf("remedy %s acts on the very resource, and the ARN of %s is not known", r.ID, res)
			}
			places = veryPlaces(res)
		}
		for _, on := range places {
			permissions = append(permissions, permission{action: g.Action, resource: on, writes: g.writes})
		}
	}
	d := document(permissions)
	if size := d.Size(); size > MaxSession {
		return Document{}, fmt.Errorf("the session policy of %s for %s has %d characters, AWS takes %d", r.ID, res, size, MaxSession)
	}
	return d, nil
}

// veryPlaces are the ARNs of the very resource: of a user or a role without a path the ARNs with any path, too. GuardDuty tells the name of a principal and not its path, and
// there is no other of the same name in an account, whatever its path.
//
// Source: IAM user guide, "IAM identifiers" (friendly names and paths), and IAM API reference, CreateUser and CreateRole (names are unique within the account).
func veryPlaces(res finding.Resource) []string {
	places := []string{literal(usual(res))}
	if res.Type != "AWS::IAM::User" && res.Type != "AWS::IAM::Role" {
		return places
	}
	a, err := arn.Parse(res.ARN)
	kind, name, found := strings.Cut(a.Resource, "/")
	if err != nil || !found || strings.Contains(name, "/") {
		return places
	}
	a.Resource = kind + "/"
	return append(places, a.String()+"*/"+literal(name))
}

// usual is the resource's ARN in the spelling that its service's calls are checked against: that of a log group without the ":*" that some events have.
func usual(res finding.Resource) string {
	if a, ok := arn.For(res.Type, res.Partition, res.Region, res.Account, res.ARN); ok {
		return a.String()
	}
	return res.ARN
}

// literal writes an ARN so that no character of it is a wildcard or a variable to IAM. Names of some resources may hold them, and so could widen a session.
//
// Source: IAM user guide, "IAM policy elements: Variables and tags" (special characters ${*}, ${?}, ${$}).
func literal(name string) string {
	return strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}").Replace(name)
}

// RoleOf names the service role that a remedy uses for a type: "s3". One use has one session and so one role: grants of two roles are an error, as is none.
func RoleOf(r remedy.Remedy, typ string) (string, error) {
	service := ""
	for _, g := range grantsOf(r, typ) {
		switch s := g.service(); {
		case service == "":
			service = s
		case service != s:
			return "", fmt.Errorf("remedy %s asks for rights of two roles, %s and %s, on resources of type %s", r.ID, service, s, typ)
		}
	}
	if service == "" {
		return "", fmt.Errorf("remedy %s asks for no right on resources of type %q", r.ID, typ)
	}
	return service, nil
}
