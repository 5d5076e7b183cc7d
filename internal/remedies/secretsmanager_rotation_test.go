package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var secretsmanagerRotationCases = []remedytest.Case{
	{
		Name: "never-rotated", With: `{"function":"` + rotationFunction + `","days":30}`,
		Absent: secret("arn:aws:secretsmanager:us-east-1:111122223333:secret:tagwarden-none-AbCdEf"),
		Rests:  []string{"Resting/AutomaticallyAfterDays", "Resting/RotationLambdaARN"},
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantSecret(ctx, cfg, "tagwarden-rotation-never")
		},
	},
	{
		Name: "once-a-year", Control: "securityhub:SecretsManager.4",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantRotation(ctx, cfg, "tagwarden-rotation-year", &types.RotationRulesType{AutomaticallyAfterDays: aws.Int64(365)})
		},
	},
	{
		Name:  "turned-off-with-an-expression",
		Rests: []string{"Resting/Duration", "Resting/RotationLambdaARN", "Resting/ScheduleExpression"},
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantRotation(ctx, cfg, "tagwarden-rotation-expression", &types.RotationRulesType{ScheduleExpression: aws.String("rate(180 days)"), Duration: aws.String("2h")})
			if err != nil {
				return p, err
			}
			_, err = secretsmanager.NewFromConfig(cfg).CancelRotateSecret(ctx, &secretsmanager.CancelRotateSecretInput{SecretId: &p.Resource.ARN})
			return p, err
		},
	},
}

// rotationFunction is the function that rotates what is planted.
const rotationFunction = "arn:aws:lambda:us-east-1:111122223333:function:tagwarden-rotation"

// plantSecret makes a secret of a name that is its own in all tests.
func plantSecret(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	out, err := secretsmanager.NewFromConfig(cfg).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: &name})
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: secret(*out.ARN)}, nil
}

// plantRotation makes a secret that is rotated.
func plantRotation(ctx context.Context, cfg aws.Config, name string, rules *types.RotationRulesType) (remedytest.Planted, error) {
	p, err := plantSecret(ctx, cfg, name)
	if err != nil {
		return p, err
	}
	_, err = secretsmanager.NewFromConfig(cfg).RotateSecret(ctx, &secretsmanager.RotateSecretInput{
		SecretId: &p.Resource.ARN, RotationLambdaARN: aws.String(rotationFunction), RotationRules: rules,
	})
	return p, err
}

func secret(arn string) finding.Resource {
	return planted("AWS::SecretsManager::Secret", arn, arn)
}

func TestFixSecretRotation(t *testing.T) {
	const f = "arn:aws:lambda:us-east-1:111122223333:function:f"
	given := `{"function":"` + f + `","days":30}`
	expression := rotationPlan{Function: "own", Schedule: "cron(0 8 1 * ? *)", Duration: "2h"}
	on := func(p rotationPlan) secretRotation { return secretRotation{Enabled: true, rotationPlan: p} }
	off := func(p rotationPlan) secretRotation { return secretRotation{Resting: p} }
	again := func(p rotationPlan) secretRotation { return secretRotation{Enabled: true, rotationPlan: p, Resting: p} }
	for _, test := range []struct {
		name, with string
		s, want    secretRotation
		refused    bool
	}{
		{"never rotated", given, secretRotation{}, on(rotationPlan{Function: f, Days: 30}), false},
		{"no function anywhere", `{"days":30}`, secretRotation{}, secretRotation{}, true},
		{"off, with a function and a schedule of its own", given, off(rotationPlan{Function: "own", Days: 7}), again(rotationPlan{Function: "own", Days: 7}), false},
		{"off, with an expression", given, off(expression), again(expression), false},
		{
			"on, with too long an expression", given,
			on(rotationPlan{Function: "own", Schedule: "rate(200 days)", Days: 200, Duration: "2h"}),
			on(rotationPlan{Function: "own", Days: 30, Duration: "2h"}),
			false,
		},
		{"often enough", given, on(rotationPlan{Function: "own", Days: 30}), on(rotationPlan{Function: "own", Days: 30}), false},
		{
			"on, by its owner", given,
			secretRotation{Enabled: true, Owner: "rds", rotationPlan: rotationPlan{Days: 7}},
			secretRotation{Enabled: true, Owner: "rds", rotationPlan: rotationPlan{Days: 7}},
			false,
		},
		{"off, and another service's", given, secretRotation{Owner: "rds"}, secretRotation{}, true},
		{"off, and a replica", given, secretRotation{Primary: "eu-west-1", Resting: rotationPlan{Function: "own"}}, secretRotation{}, true},
		{"off, and a partner's", given, secretRotation{Partner: "SalesforceClientSecret"}, secretRotation{}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixSecretRotation(test.s, remedy.Params{With: []byte(test.with)})
			if _, refused := errors.AsType[*remedy.RefusedError](err); refused != test.refused {
				t.Fatalf("got %v, want a refusal: %t", err, test.refused)
			}
			if !test.refused && got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestRotationRulesAreAnExpressionOrDays(t *testing.T) {
	rules := rotationPlan{Days: 31, Schedule: "rate(31 days)", Duration: "2h"}.rules()
	if rules.AutomaticallyAfterDays != nil || aws.ToString(rules.ScheduleExpression) != "rate(31 days)" || aws.ToString(rules.Duration) != "2h" {
		t.Errorf("got %+v, want the expression alone", rules)
	}
	rules = rotationPlan{Days: 31}.rules()
	if aws.ToInt64(rules.AutomaticallyAfterDays) != 31 || rules.ScheduleExpression != nil || rules.Duration != nil {
		t.Errorf("got %+v, want the days alone", rules)
	}
}
