//go:build synth

package main

import (
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/aws/jsii-runtime-go"
)

// TestNag holds that cdk-nag's rules of AwsSolutions and NIST 800-53 revision 5 find nothing in any template but what is justified there, resource by resource.
func TestNag(t *testing.T) {
	for _, policyFile := range []string{deployed, fixing, widest, every} {
		t.Run(policyFile, func(t *testing.T) {
			app, err := buildApp(t, policyFile, map[string]any{"nag": "true"})
			if err != nil {
				t.Fatal(err)
			}
			for _, stack := range stacksOf(app) {
				for _, found := range complaints(stack) {
					t.Errorf("%s: %s", *stack.StackName(), compact(t, found))
				}
			}
		})
	}
}

// stacksOf are the stacks of an app.
func stacksOf(app awscdk.App) []awscdk.Stack {
	var found []awscdk.Stack
	for _, child := range *app.Node().Children() {
		if stack, ok := child.(awscdk.Stack); ok {
			found = append(found, stack)
		}
	}
	return found
}

// complaints are the errors and warnings of a stack.
func complaints(stack awscdk.Stack) []*cxapi.SynthesisMessage {
	annotations, anything := assertions.Annotations_FromStack(stack), assertions.Match_StringLikeRegexp(jsii.String(".*"))
	return slices.Concat(*annotations.FindError(jsii.String("*"), anything), *annotations.FindWarning(jsii.String("*"), anything))
}
