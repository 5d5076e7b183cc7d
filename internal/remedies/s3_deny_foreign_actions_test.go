package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3DenyForeignActionsCases = []remedytest.Case{
	{
		Name: "a-partner-with-everything", Absent: bucket("tagwarden-no-such-bucket"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPolicy(ctx, cfg, "tagwarden-foreign-all", `{"Version":"2012-10-17","Statement":[`+peoples("tagwarden-foreign-all")+`,`+
				`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root","arn:aws:iam::111122223333:root"]},"Action":"s3:*","Resource":"arn:aws:s3:::tagwarden-foreign-all"}]}`)
		},
		Meddle: addStatement(peoples("tagwarden-foreign-all/2")),
	},
	{
		Name: "an-action-of-the-rule", With: `{"actions":["s3:Get*"]}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPolicy(ctx, cfg, "tagwarden-foreign-get",
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::tagwarden-foreign-get/*"}}`)
		},
		Meddle: addStatement(peoples("tagwarden-foreign-get")),
	},
}

func TestFixDenyForeignActions(t *testing.T) {
	ours := func(principals string) string {
		return `{"Sid":"TagwardenDenyForeignActions","Effect":"Deny","Principal":{"AWS":[` + principals + `]},"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
			`"Action":["s3:DeleteBucketPolicy","s3:PutBucketAcl","s3:PutBucketPolicy","s3:PutEncryptionConfiguration","s3:PutObjectAcl"]}`
	}
	allow := func(principal, actions string) string {
		return `{"Effect":"Allow","Principal":` + principal + `,` + actions + `,"Resource":"arn:aws:s3:::b/*"}`
	}
	two := ours(`"arn:aws:iam::444455556666:root","arn:aws:iam::777788889999:root"`)
	for _, c := range []struct {
		name, statement string
		had, want       string // our statement; "" for none
		with            string
		refused         bool
	}{
		{name: "an account by its id", statement: allow(`{"AWS":"444455556666"}`, `"Action":"s3:putobjectacl"`), want: ours(`"arn:aws:iam::444455556666:root"`)},
		{
			name: "roles and sessions of others, ours left out", want: ours(`"arn:aws:iam::444455556666:role/r","arn:aws:sts::444455556666:assumed-role/r/s"`),
			statement: allow(`{"AWS":["arn:aws:sts::444455556666:assumed-role/r/s","arn:aws:iam::111122223333:role/own","arn:aws:iam::444455556666:role/r"]}`,
				`"Action":["s3:GetObject","s3:Put*"]`),
		},
		{name: "all but some actions", statement: allow(`{"AWS":"444455556666"}`, `"NotAction":"s3:Get*"`), want: ours(`"arn:aws:iam::444455556666:root"`)},
		{name: "all but the actions", statement: allow(`{"AWS":"444455556666"}`, `"NotAction":["s3:Put*","s3:Delete*"]`)},
		{name: "none of the actions", statement: allow(`{"AWS":"444455556666"}`, `"Action":["s3:PutObject","s3:GetBucketAcl"]`)},
		{
			name: "an action that the rule names", statement: allow(`{"AWS":"444455556666"}`, `"Action":"s3:GetObjectVersion"`), with: `{"actions":["s3:Get*"]}`,
			want: `{"Sid":"TagwardenDenyForeignActions","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::444455556666:root"},` +
				`"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Action":"s3:Get*"}`,
		},
		{name: "an AWS service", statement: allow(`{"Service":"logging.s3.amazonaws.com"}`, `"Action":"s3:*"`)},
		{name: "CloudFront", statement: allow(`{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}`, `"Action":"s3:*"`)},
		{name: "a deleted principal", statement: allow(`{"AWS":"AROAEXAMPLEEXAMPLE"}`, `"Action":"s3:*"`)},
		{name: "everybody", statement: allow(`"*"`, `"Action":"s3:PutBucketPolicy"`), refused: true},
		{name: "everybody but some", statement: `{"Effect":"Allow","NotPrincipal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"*"}`, refused: true},
		{name: "everybody, but none of the actions", statement: allow(`"*"`, `"Action":"s3:GetObject"`)},
		{name: "a canonical user", statement: allow(`{"CanonicalUser":"abc"}`, `"Action":"s3:*"`), refused: true},
		{name: "ours is enough", statement: allow(`{"AWS":"444455556666"}`, `"Action":"s3:*"`), had: two, want: two},
		{name: "ours lacks one", statement: allow(`{"AWS":"444455556666"}`, `"Action":"s3:*"`), had: ours(`"777788889999","AROAEXAMPLE"`), want: two},
		{
			name: "ours, weakened by somebody", statement: allow(`{"AWS":"444455556666"}`, `"Action":"s3:*"`), want: ours(`"arn:aws:iam::444455556666:root"`),
			had: `{"Sid":"TagwardenDenyForeignActions","Effect":"Deny","Principal":{"AWS":"444455556666"},"Action":"s3:PutBucketAcl","Resource":"arn:aws:s3:::b"}`,
		},
		{
			name: "an Allow under our Sid", want: ours(`"arn:aws:iam::444455556666:root"`),
			had: `{"Sid":"TagwardenDenyForeignActions","Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"arn:aws:s3:::b"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := fixDenyForeignActions(policyOfB(t, c.statement, c.had), remedy.Params{With: json.RawMessage(c.with)})
			if refused := (*remedy.RefusedError)(nil); errors.As(err, &refused) != c.refused {
				t.Fatalf("got error %v, want a refusal: %t", err, c.refused)
			}
			if want := policyOfB(t, c.statement, c.want); !c.refused && len(got.differing(want)) > 0 {
				t.Errorf("got %s, want %s", got.statements(), want.statements())
			}
		})
	}
}
