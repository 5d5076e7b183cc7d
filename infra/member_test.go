//go:build synth

package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

const organization = "o-exampleorgid"

var organized = map[string]map[string][]byte{}

// synthHub gives the templates of a hub and its members as they are written, by name; each policy's are made once.
func synthHub(t *testing.T, policyFile, prefix string) map[string][]byte {
	t.Helper()
	key := policyFile + " " + prefix
	if organized[key] != nil {
		return organized[key]
	}
	app, err := buildApp(t, policyFile, map[string]any{"organization": organization, "prefix": prefix})
	if err != nil {
		t.Fatal(err)
	}
	folder := *app.Synth(nil).Directory()
	files, err := filepath.Glob(filepath.Join(folder, "*.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	organized[key] = map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		organized[key][strings.TrimSuffix(filepath.Base(file), ".template.json")] = text
	}
	return organized[key]
}

// part is one of a hub's templates.
func part(t *testing.T, policyFile, name string) template {
	t.Helper()
	var tmpl template
	if err := json.Unmarshal(synthHub(t, policyFile, "tagwarden")[name], &tmpl); err != nil {
		t.Fatalf("the template %s: %v", name, err)
	}
	return tmpl
}

// The golden templates of hub and members show every change of rights in the organization as a difference in review.
func TestGoldenOrganization(t *testing.T) {
	for name, golden := range map[string]string{stackName: "hub", stackName + memberRoles: "member-roles", stackName + memberRules: "member-rules"} {
		t.Run(golden, func(t *testing.T) {
			var tree map[string]any
			if err := json.Unmarshal(synthHub(t, fixing, "tagwarden")[name], &tree); err != nil {
				t.Fatal(err)
			}
			for _, r := range tree["Resources"].(map[string]any) {
				delete(r.(map[string]any), "Metadata") // what CDK and cdk-nag note
				if r.(map[string]any)["Type"] == "AWS::Lambda::Function" {
					r.(map[string]any)["Properties"].(map[string]any)["Code"].(map[string]any)["S3Key"] = "..."
				}
			}
			checkGolden(t, golden+".template.json", tree)
		})
	}
}

// The hub's bus takes events of the organization alone; on it stand the rules of the policy, as it narrows them, and that of the heartbeats, and on no other bus any.
func TestHubBus(t *testing.T) {
	for _, policyFile := range []string{fixing, every} {
		tmpl, p := part(t, policyFile, stackName), parsed(t, policyFile)
		buses, policies := tmpl.of("AWS::Events::EventBus"), tmpl.of("AWS::Events::EventBusPolicy")
		if len(buses) != 1 || len(policies) != 1 {
			t.Fatalf("got %d buses and %d policies, want one of each", len(buses), len(policies))
		}
		bus := slices.Collect(maps.Keys(buses))[0]
		if name := buses[bus].Properties["Name"]; name != "tagwarden" {
			t.Errorf("the bus is called %v", name)
		}
		for _, policy := range policies {
			want := compact(t, map[string]any{
				"EventBusName": map[string]any{"Ref": bus}, "StatementId": "Organization",
				"Statement": map[string]any{
					"Sid": "Organization", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": map[string]any{"Fn::GetAtt": []string{bus, "Arn"}},
					"Condition": map[string]any{"StringEquals": map[string]any{"aws:PrincipalOrgID": organization}},
				},
			})
			if got := compact(t, policy.Properties); got != want {
				t.Errorf("the bus lets in %s, want %s", got, want)
			}
		}
		want := map[string]string{"tagwarden-heartbeat": compact(t, json.RawMessage(`{"source":["tagwarden.tagwarden"],"detail-type":["Tagwarden Heartbeat"]}`))}
		for _, f := range listen.Functions(p, events.All(), rights.Names{Prefix: "tagwarden"}) {
			for _, rule := range f.Rules {
				want["tagwarden-"+rule.Kind.ID] = compact(t, json.RawMessage(rule.Pattern.String()))
			}
		}
		got := map[string]string{}
		for id, rule := range tmpl.of("AWS::Events::Rule") {
			got[rule.Properties["Name"].(string)] = compact(t, rule.Properties["EventPattern"])
			if on := compact(t, rule.Properties["EventBusName"]); on != `{"Ref":"`+bus+`"}` {
				t.Errorf("the rule %s stands on %s", id, on)
			}
			queue := checkTarget(t, tmpl, id, rule)[0]
			if rule.Properties["Name"] == "tagwarden-heartbeat" && queue != clockQueue(t, tmpl) {
				t.Errorf("heartbeats go to %s, want the clock's queue", queue)
			}
		}
		if compact(t, got) != compact(t, want) {
			t.Errorf("%s: got rules %s, want %s", policyFile, compact(t, got), compact(t, want))
		}
	}
}

// In a hub there is no service role; act may take those in use in every account of the organization, and all functions know of it.
func TestHubRights(t *testing.T) {
	for _, policyFile := range []string{fixing, every} {
		tmpl := part(t, policyFile, stackName)
		roles := rolesOf(t, tmpl)
		for id, role := range roles {
			if role.service() {
				t.Errorf("the hub has the service role %s", id)
			}
		}
		var on []string
		for _, r := range rights.Roles(parsed(t, policyFile), remedies.All) {
			on = append(on, "arn:${AWS::Partition}:iam::*:role/tagwarden-"+r.Service)
		}
		want := compact(t, policyStatement{
			Sid: "Assume", Effect: "Allow", Action: words{"sts:AssumeRole"}, Resource: on,
			Condition: map[string]any{"StringEquals": map[string]any{"aws:ResourceOrgID": []string{organization}}},
		})
		found := 0
		for _, s := range roles[actRole(t, tmpl)].statements {
			if slices.Contains(s.Action, "sts:AssumeRole") {
				if found++; compact(t, s) != want {
					t.Errorf("act may %s, want %s", compact(t, s), want)
				}
			}
		}
		if found != 1 {
			t.Errorf("act may assume roles in %d statements, want 1", found)
		}
		for id, f := range tmpl.of("AWS::Lambda::Function") {
			if got := f.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)[wiring.Organization]; got != organization {
				t.Errorf("the function %s is told the organization %v", id, got)
			}
		}
	}
}

