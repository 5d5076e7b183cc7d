//go:build synth

package main

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestSimulated asks an IAM simulator, a program of its own, of all roles, boundaries and resources' policies of the templates: that everything that is declared is allowed on the right
// resource, and that its neighbours are denied.
func TestSimulated(t *testing.T) {
	s := newSimulation(t)
	s.template("single", synth(t, every), rights.Roles(parsed(t, every), remedies.All), simulated{})
	hub := part(t, every, stackName)
	s.template("hub", hub, nil, simulated{})
	s.template("member", part(t, every, stackName+memberRoles), rights.Roles(parsed(t, every), remedies.All), s.roles("hub", hub)["tagwarden-act-function"])
	s.control()
	s.run()
}

// template asks for everything about one template. made are its service roles; hub is act's role in another template, for those of members.
func (s *simulation) template(label string, tmpl template, made []rights.Role, hub simulated) {
	roles := s.roles(label, tmpl)
	act, there := roles["tagwarden-act-function"]
	if !there {
		act = hub
	}
	s.statementsAllowed(roles)
	if len(made) > 0 {
		s.uses(label, roles, made)
	}
	s.escalation(roles)
	s.ownParts(roles)
	s.trust(roles, act)
	s.resources(label, tmpl, roles)
}

// concrete is a pattern of a policy as one resource that it holds.
func concrete(pattern string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 {
		return pattern
	}
	if parts[3] == "*" {
		parts[3] = homeRegion
	}
	if parts[4] == "*" {
		parts[4] = homeAccount
	}
	if group, streams := strings.CutSuffix(parts[5], ":*"); streams && parts[2] == "logs" {
		parts[5] = group + ":log-stream:*"
	}
	if parts[2] == "organizations" {
		return strings.Join(parts[:5], ":") + ":" + ofOrganization(parts[5])
	}
	parts[5] = strings.ReplaceAll(parts[5], "*", "x1")
	return strings.Join(parts, ":")
}

// ofOrganization is one of the organization's accounts, OUs or roots, as Organizations writes them.
func ofOrganization(pattern string) string {
	pattern = strings.Replace(pattern, "/*/", "/"+organization+"/", 1)
	for kind, id := range map[string]string{"account/": homeAccount, "ou/": "ou-ab12-11111111", "root/": "r-ab12"} {
		if strings.HasPrefix(pattern, kind) {
			return strings.ReplaceAll(pattern, "*", id)
		}
	}
	return pattern
}

// met is the context in which a condition of ours holds: each key has the first of its values.
func met(condition any) map[string]any {
	context := map[string]any{}
	operators, _ := condition.(map[string]any)
	for _, keys := range operators {
		for key, values := range keys.(map[string]any) {
			context[key] = list(values)[0]
		}
	}
	return context
}

// statementsAllowed asks for each action of each statement of the functions' own roles, on a resource of each of its patterns: within their boundary they may do all of that.
func (s *simulation) statementsAllowed(roles map[string]simulated) {
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		role := roles[name]
		if !strings.HasSuffix(name, "-function") {
			continue
		}
		for _, st := range role.statements {
			st := st.(map[string]any)
			for _, action := range list(st["Action"]) {
				for _, on := range list(st["Resource"]) {
					r := role.by(action, concrete(on))
					r.Context = met(st["Condition"])
					if strings.HasPrefix(action, "kms:") {
						r.On = "key of functions"
						s.policy(r.On, s.document(rights.KeyPolicy(rights.Names{Prefix: "tagwarden"})))
					}
					if action == "sts:AssumeRole" {
						continue // see trust
					}
					s.allowed("declared by a function", r)
				}
			}
		}
	}
}

// document is a document of package rights as it is in the home account and region.
func (s *simulation) document(d rights.Document) any {
	var tree any
	recode(s.T, d.In(rights.Scope{Partition: "aws", Region: homeRegion, Account: homeAccount, Suffix: "amazonaws.com"}), &tree)
	return tree
}

// A use is one remedy at work on one resource, with its session policy.
type use struct {
	remedy   remedy.Remedy
	typ      string
	role     string
	document rights.Document
	session  string
}

// scoped begins the types whose ARNs begin with a scope ("regional/ipset/..."): the simulator matches no pattern that begins with a wildcard.
const scoped = "AWS::WAFv2::"

