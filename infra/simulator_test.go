//go:build synth

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The places of the simulation: where the deployment is, and where it is not.
const (
	homeAccount, otherAccount = "111122223333", "444455556666"
	homeRegion, otherRegion   = "eu-west-1", "eu-central-1"
)

// A request is one question to the simulator; policies are named. See scripts/simulate.mjs.
type request struct {
	ID        int            `json:"id"`
	Principal string         `json:"principal"`
	Action    string         `json:"action"`
	Resource  string         `json:"resource"`
	Account   string         `json:"account"` // that the resource is in
	Context   map[string]any `json:"context,omitempty"`
	Identity  []string       `json:"identity,omitempty"`
	Boundary  string         `json:"boundary,omitempty"`
	Session   string         `json:"session,omitempty"`
	On        string         `json:"on,omitempty"` // the resource's policy
	SCP       string         `json:"scp,omitempty"`

	why  string
	want bool // whether it is to be allowed
}

// A simulation gathers policies and requests, and asks the simulator all at once.
type simulation struct {
	*testing.T
	policies map[string]any
	requests []request
}

func newSimulation(t *testing.T) *simulation {
	return &simulation{T: t, policies: map[string]any{"all": map[string]any{
		"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}},
	}}}
}

// policy gives a document a name, which it answers; nothing for none.
func (s *simulation) policy(name string, document any) string {
	s.policies[name] = document
	return name
}

// allowed and denied add a request with what is to come of it.
func (s *simulation) allowed(why string, r request) { s.ask(why, r, true) }
func (s *simulation) denied(why string, r request)  { s.ask(why, r, false) }

func (s *simulation) ask(why string, r request, want bool) {
	r.ID, r.why, r.want = len(s.requests), why, want
	if r.Account == "" {
		r.Account = homeAccount
	}
	context := map[string]any{"aws:PrincipalIsAWSService": "true", "aws:SecureTransport": "true"}
	if strings.HasPrefix(r.Principal, "arn:") {
		context["aws:PrincipalIsAWSService"], context["aws:PrincipalArn"], context["aws:PrincipalAccount"] = "false", roleOf(r.Principal), strings.Split(r.Principal, ":")[4]
	}
	for key, value := range r.Context {
		context[key] = value
	}
	r.Context = context
	s.requests = append(s.requests, r)
}

// roleOf is the ARN of the role of a session; of any other principal its own.
func roleOf(principal string) string {
	parts := strings.Split(principal, "/")
	if !strings.Contains(principal, ":assumed-role/") {
		return principal
	}
	return strings.Replace(strings.Replace(parts[0], ":sts:", ":iam:", 1), ":assumed-role", ":role", 1) + "/" + parts[1]
}

// run asks, and holds each answer against what was to come of the request.
func (s *simulation) run() {
	s.Helper()
	var in, out, wrong bytes.Buffer
	encoder := json.NewEncoder(&in)
	for name, document := range s.policies {
		if err := encoder.Encode(map[string]any{"policy": name, "document": document}); err != nil {
			s.Fatal(err)
		}
	}
	for _, r := range s.requests {
		if err := encoder.Encode(r); err != nil {
			s.Fatal(err)
		}
	}
	node := exec.Command("node", "scripts/simulate.mjs")
	node.Dir, node.Stdin, node.Stdout, node.Stderr = "..", &in, &out, &wrong
	if err := node.Run(); err != nil {
		s.Fatalf("the simulator failed: %v; run npm ci\n%s", err, wrong.String())
	}
	s.judge(&out)
}