// The clock of a hub is told the role that reads AWS Organizations, and nobody else is.
func TestDirectory(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/directory"
	asking := filepath.Join(t.TempDir(), "policy.yaml")
	text := "version: 1\nmode: notify\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [tags], do: [tags], where: {account_tags: {Stage: [production]}}}]\n"
	if err := os.WriteFile(asking, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for settings, want := range map[[2]string][]string{
		{asking, role}: {"sts:AssumeRole on " + role},
		{deployed, ""}: {
			"organizations:ListRoots on *",
			"organizations:ListAccountsForParent on arn:${AWS::Partition}:organizations::*:ou/" + organization + "/* arn:${AWS::Partition}:organizations::*:root/" + organization + "/*",
			"organizations:ListOrganizationalUnitsForParent on arn:${AWS::Partition}:organizations::*:ou/" + organization + "/* arn:${AWS::Partition}:organizations::*:root/" + organization + "/*",
		},
		{asking, ""}: {
			"organizations:ListRoots on *",
			"organizations:ListAccountsForParent on arn:${AWS::Partition}:organizations::*:ou/" + organization + "/* arn:${AWS::Partition}:organizations::*:root/" + organization + "/*",
			"organizations:ListOrganizationalUnitsForParent on arn:${AWS::Partition}:organizations::*:ou/" + organization + "/* arn:${AWS::Partition}:organizations::*:root/" + organization + "/*",
			"organizations:ListTagsForResource on arn:${AWS::Partition}:organizations::*:account/" + organization + "/*",
		},
	} {
		directory := settings[1]
		app, err := buildApp(t, settings[0], map[string]any{"organization": organization, "directory": directory})
		if err != nil {
			t.Fatal(err)
		}
		var tmpl template
		recode(t, assertions.Template_FromStack(app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack), nil).ToJSON(), &tmpl)
		roles := rolesOf(t, tmpl)
		for _, f := range tmpl.of("AWS::Lambda::Function") {
			told, may := any(nil), []string(nil)
			clock := f.Properties["FunctionName"] == "tagwarden-"+rights.ClockName
			if clock && directory != "" {
				told = directory
			}
			if got := f.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)[wiring.Directory]; got != told {
				t.Errorf("%v is told the directory %v, want %v", f.Properties["FunctionName"], got, told)
			}
			for _, s := range roles[getAtt(t, f.Properties["Role"])].statements {
				for _, action := range s.Action {
					if strings.HasPrefix(action, "organizations:") || clock && action == "sts:AssumeRole" {
						may = append(may, action+" on "+strings.Join(s.Resource, " "))
					}
				}
			}
			if clock && !slices.Equal(may, want) || !clock && may != nil {
				t.Errorf("directory %q of %s: %v may %q, want %q of the clock", directory, settings[0], f.Properties["FunctionName"], may, want)
			}
		}
	}
}