// usesOf are all uses that the roles of a template allow: every remedy on every type that it works on.
func (s *simulation) usesOf(label string, made []rights.Role) []use {
	var uses []use
	for _, r := range remedies.All {
		for _, typ := range arn.Types() {
			format, known := arn.Format(typ)
			if ok, err := path.Match(r.Resource, typ); !known || err != nil || !ok || strings.HasPrefix(typ, scoped) || arn.Taggable(typ) == arn.No && r.ID == "tags" {
				continue
			}
			fill := strings.NewReplacer("${Partition}", "aws", "${Region}", homeRegion, "${Account}", homeAccount, "*", "x1")
			res := finding.Resource{Partition: "aws", Account: homeAccount, Region: homeRegion, Type: typ, ID: "x1", ARN: fill.Replace(format)}
			service, err := rights.RoleOf(r, typ)
			i := slices.IndexFunc(made, func(role rights.Role) bool { return role.Service == service && slices.Contains(role.Remedies, r.ID) })
			if err != nil || i < 0 {
				continue
			}
			d, err := rights.Session(r, res)
			if err != nil {
				continue
			}
			u := use{remedy: r, typ: typ, role: "tagwarden-" + service, document: d}
			u.session = s.policy(label+"/session/"+r.ID+"/"+typ, s.document(d))
			uses = append(uses, u)
		}
	}
	if len(uses) < 100 {
		s.Errorf("%s has %d uses only", label, len(uses))
	}
	return uses
}

// some is on how many resources each action for tags is asked for: there are some 600 types.
const some = 1

// uses asks for what each use declares on its very resource, and for its neighbours: the same on another resource, in another account and region, and what other remedies of the role
// declare.
func (s *simulation) uses(label string, roles map[string]simulated, made []rights.Role) {
	uses := s.usesOf(label, made)
	asked, neighbours, times := map[string]bool{}, map[string]bool{}, map[string]int{}
	for i, u := range uses {
		role := roles[u.role]
		may := actionsOf(role)
		for _, st := range u.document.Statement {
			for _, action := range st.Action {
				if !may[action] {
					continue // for a parameter, or facts, that the policy does not ask for
				}
				for _, on := range st.Resource {
					if asked[u.role+action+on] || u.remedy.ID == policy.TagsRemedy && times[u.role+action] >= some {
						continue
					}
					asked[u.role+action+on] = true
					times[u.role+action]++
					r := role.by(action, concrete(on))
					r.Session, r.Context = u.session, conditionMet(st.Condition)
					if strings.HasPrefix(action, "kms:") {
						r.On = s.policy("a customer's key", s.document(customersKey))
					}
					s.allowed("declared by "+u.remedy.ID+" on "+u.typ, r)
					s.elsewhere(u, r, on)
				}
			}
		}
		s.others(u, role, uses[(i+1)%len(uses)], neighbours)
	}
	for _, role := range made {
		for action := range actionsOf(roles["tagwarden-"+role.Service]) {
			if times["tagwarden-"+role.Service+action] == 0 {
				s.unreached(role, action)
			}
		}
	}
}

// unreached notes an action of a role that no use came to: there is none such but those that find out an ARN or belong to a type without one.
func (s *simulation) unreached(role rights.Role, action string) {
	if strings.HasPrefix(action, "wafv2:") { // see scoped
		return
	}
	for _, id := range role.Remedies {
		i := slices.IndexFunc(remedies.All, func(r remedy.Remedy) bool { return r.ID == id })
		for _, g := range slices.Concat(remedies.All[i].Reads, remedies.All[i].Writes) {
			if g.Action == action && (g.For == remedy.ForARN || remedies.All[i].About != nil || remedies.All[i].Resource == "AWS::::Account") {
				return
			}
		}
	}
	s.Errorf("no use of role %s came to %s", role.Service, action)
}

// customersKey is the policy of a key that leaves it to IAM who may use it.
//
// Source: AWS KMS developer guide, "Default key policy".
var customersKey = rights.Document{Version: "2012-10-17", Statement: []rights.Statement{{
	Sid: "IAM", Effect: "Allow", Principal: map[string][]string{"AWS": {"arn:${Partition}:iam::${Account}:root"}}, Action: []string{"kms:*"}, Resource: []string{"*"},
}}}

func actionsOf(r simulated) map[string]bool {
	may := map[string]bool{}
	for _, st := range r.statements {
		for _, action := range list(st.(map[string]any)["Action"]) {
			may[action] = true
		}
	}
	return may
}

