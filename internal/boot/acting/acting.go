// Package acting puts the function together that changes things.
package acting

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awseventbridge"
	"github.com/tagwarden/tagwarden/internal/awssecurityhub"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/awssts"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Start hosts the function. It returns only where the function cannot start.
func Start(ctx context.Context) error {
	var env boot.Environment
	table, topic, queueURL := env.Text(wiring.Table), env.Text(wiring.Topic), env.Text(wiring.Queue)
	prefix, most := env.Text(wiring.Prefix), env.Count(wiring.Attempts)
	if err := env.Err(); err != nil {
		return err
	}
	b, err := boot.New(ctx, "act")
	if err != nil {
		return err
	}
	b.Config.Retryer = func() aws.Retryer { return remedy.Patient(retry.NewStandard()) }
	entries := awsdynamodb.New(dynamodb.NewFromConfig(b.Config), table, awsdynamodb.Options{Keep: b.Policy.Journal().Keep})
	actor := &act.Actor{
		Policy: b.Policy, Remedies: remedies.All,
		Journal: entries,
		Topic:   awssns.New(sns.NewFromConfig(b.Config), topic),
		Events:  awseventbridge.New(eventbridge.NewFromConfig(b.Config), wiring.Source(prefix)), Prefix: prefix,
		Reach: awssts.Roles{Config: b.Config, Names: rights.Names{Prefix: prefix}}.Reach,
		Log:   b.Log, Meter: b.Meter, Now: b.Now, Wait: wait,
	}
	if b.Policy.WritesBack() {
		product, err := boot.Product(topic)
		if err != nil {
			return err
		}
		actor.Hub = awssecurityhub.New(b.Config, product)
	}
	if boot.Hub() {
		home, err := boot.Account(topic)
		if err != nil {
			return err
		}
		actor.Members = &act.Members{Home: home, Policy: rights.Fingerprint(rights.Roles(b.Policy, remedies.All)), Beats: entries}
		if boot.AsksDirectory(b.Policy) {
			actor.Members.Directory = &members.Directory{Store: entries, Now: b.Now}
		}
	}
	b.Serve(Handle(b, actor, awssqs.New(sqs.NewFromConfig(b.Config), queueURL), most))
	return nil
}

// Handle gives a message of the hand-over queue, which delivers it at most so often, to the actor. One that failed is postponed.
func Handle(b boot.Base, actor *act.Actor, queue *awssqs.Queue, most int) func(ctx context.Context, m batch.Message) error {
	return func(ctx context.Context, m batch.Message) error {
		err := b.Safely(ctx, m, func(ctx context.Context, m batch.Message) error { return deliver(ctx, b, actor, m, m.Receives >= most) })
		if err != nil && m.Receipt != "" {
			if err := queue.Postpone(ctx, m.Receipt, m.Receives); err != nil {
				b.Log.WarnContext(ctx, "message not postponed", "err", err)
			}
		}
		return err
	}
}

// deliver gives one message to the actor. A body that cannot be read, perhaps of another version's function, goes to the dead-letter queue at last, where nothing of it is lost.
func deliver(ctx context.Context, b boot.Base, actor *act.Actor, m batch.Message, last bool) error {
	h, err := handover.Decode(string(m.Body))
	if err != nil {
		b.Log.ErrorContext(ctx, "hand-over unreadable", "outcome", "unreadable", "err", err)
		b.Meter.Outcome("unreadable")
		return err
	}
	working, cancel := batch.Working(ctx)
	defer cancel()
	return actor.Act(ctx, working, act.Delivery{Handover: h, Holder: m.ID, Last: last})
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
