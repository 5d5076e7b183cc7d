package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2EBSEncryptionDefault = remedy.Remedy{
	ID: "ec2-ebs-encryption-default",
	Doc: `Encrypt new EBS volumes of an account by default.

EBS encryption by default is switched on in the one region that the finding is about, with the default key that is set there; the choice of that key and all volumes and
snapshots that exist stay as they are. An undo switches it off again; what was encrypted in the meantime stays encrypted.

When not to use it: where images or snapshots are made to be shared with other accounts. What is encrypted with the AWS managed key cannot be shared: choose a customer managed
default key first.`,
	Changes:  "New EBS volumes and copies of snapshots in the account's region are encrypted.",
	Breaks:   "Images and snapshots made from now on are encrypted, and cannot be shared with other accounts unless the default key is a customer managed one.",
	Setting:  "ec2:ebs-encryption-by-default",
	Answers:  []string{"securityhub:EC2.7", "config:ec2-ebs-encryption-by-default"},
	Resource: "AWS::::Account",
	Reads:    []remedy.Grant{{Action: "ec2:GetEbsEncryptionByDefault", On: "*"}},
	Writes:   []remedy.Grant{{Action: "ec2:EnableEbsEncryptionByDefault", On: "*"}, {Action: "ec2:DisableEbsEncryptionByDefault", On: "*"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[ebsEncryption]{Read: readEBSEncryption, Fix: fixEBSEncryption, Write: writeEBSEncryption}),
	Code: []iac.Code{{
		Terraform: `resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "an account that does not encrypt by default",
		Before: `{"EbsEncryptionByDefault":false}`,
		After:  `{"EbsEncryptionByDefault":true}`,
	}},
}

// ebsEncryption says whether an account encrypts new volumes in a region by default.
type ebsEncryption struct{ EbsEncryptionByDefault bool }

func readEBSEncryption(ctx context.Context, cfg aws.Config, r finding.Resource) (ebsEncryption, error) {
	out, err := ec2.NewFromConfig(cfg).GetEbsEncryptionByDefault(ctx, &ec2.GetEbsEncryptionByDefaultInput{})
	if err != nil {
		return ebsEncryption{}, remedy.Explain("read EBS encryption by default in "+cfg.Region+" of "+r.String(), err)
	}
	on, err := told(r, "EBS encryption by default", out.EbsEncryptionByDefault)
	return ebsEncryption{on}, err
}

func fixEBSEncryption(ebsEncryption, remedy.Params) (ebsEncryption, error) {
	return ebsEncryption{true}, nil
}

func writeEBSEncryption(ctx context.Context, cfg aws.Config, r finding.Resource, _, to ebsEncryption) error {
	client := ec2.NewFromConfig(cfg)
	var err error
	if to.EbsEncryptionByDefault {
		_, err = client.EnableEbsEncryptionByDefault(ctx, &ec2.EnableEbsEncryptionByDefaultInput{})
	} else {
		_, err = client.DisableEbsEncryptionByDefault(ctx, &ec2.DisableEbsEncryptionByDefaultInput{})
	}
	if err != nil {
		return remedy.Explain("write EBS encryption by default in "+cfg.Region+" of "+r.String(), err)
	}
	return nil
}