func conditionMet(condition map[string]map[string][]string) map[string]any {
	context := map[string]any{}
	for _, keys := range condition {
		for key, values := range keys {
			context[key] = values[0]
		}
	}
	return context
}

// elsewhere asks for the same on another resource, in another account, and in another region.
func (s *simulation) elsewhere(u use, r request, on string) {
	if r.Resource == "*" || !u.writes(r.Action) {
		return
	}
	if other := strings.ReplaceAll(r.Resource, "x1", "x2"); other != r.Resource && !strings.Contains(on, "*") { // else the remedy declares all such: what it makes, or finds on the way
		s.denied("another resource", r.on(other))
	}
	if strings.Contains(on, homeAccount) {
		there := r.on(strings.ReplaceAll(r.Resource, homeAccount, otherAccount))
		there.Account = otherAccount
		s.denied("another account", there)
	}
	if strings.Contains(on, homeRegion) {
		s.denied("another region", r.on(strings.ReplaceAll(r.Resource, homeRegion, otherRegion)))
	}
}

func (r request) on(resource string) request {
	r.Resource = resource
	return r
}

func (u use) writes(action string) bool {
	return slices.ContainsFunc(u.remedy.Writes, func(g remedy.Grant) bool { return g.Action == action })
}

// others asks, in the session of one use, for the writes of another.
func (s *simulation) others(u use, role simulated, other use, asked map[string]bool) {
	for _, st := range other.document.Statement {
		for _, action := range st.Action {
			for _, on := range st.Resource {
				if !other.writes(action) || on == "*" || u.declares(action, on) {
					continue
				}
				key := u.role + u.remedy.ID + action
				if asked[key] {
					continue
				}
				asked[key] = true
				r := role.by(action, concrete(on))
				r.Session, r.Context = u.session, conditionMet(st.Condition)
				s.denied("a write of "+other.remedy.ID+" in a session of "+u.remedy.ID, r)
			}
		}
	}
}

// declares tells whether a use itself has an action on a resource.
func (u use) declares(action, on string) bool {
	return slices.ContainsFunc(u.document.Statement, func(st rights.Statement) bool {
		return slices.Contains(st.Action, action) && (slices.Contains(st.Resource, on) || slices.Contains(st.Resource, "*"))
	})
}

// climbs are ways to rights that nobody gave, each with a resource that it could be on.
var climbs = map[string]string{
	"iam:AddUserToGroup": "arn:aws:iam::111122223333:group/x1", "iam:AttachRolePolicy": "arn:aws:iam::111122223333:role/x1", "iam:AttachUserPolicy": "arn:aws:iam::111122223333:user/x1",
	"iam:CreateAccessKey": "arn:aws:iam::111122223333:user/x1", "iam:CreateLoginProfile": "arn:aws:iam::111122223333:user/x1", "iam:CreatePolicyVersion": "arn:aws:iam::111122223333:policy/x1",
	"iam:CreateRole": "arn:aws:iam::111122223333:role/x1", "iam:CreateUser": "arn:aws:iam::111122223333:user/x1", "iam:DeleteRolePermissionsBoundary": "arn:aws:iam::111122223333:role/x1",
	"iam:PutGroupPolicy": "arn:aws:iam::111122223333:group/x1", "iam:PutRolePermissionsBoundary": "arn:aws:iam::111122223333:role/x1",
	"iam:SetDefaultPolicyVersion": "arn:aws:iam::111122223333:policy/x1", "iam:UpdateAssumeRolePolicy": "arn:aws:iam::111122223333:role/x1", "iam:UpdateLoginProfile": "arn:aws:iam::111122223333:user/x1",
	"lambda:UpdateFunctionCode": "arn:aws:lambda:eu-west-1:111122223333:function:x1", "organizations:LeaveOrganization": "*", "sts:GetFederationToken": "arn:aws:sts::111122223333:federated-user/x1",
	"s3:DeleteBucket": "arn:aws:s3:::x1", "ec2:TerminateInstances": "arn:aws:ec2:eu-west-1:111122223333:instance/x1",
}

