// Package awssqs hands entries over to act through an Amazon SQS FIFO queue.
package awssqs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/handover"
)

// A Queue is the hand-over queue. It needs sqs:SendMessage on the queue, and kms:GenerateDataKey and kms:Decrypt where it has a key. Safe for concurrent use.
type Queue struct {
	client *sqs.Client
	url    string
}

// New gives the FIFO queue at that URL.
func New(client *sqs.Client, queueURL string) *Queue { return &Queue{client: client, url: queueURL} }

// Send hands an entry over. Every error means that it may not be on the queue, and that it is to be sent again: SQS drops the second of two with the same entry and
// revision for 5 minutes (see Handover.Dedup), and act finds in the journal that nothing is left to do after that.
func (q *Queue) Send(ctx context.Context, h handover.Handover) error {
	body, err := h.Encode()
	if err != nil {
		return fmt.Errorf("send to %s: %w", q.url, err)
	}
	_, err = q.client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:               aws.String(q.url),
		MessageBody:            aws.String(body),
		MessageGroupId:         aws.String(h.Group()),
		MessageDeduplicationId: aws.String(h.Dedup()),
	})
	if err != nil {
		return fmt.Errorf("send the hand-over of %s to %s%s: %w", h.Entry, q.url, hint(err), err)
	}
	return nil
}

// pauses are before a message is delivered again: they grow, so that a short trouble is over soon and its group is not held back for long. Together they outlast the ten
// minutes within which a new resource may not be found yet.
var pauses = [...]time.Duration{30 * time.Second, 90 * time.Second, 3 * time.Minute, 6 * time.Minute}

// Pause is how long a message waits before its next delivery, when it was received that often.
func Pause(receives int) time.Duration {
	return pauses[min(max(receives, 1), len(pauses))-1]
}

// Postpone lets a message that failed be delivered again after Pause, and not only when the queue's own visibility timeout ends. It needs sqs:ChangeMessageVisibility.
// An error changes nothing but that the message waits longer.
func (q *Queue) Postpone(ctx context.Context, receipt string, receives int) error {
	_, err := q.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: aws.String(q.url), ReceiptHandle: aws.String(receipt), VisibilityTimeout: int32(Pause(receives).Seconds()),
	})
	if err != nil {
		return fmt.Errorf("postpone a message of %s: %w", q.url, err)
	}
	return nil
}

// hint says what an operator can do about an error that a retry will not help.
//
// Source: SQS API reference, SendMessage, Errors.
func hint(err error) string {
	var coded smithy.APIError
	if !errors.As(err, &coded) {
		return ""
	}
	code := coded.ErrorCode()
	switch {
	case strings.HasPrefix(code, "AccessDenied"):
		return " (the function's role does not allow sqs:SendMessage)"
	case strings.HasSuffix(code, "QueueDoesNotExist"), strings.HasSuffix(code, "NonExistentQueue"):
		return " (there is no such queue)"
	case strings.HasPrefix(code, "Kms") && code != "KmsThrottled":
		return " (the queue's key cannot be used: the role needs kms:GenerateDataKey and kms:Decrypt on it, and the key must be enabled)"
	}
	return ""
}
