package rights

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// MaxSCP is how long a service control policy may be, in characters.
//
// Source: AWS Organizations user guide, "Quotas for AWS Organizations" (maximum size of a policy document: SCPs 5,120 characters).
const MaxSCP = 5120

// Boundary is the permissions boundary of all service roles but that of tagRole, and of the roles by which a member's rules forward: what none of them can do whatever its policies say,
// now or after somebody changed them. It allows what some remedy declares, and nothing by itself; so a change of the policy changes no boundary.
//
// Source: IAM user guide, "Permissions boundaries for IAM entities" and "IAM and AWS STS quotas" (managed policy size).
func Boundary(n Names, all []remedy.Remedy) Document {
	list := append(
		declared(all, func(service string) bool { return service != tagRole }), Statement{
			Sid: "Forward", Effect: allow, Action: []string{"events:PutEvents"},
			Resource: []string{"arn:${Partition}:events:*:${Account}:event-bus/default", "arn:${Partition}:events:*:*:event-bus/" + n.Bus()},
		},
		Statement{Sid: "Escalation", Effect: "Deny", Action: escalation, Resource: []string{"*"}},
	)
	return Document{Version: version, Statement: append(list, ours(n)...)}
}

// tagRole is the service role by which the tagging API tags what has no adapter of its own: some 170 services, whose list is as long as AWS takes.
const tagRole = "tag"

// TagBoundary is the permissions boundary of the role of the tagging API.
func TagBoundary(n Names, all []remedy.Remedy) Document {
	list := declared(all, func(service string) bool { return service == tagRole })
	return Document{Version: version, Statement: append(list, ours(n)...)}
}

// BoundaryOf is the name of a service role's permissions boundary.
func (n Names) BoundaryOf(service string) string {
	if service == tagRole {
		return n.TagBoundary()
	}
	return n.Boundary()
}

// escalation are the ways by which a principal comes to rights that nobody gave it. Most are not allowed anyway: they are denied so that no later remedy allows them by a slip.
//
// Source: IAM user guide, "Permissions boundaries for IAM entities" (delegating responsibility using permissions boundaries).
var escalation = []string{
	"account:*", "iam:Add*", "iam:Attach*", "iam:Create*", "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "iam:PutGroupPolicy", "iam:PutRolePermissionsBoundary",
	"iam:PutUserPermissionsBoundary", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile", "sts:*",
}

// ours are the statements that deny a service role everything about the deployment's own parts but to look at them and to tag them.
func ours(n Names) []Statement {
	var but []string
	services := []string{"dynamodb", "events", "iam", "lambda", "logs", "sns", "sqs"}
	for _, service := range services {
		but = append(but, service+":*tag*")
	}
	but = append(append(but, looking(services...)...), "events:PutEvents")
	slices.Sort(but)
	return []Statement{
		{Sid: "Ours", Effect: "Deny", NotAction: but, Resource: n.Parts()},
		{
			// Source: Service Authorization Reference, "Condition keys for AWS Key Management Service" (kms:ResourceAliases).
			Sid: "OurKey", Effect: "Deny", NotAction: []string{"kms:*tag*", "kms:Describe*", "kms:Get*", "kms:List*"}, Resource: []string{"arn:${Partition}:kms:*:${Account}:key/*"},
			Condition: map[string]map[string][]string{"ForAnyValue:StringEquals": {"kms:ResourceAliases": {"alias/" + n.Key()}}},
		},
	}
}

// views are the verbs by which actions of the services look, of which a deployment has parts.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS services".
var views = map[string][]string{
	"cloudwatch": {"Describe", "Get", "List"}, "codedeploy": {"BatchGet", "Get", "List"}, "dynamodb": {"Describe", "Get", "List"}, "events": {"Describe", "List"}, "iam": {"Get", "List"}, "lambda": {"Get", "List"},
	"logs": {"Describe", "Get", "List"}, "scheduler": {"Get", "List"}, "sns": {"Get", "List"}, "sqs": {"Get", "List"},
}

// looking are the patterns of the actions of some services that look.
func looking(services ...string) []string {
	var patterns []string
	for _, service := range services {
		for _, verb := range views[service] {
			patterns = append(patterns, service+":"+verb+"*")
		}
	}
	return patterns
}

// Parts are the patterns of the ARNs of all that a deployment and its members' templates make, in any scope, but for the key, which has no name.
func (n Names) Parts() []string {
	here := func(service, what string) string { return "arn:${Partition}:" + service + ":*:${Account}:" + what }
	return []string{
		here("cloudwatch", "alarm:"+n.Prefix+"-*"),
		here("dynamodb", "table/"+n.Table()),
		here("events", "event-bus/"+n.Bus()),
		here("events", "rule/"+n.Bus()+"/"+n.Prefix+"-*"),
		here("events", "rule/"+n.Prefix+"-*"),
		"arn:${Partition}:iam::${Account}:policy/" + n.Prefix + "-*",
		"arn:${Partition}:iam::${Account}:role/" + n.Prefix + "-*",
		here("lambda", "function:"+n.Prefix+"-*"),
		here("logs", "log-group:"+n.Log("*")),
		here("scheduler", "schedule/"+n.Prefix+"-*"),
		here("scheduler", "schedule-group/"+n.Prefix+"-*"),
		here("sns", n.Topic()),
		here("sqs", n.Prefix+"-*"),
	}
}

