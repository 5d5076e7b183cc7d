//go:build synth

package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

// TestNag holds that cdk-nag's rules of AwsSolutions and NIST 800-53 revision 5 find nothing in any template but what is justified there, resource by resource.
func TestNag(t *testing.T) {
	anything := assertions.Match_StringLikeRegexp(jsii.String(".*"))
	for _, policyFile := range []string{deployed, fixing, widest, every} {
		t.Run(policyFile, func(t *testing.T) {
			app, err := buildApp(t, policyFile, map[string]any{"nag": "true"})
			if err != nil {
				t.Fatal(err)
			}
			for _, stack := range stacksOf(app) {
				annotations := assertions.Annotations_FromStack(stack)
				for _, found := range append(*annotations.FindError(jsii.String("*"), anything), *annotations.FindWarning(jsii.String("*"), anything)...) {
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
