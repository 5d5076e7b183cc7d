// Package judging puts a judging function together. It links no client but those of queue, table and topic.
package judging

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awseventbridge"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Start hosts a judging function. It returns only where the function cannot start.
func Start(ctx context.Context, function string) error {
	var env boot.Environment
	table, topic, queue, prefix := env.Text(wiring.Table), env.Text(wiring.Topic), env.Text(wiring.Queue), env.Text(wiring.Prefix)
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
	entries := awsdynamodb.New(dynamodb.NewFromConfig(b.Config), table, awsdynamodb.Options{Keep: b.Policy.Journal().Keep})
	j := &judge.Judge{
		Policy:  b.Policy,
		Journal: entries,
		Queue:   awssqs.New(sqs.NewFromConfig(b.Config), queue),
		Topic:   awssns.New(sns.NewFromConfig(b.Config), topic),
		Events:  awseventbridge.New(eventbridge.NewFromConfig(b.Config), wiring.Source(prefix)), Prefix: prefix,
		Log: b.Log, Meter: b.Meter, Now: b.Now, Product: product,
	}
	if boot.AsksDirectory(b.Policy) {
		j.Directory = &members.Directory{Store: entries, Now: b.Now}
	}
	b.Serve(func(ctx context.Context, m batch.Message) error { return j.Event(ctx, m.Body) })
	return nil
}