// declared are the statements that allow what some remedy declares for some service roles, under the conditions that it declares. Where a remedy asks for an action without any, that
// holds.
func declared(all []remedy.Remedy, of func(service string) bool) []Statement {
	names := collapse(all)
	when := map[string]map[string]map[string]map[string][]string{} // by action, conditions by their text
	for _, r := range all {
		for _, g := range slices.Concat(r.Reads, r.Writes) {
			if !of((grant{Grant: g}).service()) {
				continue
			}
			condition, action := conditionOf(g.When), names(g.Action)
			if when[action] == nil {
				when[action] = map[string]map[string]map[string][]string{}
			}
			when[action][fmt.Sprint(condition)] = condition // a map prints in the order of its keys
		}
	}
	statements := map[string]*Statement{}
	for _, action := range slices.Sorted(maps.Keys(when)) {
		for text, condition := range when[action] {
			if _, plain := when[action][unconditional]; plain && text != unconditional {
				continue
			}
			if statements[text] == nil {
				statements[text] = &Statement{Effect: allow, Resource: []string{"*"}, Condition: condition}
			}
			statements[text].Action = append(statements[text].Action, action)
		}
	}
	list := make([]Statement, 0, len(statements))
	for i, text := range slices.Sorted(maps.Keys(statements)) {
		s := *statements[text]
		s.Sid = fmt.Sprint("Declared", i+1)
		list = append(list, s)
	}
	return list
}

// unconditional is no condition as text.
var unconditional = fmt.Sprint(conditionOf(nil))

// many is how many actions of one service that only look, and begin with the same verb, a boundary allows by that verb: it has no room for all.
const many = 4

// collapse gives the names by which a boundary allows actions: those on tags by their service, many that only look by their verb, all others by themselves. IAM takes no account of
// upper and lower case in actions.
//
// Source: IAM user guide, "IAM JSON policy elements: Action" (the prefix and the action name are case insensitive; wildcards).
func collapse(all []remedy.Remedy) func(action string) string {
	verbs := map[string]map[string]bool{}
	for _, r := range all {
		for _, g := range r.Reads {
			if verbs[looks(g.Action)] == nil {
				verbs[looks(g.Action)] = map[string]bool{}
			}
			verbs[looks(g.Action)][g.Action] = true
		}
	}
	return func(action string) string {
		service, _, _ := strings.Cut(action, ":")
		switch verb := looks(action); {
		case service == tagRole:
			return service + ":*Resources"
		case onTags(action):
			return service + ":*tag*"
		case verb != "" && len(verbs[verb]) >= many:
			return verb
		}
		return action
	}
}

// looks is the pattern of all actions of a service that look by the same verb; "" for an action that does more.
func looks(action string) string {
	service, name, _ := strings.Cut(action, ":")
	for _, verb := range []string{"Describe", "Get", "List"} {
		if strings.HasPrefix(name, verb) {
			return service + ":" + verb + "*"
		}
	}
	return ""
}

// onTags tells whether an action is one on tags.
func onTags(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	return strings.Contains(strings.ToLower(name), "tag")
}

// FunctionBoundary is the permissions boundary of the functions' own roles, and of the other roles of the deployment's own stack: all that some function of some policy may do, on the
// deployment's own parts. All that it is told is as in Needs.
func FunctionBoundary(n Names, journal, indexed []string, organization, directory string) Document {
	everything := slices.Concat(
		Judge(journal, n.Source()), Act(journal, n.Source(), true, true), Clock(journal, indexed, n.Source(), true, true), Clock(journal, indexed, n.Source(), true, false), Operator(journal, indexed),
		Scheduler(), Release(), Buttons(),
	)
	if organization != "" {
		everything = append(everything, Directory(directory, true)...)
	}
	parts := n.parts("*", n.Function("*"), Needs{})
	parts[Topic], parts[TopicKey] = []string{"*"}, []string{"*"} // routes lead to other topics, and the key has no name
	parts[ServiceRoles] = []string{"arn:${Partition}:iam::*:role/" + n.Prefix + "-*"}
	parts[Functions] = []string{"arn:${Partition}:lambda:${Region}:${Account}:function:" + n.Function("*")}
	parts[Versions], parts[ErrorsAlarms] = parts[Functions], []string{"arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:" + n.ErrorsAlarm("*")}
	maps.Copy(parts, DirectoryARNs(organization, directory))
	actions := map[string][]string{}
	for _, a := range everything {
		for _, on := range parts[a.On] {
			actions[on] = append(actions[on], a.Actions...)
		}
	}
	d := Document{Version: version}
	for i, on := range slices.Sorted(maps.Keys(actions)) {
		slices.Sort(actions[on])
		d.Statement = append(d.Statement, Statement{Sid: fmt.Sprint("Part", i+1), Effect: allow, Action: slices.Compact(actions[on]), Resource: []string{on}})
	}
	slices.SortStableFunc(d.Statement, func(a, b Statement) int { return cmp.Compare(len(a.Sid), len(b.Sid)) })
	return d
}
