package local

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

const actName = rights.ActName

// wires are the queues, the table and the topic between the functions.
type wires struct {
	client   *sqs.Client
	complain func(format string, args ...any)
	judges   []*wire
	clock    *wire
	act      *wire
	topic    string // ARN
	messages string // URL of the queue that listens to the topic
}

// A wire is a queue with the function that it feeds.
type wire struct {
	client   *sqs.Client
	complain func(format string, args ...any) // of what the emulator did not do
	function string
	rules    []listen.Rule // before it; of judges only
	url, arn string
	dead     string // URL of its dead-letter queue
	batch    int32  // messages that the function takes at once; 0 for batchSize
	account  string // put into envelopes that lack it: the emulator's bus leaves it out; "" for none
	patient  bool   // what failed comes again when the queue or the function says so, as in AWS; else soon
}

// functions are all wires, from the first to the last: a message moves on in this order only.
func (w *wires) functions() []*wire { return append(append([]*wire{}, w.judges...), w.clock, w.act) }

// wire makes table, topic and queues as a deployment has them, but that retries need no waiting.
func (m *machine) wire(ctx context.Context) error {
	cfg := config(m.emulator.endpoint, Region)
	if err := awsdynamodb.CreateTable(ctx, dynamodb.NewFromConfig(cfg), names.Table()); err != nil {
		return err
	}
	if err := makeKey(ctx, kms.NewFromConfig(cfg)); err != nil {
		return err
	}
	if err := m.enter(ctx, awsdynamodb.New(dynamodb.NewFromConfig(cfg), names.Table(), awsdynamodb.Options{})); err != nil {
		return err
	}
	w := &wires{client: sqs.NewFromConfig(cfg), complain: m.complain}
	for _, f := range listen.Functions(m.policy, events.All(), names) {
		made, err := w.make(ctx, f.Name, names.Function(f.Name), names.Function(f.Name)+"-dead", wiring.JudgeTimeout, nil) // without grace: recorded events are past
		if err != nil {
			return err
		}
		made.rules = f.Rules
		w.judges = append(w.judges, made)
	}
	fifo := map[string]string{"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
	var err error
	if w.clock, err = w.make(ctx, rights.ClockName, names.Function(rights.ClockName), names.Function(rights.ClockName)+"-dead", wiring.ClockTimeout, nil); err != nil {
		return err
	}
	if w.act, err = w.make(ctx, actName, names.HandOver(), names.HandOverDead(), wiring.ActTimeout, fifo); err != nil {
		return err
	}
	m.wires = w
	return w.makeTopic(ctx, sns.NewFromConfig(cfg))
}

// visibilityMargin is how much longer than its function a message is hidden. A deployment hides it six times as long; but here nobody else reads the queue, and a message
// whose delivery the emulator lost on the way has to come again while we wait.
const visibilityMargin = 5 * time.Second

// make makes a queue with its dead-letter queue.
func (w *wires) make(ctx context.Context, function, name, dead string, timeout time.Duration, more map[string]string) (*wire, error) {
	deadURL, deadARN, err := w.queue(ctx, dead, more)
	if err != nil {
		return nil, err
	}
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": wiring.MaxReceives})
	if err != nil {
		return nil, err
	}
	attributes := map[string]string{"RedrivePolicy": string(redrive), "VisibilityTimeout": strconv.Itoa(int((timeout + visibilityMargin).Seconds()))}
	for key, value := range more {
		attributes[key] = value
	}
	url, arn, err := w.queue(ctx, name, attributes)
	if err != nil {
		return nil, err
	}
	return &wire{client: w.client, complain: w.complain, function: function, url: url, arn: arn, dead: deadURL}, nil
}

func (w *wires) queue(ctx context.Context, name string, attributes map[string]string) (url, arn string, err error) {
	made, err := w.client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		return "", "", fmt.Errorf("make queue %s: %w", name, err)
	}
	return *made.QueueUrl, fmt.Sprintf("arn:aws:sqs:%s:%s:%s", Region, Account, name), nil
}

// keyAlias names the deployment's key. Its ARN, which a deployment's functions are told, the emulator makes up.
var keyAlias = "alias/" + names.Key()

// makeKey makes the deployment's key.
func makeKey(ctx context.Context, client *kms.Client) error {
	made, err := client.CreateKey(ctx, &kms.CreateKeyInput{})
	if err == nil {
		_, err = client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: &keyAlias, TargetKeyId: made.KeyMetadata.KeyId})
	}
	if err != nil {
		return fmt.Errorf("make the key %s: %w", keyAlias, err)
	}
	return nil
}

func (w *wires) makeTopic(ctx context.Context, client *sns.Client) error {
	url, arn, err := w.queue(ctx, names.Function("messages"), nil)
	if err != nil {
		return err
	}
	topic, err := client.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(names.Topic())})
	if err != nil {
		return fmt.Errorf("make the topic: %w", err)
	}
	if _, err := client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &arn}); err != nil {
		return fmt.Errorf("listen to the topic: %w", err)
	}
	w.topic, w.messages = *topic.TopicArn, url
	return nil
}

// waiting is how many messages are on a queue, those that are being worked on included.
func (w *wires) waiting(ctx context.Context, url string) (int, error) {
	counts := []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible, types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	}
	out, err := w.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: counts})
	if err != nil {
		return 0, fmt.Errorf("count the messages of %s: %w", url, err)
	}
	total := 0
	for _, name := range counts {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			return 0, fmt.Errorf("count the messages of %s: %s is %q", url, name, out.Attributes[string(name)])
		}
		total += n
	}
	return total, nil
}

// drain takes all messages off a queue.
func (w *wires) drain(ctx context.Context, url string, take func(types.Message)) error {
	for {
		out, err := w.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: batchSize})
		if err != nil {
			return fmt.Errorf("read %s: %w", url, err)
		}
		if len(out.Messages) == 0 {
			return nil
		}
		for _, message := range out.Messages {
			take(message)
			if _, err := w.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: message.ReceiptHandle}); err != nil {
				return fmt.Errorf("read %s: %w", url, err)
			}
		}
	}
}
