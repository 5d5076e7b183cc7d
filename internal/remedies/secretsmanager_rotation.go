package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var secretsmanagerRotation = remedy.Remedy{
	ID: "secretsmanager-rotation",
	Doc: `Rotate a Secrets Manager secret automatically, and often enough.

Where rotation is off, it is turned on with the rotation function that the secret had before, or else with the parameter's, and the secret is rotated at once. A schedule
that is longer than the parameter's days is shortened to them; a shorter one stays. Replicas, and secrets that another service or a partner manages, are refused, and a
secret whose rotation is on and fails stays as it is: its function is for people to repair. An undo turns rotation off again, or sets the former schedule.

When not to use it: for secrets whose users keep a copy and do not read them again, and with a function of the wrong kind: each kind of database and service wants its own.`,
	Changes: "Rotation is on, at least every so many days; where it was off, the secret gets a new value at once.",
	Breaks:  "Whoever uses a copy of the old value is locked out; a function that cannot change the password where it is used leaves the rotation failing.",
	Setting: "secretsmanager:rotation",
	Answers: []string{
		"securityhub:SecretsManager.1", "securityhub:SecretsManager.4",
		"config:secretsmanager-rotation-enabled-check", "config:secretsmanager-secret-periodic-rotation",
	},
	Resource: "AWS::SecretsManager::Secret",
	Reads:    []remedy.Grant{{Action: "secretsmanager:DescribeSecret", On: "${ARN}"}},
	Writes: []remedy.Grant{
		{Action: "secretsmanager:RotateSecret", On: "${ARN}"},
		{Action: "secretsmanager:CancelRotateSecret", On: "${ARN}"},
		// Who turns rotation on must be allowed to invoke the function. Source: Secrets Manager API reference, RotateSecret (required permissions).
		{Action: "lambda:InvokeFunction", On: "arn:${Partition}:lambda:${Region}:${Account}:function:*", Role: "secretsmanager", Unseen: true},
	},
	Undo:     remedy.Nearest,
	UndoNote: "A value that was rotated stays, and so do the function and the schedule, which rest while rotation is off.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[secretRotation]{Read: readSecretRotation, Fix: fixSecretRotation, Write: writeSecretRotation}),
	Code: []iac.Code{{
		On: "AWS::SecretsManager::RotationSchedule",
		CloudFormation: `SecretId: !Ref {{Resource}}
RotationRules: {AutomaticallyAfterDays: {{days}}}`,
		CDK: "secret.addRotationSchedule('Rotation', { rotationLambda, automaticallyAfter: cdk.Duration.days({{days}}) });",
		Terraform: `resource "aws_secretsmanager_secret_rotation" "this" {
  secret_id = aws_secretsmanager_secret.this.id
  rotation_rules {
    automatically_after_days = {{days}}
  }
}`,
	}, {
		With: "function",
		On:   "AWS::SecretsManager::RotationSchedule",
		CloudFormation: `SecretId: !Ref {{Resource}}
RotationLambdaARN: {{function}}
RotationRules: {AutomaticallyAfterDays: {{days}}}`,
		CDK: `secret.addRotationSchedule('Rotation', {
  rotationLambda: lambda.Function.fromFunctionArn(this, 'Rotate', {{function}}),
  automaticallyAfter: cdk.Duration.days({{days}}),
});`,
		Terraform: `resource "aws_secretsmanager_secret_rotation" "this" {
  secret_id           = aws_secretsmanager_secret.this.id
  rotation_lambda_arn = {{function}}
  rotation_rules {
    automatically_after_days = {{days}}
  }
}`,
	}},
	With: []remedy.Param{
		{
			Name: "function", Kind: remedy.Text, Doc: "ARN of the rotation function for secrets that never had one; without it, such secrets are refused.",
			Pattern: `arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?`,
		},
		{Name: "days", Kind: remedy.Integer, Doc: "Days between rotations, at most.", Default: "90", Min: 1, Max: 1000},
	},
	Examples: []remedy.Example{
		{
			Name: "never rotated", With: `{"function":"arn:aws:lambda:us-east-1:111122223333:function:rotate"}`, Before: `{"RotationEnabled":false}`,
			After: `{"RotationEnabled":true,"RotationLambdaARN":"arn:aws:lambda:us-east-1:111122223333:function:rotate","AutomaticallyAfterDays":90}`,
		},
		{
			Name: "turned off", Before: `{"RotationEnabled":false,"Resting":{"RotationLambdaARN":"arn:aws:lambda:us-east-1:111122223333:function:own","AutomaticallyAfterDays":30}}`,
			After: `{"RotationEnabled":true,"RotationLambdaARN":"arn:aws:lambda:us-east-1:111122223333:function:own","AutomaticallyAfterDays":30,
				"Resting":{"RotationLambdaARN":"arn:aws:lambda:us-east-1:111122223333:function:own","AutomaticallyAfterDays":30}}`,
		},
		{
			Name:    "once a year",
			Control: "securityhub:SecretsManager.4",
			Before:  `{"RotationEnabled":true,"RotationLambdaARN":"arn:aws:lambda:us-east-1:111122223333:function:own","AutomaticallyAfterDays":365}`,
			After:   `{"RotationEnabled":true,"RotationLambdaARN":"arn:aws:lambda:us-east-1:111122223333:function:own","AutomaticallyAfterDays":90}`,
		},
	},
}

