package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// newOperator makes the function that people ask, with its URL where Lambda has URLs. AWS checks who calls, and tells it; what that caller may do stands in the policy. The stack allows nobody
// to call: who is to needs lambda:InvokeFunctionUrl and lambda:InvokeFunction in a policy of their own.
//
// Source: AWS Lambda developer guide, "Control access to Lambda function URLs" (auth type AWS_IAM, callers of the same account).
func (s *Stack) newOperator() {
	scope := constructs.NewConstruct(s.stack, jsii.String(title(rights.OperatorName)))
	environment := map[string]*string{wiring.Queue: s.hand.QueueUrl()}
	if s.design.Settings.hub() {
		environment[wiring.Fingerprint] = jsii.String(rights.Fingerprint(s.roles))
	}
	made, role := s.newFunction(scope, function{
		name: rights.OperatorName, doc: "Takes what people ask by name: approve, undo, exempt, brake; hands over to act.",
		timeout: wiring.OperatorTimeout, memory: wiring.OperatorMemory,
		rights:      rights.Operator(schema.TableActions(), schema.IndexActions()),
		environment: environment,
	})
	justifyIndexes(s, role)
	if s.design.Settings.URL == noURL {
		return
	}
	url := made.AddFunctionUrl(&awslambda.FunctionUrlOptions{AuthType: awslambda.FunctionUrlAuthType_AWS_IAM})
	answersLive(url, scope)
	url.Node().DefaultChild().(awslambda.CfnUrl).CfnOptions().SetCondition(s.where(functionURLs))
	s.output("OperatorUrl", "What the command line asks: export it as TAGWARDEN_URL.", url.Url()).SetCondition(s.where(functionURLs))
}
