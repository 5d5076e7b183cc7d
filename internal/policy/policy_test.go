package policy_test

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/policy"
)

// catalog is what the tests' policies may name: more than this version has, so that the whole language can be tried.
var catalog = policy.Catalog{
	Kinds: []string{"config", "tags"},
	Remedies: []policy.CatalogRemedy{
		{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
		{ID: "s3-block-public-access", Setting: "s3:public-access-block", Answers: []string{"securityhub:S3.8", "config:s3-bucket-level-public-access-prohibited"}, Resource: "AWS::S3::Bucket", Undo: "exact"},
		{ID: "ec2-isolate", Setting: "ec2:security-groups", Answers: []string{"guardduty:Backdoor:EC2/*"}, Resource: "AWS::EC2::Instance", Undo: "nearest"},
		{ID: "rotate", Setting: "iam:key", Answers: []string{"securityhub:IAM.3"}, Resource: "AWS::IAM::User", Undo: "none"},
	},
}

// parse gives a policy that must be right.
func parse(t testing.TB, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), catalog)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return p
}
