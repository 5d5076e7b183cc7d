package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var s3AccountBlockPublicAccess = remedy.Remedy{
	ID: "s3-account-block-public-access",
	Doc: `Block public access to every S3 bucket of an account.

The four settings of the account's Block Public Access are switched on, for all its regions; the buckets' own settings, ACLs and policies stay as they are and are only
overruled. An undo switches exactly those off again that were off.

When not to use it: for an account in which any bucket serves a public web site or public downloads. Use s3-block-public-access for its other buckets instead.`,
	Changes:  "The account's four Block Public Access settings are on.",
	Breaks:   "Anonymous and public reads and writes by ACL or policy are refused from now on for every bucket and access point of the account, in all regions.",
	Setting:  "s3:account-public-access-block",
	Resource: "AWS::::Account",
	Answers: []string{
		"securityhub:S3.1",
		"config:s3-account-level-public-access-blocks", "config:s3-account-level-public-access-blocks-periodic",
		"guardduty:Policy:S3/AccountBlockPublicAccessDisabled",
	},
	Reads:  []remedy.Grant{{Action: "s3:GetAccountPublicAccessBlock", On: "*"}},
	Writes: []remedy.Grant{{Action: "s3:PutAccountPublicAccessBlock", On: "*"}},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens: remedy.Erase(remedy.Setting[publicAccessBlock]{
		Read: readAccountPublicAccessBlock, Fix: fixPublicAccessBlock, Write: writeAccountPublicAccessBlock,
	}),
	Code: []iac.Code{{
		Terraform: `resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "an account that blocks nothing",
		Before: `{"BlockPublicAcls":false,"IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}`,
		After:  `{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}`,
	}, {
		Name:   "an account that blocks only ACLs",
		Before: `{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}`,
		After:  `{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}`,
	}},
}

func readAccountPublicAccessBlock(ctx context.Context, cfg aws.Config, r finding.Resource) (publicAccessBlock, error) {
	out, err := s3control.NewFromConfig(cfg).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &r.Account})
	if remedy.Is(err, "NoSuchPublicAccessBlockConfiguration") {
		return publicAccessBlock{}, nil
	}
	if err != nil {
		return publicAccessBlock{}, remedy.Explain("read Block Public Access of "+r.String(), err)
	}
	c, err := told(r, "its Block Public Access", out.PublicAccessBlockConfiguration)
	return publicAccessBlock{aws.ToBool(c.BlockPublicAcls), aws.ToBool(c.IgnorePublicAcls), aws.ToBool(c.BlockPublicPolicy), aws.ToBool(c.RestrictPublicBuckets)}, err
}

func writeAccountPublicAccessBlock(ctx context.Context, cfg aws.Config, r finding.Resource, _, to publicAccessBlock) error {
	_, err := s3control.NewFromConfig(cfg).PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
		AccountId: &r.Account,
		PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: &to.BlockPublicAcls, IgnorePublicAcls: &to.IgnorePublicAcls,
			BlockPublicPolicy: &to.BlockPublicPolicy, RestrictPublicBuckets: &to.RestrictPublicBuckets,
		},
	})
	if err != nil {
		return remedy.Explain("write Block Public Access of "+r.String(), err)
	}
	return nil
}
