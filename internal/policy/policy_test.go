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
		{ID: "s3-block-public-access", Setting: "s3:public-access-block", Answers: []string{"securityhub:S3.8", "config:s3-bucket-level-public-access-prohibited"}, Resource: "AWS::S3::Bucket", Undo: "exact", With: []policy.CatalogParam{
			{Name: "acls", Kind: "bool"}, {Name: "days", Kind: "integer", Min: 1, Max: 35, Doc: "How long."}, {Name: "ports", Kind: "integers"}, {Name: "to", Kind: "text", Pattern: "arn:.*", Doc: "Where to."},
		}},
		{ID: "ec2-isolate", Setting: "ec2:security-groups", Answers: []string{"guardduty:Backdoor:EC2/*"}, Resource: "AWS::EC2::Instance", Undo: "nearest", With: []policy.CatalogParam{{Name: "snapshot", Kind: "bool"}}},
		{ID: "rotate", Setting: "iam:key", Answers: []string{"securityhub:IAM.3"}, Resource: "AWS::IAM::User", Undo: "none", Per: "key"},
		{ID: "log", Setting: "s3:logging", Answers: []string{"securityhub:S3.9"}, Resource: "AWS::S3::Bucket", Undo: "exact", With: []policy.CatalogParam{{Name: "to", Kind: "text", Required: true, Doc: "Where to."}}},
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
