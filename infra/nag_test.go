//go:build synth

package main

import (
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

// TestNag holds that cdk-nag's rules of AwsSolutions and NIST 800-53 revision 5 find nothing in any template but what is justified there, resource by resource.
func TestNag(t *testing.T) {
	for _, c := range []struct {
		policyFile string
		context    map[string]any
	}{
		{deployed, nil},
		{fixing, nil},
		{widest, nil},
		{every, nil},
		{every, map[string]any{"buttons": "custom"}},
		{every, map[string]any{"organization": organization}},
		{every, map[string]any{"boundary": noBoundary, "release": allAtOnce}},
	} {
		t.Run(fmt.Sprint(c.policyFile, c.context), func(t *testing.T) {
			context := map[string]any{"nag": "true"}
			maps.Copy(context, c.context)
			app, err := buildApp(t, c.policyFile, context)
			if err != nil {
				t.Fatal(err)
			}
			checkNag(t, app)
		})
	}
}

func checkNag(t *testing.T, app awscdk.App) {
	t.Helper()
	anything := assertions.Match_StringLikeRegexp(jsii.String(".*"))
	for _, stack := range stacksOf(app) {
		annotations := assertions.Annotations_FromStack(stack)
		for _, found := range append(*annotations.FindError(jsii.String("*"), anything), *annotations.FindWarning(jsii.String("*"), anything)...) {
			t.Errorf("%s: %s", *stack.StackName(), compact(t, found))
		}
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

// TestNagOfAShadow holds the same of the stack of a shadow policy.
func TestNagOfAShadow(t *testing.T) {
	app, err := shadowApp(t, deployed, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkNag(t, app)
}
