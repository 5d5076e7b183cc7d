package local

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/deployed"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// wire finds the queues, the table and the topic by what is deployed: the event source mappings say which queue feeds which function, and act's environment names the rest.
func (s *stage) wire(ctx context.Context) error {
	mappings, err := s.cloud.TakeMappings(ctx)
	if err != nil {
		return err
	}
	functions, err := s.cloud.Functions(ctx)
	if err != nil {
		return err
	}
	if s.rules, err = s.cloud.Rules(ctx); err != nil {
		return err
	}
	cfg := config(s.emulator.endpoint, Region)
	s.wires = &wires{client: sqs.NewFromConfig(cfg), complain: s.complain}
	for _, m := range mappings {
		w, err := s.wireOf(ctx, m)
		if err != nil {
			return err
		}
		switch {
		case strings.HasSuffix(m.Function, "-"+rights.ActName):
			s.wires.act = w
		case strings.HasSuffix(m.Function, "-"+rights.ClockName):
			s.wires.clock = w
		default:
			s.wires.judges = append(s.wires.judges, w)
		}
	}
	if s.wires.act == nil || s.wires.clock == nil {
		return fmt.Errorf("%s has no event source mapping of the functions %s and %s", s.options.Template, rights.ActName, rights.ClockName)
	}
	for _, f := range functions {
		if f.Name == s.wires.act.function {
			s.table, s.wires.topic = f.Environment[wiring.Table], f.Environment[wiring.Topic]
		}
	}
	return s.listen(ctx, cfg)
}

// wireOf is the wire of one event source mapping, with the dead-letter queue that the queue itself names.
func (s *stage) wireOf(ctx context.Context, m deployed.Mapping) (*wire, error) {
	w := &wire{client: s.wires.client, complain: s.complain, function: m.Function, arn: m.Queue, batch: m.BatchSize, account: Account, patient: true}
	var err error
	if w.url, err = s.urlOf(ctx, m.Queue); err != nil {
		return nil, err
	}
	dead, err := s.cloud.DeadLetters(ctx, w.url)
	if err != nil {
		return nil, err
	}
	w.dead, err = s.urlOf(ctx, dead)
	return w, err
}

// urlOf is the URL of a queue by its ARN.
func (s *stage) urlOf(ctx context.Context, arn string) (string, error) {
	out, err := s.wires.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(arn[strings.LastIndex(arn, ":")+1:])})
	if err != nil {
		return "", fmt.Errorf("find the queue %s: %w", arn, err)
	}
	return aws.ToString(out.QueueUrl), nil
}

// listen subscribes a queue to the topic of the stack.
func (s *stage) listen(ctx context.Context, cfg aws.Config) error {
	url, arn, err := s.wires.queue(ctx, "messages", nil)
	if err != nil {
		return err
	}
	s.wires.messages = url
	_, err = sns.NewFromConfig(cfg).Subscribe(ctx, &sns.SubscribeInput{TopicArn: &s.wires.topic, Protocol: aws.String("sqs"), Endpoint: &arn})
	if err != nil {
		return fmt.Errorf("listen to the topic %s: %w", s.wires.topic, err)
	}
	return nil
}