// escalation asks whether a role comes to rights that nobody gave it: by its own policies, and even if somebody attached a policy to it that allows everything.
func (s *simulation) escalation(roles map[string]simulated) {
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		role := roles[name]
		if role.boundary == "" {
			s.Errorf("role %s has no permissions boundary", name)
		}
		for _, action := range slices.Sorted(maps.Keys(climbs)) {
			r := role.by(action, climbs[action])
			s.denied("escalation", r)
			r.Identity = []string{"all"}
			s.denied("escalation by whoever attached everything", r)
		}
		pass := role.by("iam:PassRole", "arn:aws:iam::111122223333:role/x1")
		pass.Context = map[string]any{"iam:PassedToService": "lambda.amazonaws.com"}
		s.denied("a role for a function", pass)
		pass.Identity = []string{"all"}
		s.denied("a role for a function", pass)
	}
}

// parts are what a deployment is made of, with something that would change it.
var parts = map[string]string{
	"dynamodb:DeleteTable": "arn:aws:dynamodb:eu-west-1:111122223333:table/tagwarden-journal", "dynamodb:UpdateTable": "arn:aws:dynamodb:eu-west-1:111122223333:table/tagwarden-journal",
	"events:DisableRule": "arn:aws:events:eu-west-1:111122223333:rule/tagwarden-config", "events:DeleteEventBus": "arn:aws:events:eu-west-1:111122223333:event-bus/tagwarden",
	"iam:PutRolePolicy": "arn:aws:iam::111122223333:role/tagwarden-act-function", "iam:DeleteRolePolicy": "arn:aws:iam::111122223333:role/tagwarden-s3",
	"kms:ScheduleKeyDeletion":       "arn:aws:kms:eu-west-1:111122223333:key/0ab7e8a9-0000-4000-8000-000000000000",
	"lambda:AddPermission":          "arn:aws:lambda:eu-west-1:111122223333:function:tagwarden-operator",
	"lambda:PutFunctionConcurrency": "arn:aws:lambda:eu-west-1:111122223333:function:tagwarden-act",
	"logs:PutRetentionPolicy":       "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/tagwarden-act", "sns:SetTopicAttributes": "arn:aws:sns:eu-west-1:111122223333:tagwarden",
	"sqs:SetQueueAttributes":      "arn:aws:sqs:eu-west-1:111122223333:tagwarden-act.fifo",
	"codedeploy:CreateDeployment": "arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:tagwarden/tagwarden-act",
}

// ownParts asks whether a service role, whatever its policies, changes the deployment that it belongs to.
func (s *simulation) ownParts(roles map[string]simulated) {
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		if strings.HasSuffix(name, "-function") {
			continue
		}
		for _, action := range slices.Sorted(maps.Keys(parts)) {
			r := roles[name].by(action, parts[action])
			r.Identity, r.Context = []string{"all"}, map[string]any{"kms:ResourceAliases": []string{"alias/tagwarden"}}
			s.denied("our own parts", r)
		}
	}
}

// trust asks who may assume the roles: act the service roles, and nobody else, whatever he may do; Lambda the functions', and no other service.
func (s *simulation) trust(roles map[string]simulated, act simulated) {
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		role := roles[name]
		as := func(principal string, identity ...string) request {
			return request{Principal: principal, Action: "sts:AssumeRole", Resource: role.arn, Identity: identity, On: role.trust, Context: map[string]any{"aws:PrincipalOrgID": organization, "aws:ResourceOrgID": organization}}
		}
		switch {
		case strings.HasSuffix(name, "-function"):
			for account, want := range map[string]bool{homeAccount: true, otherAccount: false} {
				r := as("lambda.amazonaws.com")
				r.Context["aws:SourceAccount"] = account
				s.ask("Lambda for "+account, r, want)
			}
			s.denied("Lambda for nobody who is told", as("lambda.amazonaws.com"))
			s.denied("another service", as("ec2.amazonaws.com"))
			s.denied("an administrator", as(admin, "all"))
		case len(s.services(role)) > 0: // schedules' and rules'
			for _, service := range s.services(role) {
				s.denied("a service for somebody else", as(service))
			}
			s.denied("an administrator", as(admin, "all"))
		default:
			r := as(act.principal(), act.identity...)
			r.Boundary = act.boundary
			s.allowed("act", r)
			s.denied("a judge", as(strings.Replace(act.principal(), "/tagwarden-act-", "/tagwarden-config-", 1), "all"))
			s.denied("an administrator", as(admin, "all"))
			s.denied("another account's act", as("arn:aws:iam::"+otherAccount+":role/tagwarden-act-function", "all"))
		}
	}
}

