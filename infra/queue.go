package main

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// How long messages are kept. A message keeps its age when it comes to a dead-letter queue, so that one must keep them longer.
//
// Source: Amazon SQS developer guide, "Using dead-letter queues in Amazon SQS" (message retention); 14 days is the most.
const (
	queueDays = 4
	deadDays  = 14
)

// maxMessageBytes is the largest message, as large as EventBridge's largest event.
//
// Source: Amazon SQS quotas, "Message size".
const maxMessageBytes = 1 << 20

// newDead makes the dead-letter queue of all queues but the hand-over queue.
func newDead(scope constructs.Construct, names rights.Names) awssqs.Queue {
	return awssqs.NewQueue(scope, jsii.String("DeadLetters"), queueProps(names.Dead(), deadDays))
}

// newQueue makes the queue of a function. visibility is how long it hides a message that is worked on, grace how long it holds each message back.
func (s *Stack) newQueue(scope constructs.Construct, function string, visibility, grace time.Duration) awssqs.Queue {
	props := queueProps(s.names.Function(function), queueDays)
	props.VisibilityTimeout = duration(visibility)
	props.DeadLetterQueue = deadLetters(s.dead)
	if grace > 0 {
		props.DeliveryDelay = duration(grace)
	}
	return awssqs.NewQueue(scope, jsii.String("Queue"), props)
}

// newHandOver makes the queue from the judges to act. Its message groups are worked in order, each on its own: a storm in one account holds up no other.
func newHandOver(scope constructs.Construct, names rights.Names) awssqs.Queue {
	dead := awssqs.NewQueue(scope, jsii.String("HandOverDeadLetters"), fifo(queueProps(names.HandOverDead(), deadDays)))
	props := fifo(queueProps(names.HandOver(), queueDays))
	props.VisibilityTimeout = duration(wiring.ActVisibility)
	props.DeadLetterQueue = deadLetters(dead)
	return awssqs.NewQueue(scope, jsii.String("HandOver"), props)
}

func queueProps(name string, days float64) *awssqs.QueueProps {
	return &awssqs.QueueProps{
		QueueName:           jsii.String(name),
		RetentionPeriod:     awscdk.Duration_Days(jsii.Number(days)),
		MaxMessageSizeBytes: jsii.Number(maxMessageBytes),
		Encryption:          awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:          jsii.Bool(true),
	}
}

// fifo makes a queue ordered a message group, with the high throughput that needs no order between groups.
//
// Source: Amazon SQS developer guide, "High throughput for FIFO queues".
func fifo(props *awssqs.QueueProps) *awssqs.QueueProps {
	props.Fifo = jsii.Bool(true)
	props.DeduplicationScope = awssqs.DeduplicationScope_MESSAGE_GROUP
	props.FifoThroughputLimit = awssqs.FifoThroughputLimit_PER_MESSAGE_GROUP_ID
	return props
}

func deadLetters(queue awssqs.Queue) *awssqs.DeadLetterQueue {
	return &awssqs.DeadLetterQueue{Queue: queue, MaxReceiveCount: jsii.Number(wiring.MaxReceives)}
}

// duration is a time.Duration as CDK takes it.
func duration(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}
