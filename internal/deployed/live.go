package deployed

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

// A Function is a function as the emulator's Lambda has it.
type Function struct {
	Name, ARN   string
	Environment map[string]string
	Timeout     time.Duration
	MemoryMB    int32
	Folder      string // that its code was packed of
}

// Functions are the functions of the stack, as Lambda shows them, by name.
func (c *Cloud) Functions(ctx context.Context) ([]Function, error) {
	v, err := c.values(ctx)
	if err != nil {
		return nil, err
	}
	var functions []Function
	for _, id := range c.template.of("AWS::Lambda::Function") {
		name := v.physical[id]
		out, err := lambda.NewFromConfig(c.cfg).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
		if err != nil {
			return nil, fmt.Errorf("read the function %s (%s): %w", name, id, err)
		}
		f := Function{Name: name, ARN: aws.ToString(out.FunctionArn), Timeout: time.Duration(aws.ToInt32(out.Timeout)) * time.Second, MemoryMB: aws.ToInt32(out.MemorySize)}
		if out.Environment != nil {
			f.Environment = out.Environment.Variables
		}
		for _, asset := range c.Assets {
			if asset.Sum == aws.ToString(out.CodeSha256) && asset.Folder != "" {
				f.Folder = asset.Folder
			}
		}
		functions = append(functions, f)
	}
	return functions, nil
}

// A Mapping feeds a function from a queue.
type Mapping struct {
	Queue     string // ARN
	Function  string // name
	BatchSize int32
}

// TakeMappings gives the event source mappings of the stack, and has the emulator leave them alone from now on: it would invoke each function in a container. Whoever takes them
// plays them.
func (c *Cloud) TakeMappings(ctx context.Context) ([]Mapping, error) {
	v, err := c.values(ctx)
	if err != nil {
		return nil, err
	}
	client := lambda.NewFromConfig(c.cfg)
	var mappings []Mapping
	for _, id := range c.template.of("AWS::Lambda::EventSourceMapping") {
		uuid := v.physical[id]
		out, err := client.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{UUID: &uuid, Enabled: aws.Bool(false)})
		if err != nil {
			return nil, fmt.Errorf("take the event source mapping %s: %w", id, err)
		}
		mappings = append(mappings, Mapping{
			Queue: aws.ToString(out.EventSourceArn), BatchSize: aws.ToInt32(out.BatchSize),
			Function: attributes["AWS::SNS::Topic.TopicName"](values{}, aws.ToString(out.FunctionArn)),
		})
	}
	return mappings, nil
}

// A Rule sends what its pattern selects to its targets.
type Rule struct {
	Name, Bus string // Bus is "default" for the account's own
	Pattern   pattern.Pattern
	Targets   []string // ARNs
}

// Rules are the rules of the stack, as EventBridge shows them.
func (c *Cloud) Rules(ctx context.Context) ([]Rule, error) {
	v, err := c.values(ctx)
	if err != nil {
		return nil, err
	}
	client := eventbridge.NewFromConfig(c.cfg)
	var rules []Rule
	for _, id := range c.template.of("AWS::Events::Rule") {
		resolved, err := v.resolve(c.template.Resources[id].Properties)
		if err != nil {
			return nil, err
		}
		want, _ := resolved.(map[string]any)
		bus := busOf(want)
		out, err := client.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(text(want["Name"])), EventBusName: bus})
		if err != nil {
			return nil, fmt.Errorf("read the rule %s: %w", id, err)
		}
		targets, err := client.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: out.Name, EventBusName: bus})
		if err != nil {
			return nil, fmt.Errorf("read the targets of the rule %s: %w", id, err)
		}
		r := Rule{Name: aws.ToString(out.Name), Bus: "default"}
		if bus != nil {
			r.Bus = *bus
		}
		if r.Pattern, err = pattern.Parse([]byte(aws.ToString(out.EventPattern))); err != nil {
			return nil, fmt.Errorf("the pattern of the rule %s as it is deployed: %w", id, err)
		}
		for _, target := range targets.Targets {
			r.Targets = append(r.Targets, aws.ToString(target.Arn))
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// A Schedule sends a text to a queue at its times.
type Schedule struct{ Name, Expression, Queue, Input string }

// Schedules are those of the template, resolved: the emulator makes none.
func (c *Cloud) Schedules(ctx context.Context) ([]Schedule, error) {
	v, err := c.values(ctx)
	if err != nil {
		return nil, err
	}
	var schedules []Schedule
	for _, id := range c.template.of("AWS::Scheduler::Schedule") {
		properties := c.template.Resources[id].Properties
		target, _ := properties["Target"].(map[string]any)
		queue, err := v.resolve(target["Arn"])
		if err != nil {
			return nil, err
		}
		input, err := v.resolve(target["Input"])
		if err != nil {
			return nil, err
		}
		schedules = append(schedules, Schedule{Name: text(properties["Name"]), Expression: text(properties["ScheduleExpression"]), Queue: text(queue), Input: text(input)})
	}
	return schedules, nil
}

// undeleted are the types that the emulator does not delete with their stack.
var undeleted = map[string]bool{"AWS::IAM::ManagedPolicy": true}

// Retained are the logical ids of what the template keeps when its stack is deleted, sorted.
func (c *Cloud) Retained() []string {
	return slices.DeleteFunc(c.template.ids(), func(id string) bool { return c.template.Resources[id].DeletionPolicy != "Retain" })
}

// Left are the resources of the template that are there, by logical id: after a deletion, what it leaves.
func (c *Cloud) Left(ctx context.Context, before map[string]string) ([]string, error) {
	v := values{Place: c.Place, template: c.template, physical: before, parameters: c.parameters}
	var left []string
	for _, id := range slices.Sorted(maps.Keys(before)) {
		r := c.template.Resources[id]
		if r == nil || readers[r.Type] == nil || undeleted[r.Type] {
			continue
		}
		resolved, err := v.resolve(r.Properties)
		if err != nil {
			return nil, err
		}
		want, _ := resolved.(map[string]any)
		if _, err := readers[r.Type](ctx, c, before[id], want); err == nil {
			left = append(left, id)
		}
	}
	return left, nil
}

// Physical are the physical ids of what was made, by logical id.
func (c *Cloud) Physical(ctx context.Context) (map[string]string, error) { return c.physical(ctx) }

// DeadLetters is the ARN of the dead-letter queue that a queue has, as SQS shows it.
func (c *Cloud) DeadLetters(ctx context.Context, url string) (string, error) {
	policy := types.QueueAttributeNameRedrivePolicy
	out, err := sqs.NewFromConfig(c.cfg).GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{policy}})
	if err != nil {
		return "", fmt.Errorf("read the redrive policy of %s: %w", url, err)
	}
	var redrive struct{ DeadLetterTargetArn string }
	if err := json.Unmarshal([]byte(out.Attributes[string(policy)]), &redrive); err != nil {
		return "", fmt.Errorf("%s has no dead-letter queue: %w", url, err)
	}
	return redrive.DeadLetterTargetArn, nil
}
