//go:build synth

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// liveOf is the ARN of a function's alias, as a template has it.
func liveOf(function string) map[string]any {
	return map[string]any{"Fn::Join": []any{":", []any{map[string]any{"Fn::GetAtt": []any{function, "Arn"}}, rights.LiveAlias}}}
}

// aliasOf is the one alias of a function.
func aliasOf(t *testing.T, tmpl template, function string) (string, resource) {
	t.Helper()
	for id, alias := range tmpl.of("AWS::Lambda::Alias") {
		if compact(t, alias.Properties["FunctionName"]) == compact(t, map[string]any{"Ref": function}) && alias.Properties["Name"] == rights.LiveAlias {
			return id, alias
		}
	}
	t.Fatalf("function %s has no alias %s", function, rights.LiveAlias)
	return "", resource{}
}

// Everything that calls a function calls the version that is released, and waits for its alias; a version stays when the next one comes.
func TestReleased(t *testing.T) {
	for _, policyFile := range []string{deployed, every} {
		tmpl := synth(t, policyFile)
		functions := tmpl.of("AWS::Lambda::Function")
		for id, f := range functions {
			aliasID, alias := aliasOf(t, tmpl, id)
			version := tmpl.Resources[alias.Properties["FunctionVersion"].(map[string]any)["Fn::GetAtt"].([]any)[0].(string)]
			if version.Type != "AWS::Lambda::Version" || version.DeletionPolicy != "RetainExceptOnCreate" || version.UpdateReplacePolicy != "Retain" {
				t.Errorf("%s: its alias points at %+v", id, version)
			}
			var caller resource
			if f.Properties["FunctionName"] == "tagwarden-"+rights.OperatorName {
				for _, caller = range tmpl.of("AWS::Lambda::Url") {
					if caller.Properties["Qualifier"] != rights.LiveAlias {
						t.Errorf("the URL is not the alias's: %v", caller.Properties)
					}
				}
			} else {
				caller = sourceOf(t, tmpl, id)
			}
			if !slices.Contains(caller.DependsOn, aliasID) {
				t.Errorf("what calls %s does not wait for its alias: %v", id, caller.DependsOn)
			}
		}
		for id := range tmpl.of("AWS::Lambda::EventSourceMapping") {
			if text := compact(t, tmpl.Resources[id].Properties["FunctionName"]); !strings.Contains(text, `"live"`) {
				t.Errorf("%s calls %s, and no alias", id, text)
			}
		}
		if len(functions) < 5 {
			t.Errorf("got %d functions only", len(functions))
		}
	}
}

// Each function is released a tenth first, and taken back by an alarm that is there, once, on that very function, and is made before.
func TestAlarmsTakeReleasesBack(t *testing.T) {
	tmpl := synth(t, every)
	alarms := map[string][]string{}
	for id, alarm := range tmpl.of("AWS::CloudWatch::Alarm") {
		name := alarm.Properties["AlarmName"].(string)
		alarms[name] = append(alarms[name], id)
	}
	groups := tmpl.of(deployGroup)
	for id, f := range tmpl.of("AWS::Lambda::Function") {
		name := f.Properties["FunctionName"].(string)
		_, alias := aliasOf(t, tmpl, id)
		update, _ := alias.UpdatePolicy["CodeDeployLambdaAliasUpdate"].(map[string]any)
		groupID, _ := update["DeploymentGroupName"].(map[string]any)["Ref"].(string)
		group := groups[groupID]
		delete(groups, groupID)
		alarm := rights.Names{Prefix: "tagwarden"}.ErrorsAlarm(strings.TrimPrefix(name, "tagwarden-"))
		want := fmt.Sprintf(`{"Alarms":[{"Name":%q}],"Enabled":true}`, alarm)
		if got := compact(t, group.Properties["AlarmConfiguration"]); got != want || group.Properties["DeploymentGroupName"] != name || group.Properties["DeploymentConfigName"] != canary {
			t.Errorf("%s: got %s, want %s", name, compact(t, group.Properties), want)
		}
		if got := compact(t, group.Properties["AutoRollbackConfiguration"]); !strings.Contains(got, "DEPLOYMENT_STOP_ON_ALARM") || !strings.Contains(got, `"Enabled":true`) {
			t.Errorf("%s: nothing takes a release back: %s", name, got)
		}
		if len(alarms[alarm]) != 1 {
			t.Errorf("%s: %d alarms are called %s, want one", name, len(alarms[alarm]), alarm)
			continue
		}
		if !slices.Contains(group.DependsOn, alarms[alarm][0]) {
			t.Errorf("%s: its deployments do not wait for their alarm: %v", name, group.DependsOn)
		}
		if got := compact(t, tmpl.Resources[alarms[alarm][0]].Properties["Dimensions"]); got != fmt.Sprintf(`[{"Name":"FunctionName","Value":%q}]`, name) {
			t.Errorf("%s is on %s", alarm, got)
		}
	}
	if len(groups) > 0 {
		t.Errorf("no function is released by %v", groups)
	}
}

// CodeDeploy's role has exactly what rights says, on exactly this deployment's functions and alarms, and is trusted for its groups alone.
func TestReleaseRole(t *testing.T) {
	tmpl := synth(t, deployed)
	var functions, versions, alarms []string
	for _, f := range tmpl.of("AWS::Lambda::Function") {
		name := f.Properties["FunctionName"].(string)
		arn := "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:" + name
		functions = append(functions, arn, arn+":live")
		versions = append(versions, arn+":*")
		alarms = append(alarms, "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"+name+"-errors")
	}
	for _, list := range [][]string{functions, versions, alarms} {
		slices.Sort(list)
	}
	parts := map[rights.Part][]string{rights.Functions: functions, rights.Versions: versions, rights.ErrorsAlarms: alarms}
	want := compact(t, statements(rights.Expand(rights.Release(), func(p rights.Part) []string { return parts[p] })))
	found := false
	for id, r := range tmpl.of("AWS::IAM::Role") {
		if r.Properties["RoleName"] != "tagwarden-release" {
			continue
		}
		found = true
		if got := compact(t, rolesOf(t, tmpl)[id].statements); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
		trust := compact(t, r.Properties["AssumeRolePolicyDocument"])
		for _, part := range []string{`"aws:SourceAccount":{"Ref":"AWS::AccountId"}`, `deploymentgroup:tagwarden/*`, `"Service":"codedeploy.amazonaws.com"`} {
			if !strings.Contains(trust, part) {
				t.Errorf("the role trusts %s, want %s in it", trust, part)
			}
		}
	}
	if !found {
		t.Error("there is no role tagwarden-release")
	}
}

// Who wants no canary gets a plain move of the alias, and neither CodeDeploy nor its role.
func TestAllAtOnce(t *testing.T) {
	app, err := buildApp(t, fixing, map[string]any{"release": allAtOnce})
	if err != nil {
		t.Fatal(err)
	}
	made := assertions.Template_FromStack(app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack), nil)
	made.ResourceCountIs(jsii.String(deployGroup), jsii.Number(0))
	made.ResourceCountIs(jsii.String(deployApplication), jsii.Number(0))
	made.HasResource(jsii.String("AWS::Lambda::Alias"), map[string]any{"UpdatePolicy": assertions.Match_Absent()})
	if text := compact(t, made.ToJSON()); strings.Contains(text, "codedeploy.amazonaws.com") {
		t.Error("CodeDeploy is still trusted")
	}
	if _, err := buildApp(t, fixing, map[string]any{"release": "slowly"}); err == nil || !strings.Contains(err.Error(), "-c release=slowly: ") {
		t.Errorf("got %v, want the setting refused", err)
	}
}