// services are the services that a role's trust names.
func (s *simulation) services(r simulated) []string {
	var all []string
	for _, st := range s.policies[r.trust].(map[string]any)["Statement"].([]any) {
		if principal, ok := st.(map[string]any)["Principal"].(map[string]any); ok {
			all = append(all, list(principal["Service"])...)
		}
	}
	return all
}

// admin is somebody of the account who may do everything.
const admin = "arn:aws:iam::" + homeAccount + ":role/Admin"

// resources asks what the policies of table, key, topic, queues and bus keep from whom.
func (s *simulation) resources(label string, tmpl template, roles map[string]simulated) {
	for id, r := range tmpl.of("AWS::DynamoDB::Table") {
		s.table(s.arn(tmpl, id), s.policy(label+"/table", s.resolved(tmpl, r.Properties["ResourcePolicy"].(map[string]any)["PolicyDocument"])), roles)
	}
	for id, r := range tmpl.of("AWS::KMS::Key") {
		s.key(s.arn(tmpl, id), s.policy(label+"/key", s.resolved(tmpl, r.Properties["KeyPolicy"])), roles)
	}
	for _, r := range tmpl.of("AWS::SNS::TopicPolicy") {
		s.topic(s.policy(label+"/topic", s.resolved(tmpl, r.Properties["PolicyDocument"])))
	}
	for id, r := range tmpl.of("AWS::SQS::QueuePolicy") {
		queue := list(s.resolved(tmpl, r.Properties["Queues"]))[0]
		s.queue(queue, s.policy(label+"/"+id, s.resolved(tmpl, r.Properties["PolicyDocument"])))
	}
	for _, r := range tmpl.of("AWS::Events::EventBusPolicy") {
		s.bus(s.policy(label+"/bus", map[string]any{"Version": "2012-10-17", "Statement": []any{s.resolved(tmpl, r.Properties["Statement"])}}))
	}
}

// bus asks who puts events on a hub's bus: principals of the organization, of whatever account, and nobody else.
func (s *simulation) bus(on string) {
	const bus = "arn:aws:events:" + homeRegion + ":" + homeAccount + ":event-bus/tagwarden"
	for org, want := range map[string]bool{organization: true, "o-zzzzzzzzzz": false, "": false} {
		r := request{Principal: "arn:aws:iam::" + otherAccount + ":role/tagwarden-forward", Action: "events:PutEvents", Resource: bus, Identity: []string{"all"}, On: on}
		if org != "" {
			r.Context = map[string]any{"aws:PrincipalOrgID": org}
		}
		s.ask("an account of organization "+org, r, want)
	}
}

func (s *simulation) table(table, on string, roles map[string]simulated) {
	keys := func(partition ...string) map[string]any { return map[string]any{"dynamodb:LeadingKeys": partition} }
	for _, action := range []string{"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"} {
		r := request{Principal: admin, Action: action, Resource: table, Identity: []string{"all"}, On: on}
		s.denied("an administrator, of nobody knows what", r)
		for _, partition := range []string{"entry#tw-1", "claim#1", "secret", "counter#1"} {
			r.Context = keys(partition)
			s.denied("an administrator writes to "+partition, r)
		}
		r.Context = keys("brake", "entry#tw-1")
		s.denied("an administrator writes to the brake and more", r)
		r.Context = keys("brake")
		s.allowed("an administrator writes to the brake", r)
	}
	for _, action := range []string{"dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"} {
		r := request{Principal: admin, Action: action, Resource: table, Identity: []string{"all"}, On: on, Context: keys("brake")}
		s.denied("an administrator writes otherwise", r)
	}
	for _, action := range []string{"dynamodb:GetItem", "dynamodb:DeleteTable", "dynamodb:RestoreTableToPointInTime", "dynamodb:UpdateTable", "dynamodb:PutResourcePolicy"} {
		s.allowed("an administrator looks and administers", request{Principal: admin, Action: action, Resource: table, Identity: []string{"all"}, On: on})
	}
	for _, name := range []string{"tagwarden-act-function", "tagwarden-config-function", "tagwarden-operator-function", "tagwarden-clock-function"} {
		r := roles[name].by("dynamodb:PutItem", table)
		r.On, r.Context = on, keys("entry#tw-1")
		s.allowed("a function", r)
	}
	s.denied("a service role", request{
		Principal: "arn:aws:sts::" + homeAccount + ":assumed-role/tagwarden-dynamodb/tw-1", Action: "dynamodb:PutItem", Resource: table, Identity: []string{"all"}, On: on, Context: keys("entry#tw-1"),
	})
	s.denied("another account's function", request{
		Principal: "arn:aws:iam::" + otherAccount + ":role/tagwarden-act-function", Action: "dynamodb:PutItem", Resource: table, Identity: []string{"all"}, On: on, Context: keys("entry#tw-1"),
	})
}

