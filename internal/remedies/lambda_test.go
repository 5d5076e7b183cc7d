package remedies

import (
	"archive/zip"
	"bytes"
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantFunction makes a function of a name that is its own in all tests.
func plantFunction(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	role, err := iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(`{}`)})
	if err != nil {
		return remedytest.Planted{}, err
	}
	code, err := emptyZip()
	if err != nil {
		return remedytest.Planted{}, err
	}
	_, err = lambda.NewFromConfig(cfg).CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: &name, Role: role.Role.Arn, Runtime: types.RuntimeProvidedal2023, Handler: aws.String("bootstrap"), Code: &types.FunctionCode{ZipFile: code},
	})
	return remedytest.Planted{Resource: function(name)}, err
}

func function(name string) finding.Resource {
	return planted("AWS::Lambda::Function", name, "arn:aws:lambda:"+remedytest.Region+":"+remedytest.Account+":function:"+name)
}

func emptyZip() ([]byte, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if _, err := w.Create("bootstrap"); err != nil {
		return nil, err
	}
	err := w.Close()
	return archive.Bytes(), err
}

func TestFunctionOf(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:111122223333:function:f"
	for _, test := range []struct{ arn, id, name, qualifier string }{
		{arn, "other", "f", ""},
		{arn + ":live", "f", "f", "live"},
		{arn + ":$LATEST", "f", "f", ""},
		{"", "f", "f", ""},
		{"", "f:1", "f", "1"},
	} {
		name, qualifier := functionOf(finding.Resource{ARN: test.arn, ID: test.id})
		if name != test.name || aws.ToString(qualifier) != test.qualifier {
			t.Errorf("%s %s: got %s, %s; want %s, %s", test.arn, test.id, name, aws.ToString(qualifier), test.name, test.qualifier)
		}
	}
}

// TestFunctionsAreReachedAsLambdaChecksThem holds that a session is narrowed to the ARN that Lambda checks a call against, also where a finding names a version.
func TestFunctionsAreReachedAsLambdaChecksThem(t *testing.T) {
	const arn = "arn:aws-cn:lambda:cn-north-1:111122223333:function:f"
	for _, test := range []struct{ named, version, throttled, opened string }{
		{arn, "", arn, arn},
		{arn, "$LATEST", arn, arn},
		{arn, "7", arn, arn + ":7"},
		{arn + ":$LATEST", "$LATEST", arn, arn},
		{arn + ":1", "", arn, arn + ":1"},
		{arn + ":live", "", arn, arn + ":live"},
		{"", "", "", ""},
	} {
		r, p := finding.Resource{Type: "AWS::Lambda::Function", ID: "f", ARN: test.named}, remedy.Params{Subject: finding.Subject{"version": test.version}}
		throttled, errThrottle := lambdaThrottle.About(r, p)
		opened, errOpen := lambdaRemovePublic.About(r, p)
		if errThrottle != nil || errOpen != nil || throttled.ARN != test.throttled || opened.ARN != test.opened {
			t.Errorf("%s %s: got %s and %s, %v %v; want %s and %s", test.named, test.version, throttled.ARN, opened.ARN, errThrottle, errOpen, test.throttled, test.opened)
		}
	}
}
