// Package batch is how a function is invoked: a batch of queue messages in, the failed ones out; or one event as it is.
package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// A Message is one thing to be handled.
type Message struct {
	ID       string // the queue's message id; "" for a plain invocation
	Body     []byte
	Receives int    // how often the queue has delivered it, this time included; 1 for a plain invocation
	Receipt  string // the queue's handle of this delivery; "" for a plain invocation
}

// reserve is how much of the invocation's time is kept for recording and telling, and for answering the queue.
const reserve = 5 * time.Second

// Run hands each message of an invocation to handle, one after the other. An error from handle means "deliver again".
//
// For a queue's batch the failed messages are named in the answer (ReportBatchItemFailures). The others of a FIFO message group go on behind a failed one: their order means
// nothing to us, since whatever is done is planned from a read, and only that two of one group are never worked on at once. If they were given back untouched, each delivery of the one that
// fails would count as theirs, and they would end in the dead-letter queue with it. When the time runs short, what is left fails untouched. A plain invocation gives its error back.
//
// Where not one message went well, the answer is an error. To the queue that is the same as a list of all: each comes again when it is visible again, and polling is not slowed down. But a list is a
// success of the function, which no metric, alarm or roll-back would see.
//
// Source: AWS Lambda developer guide, "Handling errors for an SQS event source in Lambda" (partial batch responses: an exception is a complete failure; polling is not scaled down; FIFO queues)
// and "Types of metrics for Lambda functions" (Errors).
func Run(ctx context.Context, payload json.RawMessage, handle func(context.Context, Message) error) (any, error) {
	messages, queued := split(payload)
	if !queued {
		return nil, handle(ctx, Message{Body: payload, Receives: 1})
	}
	answer := lambdaevents.SQSEventResponse{BatchItemFailures: []lambdaevents.SQSBatchItemFailure{}}
	var failed error
	for _, m := range messages {
		if err := one(ctx, m, handle); err != nil {
			failed = errors.Join(failed, err)
			answer.BatchItemFailures = append(answer.BatchItemFailures, lambdaevents.SQSBatchItemFailure{ItemIdentifier: m.ID})
		}
	}
	if len(answer.BatchItemFailures) == len(messages) {
		return nil, &FailedError{len(messages), failed}
	}
	return answer, nil
}

// A FailedError says that no message of a batch went well. What Lambda logs of an error is its text, which may be an answer of AWS: it stays out of it.
type FailedError struct {
	Messages int
	Err      error // of each
}

func (e *FailedError) Error() string {
	return fmt.Sprintf("none of %d messages went well: the lines of log before this one say why", e.Messages)
}
func (e *FailedError) Unwrap() error { return e.Err }

// errShort says that a message was given back untouched.
var errShort = errors.New("there was no time left for it")

// one handles a message, if there is time.
func one(ctx context.Context, m Message, handle func(context.Context, Message) error) error {
	if short(ctx) {
		return errShort
	}
	return handle(ctx, m)
}

// split gives the messages of a queue's batch; queued is false where the payload is none.
func split(payload json.RawMessage) (messages []Message, queued bool) {
	var batch lambdaevents.SQSEvent
	if json.Unmarshal(payload, &batch) != nil || len(batch.Records) == 0 || batch.Records[0].EventSource != "aws:sqs" {
		return nil, false
	}
	for _, record := range batch.Records {
		receives, err := strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
		if err != nil {
			receives = 1
		}
		messages = append(messages, Message{
			ID: record.MessageId, Body: []byte(record.Body), Receives: receives, Receipt: record.ReceiptHandle,
		})
	}
	return messages, true
}

func short(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < reserve
}

// Working gives a context that ends early enough to leave time for recording and telling.
func Working(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}
