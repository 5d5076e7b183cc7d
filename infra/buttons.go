package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// customButtons is the setting with which buttons are made by a custom resource of ours, where a region or partition lacks CloudFormation's own type.
const customButtons = "custom"

// actionTarget is CloudFormation's type of Security Hub custom actions. CDK's bindings do not have it yet.
//
// Source: CloudFormation template reference, AWS::SecurityHub::ActionTarget.
const actionTarget = "AWS::SecurityHub::ActionTarget"

// customButton is the type of our own resource.
const customButton = "Custom::TagwardenButton"

// buttonSeconds is how long CloudFormation waits for an answer: the function's time, three times, with Lambda's pauses of one and two minutes before it delivers again.
//
// Source: CloudFormation template reference, AWS::CloudFormation::CustomResource (ServiceTimeout, 1 to 3,600 s); AWS Lambda developer guide, "Asynchronous invocation" (retries).
const buttonSeconds = 420

// newButtons makes the policy's buttons custom actions of Security Hub.
func (s *Stack) newButtons() {
	if len(s.design.Policy.Buttons()) == 0 {
		return
	}
	typ, maker := actionTarget, awslambda.Function(nil)
	if s.design.Settings.Buttons == customButtons {
		typ, maker = customButton, s.newButtonsFunction()
	}
	for _, b := range s.design.Policy.Buttons() {
		id := s.names.Action(b.Name)
		action := awscdk.NewCfnResource(s.stack, jsii.String(s.buttonID(id)), &awscdk.CfnResourceProps{Type: jsii.String(typ), Properties: s.button(id, b, maker)})
		if maker != nil {
			continue
		}
		awscdk.Validations_Of(action).Acknowledge(&awscdk.Acknowledgment{
			Id: jsii.String("CloudFormation-Validate::F3006"), Reason: jsii.String("The type is newer than the schemas of this version of the CDK."),
		})
		action.AddMetadata(jsii.String("cfn-lint"), map[string]any{"config": map[string]any{"ignore_checks": []string{"E3006"}}}) // newer than its schemas
	}
}

// buttonID is the construct of a button. Each way has names of its own: CloudFormation changes no resource's type.
func (s *Stack) buttonID(id string) string {
	if s.design.Settings.Buttons == customButtons {
		return "CustomButton-" + id
	}
	return "Button-" + id
}

// button are the properties of a button's resource. Those of our own say in the description who made the action, so that its function knows them again.
func (s *Stack) button(id string, b policy.Button, maker awslambda.Function) *map[string]any {
	does := map[string]string{"fix": "puts right what the finding is about", "undo": "takes the last change back", "exempt": "takes the resource out of the rule for a while"}[b.Do]
	properties := map[string]any{"Id": id, "Name": b.Name, "Description": "Tagwarden " + does + ", as the policy allows."}
	if maker != nil {
		properties["Description"] = properties["Description"].(string) + " Made by " + s.names.Function(rights.ButtonsName) + "."
		properties["ServiceToken"], properties["ServiceTimeout"] = maker.FunctionArn(), jsii.Number(buttonSeconds)
	}
	return &properties
}

// newButtonsFunction makes the function that CloudFormation asks for custom actions.
func (s *Stack) newButtonsFunction() awslambda.Function {
	scope := constructs.NewConstruct(s.stack, jsii.String(title(rights.ButtonsName)))
	made, _ := s.newFunction(scope, function{
		name: rights.ButtonsName, doc: "Makes the policy's buttons custom actions of Security Hub, for CloudFormation.",
		timeout: wiring.ButtonsTimeout, memory: judgeMemory,
		rights: rights.Buttons(),
	})
	return made
}
