// Package awssns tells people and programs through an Amazon SNS topic.
package awssns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/notify"
)

// A Topic is where messages are published. It needs sns:Publish on the topic, and kms:GenerateDataKey and kms:Decrypt on its key. Safe for concurrent use.
type Topic struct {
	client *sns.Client
	arn    string
}

// New gives the topic with that ARN. The client must be of the topic's own region: SNS publishes to no other.
func New(client *sns.Client, topic string) *Topic { return &Topic{client: client, arn: topic} }

// dedup is the same for a message that is told again, and another one where the same outcome of an entry says something else by now: that a change waits for something else, that
// a proposal is shown anew. A FIFO topic drops what comes again within five minutes.
//
// Source: SNS API reference, Publish (MessageDeduplicationId, at most 128 characters).
func dedup(m notify.Message) string {
	sum := sha256.Sum256([]byte(m.Email))
	return m.Key() + "." + hex.EncodeToString(sum[:8])
}

// Tell publishes a message. Every error means that nobody was told for sure, and that it is to be tried again; what no retry will help says what stands in the way.
// A message whose acknowledgement was lost may be told twice: only a FIFO topic drops the second.
func (t *Topic) Tell(ctx context.Context, m notify.Message) error {
	text, err := m.Body()
	if err != nil {
		return fmt.Errorf("publish %s to %s: %w", m.ID, t.arn, err)
	}
	in := &sns.PublishInput{
		TopicArn:          aws.String(t.arn),
		Subject:           aws.String(m.Subject),
		Message:           aws.String(text),
		MessageStructure:  aws.String("json"),
		MessageAttributes: attributes(m.Attributes),
	}
	if strings.HasSuffix(t.arn, ".fifo") { // a FIFO topic's name ends so; a standard one refuses a deduplication id
		in.MessageGroupId = aws.String(m.Key()) // no message has to wait for another
		in.MessageDeduplicationId = aws.String(dedup(m))
	}
	if _, err := t.client.Publish(ctx, in); err != nil {
		return fmt.Errorf("publish %s to %s%s: %w", m.ID, t.arn, hint(err), err)
	}
	return nil
}

func attributes(m map[string]string) map[string]types.MessageAttributeValue {
	if len(m) == 0 {
		return nil
	}
	values := make(map[string]types.MessageAttributeValue, len(m))
	for name, value := range m {
		values[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
	}
	return values
}

// hint says what an operator can do about an error that a retry will not help.
//
// Source: SNS API reference, Publish, Errors. The older codes have no "Exception" behind them on the wire.
func hint(err error) string {
	var coded smithy.APIError
	if !errors.As(err, &coded) {
		return ""
	}
	code := strings.TrimSuffix(coded.ErrorCode(), "Exception")
	switch {
	case code == "KMSThrottling":
		return ""
	case code == "AuthorizationError", code == "AccessDenied":
		return " (the function's role, or the topic's policy, does not allow sns:Publish)"
	case code == "NotFound":
		return " (there is no such topic)"
	case strings.HasPrefix(code, "KMS"):
		return " (the topic's key cannot be used: the role needs kms:GenerateDataKey and kms:Decrypt on it, and the key must be enabled)"
	case code == "InvalidParameter", code == "InvalidParameterValue", code == "Validation":
		return " (SNS does not take the message as it is)"
	}
	return ""
}
