//go:build synth

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A policyStatement is a statement as the template has it, where one value stands for a list of one.
type policyStatement struct {
	Sid, Effect      string
	Action, Resource words
	Condition        any
}

// words are texts; a reference is kept as its JSON.
type words []string

func (w *words) UnmarshalJSON(text []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		list = []json.RawMessage{text}
	}
	for _, item := range list {
		var plain string
		var sub struct {
			Text string `json:"Fn::Sub"`
		}
		if json.Unmarshal(item, &plain) != nil {
			if plain = string(item); json.Unmarshal(item, &sub) == nil && sub.Text != "" {
				plain = sub.Text
			}
		}
		*w = append(*w, plain)
	}
	return nil
}

// A roleResource is a role with all statements that apply to it.
type roleResource struct {
	name, principal string
	statements      []policyStatement
}

// service tells whether it is a service role: those of functions and schedules are for AWS to assume.
func (r roleResource) service() bool { return !strings.Contains(r.principal, `"Service"`) }

// rolesOf are the roles of a template, by logical id.
func rolesOf(t *testing.T, tmpl template) map[string]roleResource {
	t.Helper()
	found := map[string]roleResource{}
	for id, r := range tmpl.of("AWS::IAM::Role") {
		var role struct {
			RoleName                 string
			AssumeRolePolicyDocument struct {
				Statement []struct {
					Action    words
					Principal any
					Condition any
				}
			}
			Policies []struct {
				PolicyDocument struct{ Statement []policyStatement }
			}
			ManagedPolicyArns []any
		}
		recode(t, r.Properties, &role)
		trust := role.AssumeRolePolicyDocument.Statement
		if len(trust) != 1 || !slices.Equal(trust[0].Action, words{"sts:AssumeRole"}) || len(role.ManagedPolicyArns) > 0 {
			t.Errorf("role %s: trust %v and managed policies %v, want one plain trust and none", id, trust, role.ManagedPolicyArns)
		}
		made := roleResource{name: role.RoleName, principal: compact(t, trust[0].Principal)}
		for _, p := range role.Policies {
			made.statements = append(made.statements, p.PolicyDocument.Statement...)
		}
		found[id] = made
	}
	for id, p := range attached(t, tmpl) {
		role := found[id]
		role.statements = append(role.statements, p...)
		found[id] = role
	}
	if n := len(tmpl.of("AWS::IAM::Policy")); n > 0 {
		t.Errorf("%d policies were added beside what rights says", n)
	}
	return found
}

// attached are the statements of the managed policies, by role.
func attached(t *testing.T, tmpl template) map[string][]policyStatement {
	t.Helper()
	found := map[string][]policyStatement{}
	managed := tmpl.of("AWS::IAM::ManagedPolicy")
	var ids []string
	for id := range managed {
		ids = append(ids, id)
	}
	slices.Sort(ids) // More1, More2, ...
	for _, id := range ids {
		var p struct {
			Roles          []struct{ Ref string }
			PolicyDocument struct{ Statement []policyStatement }
		}
		recode(t, managed[id].Properties, &p)
		if len(p.Roles) == 0 {
			continue // a boundary
		}
		if len(p.Roles) != 1 {
			t.Fatalf("policy %s is for %d roles, want 1", id, len(p.Roles))
		}
		found[p.Roles[0].Ref] = append(found[p.Roles[0].Ref], p.PolicyDocument.Statement...)
	}
	return found
}

