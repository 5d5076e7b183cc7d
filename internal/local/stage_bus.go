package local

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/deployed"
	"github.com/tagwarden/tagwarden/internal/pattern"
)

// send sends each event, and has the clock look once when all are answered.
func (s *stage) send(ctx context.Context) error {
	if err := s.fill(0, time.Now()); err != nil {
		return err
	}
	for i := range s.sources {
		source := &s.sources[i]
		if source.Err != nil {
			continue
		}
		sent, err := s.sendOne(ctx, source)
		if err != nil {
			return fmt.Errorf("send %s: %w", source.Place, err)
		}
		s.found.Sent = append(s.found.Sent, sent)
		s.Progress(i+1, len(s.sources), "sending the events")
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	return s.tick(ctx)
}

// sendOne sends an event to the rules that are deployed: through the emulator's bus, and where its matcher cannot follow a pattern, from the rule to its targets ourselves.
func (s *stage) sendOne(ctx context.Context, source *source) (Sent, error) {
	sent := Sent{Place: source.Place, Kind: source.kind, By: Nobody, source: source}
	var rules []deployed.Rule
	for _, rule := range s.rules {
		selected, err := rule.Pattern.Match(source.Data)
		if err != nil {
			return sent, fmt.Errorf("match the rule %s: %w", rule.Name, err)
		}
		if selected {
			rules = append(rules, rule)
		}
	}
	for _, rule := range rules {
		sent.Rules = append(sent.Rules, rule.Name)
	}
	switch {
	case len(rules) == 0:
		return sent, nil
	case slices.ContainsFunc(rules, func(r deployed.Rule) bool { return beyond(r.Pattern, source.Data) }):
		sent.By, source.wanted = Router, true
		return sent, s.deliver(ctx, rules, source.Data)
	}
	sent.By, source.wanted = Bus, true
	return sent, s.put(ctx, rules[0].Bus, source)
}

// put puts an event on a bus of the emulator. Its id is EventBridge's from then on.
func (s *stage) put(ctx context.Context, bus string, source *source) error {
	e := source.envelope
	out, err := eventbridge.NewFromConfig(config(s.emulator.endpoint, Region)).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &bus, Source: &e.Source, DetailType: &e.DetailType, Detail: aws.String(string(e.Detail)), Resources: e.Resources, Time: &e.Time,
	}}})
	if err != nil {
		return err
	}
	if out.FailedEntryCount > 0 {
		return fmt.Errorf("the bus refused it: %s", aws.ToString(out.Entries[0].ErrorMessage))
	}
	var event map[string]json.RawMessage
	if err := json.Unmarshal(source.Data, &event); err != nil {
		return err
	}
	if event["id"], err = json.Marshal(out.Entries[0].EventId); err != nil {
		return err
	}
	data, err := json.Marshal(event)
	source.read(data)
	return err
}

// deliver plays the rules: the event goes to each of their targets.
func (s *stage) deliver(ctx context.Context, rules []deployed.Rule, event []byte) error {
	for _, rule := range rules {
		for _, target := range rule.Targets {
			url, err := s.urlOf(ctx, target)
			if err != nil {
				return err
			}
			if _, err := s.wires.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String(string(event))}); err != nil {
				return fmt.Errorf("send to %s: %w", target, err)
			}
		}
	}
	return nil
}

// tick plays the schedule Tick: its text goes to its queue, as the template says.
func (s *stage) tick(ctx context.Context) error {
	schedules, err := s.cloud.Schedules(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(schedules, func(s deployed.Schedule) bool { return s.Name == "Tick" })
	if i < 0 {
		return fmt.Errorf("%s has no schedule named Tick", s.options.Template)
	}
	url, err := s.urlOf(ctx, schedules[i].Queue)
	if err != nil {
		return err
	}
	if _, err := s.wires.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &schedules[i].Input}); err != nil {
		return fmt.Errorf("send to %s: %w", schedules[i].Queue, err)
	}
	return s.settle(ctx)
}

// beyond tells whether a pattern looks into a list of objects of the event: the emulator's matcher then finds nothing.
func beyond(p pattern.Pattern, event []byte) bool {
	var wants, has any
	if json.Unmarshal([]byte(p.String()), &wants) != nil || json.Unmarshal(event, &has) != nil {
		return false
	}
	return intoList(wants, has)
}

func intoList(wants, has any) bool {
	if alternatives, is := wants.([]any); is {
		return slices.ContainsFunc(alternatives, func(a any) bool { return intoList(a, has) })
	}
	inner, is := wants.(map[string]any)
	if !is {
		return false
	}
	if _, list := has.([]any); list {
		return true
	}
	object, _ := has.(map[string]any)
	for key, want := range inner {
		shown := object[key]
		if key == "$or" {
			shown = has
		}
		if _, leaf := want.([]any); leaf && key != "$or" {
			continue
		}
		if intoList(want, shown) {
			return true
		}
	}
	return false
}