// A member's service roles are exactly what rights derives from the policy, and trust the hub's act alone, in the organization.
func TestMemberRoles(t *testing.T) {
	for _, policyFile := range []string{fixing, widest, every} {
		tmpl := part(t, policyFile, stackName+memberRoles)
		want := map[string]string{}
		for _, r := range rights.Roles(parsed(t, policyFile), remedies.All) {
			want["tagwarden-"+r.Service] = compact(t, statements(r.Document.In(account)))
		}
		got := map[string]string{}
		for id, role := range rolesOf(t, tmpl) {
			if !role.service() {
				continue
			}
			got[role.name] = compact(t, role.statements)
			trust := compact(t, tmpl.Resources[id].Properties["AssumeRolePolicyDocument"].(map[string]any)["Statement"])
			if trusted := compact(t, []any{map[string]any{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": map[string]any{"Fn::Sub": "arn:${AWS::Partition}:iam::${HubAccount}:root"}},
				"Condition": map[string]any{
					"ArnEquals":    map[string]any{"aws:PrincipalArn": map[string]any{"Fn::Sub": "arn:${AWS::Partition}:iam::${HubAccount}:role/tagwarden-act-function"}},
					"StringEquals": map[string]any{"aws:PrincipalOrgID": organization},
				},
			}}); trust != trusted {
				t.Errorf("role %s trusts %s, want %s", id, trust, trusted)
			}
		}
		for id := range tmpl.of("AWS::IAM::Role") {
			if beat := tmpl.Resources["Beat"]; !slices.Contains(beat.DependsOn, id) {
				t.Errorf("the beat does not wait for role %s: it would say what the roles may not do yet", id)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: got service roles\n%v\nwant\n%v", policyFile, got, want)
		}
	}
}

// The role that forwards puts events on the hub's bus and nowhere else, for the account's own rules; the one that beats puts heartbeats on the account's default buses, for its own
// schedules.
func TestMemberOwnRoles(t *testing.T) {
	tmpl := part(t, fixing, stackName+memberRoles)
	var rules []any
	for _, kind := range append(events.All(), events.Kind{ID: wiring.RolesKind}) {
		rules = append(rules, map[string]any{"Fn::Sub": "arn:${AWS::Partition}:events:*:${AWS::AccountId}:rule/tagwarden-" + kind.ID})
	}
	groups := []any{
		map[string]any{"Fn::Sub": "arn:${AWS::Partition}:scheduler:*:${AWS::AccountId}:schedule-group/tagwarden-heartbeat"},
		map[string]any{"Fn::Sub": "arn:${AWS::Partition}:scheduler:*:${AWS::AccountId}:schedule-group/tagwarden-heartbeat-roles"},
	}
	type own struct {
		service string
		source  []any
		may     policyStatement
	}
	want := map[string]own{
		"tagwarden-forward": {"events.amazonaws.com", rules, policyStatement{
			Sid: "Forward", Effect: "Allow", Action: words{"events:PutEvents"}, Resource: words{"arn:${AWS::Partition}:events:${HubRegion}:${HubAccount}:event-bus/tagwarden"},
		}},
		"tagwarden-heartbeat": {"scheduler.amazonaws.com", groups, policyStatement{
			Sid: "Beat", Effect: "Allow", Action: words{"events:PutEvents"}, Resource: words{"arn:${AWS::Partition}:events:*:${AWS::AccountId}:event-bus/default"},
			Condition: map[string]any{"ForAllValues:StringEquals": map[string]any{"events:source": []string{"tagwarden.tagwarden"}, "events:detail-type": []string{"Tagwarden Heartbeat"}}},
		}},
	}
	for id, role := range rolesOf(t, tmpl) {
		if role.service() {
			continue
		}
		w, ok := want[role.name]
		if !ok {
			t.Errorf("there is a role %s", role.name)
			continue
		}
		delete(want, role.name)
		trusted := compact(t, []any{map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": w.service},
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": map[string]any{"Ref": "AWS::AccountId"}}, "ArnLike": map[string]any{"aws:SourceArn": w.source}},
		}})
		if trust := compact(t, tmpl.Resources[id].Properties["AssumeRolePolicyDocument"].(map[string]any)["Statement"]); trust != trusted {
			t.Errorf("%s trusts %s, want %s", role.name, trust, trusted)
		}
		if got := compact(t, role.statements); got != compact(t, []policyStatement{w.may}) {
			t.Errorf("%s may %s, want %s", role.name, got, compact(t, []policyStatement{w.may}))
		}
	}
	if len(want) > 0 {
		t.Errorf("there are no roles %v", slices.Collect(maps.Keys(want)))
	}
}

