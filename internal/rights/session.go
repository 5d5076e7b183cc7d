package rights

import (
	"fmt"
	"slices"
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
// session can only ever have less, it is what the use may do. Where the resource's ARN is not known and the remedy can find it out, the session is for that alone.
//
// An error says that there can be no such session: no grant for the type, a resource whose ARN is not known, or a policy that is too long. It is final.
func Session(r remedy.Remedy, res finding.Resource) (Document, error) {
	find := res.ARN == "" && r.Find != nil
	list := slices.DeleteFunc(grantsOf(r, res.Type), func(g grant) bool { return (g.For == remedy.ForARN) != find })
	if len(list) == 0 {
		return Document{}, fmt.Errorf("remedy %s asks for no right on resources of type %q", r.ID, res.Type)
	}
	replace := strings.NewReplacer("${Partition}", res.Partition, "${Region}", res.Region, "${Account}", res.Account)
	var permissions []permission
	for _, g := range list {
		on := []string{replace.Replace(g.On)}
		if suffix, very := strings.CutPrefix(g.On, theVery); very {
			if res.ARN == "" {
				return Document{}, fmt.Errorf("remedy %s acts on the very resource, and the ARN of %s is not known", r.ID, res)
			}
			on = theVeryOf(res, suffix)
		}
		for _, name := range on {
			permissions = append(permissions, permission{action: g.Action, resource: name, writes: g.writes, when: g.When})
		}
	}
	d := document(permissions)
	if size := d.Size(); size > MaxSession {
		return Document{}, fmt.Errorf("the session policy of %s for %s has %d characters, AWS takes %d", r.ID, res, size, MaxSession)
	}
	return d, nil
}

// theVeryOf are the patterns that hold the very resource and no other. GuardDuty tells no path of users and roles, so that one without a path may have any: a name is one
// user's or one role's in an account.
//
// Source: IAM user guide, "IAM and AWS STS quotas" (names are unique within an account, whatever their path is).
func theVeryOf(res finding.Resource, suffix string) []string {
	patterns := []string{literal(usual(res)) + suffix}
	a, err := arn.Parse(usual(res))
	kind, name, _ := strings.Cut(a.Resource, "/")
	if err != nil || res.Type != "AWS::IAM::User" && res.Type != "AWS::IAM::Role" || strings.Contains(name, "/") {
		return patterns
	}
	a.Resource = kind + "/*/" + literal(name)
	return append(patterns, a.String()+suffix)
}

// usual is the resource's ARN in the spelling that its service's calls are checked against: that of a log group without the ":*" that some events have, that of a
// snapshot without its account.
func usual(res finding.Resource) string {
	a, ok := arn.For(res.Type, res.Partition, res.Region, res.Account, res.ARN)
	switch {
	case !ok:
		return res.ARN
	case unowned[res.Type]:
		a.Account = ""
	}
	return a.String()
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
