// Package ticking puts the clock together. It links the clients of queue, table, topic and key, and those that list what exists.
package ticking

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/awseventbridge"
	"github.com/tagwarden/tagwarden/internal/awsinventory"
	"github.com/tagwarden/tagwarden/internal/awsorganizations"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/journaling"
	"github.com/tagwarden/tagwarden/internal/clock"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Start hosts the function. It returns only where the function cannot start.
func Start(ctx context.Context) error {
	var env boot.Environment
	table, topic, hand, own := env.Text(wiring.Table), env.Text(wiring.Topic), env.Text(wiring.Queue), env.Text(wiring.Own)
	prefix, most := env.Text(wiring.Prefix), env.Count(wiring.Attempts)
	key := env.Text(wiring.Key)
	if err := env.Err(); err != nil {
		return err
	}
	b, err := boot.New(ctx, "clock")
	if err != nil {
		return err
	}
	queues := sqs.NewFromConfig(b.Config)
	entries := journaling.Open(b, table, key)
	queue, people := awssqs.New(queues, hand), awssns.New(sns.NewFromConfig(b.Config), topic)
	swept := &judge.Judge{
		Policy: b.Policy, Journal: entries, Queue: queue, Topic: people, Log: b.Log, Meter: b.Meter, Now: b.Now,
		Events: awseventbridge.New(eventbridge.NewFromConfig(b.Config), wiring.Source(prefix)), Prefix: prefix,
	}
	if boot.AsksDirectory(b.Policy) {
		swept.Directory = &members.Directory{Store: entries, Now: b.Now}
	}
	c := &clock.Clock{
		Policy: b.Policy, Journal: entries, Queue: queue, Topic: people, Self: awssqs.NewPlain(queues, own), Judge: swept,
		Sources: []clock.Source{awsinventory.NewConfig(b.Config, os.Getenv(wiring.Aggregator)), awsinventory.NewExplorer(b.Config)}, Watched: entries,
		Log: b.Log, Meter: b.Meter, Now: b.Now,
	}
	if boot.Hub() {
		c.Hub = &clock.Hub{Store: entries, Organization: awsorganizations.New(b.Config, os.Getenv(wiring.Directory)), Source: wiring.Source(prefix), Kinds: forwarded()}
	}
	b.Serve(func(ctx context.Context, m batch.Message) error {
		working, cancel := batch.Working(ctx)
		defer cancel()
		return c.Do(ctx, working, clock.Delivery{Body: m.Body, Holder: m.ID, Last: m.Receives >= most})
	})
	return nil
}

// forwarded are the kinds of events that members forward: all that there are, whatever the policy hears.
func forwarded() []string {
	var ids []string
	for _, kind := range events.All() {
		ids = append(ids, kind.ID)
	}
	return ids
}
