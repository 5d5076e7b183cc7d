package main

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// allAtOnce is the setting that moves the aliases at once, without CodeDeploy: for a first repair while an alarm is on, and where CodeDeploy is not allowed.
const allAtOnce = "all-at-once"

// canary is how an alias is shifted: a tenth of the calls come to the new version, and all of them after five minutes in which no alarm went off.
//
// Source: AWS CodeDeploy user guide, "Working with deployment configurations in CodeDeploy" (predefined configurations for AWS Lambda).
const canary = "CodeDeployDefault.LambdaCanary10Percent5Minutes"

// CodeDeploy's types come by CDK's generic resource: the CDK's own module for it takes minutes to compile.
//
// Source: CloudFormation template reference, AWS::CodeDeploy::Application and AWS::CodeDeploy::DeploymentGroup.
const (
	deployApplication = "AWS::CodeDeploy::Application"
	deployGroup       = "AWS::CodeDeploy::DeploymentGroup"
)

// A rollout shifts the aliases of the functions to a new version, and back where an alarm goes off.
type rollout struct {
	application awscdk.CfnResource
	role        awsiam.CfnRole
	groups      map[string]awscdk.CfnResource // by function
}

// newRollout makes what shifts the aliases; nil where they are moved at once.
func (s *Stack) newRollout() *rollout {
	if s.design.Settings.Release == allAtOnce {
		return nil
	}
	scope := constructs.NewConstruct(s.stack, jsii.String("Release"))
	return &rollout{
		application: awscdk.NewCfnResource(scope, jsii.String("Application"), &awscdk.CfnResourceProps{
			Type: jsii.String(deployApplication), Properties: &map[string]any{"ApplicationName": s.names.Prefix, "ComputePlatform": "Lambda"},
		}),
		role: s.newRolloutRole(scope), groups: map[string]awscdk.CfnResource{},
	}
}

// newRolloutRole makes the role of CodeDeploy, trusted for this deployment's groups alone. Its rights come with the functions: see finish.
//
// Source: AWS CodeDeploy user guide, "Cross-service confused deputy prevention".
func (s *Stack) newRolloutRole(scope constructs.Construct) awsiam.CfnRole {
	groups := awscdk.Fn_Sub(jsii.String("arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:"+s.names.Prefix+"/*"), nil)
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		RoleName:    jsii.String(s.names.Release()),
		Description: jsii.String("Lets CodeDeploy shift the aliases of Tagwarden's functions to a new version, and back."),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("codedeploy.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": s.stack.Account()}, "ArnLike": map[string]any{"aws:SourceArn": groups}},
		}),
	})
	justifyInline(role)
	return role.Node().DefaultChild().(awsiam.CfnRole)
}

// newLive makes a version of a function as it is now, and the alias that everything calls, and gives the alias's ARN. A version is made whenever the function changes, its policy
// included, and stays when the next one comes, so that a person can move the alias back; one that a failed update made goes with it, because Lambda makes no second version of the
// same code.
//
// Source: AWS Lambda API reference, PublishVersion; CloudFormation user guide, "DeletionPolicy attribute" (RetainExceptOnCreate), "UpdatePolicy attribute"
// (CodeDeployLambdaAliasUpdate).
func (s *Stack) newLive(scope constructs.Construct, name string, made awslambda.Function) awslambda.CfnAlias {
	version := made.CurrentVersion()
	version.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE)
	alias := awslambda.NewCfnAlias(scope, jsii.String(title(rights.LiveAlias)), &awslambda.CfnAliasProps{
		Name: jsii.String(rights.LiveAlias), FunctionName: made.FunctionName(), FunctionVersion: version.Version(),
		Description: jsii.String("What is released: everything calls the function by this alias."),
	})
	if s.rollout != nil {
		s.rollout.shift(s, scope, name, alias)
	}
	return alias
}

// liveARN is the ARN of a function's alias.
func liveARN(made awslambda.Function) *string {
	return awscdk.Fn_Join(jsii.String(":"), &[]*string{made.FunctionArn(), jsii.String(rights.LiveAlias)})
}

