// Package judging puts a judging function together. It links no client but those of queue, table, topic and key.
package judging

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/awseventbridge"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/journaling"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Start hosts a judging function. It returns only where the function cannot start.
func Start(ctx context.Context, function string) error {
	var env boot.Environment
	table, topic, queue, prefix := env.Text(wiring.Table), env.Text(wiring.Topic), env.Text(wiring.Queue), env.Text(wiring.Prefix)
	key := env.Text(wiring.Key)
	if err := env.Err(); err != nil {
		return err
	}
	product, err := boot.Product(topic)
	if err != nil {
		return err
	}
	b, err := boot.New(ctx, function)
	if err != nil {
		return err
	}
	j := &judge.Judge{
		Policy:  b.Policy,
		Journal: journaling.Open(b, table, key),
		Queue:   awssqs.New(sqs.NewFromConfig(b.Config), queue),
		Topic:   awssns.New(sns.NewFromConfig(b.Config), topic),
		Events:  awseventbridge.New(eventbridge.NewFromConfig(b.Config), wiring.Source(prefix)), Prefix: prefix,
		Log: b.Log, Meter: b.Meter, Now: b.Now, Product: product,
	}
	b.Serve(func(ctx context.Context, m batch.Message) error { return j.Event(ctx, m.Body) })
	return nil
}
