package remedies

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var lambdaRemovePublicCases = []remedytest.Case{
	{
		Name: "public-beside-bucket", Absent: function("tagwarden-no-such-function"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPermissions(ctx, cfg, "tagwarden-public", nil,
				lambda.AddPermissionInput{StatementId: aws.String("everybody"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("*")},
				lambda.AddPermissionInput{
					StatementId: aws.String("any-topic"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("*"), SourceArn: aws.String("arn:aws:sns:*:*:t"),
				},
				lambda.AddPermissionInput{
					StatementId: aws.String("bucket"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("s3.amazonaws.com"), SourceAccount: aws.String(remedytest.Account),
				})
		},
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			_, err := lambda.NewFromConfig(cfg).AddPermission(ctx, &lambda.AddPermissionInput{
				FunctionName: &p.Resource.ID, StatementId: aws.String("partner"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("444455556666"),
			})
			return err
		},
	},
	{
		Name: "only-a-public-url",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPermissions(ctx, cfg, "tagwarden-url", nil,
				lambda.AddPermissionInput{
					StatementId: aws.String("url"), Action: aws.String("lambda:InvokeFunctionUrl"), Principal: aws.String("*"), FunctionUrlAuthType: types.FunctionUrlAuthTypeNone,
				},
				lambda.AddPermissionInput{
					StatementId: aws.String("invoke"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("*"), InvokedViaFunctionUrl: aws.Bool(true),
				})
		},
	},
	{
		Name: "a-version",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantPermissions(ctx, cfg, "tagwarden-version", aws.String("1"),
				lambda.AddPermissionInput{StatementId: aws.String("everybody"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("*")})
			p.Resource.ARN += ":1"
			return p, err
		},
	},
}

// plantPermissions makes a function with one version, and gives permissions on it or on the version.
func plantPermissions(ctx context.Context, cfg aws.Config, name string, qualifier *string, ins ...lambda.AddPermissionInput) (remedytest.Planted, error) {
	p, err := plantFunction(ctx, cfg, name)
	if err != nil {
		return p, err
	}
	c := lambda.NewFromConfig(cfg)
	if _, err := c.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: &name}); err != nil {
		return p, err
	}
	for _, in := range ins {
		in.FunctionName, in.Qualifier = &name, qualifier
		if _, err := c.AddPermission(ctx, &in); err != nil {
			return p, err
		}
	}
	return p, nil
}

// TestAnOlderStatementComesBackAsItWas holds that a condition in its older spelling is read as AddPermission would write it, so that an undo is seen done.
func TestAnOlderStatementComesBackAsItWas(t *testing.T) {
	read := func(operator string) permissions {
		all, err := parsePermissions([]byte(`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction",
			"Resource":"arn:aws:lambda:us-east-1:111122223333:function:f","Condition":{"` + operator + `":{"AWS:SourceArn":"arn:aws:s3:::*"}}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if older, newer := read("StringLike"), read("ArnLike"); !reflect.DeepEqual(older, newer) {
		t.Errorf("got %v, want %v", older, newer)
	}
}

func TestPublicPermissions(t *testing.T) {
	const head = `{"Version":"2012-10-17","Id":"default","Statement":[`
	statement := func(more string) string {
		return head + `{"Sid":"s","Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f",` + more + `}]}`
	}
	for _, test := range []struct {
		name, document string
		left           []string
		refused        bool
	}{
		{"everybody", statement(`"Principal":"*"`), nil, false},
		{"everybody of AWS", statement(`"Principal":{"AWS":"*"}`), nil, false},
		{"an account", statement(`"Principal":{"AWS":"arn:aws:iam::444455556666:root"}`), []string{"s"}, false},
		{"a service without a source", statement(`"Principal":{"Service":"s3.amazonaws.com"}`), []string{"s"}, false},
		{"a fixed source", statement(`"Principal":"*","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}`), []string{"s"}, false},
		{"any source", statement(`"Principal":"*","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::*"}}`), nil, false},
		{"any source, as it was written once", statement(`"Principal":"*","Condition":{"StringLike":{"AWS:SourceArn":"arn:aws:s3:::*"}}`), nil, false},
		{"a variable for a source", statement(`"Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}`), nil, false},
		{"any of two accounts", statement(`"Principal":"*","Condition":{"StringEquals":{"aws:SourceAccount":["444455556666","777788889999"]}}`), []string{"s"}, false},
		{"an account or any", statement(`"Principal":"*","Condition":{"StringLike":{"aws:SourceAccount":["444455556666","*"]}}`), nil, true},
		{"not an account", statement(`"Principal":"*","Condition":{"StringNotEquals":{"aws:SourceAccount":"444455556666"}}`), nil, true},
		{"everybody in a list", statement(`"Principal":{"AWS":["*","444455556666"]}`), nil, true},
		{"all but one", statement(`"NotPrincipal":{"AWS":"444455556666"}`), nil, true},
		{"no id", head + `{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"*"}]}`, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := parsePermissions([]byte(test.document))
			if err == nil {
				all, err = fixPermissions(all, remedy.Params{})
			}
			if _, refused := errors.AsType[*remedy.RefusedError](err); refused != test.refused || err != nil && !refused {
				t.Fatalf("got %v, want a refusal: %t", err, test.refused)
			}
			if left := slices.Sorted(maps.Keys(all)); !slices.Equal(left, test.left) {
				t.Errorf("got %q left, want %q", left, test.left)
			}
		})
	}
}