// throughLive has an event source call a function by its alias.
func throughLive(source awslambda.EventSourceMapping, made awslambda.Function, alias awslambda.CfnAlias) {
	mapping := source.Node().DefaultChild().(awslambda.CfnEventSourceMapping)
	mapping.SetFunctionName(liveARN(made))
	mapping.AddResourceDependency(alias, nil)
}

// answersLive has a function's URL call it by its alias.
func answersLive(url awslambda.FunctionUrl, scope constructs.Construct) {
	made := url.Node().DefaultChild().(awslambda.CfnUrl)
	made.SetQualifier(jsii.String(rights.LiveAlias))
	made.AddResourceDependency(scope.Node().FindChild(jsii.String(title(rights.LiveAlias))).(awslambda.CfnAlias), nil)
}

// shift has CodeDeploy move an alias, from the second deployment on, and take it back when the function's errors set off their alarm.
//
// Source: AWS CodeDeploy API reference, CreateDeploymentGroup.
func (r *rollout) shift(s *Stack, scope constructs.Construct, name string, alias awslambda.CfnAlias) {
	group := awscdk.NewCfnResource(scope, jsii.String("Deployments"), &awscdk.CfnResourceProps{Type: jsii.String(deployGroup), Properties: &map[string]any{
		"ApplicationName": r.application.Ref(), "DeploymentGroupName": s.names.Function(name), "ServiceRoleArn": r.role.AttrArn(),
		"DeploymentConfigName":      canary,
		"DeploymentStyle":           map[string]any{"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
		"AlarmConfiguration":        map[string]any{"Enabled": true, "Alarms": []any{map[string]any{"Name": s.names.ErrorsAlarm(name)}}},
		"AutoRollbackConfiguration": map[string]any{"Enabled": true, "Events": []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}},
	}})
	alias.CfnOptions().SetUpdatePolicy(&awscdk.CfnUpdatePolicy{CodeDeployLambdaAliasUpdate: &awscdk.CfnCodeDeployLambdaAliasUpdate{
		ApplicationName: r.application.Ref(), DeploymentGroupName: group.Ref(),
	}})
	r.groups[name] = group
}

// finish gives CodeDeploy its rights, and has each group wait for its alarm, when all functions and alarms are known. The rights are written out by name, because the functions' groups need the
// role.
func (r *rollout) finish(s *Stack) {
	if r == nil {
		return
	}
	var functions, versions, alarms []string
	sub := func(text string) string { return *awscdk.Fn_Sub(jsii.String(text), nil) }
	for _, name := range slices.Sorted(maps.Keys(r.groups)) {
		function := "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:" + s.names.Function(name)
		functions = append(functions, sub(function), sub(function+":"+rights.LiveAlias))
		versions = append(versions, sub(function+":*"))
		alarms = append(alarms, sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"+s.names.ErrorsAlarm(name)))
		r.groups[name].AddResourceDependency(s.alarms[s.names.ErrorsAlarm(name)], nil)
		r.justify(s.names.Function(name))
	}
	parts := map[rights.Part][]string{rights.Functions: functions, rights.Versions: versions, rights.ErrorsAlarms: alarms}
	r.role.SetPolicies(&[]any{&awsiam.CfnRole_PolicyProperty{
		PolicyName: jsii.String("rights"), PolicyDocument: document(rights.Expand(rights.Release(), func(p rights.Part) []string { return parts[p] })),
	}})
}

// justify says why CodeDeploy asks for all versions of a function.
func (r *rollout) justify(function string) {
	cdknag.NagSuppressions_AddResourceSuppressions(r.role, &[]*cdknag.NagPackSuppression{{
		Id: jsii.String("AwsSolutions-IAM5"), Reason: jsii.String("Lambda numbers the versions of the function: which one is to be released is not known before. It may only read whether concurrency is provisioned."),
		AppliesTo: &[]any{"Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:" + function + ":*"},
	}}, jsii.Bool(true))
}