// A secretRotation is how a secret is rotated, and who says so.
type secretRotation struct {
	Enabled bool `json:"RotationEnabled"`
	rotationPlan
	// Resting is the plan that a secret had, while its rotation is off. It is there to be known, and is never written: so an undo, which lets the fix's plan rest in the
	// secret, need not bring it back.
	Resting rotationPlan `json:"Resting,omitzero"`
	Primary string       `json:"PrimaryRegion,omitempty"` // of a replica
	Owner   string       `json:"OwningService,omitempty"`
	Partner string       `json:"Type,omitempty"`
}

// A rotationPlan is with what and how often a secret is rotated.
//
// Source: Secrets Manager API reference, DescribeSecret.
type rotationPlan struct {
	Function string `json:"RotationLambdaARN,omitempty"`
	Days     int64  `json:"AutomaticallyAfterDays,omitempty"` // where there is an expression, what follows from it
	Schedule string `json:"ScheduleExpression,omitempty"`
	Duration string `json:"Duration,omitempty"` // of the rotation window
}

func readSecretRotation(ctx context.Context, cfg aws.Config, r finding.Resource) (secretRotation, error) {
	out, err := secretsmanager.NewFromConfig(cfg).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &r.ARN})
	if err != nil {
		return secretRotation{}, remedy.Explain("read the rotation of "+r.String(), err, "ResourceNotFoundException")
	}
	if out.DeletedDate != nil {
		return secretRotation{}, &remedy.RefusedError{Why: "The secret is scheduled for deletion: restore it before it is rotated."}
	}
	s := secretRotation{Enabled: aws.ToBool(out.RotationEnabled), Owner: aws.ToString(out.OwningService), Partner: aws.ToString(out.Type)}
	if primary := aws.ToString(out.PrimaryRegion); primary != r.Region {
		s.Primary = primary
	}
	plan := rotationPlan{Function: aws.ToString(out.RotationLambdaARN)}
	if rules := out.RotationRules; rules != nil {
		plan.Days, plan.Schedule, plan.Duration = aws.ToInt64(rules.AutomaticallyAfterDays), aws.ToString(rules.ScheduleExpression), aws.ToString(rules.Duration)
	}
	if s.Enabled {
		s.rotationPlan = plan
	} else {
		s.Resting = plan
	}
	return s, nil
}

func fixSecretRotation(s secretRotation, p remedy.Params) (secretRotation, error) {
	with, err := remedy.Decode(p, struct {
		Function string `json:"function"`
		Days     int64  `json:"days"`
	}{Days: 90})
	if err != nil || s.Enabled && s.Days <= with.Days {
		return s, err
	}
	if !s.Enabled {
		s.rotationPlan = s.Resting
	}
	if s.Function == "" {
		s.Function = with.Function
	}
	if why := s.notOurs(); why != "" {
		return s, &remedy.RefusedError{Why: why}
	}
	if s.Days > with.Days || s.Days == 0 && s.Schedule == "" {
		s.Days, s.Schedule = with.Days, ""
	}
	s.Enabled = true
	return s, nil
}

// notOurs says why rotation is not ours to change; "" where it is.
func (s secretRotation) notOurs() string {
	switch {
	case s.Primary != "":
		return "The secret is a replica: it is rotated with its primary in " + s.Primary + "."
	case s.Owner != "":
		return fmt.Sprintf("The service %s manages the secret: set its rotation there.", s.Owner)
	case s.Partner != "":
		return fmt.Sprintf("The partner of %s manages the secret: set its rotation in Secrets Manager by hand.", s.Partner)
	case s.Function == "":
		return `The secret has no rotation function: give the rule's parameter "function", or set one up by hand.`
	}
	return ""
}

// writeSecretRotation rotates at once only where rotation is turned on: a new schedule comes into force by itself. A code for what is not found may be about the function.
func writeSecretRotation(ctx context.Context, cfg aws.Config, r finding.Resource, from, to secretRotation) error {
	c := secretsmanager.NewFromConfig(cfg)
	var err error
	if to.Enabled {
		_, err = c.RotateSecret(ctx, &secretsmanager.RotateSecretInput{
			SecretId: &r.ARN, RotationLambdaARN: orNil(to.Function), RotationRules: to.rules(), RotateImmediately: aws.Bool(!from.Enabled),
		})
	} else {
		_, err = c.CancelRotateSecret(ctx, &secretsmanager.CancelRotateSecretInput{SecretId: &r.ARN})
	}
	if err != nil {
		return remedy.Explain("write the rotation of "+r.String(), err)
	}
	return nil
}

// rules are the schedule as RotateSecret takes it: an expression or days, never both. Source: Secrets Manager API reference, RotationRulesType.
func (s rotationPlan) rules() *types.RotationRulesType {
	rules := &types.RotationRulesType{Duration: orNil(s.Duration), ScheduleExpression: orNil(s.Schedule)}
	if s.Schedule == "" {
		rules.AutomaticallyAfterDays = &s.Days
	}
	return rules
}
