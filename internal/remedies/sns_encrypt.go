package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var snsEncrypt = remedy.Remedy{
	ID: "sns-encrypt",
	Doc: `Encrypt an SNS topic at rest.

A topic without a key gets the parameter's KMS key; a topic that has one keeps it, whichever it is. Messages that were published before stay as they are. An undo takes
the key away again.

When not to use it: with the default key, for a topic that AWS services publish to, such as EventBridge, CloudWatch alarms, S3 events or AWS Budgets. They may not use
the AWS managed key alias/aws/sns, and its key policy cannot be changed: give a key of your own whose key policy lets those services use it.`,
	Changes:  "The topic has a KMS key.",
	Breaks:   "Publishers that may not use the key cannot publish any more: AWS services such as EventBridge and CloudWatch alarms never may with the default key.",
	Setting:  "sns:encryption",
	Answers:  []string{"securityhub:SNS.1", "config:sns-encrypted-kms"},
	Resource: "AWS::SNS::Topic",
	Reads:    []remedy.Grant{{Action: "sns:GetTopicAttributes", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "sns:SetTopicAttributes", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[topicEncryption]{Read: readTopicEncryption, Fix: fixTopicEncryption, Write: writeTopicEncryption}),
	Code: []iac.Code{{
		CloudFormation: "KmsMasterKeyId: {{key}}",
		CDK:            "(topic.node.defaultChild as sns.CfnTopic).kmsMasterKeyId = {{key}};",
		Terraform: `resource "aws_sns_topic" "this" {
  kms_master_key_id = {{key}}
}`,
	}},
	With: []remedy.Param{{
		Name: "key", Kind: remedy.Text, Doc: "KMS key for topics that have none: its id, alias or ARN.", Default: `"alias/aws/sns"`, Pattern: keyPattern,
	}},
	Examples: []remedy.Example{
		{Name: "no key", Before: `{}`, After: `{"KmsMasterKeyId":"alias/aws/sns"}`},
		{Name: "no key, and one in the rule", With: `{"key":"alias/events"}`, Before: `{}`, After: `{"KmsMasterKeyId":"alias/events"}`},
		{Name: "a key of its own", Before: `{"KmsMasterKeyId":"alias/orders"}`, After: `{"KmsMasterKeyId":"alias/orders"}`},
	},
}

// A topicEncryption is the key of a topic; "" where it has none.
type topicEncryption struct {
	KmsMasterKeyID string `json:"KmsMasterKeyId,omitempty"`
}

// noTopic is SNS's code for a topic that does not exist. Source: SNS API reference, "Errors" of GetTopicAttributes.
const noTopic = "NotFound"

func readTopicEncryption(ctx context.Context, cfg aws.Config, r finding.Resource) (topicEncryption, error) {
	out, err := sns.NewFromConfig(cfg).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: topicARN(r)})
	if err != nil {
		return topicEncryption{}, remedy.Explain("read the encryption of "+r.String(), err, noTopic)
	}
	if out.Attributes["TopicArn"] == "" { // each topic has this one
		return topicEncryption{}, fmt.Errorf("read the encryption of %s: AWS does not tell its attributes", r)
	}
	return topicEncryption{out.Attributes["KmsMasterKeyId"]}, nil
}

func fixTopicEncryption(s topicEncryption, p remedy.Params) (topicEncryption, error) {
	with, err := remedy.Decode(p, struct {
		Key string `json:"key"`
	}{"alias/aws/sns"})
	if err != nil || s.KmsMasterKeyID != "" {
		return s, err
	}
	return topicEncryption{with.Key}, nil
}

func writeTopicEncryption(ctx context.Context, cfg aws.Config, r finding.Resource, _, to topicEncryption) error {
	_, err := sns.NewFromConfig(cfg).SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{
		TopicArn: topicARN(r), AttributeName: aws.String("KmsMasterKeyId"), AttributeValue: &to.KmsMasterKeyID,
	})
	if err != nil {
		return remedy.Explain("write the encryption of "+r.String(), err, noTopic)
	}
	return nil
}

// topicARN is how SNS names a topic; AWS Config's id is the ARN, too.
func topicARN(r finding.Resource) *string { return arnOrID(r) }
