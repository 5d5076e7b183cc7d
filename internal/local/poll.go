package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// How a queue is read. The emulator's long polling keeps it busy, so that the pauses are ours.
const (
	batchSize = 10 // as in a deployment
	pollPause = 150 * time.Millisecond
	retry     = 1 // seconds until a message that failed is delivered again; AWS waits for the queue's visibility timeout
)

// poll plays the event source mapping from a queue to its function: batches in, and off the queue only what succeeded.
//
// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS" (ReportBatchItemFailures).
func (w *wire) poll(ctx context.Context, f *function) {
	for ctx.Err() == nil && f.err() == nil {
		out, err := w.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &w.url, MaxNumberOfMessages: cmp.Or(w.batch, batchSize), MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil && ctx.Err() == nil {
			w.complain("read %s: %v", w.url, err)
		}
		if err != nil || len(out.Messages) == 0 {
			sleep(ctx, pollPause)
			continue
		}
		failed := w.deliver(ctx, f, out.Messages)
		w.settle(ctx, out.Messages, failed)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// deliver invokes the function with a batch, and gives the ids of the messages that failed: all of them, where the answer does not say which.
func (w *wire) deliver(ctx context.Context, f *function, batch []types.Message) map[string]bool {
	payload, err := json.Marshal(w.event(batch))
	if err != nil {
		return idsOf(batch)
	}
	body, err := f.Invoke(ctx, payload)
	if err == errTimeout {
		f.kill()
	}
	if err != nil {
		return idsOf(batch)
	}
	return failures(body, batch)
}

// event is a batch as Lambda shows it to a function.
//
// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS" (example event).
func (w *wire) event(batch []types.Message) lambdaevents.SQSEvent {
	var event lambdaevents.SQSEvent
	for _, message := range batch {
		event.Records = append(event.Records, lambdaevents.SQSMessage{
			MessageId: aws.ToString(message.MessageId), ReceiptHandle: aws.ToString(message.ReceiptHandle), Body: w.whole(aws.ToString(message.Body)),
			Md5OfBody: aws.ToString(message.MD5OfBody), Attributes: message.Attributes, EventSource: "aws:sqs", EventSourceARN: w.arn, AWSRegion: Region,
		})
	}
	return event
}

// envelope tells a message that EventBridge put on the queue.
const envelope = "detail-type"

// whole is the body of a message with the account that the emulator's bus leaves out of an envelope.
func (w *wire) whole(body string) string {
	var event map[string]json.RawMessage
	if w.account == "" || json.Unmarshal([]byte(body), &event) != nil || event[envelope] == nil || event["account"] != nil {
		return body
	}
	event["account"] = json.RawMessage(strconv.Quote(w.account))
	full, err := json.Marshal(event)
	if err != nil {
		return body
	}
	return string(full)
}

// failures reads a function's answer to a batch. An answer that is unreadable, or names a message that was not in the batch, fails the whole batch.
//
// Source: AWS Lambda developer guide, "Implementing partial batch responses" (success and failure conditions).
func failures(body []byte, batch []types.Message) map[string]bool {
	var answer lambdaevents.SQSEventResponse
	if err := json.Unmarshal(body, &answer); err != nil {
		return idsOf(batch)
	}
	all, failed := idsOf(batch), map[string]bool{}
	for _, failure := range answer.BatchItemFailures {
		if !all[failure.ItemIdentifier] {
			return all
		}
		failed[failure.ItemIdentifier] = true
	}
	return failed
}

func idsOf(batch []types.Message) map[string]bool {
	ids := map[string]bool{}
	for _, message := range batch {
		ids[aws.ToString(message.MessageId)] = true
	}
	return ids
}

// settle takes off the queue what succeeded, and makes what failed visible again soon. What cannot be settled comes again by itself, after the queue's visibility timeout.
func (w *wire) settle(ctx context.Context, batch []types.Message, failed map[string]bool) {
	var done []types.DeleteMessageBatchRequestEntry
	var again []types.ChangeMessageVisibilityBatchRequestEntry
	for _, message := range batch {
		switch {
		case !failed[aws.ToString(message.MessageId)]:
			done = append(done, types.DeleteMessageBatchRequestEntry{Id: message.MessageId, ReceiptHandle: message.ReceiptHandle})
		case !w.patient:
			again = append(again, types.ChangeMessageVisibilityBatchRequestEntry{Id: message.MessageId, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: retry})
		}
	}
	var errs [2]error
	if len(done) > 0 {
		_, errs[0] = w.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &w.url, Entries: done})
	}
	if len(again) > 0 {
		_, errs[1] = w.client.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &w.url, Entries: again})
	}
	if err := errors.Join(errs[:]...); err != nil && ctx.Err() == nil {
		w.complain("settle messages of %s: %v", w.url, err)
	}
}