// recode reads a tree into a type.
func recode(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Each service role is exactly what rights derives from the policy, no more roles are there, and act alone may assume them.
func TestServiceRoles(t *testing.T) {
	for _, policyFile := range []string{deployed, fixing, widest, every} {
		t.Run(policyFile, func(t *testing.T) {
			tmpl := synth(t, policyFile)
			want := map[string]string{}
			for _, r := range rights.Roles(parsed(t, policyFile), remedies.All) {
				want["tagwarden-"+r.Service] = compact(t, statements(r.Document.In(rights.Scope{Partition: "${AWS::Partition}", Region: "*", Account: "${AWS::AccountId}"})))
			}
			got := map[string]string{}
			for id, role := range rolesOf(t, tmpl) {
				if !role.service() {
					continue
				}
				got[role.name] = compact(t, role.statements)
				if trusted := `{"AWS":{"Fn::GetAtt":["` + actRole(t, tmpl) + `","Arn"]}}`; role.principal != trusted {
					t.Errorf("role %s trusts %s, want %s", id, role.principal, trusted)
				}
			}
			for name := range want {
				if got[name] != want[name] {
					t.Errorf("role %s\n got %s\nwant %s", name, got[name], want[name])
				}
			}
			if len(got) != len(want) {
				t.Errorf("got %d service roles, want %d", len(got), len(want))
			}
		})
	}
}

// A policy that only notifies has no service role; those that propose or fix have some.
func TestModeChangesRoles(t *testing.T) {
	count := func(policyFile string) (n int) {
		for _, role := range rolesOf(t, synth(t, policyFile)) {
			if role.service() {
				n++
			}
		}
		return n
	}
	text, err := os.ReadFile(fixing)
	if err != nil {
		t.Fatal(err)
	}
	notifying := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(notifying, bytes.Replace(text, []byte("mode: fix"), []byte("mode: notify"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := count(notifying); got != 0 {
		t.Errorf("a policy that only notifies has %d service roles, want none", got)
	}
	for _, policyFile := range []string{deployed, fixing} {
		if count(policyFile) == 0 {
			t.Errorf("%s proposes or fixes, and has no service role", policyFile)
		}
	}
}

func statements(d rights.Document) []policyStatement {
	list := make([]policyStatement, len(d.Statement))
	for i, s := range d.Statement {
		list[i] = policyStatement{Sid: s.Sid, Effect: s.Effect, Action: s.Action, Resource: s.Resource}
		if s.Condition != nil {
			list[i].Condition = s.Condition
		}
	}
	return list
}

// actRole is the logical id of act's role.
func actRole(t *testing.T, tmpl template) string {
	t.Helper()
	for _, f := range tmpl.of("AWS::Lambda::Function") {
		if f.Properties["FunctionName"] == "tagwarden-"+rights.ActName {
			return getAtt(t, f.Properties["Role"])
		}
	}
	t.Fatal("there is no function act")
	return ""
}

// Each function's role has exactly what rights says, on exactly its own parts.
func TestFunctionRights(t *testing.T) {
	for _, policyFile := range []string{deployed, fixing, every, sweeping} {
		tmpl := synth(t, policyFile)
		roles := rolesOf(t, tmpl)
		for id, f := range tmpl.of("AWS::Lambda::Function") {
			name := strings.TrimPrefix(f.Properties["FunctionName"].(string), "tagwarden-")
			list := rights.Judge(schema.TableActions(), wiring.Source("tagwarden"))
			if name == rights.ActName {
				list = rights.Act(schema.TableActions(), wiring.Source("tagwarden"), parsed(t, policyFile).WritesBack(), parsed(t, policyFile).Posts())
			}
			if name == rights.OperatorName {
				list = rights.Operator(schema.TableActions(), schema.IndexActions())
			}
			if name == rights.ClockName {
				list = rights.Clock(schema.TableActions(), schema.IndexActions(), wiring.Source("tagwarden"), parsed(t, policyFile).Sweeps(), false)
			}
			parts := partsOf(t, tmpl, id)
			parts[rights.Topic] = append(parts[rights.Topic], parsed(t, policyFile).Topics()...)
			for _, r := range rights.Roles(parsed(t, policyFile), remedies.All) {
				parts[rights.ServiceRoles] = append(parts[rights.ServiceRoles], "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/tagwarden-"+r.Service)
			}
			want := compact(t, statements(rights.Expand(list, func(p rights.Part) []string { return parts[p] })))
			role := roles[getAtt(t, f.Properties["Role"])]
			if got := compact(t, role.statements); got != want {
				t.Errorf("%s, function %s\n got %s\nwant %s", policyFile, name, got, want)
			}
			if role.principal != `{"Service":"lambda.amazonaws.com"}` {
				t.Errorf("function %s: its role trusts %s", name, role.principal)
			}
		}
	}
}

// partsOf are the ARNs of what a function works with, as its template refers to them.
func partsOf(t *testing.T, tmpl template, function string) map[rights.Part][]string {
	t.Helper()
	arn := func(id string) []string { return []string{`{"Fn::GetAtt":["` + id + `","Arn"]}`} }
	only := func(typ, name, value string) string {
		for id, r := range tmpl.of(typ) {
			if name == "" || r.Properties[name] == value {
				return id
			}
		}
		t.Fatalf("there is no %s with %s %s", typ, name, value)
		return ""
	}
	f := tmpl.Resources[function].Properties
	table := only("AWS::DynamoDB::Table", "", "")
	parts := map[rights.Part][]string{
		rights.OwnLog:     arn(f["LoggingConfig"].(map[string]any)["LogGroup"].(map[string]any)["Ref"].(string)),
		rights.HandOver:   arn(only("AWS::SQS::Queue", "QueueName", "tagwarden-act.fifo")),
		rights.Journal:    arn(table),
		rights.Indexes:    {`{"Fn::Join":["",[{"Fn::GetAtt":["` + table + `","Arn"]},"/index/*"]]}`},
		rights.Topic:      {`{"Ref":"` + only("AWS::SNS::Topic", "", "") + `"}`},
		rights.TopicKey:   arn(only("AWS::KMS::Key", "", "")),
		rights.DefaultBus: {"arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"},
		rights.Hub:        {"arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:hub/default"},
		rights.Product:    {"arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:product/${AWS::AccountId}/default"},
		rights.Recorder:   {"*"},
		rights.Traces:     {"*"},
		rights.Views:      {"arn:${AWS::Partition}:resource-explorer-2:${AWS::Region}:${AWS::AccountId}:view/*/*"},
	}
	if f["FunctionName"] != "tagwarden-"+rights.OperatorName {
		parts[rights.OwnQueue] = arn(getAtt(t, sourceOf(t, tmpl, function).Properties["EventSourceArn"]))
	}
	return parts
}

// No role may do what is not named.
func TestNoWildcardAction(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9]+$`)
	for _, policyFile := range []string{deployed, fixing, widest, every} {
		for id, role := range rolesOf(t, synth(t, policyFile)) {
			if len(role.statements) == 0 {
				t.Errorf("role %s may do nothing", id)
			}
			for _, s := range role.statements {
				for _, action := range s.Action {
					if !plain.MatchString(action) {
						t.Errorf("role %s may do %s", id, action)
					}
				}
			}
		}
	}
}
