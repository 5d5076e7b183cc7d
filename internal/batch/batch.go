// Package batch is how a function is invoked: a batch of queue messages in, the failed ones out; or one event as it is.
package batch

import (
	"context"
	"encoding/json"
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
// Source: AWS Lambda developer guide, "Implementing partial batch responses" and "Handling errors for an SQS event source" (FIFO queues).
func Run(ctx context.Context, payload json.RawMessage, handle func(context.Context, Message) error) (any, error) {
	messages, queued := split(payload)
	if !queued {
		return nil, handle(ctx, Message{Body: payload, Receives: 1})
	}
	answer := lambdaevents.SQSEventResponse{BatchItemFailures: []lambdaevents.SQSBatchItemFailure{}}
	for _, m := range messages {
		if short(ctx) || handle(ctx, m) != nil {
			answer.BatchItemFailures = append(answer.BatchItemFailures, lambdaevents.SQSBatchItemFailure{ItemIdentifier: m.ID})
		}
	}
	return answer, nil
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