func (s *simulation) judge(out *bytes.Buffer) {
	s.Helper()
	counts, seen, answered, wrong, open := map[bool]int{}, map[string]int{}, 0, 0, 0
	for decoder := json.NewDecoder(out); decoder.More(); answered++ {
		var a struct {
			ID            int
			Result, Error string
		}
		if err := decoder.Decode(&a); err != nil {
			s.Fatal(err)
		}
		r := s.requests[a.ID]
		counts[r.want]++
		if strings.Contains(a.Error, "resource.types") && undecided[r.Action] {
			counts[r.want]--
			open++
			continue
		}
		if got := a.Result == "Allowed"; a.Error != "" || got != r.want {
			wrong++
			kind := strings.Fields(r.why)[0] + r.Action + a.Result + a.Error
			if seen[kind]++; seen[kind] == 1 && len(seen) <= 60 {
				s.Errorf("%s: %s on %s by %s: got %s%s, want allowed %v (session %s, boundary %s)", r.why, r.Action, r.Resource, r.Principal, a.Result, a.Error, r.want, r.Session, r.Boundary)
			}
		}
	}
	if answered != len(s.requests) {
		s.Errorf("%d requests were answered, want %d", answered, len(s.requests))
	}
	fmt.Printf("    simulated: %d pairs of principal and action allowed, %d denied, %d otherwise than they should be, %d that the simulator cannot decide\n", counts[true], counts[false], wrong, open)
}

// undecided are the actions that the simulator's data has on no resource, or on several at once, of some type on which AWS takes them.
var undecided = map[string]bool{
	"appsync:TagResource": true, "appsync:UntagResource": true, "backup:TagResource": true, "backup:UntagResource": true,
	"codebuild:UpdateFleet": true, "dms:AddTagsToResource": true, "dms:RemoveTagsFromResource": true, "ecs:DescribeTasks": true,
	"eks:ListTagsForResource": true, "elasticloadbalancing:AddTags": true, "elasticloadbalancing:RemoveTags": true, "greengrass:TagResource": true,
	"greengrass:UntagResource": true, "kafka:TagResource": true, "kafka:UntagResource": true, "kinesis:TagResource": true,
	"kinesis:UntagResource": true, "lex:TagResource": true, "lex:UntagResource": true, "organizations:TagResource": true,
	"organizations:UntagResource": true, "servicecatalog:TagResource": true, "servicecatalog:UntagResource": true, "swf:TagResource": true, "swf:UntagResource": true,
}

// resolved is a part of a template with what CloudFormation fills in.
func (s *simulation) resolved(tmpl template, v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = s.resolved(tmpl, v[i])
		}
		return list
	case map[string]any:
		if len(v) == 1 {
			for function, of := range v {
				if text, ok := s.intrinsic(tmpl, function, of); ok {
					return text
				}
			}
		}
		tree := map[string]any{}
		for key, value := range v {
			tree[key] = s.resolved(tmpl, value)
		}
		return tree
	case string:
		return v
	}
	return v
}

// filler fills in the names of CloudFormation's own, and the parameters of members' templates.
var filler = strings.NewReplacer(
	"${AWS::Partition}", "aws", "${AWS::Region}", homeRegion, "${AWS::AccountId}", homeAccount, "${AWS::URLSuffix}", "amazonaws.com", "${HubAccount}", homeAccount, "${HubRegion}", homeRegion,
)

func (s *simulation) intrinsic(tmpl template, function string, of any) (string, bool) {
	switch function {
	case "Fn::Sub":
		text, ok := of.(string)
		return filler.Replace(text), ok
	case "Ref":
		name, ok := of.(string)
		if pseudo := filler.Replace("${" + name + "}"); ok && pseudo != "${"+name+"}" {
			return pseudo, true
		}
		if ok {
			return s.arn(tmpl, name), true
		}
	case "Fn::GetAtt":
		if list, ok := of.([]any); ok && list[1] == "Arn" {
			return s.arn(tmpl, list[0].(string)), true
		}
	case "Fn::Join":
		if list, ok := of.([]any); ok {
			var b strings.Builder
			for _, part := range list[1].([]any) {
				fmt.Fprint(&b, s.resolved(tmpl, part))
			}
			return b.String(), true
		}
	}
	return "", false
}

