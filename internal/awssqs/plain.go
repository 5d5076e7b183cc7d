package awssqs

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A Plain is a standard queue, whose messages have no order and may come twice. It needs sqs:SendMessage on the queue. Safe for concurrent use.
type Plain struct {
	client *sqs.Client
	url    string
}

// NewPlain gives the standard queue at that URL.
func NewPlain(client *sqs.Client, queueURL string) *Plain {
	return &Plain{client: client, url: queueURL}
}

// Send sends a message. Every error means that it may not be on the queue.
func (q *Plain) Send(ctx context.Context, body string) error {
	if _, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body}); err != nil {
		return fmt.Errorf("send to %s%s: %w", q.url, hint(err), err)
	}
	return nil
}
