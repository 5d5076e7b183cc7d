// Package rig is a test bed: it puts our functions on a stand-in for AWS, with the clients and queues that a deployment gives them.
package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awssecurityhub"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/awssts"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/acting"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/standin"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Region is where the functions are.
const Region = "us-east-1"

// names are those of a deployment.
var names = rights.Names{Prefix: "tagwarden"}

// A Rig is a deployment on a stand-in: one table, one topic, the hand-over queue, and the queues before the judges.
type Rig struct {
	Cloud    *standin.Cloud
	Policy   *policy.Policy
	Log      *slog.Logger
	HandOver *standin.Queue
	// Emulator is where remedies work: its client, endpoint and options are used; nil for the cloud. Roles are assumed in the cloud in any case.
	Emulator *aws.Config
	// Journaled puts something before the journal of act; nil for nothing.
	Journaled func(act.Journal) act.Journal
	// Tune changes the configuration of all clients; nil leaves it as it is.
	Tune func(*aws.Config)

	topic *standin.Topic
}

// New deploys. What is published goes to told, by several at once.
func New(ctx context.Context, clock *standin.Clock, p *policy.Policy, told func(standin.Published)) (*Rig, error) {
	cloud := standin.New(clock)
	dead := cloud.NewQueue(names.HandOverDead(), 0, 0, nil)
	r := &Rig{
		Cloud: cloud, Policy: p, Log: slog.New(slog.DiscardHandler), topic: cloud.NewTopic(names.Topic(), told),
		HandOver: cloud.NewQueue(names.HandOver(), wiring.ActVisibility, wiring.MaxReceives, dead),
	}
	client := dynamodb.NewFromConfig(r.config(standin.NewProcess(nil)))
	return r, awsdynamodb.CreateTable(ctx, client, names.Table())
}

// NewEvents makes a queue before a judge, with its dead-letter queue.
func (r *Rig) NewEvents(judge string) *standin.Queue {
	dead := r.Cloud.NewQueue(names.Function(judge)+"-dead", 0, 0, nil)
	return r.Cloud.NewQueue(names.Function(judge), wiring.JudgeVisibility, wiring.MaxReceives, dead)
}

func (r *Rig) config(p *standin.Process) aws.Config {
	cfg := standin.Config(p.To(r.Cloud), Region)
	if r.Tune != nil {
		r.Tune(&cfg)
	}
	return cfg
}

// Journal is the journal, as a process sees it.
func (r *Rig) Journal(p *standin.Process) *awsdynamodb.Journal {
	return awsdynamodb.New(dynamodb.NewFromConfig(r.config(p)), names.Table(), awsdynamodb.Options{})
}

// Sender is how a process hands over.
func (r *Rig) Sender(p *standin.Process) *awssqs.Queue {
	return awssqs.New(sqs.NewFromConfig(r.config(p)), r.HandOver.URL)
}

// A Function is a function in a process of its own, and the queue that feeds it.
type Function struct {
	Process *standin.Process
	queue   *standin.Queue
	base    boot.Base
	handle  func(ctx context.Context, m batch.Message) error
}

func (r *Rig) base(p *standin.Process, function string) boot.Base {
	return boot.Base{Config: r.config(p), Policy: r.Policy, Log: r.Log, Meter: &meter.Meter{Function: function}}
}

// Judge starts a judging function.
func (r *Rig) Judge(p *standin.Process, events *standin.Queue) *Function {
	b := r.base(p, "judge")
	j := &judge.Judge{
		Policy: r.Policy, Journal: r.Journal(p), Queue: r.Sender(p), Topic: awssns.New(sns.NewFromConfig(b.Config), r.topic.ARN),
		Log: b.Log, Meter: b.Meter, Now: r.Cloud.Clock.Now,
	}
	return &Function{Process: p, queue: events, base: b, handle: func(ctx context.Context, m batch.Message) error {
		return b.Safely(ctx, m, func(ctx context.Context, m batch.Message) error { return j.Event(ctx, m.Body) })
	}}
}

// Act starts the acting function. It waits for nothing.
func (r *Rig) Act(p *standin.Process) *Function {
	b := r.base(p, "act")
	reach := b.Config
	if r.Emulator != nil {
		reach.HTTPClient, reach.BaseEndpoint, reach.APIOptions = p.To(changes{r.Cloud, r.Emulator.HTTPClient}), r.Emulator.BaseEndpoint, r.Emulator.APIOptions
	}
	actor := &act.Actor{
		Policy: r.Policy, Remedies: remedies.All, Journal: r.Journal(p), Topic: awssns.New(sns.NewFromConfig(b.Config), r.topic.ARN),
		Reach: awssts.Roles{Config: reach, Names: names}.Reach,
		Log:   b.Log, Meter: b.Meter, Now: r.Cloud.Clock.Now, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	if r.Journaled != nil {
		actor.Journal = r.Journaled(actor.Journal)
	}
	if r.Policy.WritesBack() {
		actor.Hub = awssecurityhub.New(b.Config, finding.Product("aws", Region, standin.Account))
	}
	return &Function{Process: p, queue: r.HandOver, base: b, handle: acting.Handle(b, actor, r.Sender(p), wiring.MaxReceives)}
}

// Invoke gives a batch that was received to the function, as Lambda's event source mapping does: what did not fail is off the queue after it. A function that died
// answered nothing, so that all comes again.
//
// Source: AWS Lambda developer guide, "Implementing partial batch responses".
func (f *Function) Invoke(ctx context.Context, messages []standin.Message) error {
	payload, err := json.Marshal(event(messages))
	if err != nil {
		return err
	}
	out, err := batch.Run(ctx, payload, f.handle)
	if _, failed := errors.AsType[*batch.FailedError](err); failed || f.Process.Dead() {
		return f.base.Meter.Flush(io.Discard, time.Time{}) // nothing of it is off the queue
	}
	if err != nil {
		return err
	}
	failed := map[string]bool{}
	answer, ok := out.(lambdaevents.SQSEventResponse)
	if !ok {
		return fmt.Errorf("a batch was answered with %T", out)
	}
	for _, failure := range answer.BatchItemFailures {
		failed[failure.ItemIdentifier] = true
	}
	for _, m := range messages {
		if !failed[m.ID] {
			f.queue.Delete(m.Receipt)
		}
	}
	return f.base.Meter.Flush(io.Discard, time.Time{})
}

func event(messages []standin.Message) lambdaevents.SQSEvent {
	var e lambdaevents.SQSEvent
	for _, m := range messages {
		e.Records = append(e.Records, lambdaevents.SQSMessage{
			MessageId: m.ID, ReceiptHandle: m.Receipt, Body: m.Body, EventSource: "aws:sqs",
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(m.Receives)},
		})
	}
	return e
}