// forwards checks where a member's rule sends.
func forwards(t *testing.T, tmpl template, id string, rule resource, dead bool) {
	t.Helper()
	if on := rule.Properties["EventBusName"]; on != nil {
		t.Errorf("the rule %s stands on %v, want the default bus", id, on)
	}
	target := rule.Properties["Targets"].([]any)[0].(map[string]any)
	want := map[string]any{
		"Id": "hub", "Arn": map[string]any{"Fn::Sub": "arn:${AWS::Partition}:events:${HubRegion}:${HubAccount}:event-bus/tagwarden"},
		"RoleArn": map[string]any{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/tagwarden-forward"},
	}
	if dead {
		queue := getAtt(t, target["DeadLetterConfig"].(map[string]any)["Arn"])
		want["DeadLetterConfig"] = map[string]any{"Arn": map[string]any{"Fn::GetAtt": []string{queue, "Arn"}}}
		want["RetryPolicy"] = map[string]any{"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
		if list := sendersTo(t, tmpl, queue); tmpl.Resources[queue].Properties["QueueName"] != "tagwarden-forward-dead" || !slices.Contains(list, id) {
			t.Errorf("what %s cannot forward goes to %s, which allows %v", id, queue, list)
		}
	}
	if got := compact(t, target); got != compact(t, want) || len(rule.Properties["Targets"].([]any)) != 1 {
		t.Errorf("the rule %s sends to %s, want %s alone", id, got, compact(t, want))
	}
}

// Each kind that there is has a rule of its own stable pattern, whatever the policy hears, and each of them, and the roles' own, is proved by a beat each four hours.
func TestMemberRules(t *testing.T) {
	names := rights.Names{Prefix: "tagwarden"}
	tmpl := part(t, fixing, stackName+memberRules)
	forwarding, err := listen.Forwarding(events.All(), names)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, r := range forwarding {
		want["tagwarden-"+r.Kind.ID] = compact(t, json.RawMessage(r.Pattern.String()))
	}
	got := map[string]string{}
	for id, rule := range tmpl.of("AWS::Events::Rule") {
		got[rule.Properties["Name"].(string)] = compact(t, rule.Properties["EventPattern"])
		forwards(t, tmpl, id, rule, true)
	}
	if !maps.Equal(got, want) || len(got) != len(events.All()) {
		t.Errorf("got rules %v, want %v", got, want)
	}
	checkBeats(t, tmpl, "tagwarden-heartbeat", "")

	roles := part(t, fixing, stackName+memberRoles)
	for id, rule := range roles.of("AWS::Events::Rule") {
		forwards(t, roles, id, rule, false)
	}
	checkBeats(t, roles, "tagwarden-heartbeat-roles", rights.Fingerprint(rights.Roles(parsed(t, fixing), remedies.All)))
	if n := len(roles.of("AWS::Events::Rule")); n != 1 {
		t.Errorf("the roles' template has %d rules, want 1", n)
	}
}

// checkBeats holds that a template's schedules put one event for each of its rules that this rule takes and no other, with the policy's fingerprint if it has any.
func checkBeats(t *testing.T, tmpl template, group, policy string) {
	t.Helper()
	beaten := map[string]int{}
	for id, s := range tmpl.of("AWS::Scheduler::Schedule") {
		var schedule struct {
			ScheduleExpression string
			GroupName          struct{ Ref string }
			FlexibleTimeWindow any
			Target             struct {
				Arn, RoleArn any
				Input        string
			}
		}
		recode(t, s.Properties, &schedule)
		if window := compact(t, schedule.FlexibleTimeWindow); schedule.ScheduleExpression != "rate(4 hours)" || window != `{"MaximumWindowInMinutes":15,"Mode":"FLEXIBLE"}` {
			t.Errorf("%s beats at %s within %s", id, schedule.ScheduleExpression, window)
		}
		if got := compact(t, schedule.Target.Arn); got != `{"Fn::Sub":"arn:${AWS::Partition}:scheduler:::aws-sdk:eventbridge:putEvents"}` || tmpl.Resources[schedule.GroupName.Ref].Properties["Name"] != group {
			t.Errorf("%s calls %s in the group %v", id, got, tmpl.Resources[schedule.GroupName.Ref].Properties)
		}
		var call struct{ Entries []entry }
		if err := json.Unmarshal([]byte(schedule.Target.Input), &call); err != nil || len(call.Entries) == 0 || len(call.Entries) > maxEntries {
			t.Errorf("%s puts %d events: %v", id, len(call.Entries), err)
		}
		for _, e := range call.Entries {
			if e.EventBusName != "default" || policy != "" != strings.Contains(e.Detail, `"policy":"`+policy) {
				t.Errorf("%s puts %+v", id, e)
			}
			event := []byte(`{"source":"` + e.Source + `","detail-type":"` + e.DetailType + `","detail":` + e.Detail + `}`)
			for rule, r := range tmpl.of("AWS::Events::Rule") {
				matched, err := pattern.MustParse(compact(t, r.Properties["EventPattern"])).Match(event)
				if err != nil {
					t.Fatal(err)
				}
				if matched {
					beaten[rule]++
				}
			}
		}
	}
	for rule := range tmpl.of("AWS::Events::Rule") {
		if beaten[rule] != 1 {
			t.Errorf("the rule %s has %d beats, want 1", rule, beaten[rule])
		}
	}
}

// A service-managed StackSet takes the members' templates: nothing of a bootstrap, no asset, macro, nested stack, import, export or output, two parameters; and their sizes are within
// what AWS takes: the rules' in the call itself, the roles' of the widest policy from a bucket.
//
// Source: AWS CloudFormation API reference, CreateStackSet (TemplateBody 51,200 bytes, TemplateURL 1 MB) and StackSets' considerations for service-managed permissions.
func TestMembersAreReadyForStackSets(t *testing.T) {
	const inBody, inBucket = 51_200, 1_000_000
	foreign := regexp.MustCompile(`(?i)bootstrap|hnb659fds|aws:asset|assetparameters|S3Bucket|"Transform"|"Fn::ImportValue"|"Export"|"Outputs"|AWS::CloudFormation::|Custom::|"arn:aws`)
	for _, policyFile := range []string{fixing, widest, every} {
		for _, name := range []string{stackName + memberRoles, stackName + memberRules} {
			text := synthHub(t, policyFile, "tagwarden")[name]
			if found := foreign.FindAllString(string(text), -1); found != nil {
				t.Errorf("%s of %s holds %q", name, policyFile, found)
			}
			var tmpl struct{ Parameters, Rules, Resources map[string]any }
			if err := json.Unmarshal(text, &tmpl); err != nil {
				t.Fatal(err)
			}
			if got := slices.Sorted(maps.Keys(tmpl.Parameters)); !slices.Equal(got, []string{"HubAccount", "HubRegion"}) || tmpl.Rules != nil {
				t.Errorf("%s has the parameters %v and the rules %v", name, got, tmpl.Rules)
			}
			limit := inBucket
			if name == stackName+memberRules || policyFile == fixing {
				limit = inBody
			}
			t.Logf("%s of %s: %d resources, %d bytes", name, policyFile, len(tmpl.Resources), len(text))
			if len(text) > limit || len(tmpl.Resources) > 500 {
				t.Errorf("%s of %s: %d resources and %d bytes, AWS takes 500 and %d", name, policyFile, len(tmpl.Resources), len(text), limit)
			}
		}
		if size, resources := len(synthHub(t, policyFile, "tagwarden")[stackName]), len(part(t, policyFile, stackName).Resources); size > inBucket || resources > 500 {
			t.Errorf("the hub of %s has %d bytes and %d resources, AWS takes %d and 500", policyFile, size, resources, inBucket)
		}
	}
}

// The parameters take accounts and regions of all partitions, and nothing else.
func TestParameters(t *testing.T) {
	var tmpl struct {
		Parameters map[string]struct{ AllowedPattern string }
	}
	if err := json.Unmarshal(synthHub(t, fixing, "tagwarden")[stackName+memberRules], &tmpl); err != nil {
		t.Fatal(err)
	}
	for name, values := range map[string]map[string]bool{
		"HubAccount": {"111122223333": true, "1111222233334": false, "": false, "11112222333x": false},
		"HubRegion":  {"eu-west-1": true, "us-gov-west-1": true, "cn-northwest-1": true, "ap-southeast-4": true, "mx-central-1": true, "eu-west": false, "": false, "eu-west-1:x": false, "*": false},
	} {
		form := regexp.MustCompile(tmpl.Parameters[name].AllowedPattern)
		for value, want := range values {
			if form.MatchString(value) != want {
				t.Errorf("%s takes %q: %v, want %v", name, value, !want, want)
			}
		}
	}
}

// A policy edit touches the hub alone, but where it changes what the service roles may do: then it touches the roles. The rules never change.
func TestMembersAreStable(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const role = "  - {name: open buckets, on: [securityhub], do: [s3-block-public-access], mode: fix}\n"
	one := write("one.yaml", "version: 1\nmode: notify\nrules:\n"+role)
	other := write("other.yaml", "version: 1\nmode: notify\nscope: {account: [\"111122223333\"]}\ntags:\n  - {key: Owner, required: true}\nrules:\n"+
		"  - {name: told, on: [config, tags, guardduty, create], do: [tags]}\n"+role+"buttons: [{name: Remediate, do: undo, trust: true}]\n")
	wider := write("wider.yaml", "version: 1\nmode: notify\nrules:\n"+strings.Replace(role, "s3-block-public-access", "s3-versioning", 1))
	first := synthHub(t, one, "tagwarden")
	for name, want := range map[string][2]bool{stackName + memberRules: {true, true}, stackName + memberRoles: {true, false}, stackName: {false, false}} {
		for i, file := range []string{other, wider} {
			if same := bytes.Equal(first[name], synthHub(t, file, "tagwarden")[name]); same != want[i] {
				t.Errorf("%s is the same with %s: %v, want %v", name, filepath.Base(file), same, want[i])
			}
		}
	}
}

// partNames are what a template calls its parts, in the account (roles and policies) or in account and region.
func partNames(t *testing.T, text []byte) []string {
	t.Helper()
	var tmpl template
	if err := json.Unmarshal(text, &tmpl); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range tmpl.Resources {
		for property, value := range r.Properties {
			name, plain := value.(string)
			if !plain || property != naming(r.Type) {
				continue
			}
			bus := ""
			if r.Properties["EventBusName"] != nil {
				bus = " on a bus of its own"
			}
			list = append(list, r.Type+bus+" "+property+" "+name)
		}
	}
	return list
}

// naming is the property by which a type of resource is named in its account; "" where that is named within something else.
func naming(typ string) string {
	switch last := typ[strings.LastIndex(typ, ":")+1:]; typ {
	case "AWS::Events::Rule", "AWS::Events::EventBus", "AWS::Scheduler::ScheduleGroup":
		return "Name"
	case "AWS::SecurityHub::ActionTarget":
		return "Id"
	case "AWS::Lambda::Alias", "AWS::Scheduler::Schedule":
		return ""
	default:
		return last + "Name"
	}
}

// Staging stands beside production, and a hub's own account is enrolled like any other, in the hub's own region too: no two parts have one name.
func TestNamesAreApart(t *testing.T) {
	seen := map[string]string{}
	for _, prefix := range []string{"tagwarden", "staging"} {
		for name, text := range synthHub(t, every, prefix) {
			if at := seen["stack "+name]; at != "" {
				t.Errorf("%s is the stack of two deployments: the second would rename all of the first", name)
			}
			seen["stack "+name] = prefix
			list := partNames(t, text)
			if len(list) < 5 {
				t.Fatalf("%s of %s names %v only", name, prefix, list)
			}
			for _, part := range list {
				if at := seen[part]; at != "" {
					t.Errorf("%s is made by %s and by %s of %s", part, at, name, prefix)
				}
				seen[part] = name + " of " + prefix
			}
		}
	}
	if rules := synthHub(t, every, "staging")[stackOf("staging")+memberRules]; rules == nil || bytes.Contains(rules, []byte("tagwarden-")) {
		t.Error("the rules of staging name parts of tagwarden")
	}
}

// Every role and policy is named after the prefix. By that the service control policy, and the boundaries, know them: a schedule whose role had another name could send nothing to the clock.
func TestRolesAreNamed(t *testing.T) {
	templates := map[string]template{"the stack": synth(t, widest), "all of it": synth(t, every)}
	for name := range synthHub(t, every, "tagwarden") {
		templates["the hub's "+name] = part(t, every, name)
	}
	for where, tmpl := range templates {
		for typ, property := range map[string]string{"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName"} {
			for id, r := range tmpl.of(typ) {
				if name, _ := r.Properties[property].(string); !strings.HasPrefix(name, "tagwarden-") {
					t.Errorf("%s: %s (%s) is called %q", where, id, typ, name)
				}
			}
		}
	}
}

// cdk-nag finds nothing in hub and members but what they justify, resource by resource.
func TestNagOrganization(t *testing.T) {
	for _, policyFile := range []string{deployed, fixing, widest, every, sweeping} {
		app, err := buildApp(t, policyFile, map[string]any{"organization": organization})
		if err != nil {
			t.Fatal(err)
		}
		awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Verbose: jsii.Bool(true)}), nil)
		for _, name := range []string{stackName, stackName + memberRoles, stackName + memberRules} {
			annotations := assertions.Annotations_FromStack(app.Node().FindChild(jsii.String(name)).(awscdk.Stack))
			anything := assertions.Match_StringLikeRegexp(jsii.String(".*"))
			for _, m := range append(*annotations.FindError(jsii.String("*"), anything), *annotations.FindWarning(jsii.String("*"), anything)...) {
				t.Errorf("%s of %s: %s", name, policyFile, compact(t, m))
			}
		}
	}
}