func (s *simulation) key(key, on string, roles map[string]simulated) {
	ask := func(principal, action string, identity []string, context map[string]any) request {
		return request{Principal: principal, Action: action, Resource: key, Identity: identity, On: on, Context: context}
	}
	journal := map[string]any{"kms:EncryptionContext:tagwarden": "journal", "kms:EncryptionContext:table": "tagwarden-journal"}
	for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant", "kms:ReEncryptFrom"} {
		s.denied("an administrator uses the key", ask(admin, action, []string{"all"}, journal))
		s.denied("a service role uses the key", ask("arn:aws:iam::"+homeAccount+":role/tagwarden-kms", action, []string{"all"}, journal))
		s.denied("another account uses the key", ask("arn:aws:iam::"+otherAccount+":role/tagwarden-act-function", action, []string{"all"}, journal))
	}
	for _, action := range []string{"kms:PutKeyPolicy", "kms:DescribeKey", "kms:ScheduleKeyDeletion", "kms:DisableKey"} {
		s.allowed("an administrator administers the key", ask(admin, action, []string{"all"}, nil))
	}
	for _, name := range []string{"tagwarden-act-function", "tagwarden-operator-function"} {
		r := roles[name].by("kms:Decrypt", key)
		r.On, r.Context = on, journal
		s.allowed("a function opens the secret", r)
		s.denied("a function administers the key", roles[name].by("kms:PutKeyPolicy", key))
	}
	for _, c := range serviceCases(":cloudwatch:", "alarm:tagwarden-dead", "alarm:other") {
		s.ask("CloudWatch "+c.why, ask("cloudwatch.amazonaws.com", "kms:GenerateDataKey", nil, c.context), c.want)
	}
	logs := func(group string) map[string]any {
		return map[string]any{"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:" + homeRegion + ":" + homeAccount + ":log-group:" + group}
	}
	// That CloudWatch Logs may use the key for our logs cannot be asked: the simulator knows no keys of encryption contexts. The golden templates show the statement.
	s.denied("CloudWatch Logs of another region", ask("logs."+otherRegion+".amazonaws.com", "kms:Encrypt", nil, logs("/aws/lambda/tagwarden-act")))
}

// A serviceCase is a service that acts for somebody.
type serviceCase struct {
	why     string
	context map[string]any
	want    bool
}

// serviceCases are a service that acts for the right source, and the confused deputies: for another of the account, for another account, and for nobody who is told.
func serviceCases(service, right, wrong string) []serviceCase {
	source := func(account, what string) map[string]any {
		return map[string]any{"aws:SourceAccount": account, "aws:SourceArn": "arn:aws" + service + homeRegion + ":" + account + ":" + what}
	}
	return []serviceCase{
		{"for us", source(homeAccount, right), true},
		{"for something else of the account", source(homeAccount, wrong), false},
		{"for another account", source(otherAccount, right), false},
		{"for nobody who is told", nil, false},
	}
}

func (s *simulation) topic(on string) {
	const topic = "arn:aws:sns:" + homeRegion + ":" + homeAccount + ":tagwarden"
	for _, c := range serviceCases(":cloudwatch:", "alarm:tagwarden-dead", "alarm:other") {
		s.ask("CloudWatch "+c.why, request{Principal: "cloudwatch.amazonaws.com", Action: "sns:Publish", Resource: topic, On: on, Context: c.context}, c.want)
	}
	for _, service := range []string{"events.amazonaws.com", "s3.amazonaws.com", "budgets.amazonaws.com"} {
		s.denied("another service", request{Principal: service, Action: "sns:Publish", Resource: topic, On: on, Context: map[string]any{"aws:SourceAccount": homeAccount}})
	}
	s.denied("another account", request{Principal: "arn:aws:iam::" + otherAccount + ":role/Admin", Action: "sns:Publish", Resource: topic, Identity: []string{"all"}, On: on})
	s.denied("without TLS", request{Principal: admin, Action: "sns:Publish", Resource: topic, Identity: []string{"all"}, On: on, Context: map[string]any{"aws:SecureTransport": "false"}})
}

