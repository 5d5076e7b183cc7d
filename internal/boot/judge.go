package boot

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Judge hosts a judging function. It returns only where the function cannot start.
func Judge(ctx context.Context, function string) error {
	var env environment
	table, topic, queue := env.text(wiring.Table), env.text(wiring.Topic), env.text(wiring.Queue)
	if err := env.err(); err != nil {
		return err
	}
	b, err := newBase(ctx, function)
	if err != nil {
		return err
	}
	j := &judge.Judge{
		Policy:  b.policy,
		Journal: awsdynamodb.New(dynamodb.NewFromConfig(b.cfg), table, awsdynamodb.Options{Keep: b.policy.Journal().Keep}),
		Queue:   awssqs.New(sqs.NewFromConfig(b.cfg), queue),
		Topic:   awssns.New(sns.NewFromConfig(b.cfg), topic),
		Log:     b.log, Meter: b.meter, Now: time.Now,
	}
	b.serve(func(ctx context.Context, m batch.Message) error { return j.Event(ctx, m.Body) })
	return nil
}
