package remedies

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3RequireTLSCases = []remedytest.Case{
	{
		Name: "no-policy", Absent: bucket("tagwarden-no-such-bucket"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantBucket(ctx, cfg, "tagwarden-tls-no-policy")
		},
	},
	{
		Name: "a-policy-of-peoples",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPolicy(ctx, cfg, "tagwarden-tls-policy", `{"Version":"2008-10-17","Id":"people","Statement":[`+peoples("tagwarden-tls-policy")+`]}`)
		},
		Meddle: addStatement(`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::tagwarden-tls-policy"}`),
	},
	{
		Name: "a-policy-that-others-add-to",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantBucket(ctx, cfg, "tagwarden-tls-added")
		},
		Meddle: addStatement(peoples("tagwarden-tls-added")),
	},
}

func TestFixRequireTLS(t *testing.T) {
	const ours = `{"Sid":"TagwardenRequireTLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	const (
		spelled = `{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["S3:*"],"Resource":"arn:aws:s3:::b*","Condition":{"bool":{"AWS:securetransport":false}}}`
		withMFA = `{"Sid":"x","Effect":"Deny","Principal":"*","Action":"*","Resource":"*",` +
			`"Condition":{"Bool":{"aws:SecureTransport":"false","aws:MultiFactorAuthPresent":"false"}}}`
		allow   = `{"Sid":"x","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
		denyAll = `{"Sid":"x","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
	)
	for _, c := range []struct {
		name, before string
		want         []string // statements
	}{
		{"none", ``, []string{ours}},
		{"ours", ours, []string{ours}},
		{
			"ours, weakened by somebody", `{"Sid":"TagwardenRequireTLS","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",` +
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`,
			[]string{ours},
		},
		{"somebody's, in another spelling", spelled, []string{spelled}},
		{"somebody's, with another condition", withMFA, []string{ours, withMFA}},
		{"an Allow is no Deny", allow, []string{ours, allow}},
		{"a Deny for all, TLS or not", denyAll, []string{ours, denyAll}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := fixRequireTLS(policyOfB(t, c.before), remedy.Params{})
			if err != nil {
				t.Fatal(err)
			}
			if want := policyOfB(t, c.want...); len(got.differing(want)) > 0 {
				t.Errorf("got %s, want %s", got.statements(), want.statements())
			}
		})
	}
}