// arn is what a resource of a template is called in the home account and region.
func (s *simulation) arn(tmpl template, id string) string {
	r, found := tmpl.Resources[id]
	name := func(property string) string { return fmt.Sprint(s.resolved(tmpl, r.Properties[property])) }
	here := ":" + homeRegion + ":" + homeAccount + ":"
	switch r.Type {
	case "AWS::SQS::Queue":
		return "arn:aws:sqs" + here + name("QueueName")
	case "AWS::SNS::Topic":
		return "arn:aws:sns" + here + name("TopicName")
	case "AWS::DynamoDB::Table":
		return "arn:aws:dynamodb" + here + "table/" + name("TableName")
	case "AWS::KMS::Key":
		return "arn:aws:kms" + here + "key/0ab7e8a9-0000-4000-8000-000000000000"
	case "AWS::IAM::Role":
		return "arn:aws:iam::" + homeAccount + ":role/" + name("RoleName")
	case "AWS::IAM::ManagedPolicy":
		if r.Properties["ManagedPolicyName"] == nil {
			return "arn:aws:iam::" + homeAccount + ":policy/" + id
		}
		return "arn:aws:iam::" + homeAccount + ":policy/" + name("ManagedPolicyName")
	case "AWS::Logs::LogGroup":
		return "arn:aws:logs" + here + "log-group:" + name("LogGroupName") + ":*"
	case "AWS::Lambda::Function":
		return "arn:aws:lambda" + here + "function:" + name("FunctionName")
	case "AWS::Events::EventBus":
		return "arn:aws:events" + here + "event-bus/" + name("Name")
	case "AWS::Events::Rule":
		rule := name("Name")
		if bus, there := r.Properties["EventBusName"]; there {
			rule = name("EventBusName")[strings.LastIndexByte(name("EventBusName"), '/')+1:] + "/" + rule
			_ = bus
		}
		return "arn:aws:events" + here + "rule/" + rule
	}
	if !found {
		s.Fatalf("the template refers to %s, which it does not have", id)
	}
	return "arn:aws:" + strings.ToLower(id) + here + id
}

// A simulated is a role of a template as the simulator knows it.
type simulated struct {
	name, arn, boundary string
	identity            []string
	statements          []any
	trust               string
}

// principal is a session of the role.
func (r simulated) principal() string {
	return "arn:aws:sts::" + homeAccount + ":assumed-role/" + r.name + "/tw-session"
}

// by is a request of the role, without what is asked.
func (r simulated) by(action, resource string) request {
	return request{Principal: r.principal(), Action: action, Resource: resource, Identity: r.identity, Boundary: r.boundary}
}

// roles are all roles of a template by their names, with all their policies. label keeps the policies of several templates apart.
func (s *simulation) roles(label string, tmpl template) map[string]simulated {
	found := map[string]simulated{}
	ids := map[string]string{}
	for id, r := range tmpl.of("AWS::IAM::Role") {
		p := s.resolved(tmpl, r.Properties).(map[string]any)
		role := simulated{arn: s.arn(tmpl, id)}
		role.name = role.arn[strings.LastIndexByte(role.arn, '/')+1:]
		role.trust = s.policy(label+"/trust/"+role.name, p["AssumeRolePolicyDocument"])
		policies, _ := p["Policies"].([]any)
		for i, inline := range policies {
			role = s.with(role, fmt.Sprintf("%s/%s/%d", label, role.name, i), inline.(map[string]any)["PolicyDocument"])
		}
		if arn, ok := p["PermissionsBoundary"].(string); ok {
			role.boundary = label + "/" + arn
		}
		ids[id], found[role.name] = role.name, role
	}
	for id, r := range tmpl.of("AWS::IAM::ManagedPolicy") {
		p := s.resolved(tmpl, r.Properties).(map[string]any)
		name := s.policy(label+"/"+s.arn(tmpl, id), p["PolicyDocument"])
		attached, _ := r.Properties["Roles"].([]any)
		for _, to := range attached {
			role := ids[to.(map[string]any)["Ref"].(string)]
			found[role] = s.with(found[role], name, p["PolicyDocument"])
		}
	}
	return found
}

func (s *simulation) with(r simulated, name string, document any) simulated {
	r.identity = append(slices.Clone(r.identity), s.policy(name, document))
	r.statements = append(slices.Clone(r.statements), document.(map[string]any)["Statement"].([]any)...)
	return r
}

// list is a value of a policy that stands for a list of one.
func list(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		all := make([]string, len(v))
		for i := range v {
			all[i] = fmt.Sprint(v[i])
		}
		return all
	}
	return nil
}
