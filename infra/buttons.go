package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// actionTarget is CloudFormation's type of Security Hub custom actions. CDK's bindings do not have it yet.
//
// Source: CloudFormation template reference, AWS::SecurityHub::ActionTarget.
const actionTarget = "AWS::SecurityHub::ActionTarget"

// newButtons makes the policy's buttons custom actions of Security Hub.
func (s *Stack) newButtons() {
	for _, b := range s.design.Policy.Buttons() {
		id := s.names.Action(b.Name)
		does := map[string]string{"fix": "puts right what the finding is about", "undo": "takes the last change back"}[b.Do]
		action := awscdk.NewCfnResource(s.stack, jsii.String("Button-"+id), &awscdk.CfnResourceProps{
			Type:       jsii.String(actionTarget),
			Properties: &map[string]any{"Id": id, "Name": b.Name, "Description": "Tagwarden " + does + ", as the policy allows."},
		})
		awscdk.Validations_Of(action).Acknowledge(&awscdk.Acknowledgment{
			Id: jsii.String("CloudFormation-Validate::F3006"), Reason: jsii.String("The type is newer than the schemas of this version of the CDK."),
		})
		action.AddMetadata(jsii.String("cfn-lint"), map[string]any{"config": map[string]any{"ignore_checks": []string{"E3006"}}}) // newer than its schemas
	}
}
