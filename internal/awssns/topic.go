// Package awssns tells people and programs through an Amazon SNS topic.
package awssns

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// A Topic is where messages are published that no route sends elsewhere. It needs sns:Publish on all these topics, and kms:GenerateDataKey and kms:Decrypt on their keys.
// Safe for concurrent use.
type Topic struct {
	client *sns.Client
	arn    string
}

// New gives the topic with that ARN. The client must be of the topic's own region: SNS publishes to no other. For a route's topic its region is changed.
func New(client *sns.Client, topic string) *Topic { return &Topic{client: client, arn: topic} }

// Tell publishes a message to the topic that it names, else to this one. What a route's topic does not take, and no retry helps, this one takes, and the message says so:
// nothing is lost because somebody else's topic is gone. Every error means that nobody was told for sure, and that it is to be tried again; what no retry will help says what
// stands in the way. A message whose acknowledgement was lost may be told twice: only a FIFO topic drops the second.
func (t *Topic) Tell(ctx context.Context, m notify.Message) error {
	if m.Topic == "" || m.Topic == t.arn {
		return t.publish(ctx, t.arn, m)
	}
	err := t.publish(ctx, m.Topic, m)
	why := hint(err)
	if err == nil || why == "" {
		return err
	}
	return t.publish(ctx, t.arn, m.Redirected(why))
}

func (t *Topic) publish(ctx context.Context, topic string, m notify.Message) error {
	text, err := m.Body()
	if err != nil {
		return fmt.Errorf("publish %s to %s: %w", m.ID, topic, err)
	}
	in := &sns.PublishInput{
		TopicArn:          aws.String(topic),
		Subject:           aws.String(m.Subject),
		Message:           aws.String(text),
		MessageStructure:  aws.String("json"),
		MessageAttributes: attributes(m.Attributes),
	}
	if strings.HasSuffix(topic, ".fifo") { // a FIFO topic's name ends so; a standard one refuses a deduplication id
		in.MessageGroupId = aws.String(m.Key()) // no message has to wait for another
		in.MessageDeduplicationId = aws.String(m.Key())
	}
	if _, err := t.client.Publish(ctx, in, inRegionOf(topic)); err != nil {
		return fmt.Errorf("publish %s to %s%s: %w", m.ID, topic, hint(err), err)
	}
	return nil
}

// inRegionOf has a call made in the region of a topic.
func inRegionOf(topic string) func(*sns.Options) {
	return func(o *sns.Options) {
		if a, err := arn.Parse(topic); err == nil && a.Region != "" {
			o.Region = a.Region
		}
	}
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
