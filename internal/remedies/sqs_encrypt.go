package remedies

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var sqsEncrypt = remedy.Remedy{
	ID: "sqs-encrypt",
	Doc: `Encrypt an SQS queue at rest.

A queue that is not encrypted gets SQS's own encryption (SSE-SQS), which costs nothing and needs no right of anybody; with the parameter "key", it gets that KMS key. A
queue that is encrypted either way stays as it is. Messages that are in the queue stay as they are. An undo turns the encryption off again.

When not to use it: with a KMS key, for a queue whose senders and receivers may not use the key; AWS services that send to it (S3, SNS, EventBridge) must be let in by
the key's policy.`,
	Changes:  "The queue is encrypted at rest.",
	Breaks:   "Anonymous callers and plain HTTP are refused; with a KMS key, so are senders and receivers that may not use the key.",
	Setting:  "sqs:encryption",
	Answers:  []string{"securityhub:SQS.1"},
	Resource: "AWS::SQS::Queue",
	Reads:    []remedy.Grant{{Action: "sqs:GetQueueUrl", On: "${ARN}"}, {Action: "sqs:GetQueueAttributes", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "sqs:SetQueueAttributes", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   time.Minute, // Source: SQS API reference, SetQueueAttributes (most attributes can take up to 60 seconds).
	Lens:     remedy.Erase(remedy.Setting[queueEncryption]{Read: readQueueEncryption, Fix: fixQueueEncryption, Write: writeQueueEncryption}),
	Code: []iac.Code{{
		CloudFormation: "SqsManagedSseEnabled: true",
		CDK:            "new sqs.Queue(this, 'Queue', { encryption: sqs.QueueEncryption.SQS_MANAGED });",
		Terraform: `resource "aws_sqs_queue" "this" {
  sqs_managed_sse_enabled = true
}`,
	}, {
		With:           "key",
		CloudFormation: "KmsMasterKeyId: {{key}}",
		CDK:            "(queue.node.defaultChild as sqs.CfnQueue).kmsMasterKeyId = {{key}};",
		Terraform: `resource "aws_sqs_queue" "this" {
  kms_master_key_id = {{key}}
}`,
	}},
	With: []remedy.Param{{
		Name: "key", Kind: remedy.Text, Doc: "KMS key for queues that are not encrypted, by its id, alias or ARN; none for SQS's own encryption.", Pattern: keyPattern,
	}},
	Examples: []remedy.Example{
		{Name: "not encrypted", Before: `{"SqsManagedSseEnabled":false}`, After: `{"SqsManagedSseEnabled":true}`},
		{
			Name: "not encrypted, and a key in the rule", With: `{"key":"alias/queues"}`,
			Before: `{"SqsManagedSseEnabled":false}`, After: `{"KmsMasterKeyId":"alias/queues","SqsManagedSseEnabled":false}`,
		},
		{
			Name:   "a key of its own",
			Before: `{"KmsMasterKeyId":"alias/orders","SqsManagedSseEnabled":false}`, After: `{"KmsMasterKeyId":"alias/orders","SqsManagedSseEnabled":false}`,
		},
		{Name: "SQS's own beside a key in the rule", With: `{"key":"alias/queues"}`, Before: `{"SqsManagedSseEnabled":true}`, After: `{"SqsManagedSseEnabled":true}`},
	},
}

// A queueEncryption is how a queue is encrypted: with a KMS key, by SQS itself, or not at all.
type queueEncryption struct {
	KmsMasterKeyID       string `json:"KmsMasterKeyId,omitempty"`
	SqsManagedSseEnabled bool   `json:"SqsManagedSseEnabled"`
}

func readQueueEncryption(ctx context.Context, cfg aws.Config, r finding.Resource) (queueEncryption, error) {
	c := sqs.NewFromConfig(cfg)
	queue, err := queueURL(ctx, c, r)
	if err != nil {
		return queueEncryption{}, err
	}
	out, err := c.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: queue, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameKmsMasterKeyId, types.QueueAttributeNameSqsManagedSseEnabled},
	})
	if err != nil {
		return queueEncryption{}, remedy.Explain("read the encryption of "+r.String(), err, noQueue...)
	}
	key, own := out.Attributes[string(types.QueueAttributeNameKmsMasterKeyId)], out.Attributes[string(types.QueueAttributeNameSqsManagedSseEnabled)]
	if key == "" && own == "" {
		return queueEncryption{}, fmt.Errorf("read the encryption of %s: AWS does not tell it", r)
	}
	return queueEncryption{KmsMasterKeyID: key, SqsManagedSseEnabled: own == "true"}, nil
}

func fixQueueEncryption(s queueEncryption, p remedy.Params) (queueEncryption, error) {
	with, err := remedy.Decode(p, struct {
		Key string `json:"key"`
	}{})
	if err != nil || s.SqsManagedSseEnabled || s.KmsMasterKeyID != "" {
		return s, err
	}
	return queueEncryption{KmsMasterKeyID: with.Key, SqsManagedSseEnabled: with.Key == ""}, nil
}

func writeQueueEncryption(ctx context.Context, cfg aws.Config, r finding.Resource, from, to queueEncryption) error {
	c := sqs.NewFromConfig(cfg)
	queue, err := queueURL(ctx, c, r)
	if err != nil {
		return err
	}
	_, err = c.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: queue, Attributes: encryptionAttributes(from, to)})
	if err != nil {
		return remedy.Explain("write the encryption of "+r.String(), err, noQueue...)
	}
	return nil
}

// encryptionAttributes are what turns one encryption into another. SQS takes one kind at a time, and gives up its own for a key by itself.
//
// Source: SQS API reference, SetQueueAttributes (KmsMasterKeyId, SqsManagedSseEnabled).
func encryptionAttributes(from, to queueEncryption) map[string]string {
	if to.KmsMasterKeyID != "" {
		return map[string]string{string(types.QueueAttributeNameKmsMasterKeyId): to.KmsMasterKeyID}
	}
	attributes := map[string]string{string(types.QueueAttributeNameSqsManagedSseEnabled): strconv.FormatBool(to.SqsManagedSseEnabled)}
	if from.KmsMasterKeyID != "" {
		attributes[string(types.QueueAttributeNameKmsMasterKeyId)] = ""
	}
	return attributes
}