func (s *simulation) queue(queue, on string) {
	ask := func(why string, context map[string]any, want bool) {
		s.ask("EventBridge "+why, request{Principal: "events.amazonaws.com", Action: "sqs:SendMessage", Resource: queue, On: on, Context: context}, want)
	}
	for _, st := range s.policies[on].(map[string]any)["Statement"].([]any) {
		st := st.(map[string]any)
		if st["Effect"] == "Allow" {
			for _, rule := range list(st["Condition"].(map[string]any)["ArnEquals"].(map[string]any)["aws:SourceArn"]) {
				ask("by the queue's own rule", map[string]any{"aws:SourceArn": rule}, true)
				ask("by a rule of another account", map[string]any{"aws:SourceArn": strings.Replace(rule, homeAccount, otherAccount, 1)}, false)
			}
		}
	}
	ask("by another rule", map[string]any{"aws:SourceArn": "arn:aws:events:" + homeRegion + ":" + homeAccount + ":rule/other"}, false)
	ask("by nobody who is told", nil, false)
	s.denied("another account", request{Principal: "arn:aws:iam::" + otherAccount + ":role/Admin", Action: "sqs:SendMessage", Resource: queue, Identity: []string{"all"}, On: on})
	s.denied("without TLS", request{Principal: admin, Action: "sqs:SendMessage", Resource: queue, Identity: []string{"all"}, On: on, Context: map[string]any{"aws:SecureTransport": "false"}})
}

// control asks what samples/scp.json keeps from an administrator, and leaves to who deploys, to the deployment itself and to people.
func (s *simulation) control() {
	s.policy("a customer's key", s.document(customersKey))
	s.policy("scp", s.document(rights.SCP(rights.Names{Prefix: "tagwarden"})))
	for _, action := range slices.Sorted(maps.Keys(parts)) {
		for principal, want := range map[string]bool{
			admin: false, "arn:aws:iam::" + homeAccount + ":role/YOUR-DEPLOYMENT-ROLE": true, "arn:aws:iam::" + homeAccount + ":role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1": true,
		} {
			s.ask("service control", request{
				Principal: principal, Action: action, Resource: parts[action], Identity: []string{"all"}, SCP: "scp", Context: map[string]any{"kms:ResourceAliases": []string{"alias/tagwarden"}},
				On: map[bool]string{true: "a customer's key"}[strings.HasPrefix(action, "kms:")],
			}, want)
		}
	}
	for action, resource := range map[string]string{
		"lambda:InvokeFunctionUrl": "arn:aws:lambda:eu-west-1:111122223333:function:tagwarden-operator", "dynamodb:PutItem": "arn:aws:dynamodb:eu-west-1:111122223333:table/tagwarden-journal",
		"sqs:GetQueueAttributes": "arn:aws:sqs:eu-west-1:111122223333:tagwarden-dead", "iam:GetRole": "arn:aws:iam::111122223333:role/tagwarden-s3",
		"s3:DeleteBucket": "arn:aws:s3:::x1", "iam:CreateRole": "arn:aws:iam::111122223333:role/x1", "lambda:DeleteFunction": "arn:aws:lambda:eu-west-1:111122223333:function:x1",
	} {
		s.allowed("service control leaves be", request{Principal: admin, Action: action, Resource: resource, Identity: []string{"all"}, SCP: "scp"})
	}
	s.denied("service control: a role that is called like ours", request{Principal: admin, Action: "iam:CreateRole", Resource: "arn:aws:iam::111122223333:role/tagwarden-x-function", Identity: []string{"all"}, SCP: "scp"})
	s.allowed("service control: the clock's schedules", request{
		Principal: "arn:aws:sts::" + homeAccount + ":assumed-role/" + rights.Names{Prefix: "tagwarden"}.Schedules() + "/x", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:tagwarden-clock", Identity: []string{"all"}, SCP: "scp",
	})
	s.allowed("service control: the deployment itself", request{
		Principal: "arn:aws:sts::" + homeAccount + ":assumed-role/tagwarden-act-function/x", Action: "sqs:DeleteMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:tagwarden-act.fifo", Identity: []string{"all"}, SCP: "scp",
	})
}
