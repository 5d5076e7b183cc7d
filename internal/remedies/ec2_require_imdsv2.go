package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2RequireIMDSv2 = remedy.Remedy{
	ID: "ec2-require-imdsv2",
	Doc: `Require session tokens (IMDSv2) of whoever asks an EC2 instance's metadata service.

HttpTokens of the instance becomes "required"; the hop limit, the metadata's tags and the endpoint stay as they are. An undo makes it "optional" again. An instance whose
metadata service is off is refused: AWS takes the setting only while it is on.

When not to use it: while software on the instance still asks without a token. The CloudWatch metric MetadataNoToken of the instance counts such requests. Containers reach
the service only with a hop limit of 2 or more, which is not set here.`,
	Changes:  "The instance's metadata service answers only requests with a session token.",
	Breaks:   "Software that asks for credentials or metadata without a token (AWS SDKs and agents older than IMDSv2, of 2019; scripts with a plain curl) gets no answer.",
	Setting:  "ec2:metadata-options",
	Answers:  []string{"securityhub:EC2.8", "config:ec2-imdsv2-check", "guardduty:UnauthorizedAccess:EC2/MetadataDNSRebind"},
	Resource: "AWS::EC2::Instance",
	Reads:    []remedy.Grant{{Action: "ec2:DescribeInstances", On: "*"}},
	Writes:   []remedy.Grant{{Action: "ec2:ModifyInstanceMetadataOptions", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[metadataOptions]{Read: readMetadataOptions, Fix: fixMetadataOptions, Write: writeMetadataOptions}),
	Code: []iac.Code{{
		CloudFormation: "MetadataOptions: {HttpTokens: required}",
		CDK:            "new ec2.Instance(this, 'Instance', { requireImdsv2: true });",
		Terraform: `resource "aws_instance" "this" {
  metadata_options {
    http_tokens = "required"
  }
}`,
	}},
	Examples: []remedy.Example{
		{
			Name:   "an instance that answers without a token, too",
			Before: `{"HttpTokens":"optional","HttpEndpoint":"enabled"}`,
			After:  `{"HttpTokens":"required","HttpEndpoint":"enabled"}`,
		},
		{
			Name:   "an instance that requires tokens, and whose metadata service is off",
			Before: `{"HttpTokens":"required","HttpEndpoint":"disabled"}`,
			After:  `{"HttpTokens":"required","HttpEndpoint":"disabled"}`,
		},
	},
}

// metadataOptions are the metadata options of an instance, as far as the remedy looks at them. HttpEndpoint is only looked at.
type metadataOptions struct {
	HTTPTokens   types.HttpTokensState               `json:"HttpTokens"`
	HTTPEndpoint types.InstanceMetadataEndpointState `json:"HttpEndpoint"`
}

func readMetadataOptions(ctx context.Context, cfg aws.Config, r finding.Resource) (metadataOptions, error) {
	instance, err := describeInstance(ctx, ec2.NewFromConfig(cfg), r)
	if err != nil {
		return metadataOptions{}, err
	}
	if o := instance.MetadataOptions; o != nil && o.HttpTokens != "" && o.HttpEndpoint != "" {
		return metadataOptions{HTTPTokens: o.HttpTokens, HTTPEndpoint: o.HttpEndpoint}, nil
	}
	return metadataOptions{}, fmt.Errorf("read the metadata options of %s: EC2 does not tell them", r)
}

var errMetadataOff = &remedy.RefusedError{
	Why: "The instance's metadata service is off, and AWS takes the setting only while it is on: exempt the instance, or require tokens when the service is switched on.",
}

func fixMetadataOptions(s metadataOptions, _ remedy.Params) (metadataOptions, error) {
	if s.HTTPTokens == types.HttpTokensStateRequired {
		return s, nil
	}
	if s.HTTPEndpoint != types.InstanceMetadataEndpointStateEnabled {
		return s, errMetadataOff
	}
	s.HTTPTokens = types.HttpTokensStateRequired
	return s, nil
}

// writeMetadataOptions sends the endpoint's state beside the tokens, because AWS asks for it; what is not sent stays as it is.
//
// Source: Amazon EC2 API reference, ModifyInstanceMetadataOptions; Amazon EC2 user guide, "Modify instance metadata options for existing instances" (http-endpoint has to be
// enabled when http-tokens is given).
func writeMetadataOptions(ctx context.Context, cfg aws.Config, r finding.Resource, _, to metadataOptions) error {
	if to.HTTPEndpoint != types.InstanceMetadataEndpointStateEnabled {
		return errMetadataOff
	}
	_, err := ec2.NewFromConfig(cfg).ModifyInstanceMetadataOptions(ctx, &ec2.ModifyInstanceMetadataOptionsInput{
		InstanceId: aws.String(idOf(r)), HttpTokens: to.HTTPTokens, HttpEndpoint: to.HTTPEndpoint,
	})
	if err != nil {
		return remedy.Explain("write the metadata options of "+r.String(), err, noInstance)
	}
	return nil
}
