package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// newJudge makes the way of a judging function's events: rules, queue and function.
func (s *Stack) newJudge(f listen.Function) {
	scope := constructs.NewConstruct(s.stack, jsii.String(title(f.Name)))
	queue := s.newQueue(scope, f.Name, wiring.JudgeVisibility, f.Grace)
	for _, rule := range f.Rules {
		s.newRule(scope, rule, queue)
	}
	s.newFunction(scope, function{
		name: f.Name, doc: f.Doc,
		queue: queue, timeout: wiring.JudgeTimeout, memory: wiring.JudgeMemory, window: f.Window,
		rights:      rights.Judge(schema.TableActions(), s.names.Source()),
		environment: map[string]*string{wiring.Queue: s.hand.QueueUrl()},
	})
}

// newRule sends a kind's events to their queue. What EventBridge cannot deliver comes to the same dead-letter queue as what the function cannot judge, so that there is
// one place to look at.
func (s *Stack) newRule(scope constructs.Construct, r listen.Rule, queue awssqs.Queue) {
	id := "Rule"
	if s.bus != nil { // another id, because no rule can be moved to another bus: where a deployment becomes a hub, the new ones are made and the old ones go
		id = "BusRule"
	}
	if r.Kind.ID != r.Kind.Judge() {
		id += title(r.Kind.ID)
	}
	rule := awsevents.NewCfnRule(scope, jsii.String(id), &awsevents.CfnRuleProps{
		Name:         jsii.String(s.names.Function(r.Kind.ID)),
		Description:  jsii.String(r.Kind.Doc),
		EventBusName: s.busName(),
		State:        jsii.String("ENABLED"),
		Targets:      []any{target("queue", queue.QueueArn(), s.dead)},
	})
	setPattern(rule, r.Pattern)
	allowRules(queue, id, rule)
	s.rules = append(s.rules, rule)
}

// target is where a rule sends, and what it cannot send to a dead-letter queue.
func target(id string, arn *string, dead awssqs.Queue) *awsevents.CfnRule_TargetProperty {
	return &awsevents.CfnRule_TargetProperty{
		Id: jsii.String(id), Arn: arn,
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: dead.QueueArn()},
		RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
			MaximumEventAgeInSeconds: jsii.Number(retrySeconds), MaximumRetryAttempts: jsii.Number(retries),
		},
	}
}

// How long EventBridge tries to deliver an event: as long as it can.
//
// Source: Amazon EventBridge user guide, "How EventBridge retries delivering events".
const (
	retrySeconds = 24 * 60 * 60
	retries      = 185
)

// allowRules lets some rules, and nothing else, send to a queue. It is one statement, however many they are: the policy of a queue has at most ten conditions.
//
// Source: Amazon EventBridge user guide, "Using resource-based policies for Amazon EventBridge" (Amazon SQS permissions); Amazon SQS developer guide, "Amazon SQS policy quotas".
func allowRules(queue awssqs.Queue, sid string, rules ...awsevents.CfnRule) {
	arns := make([]*string, len(rules))
	for i, rule := range rules {
		arns[i] = rule.AttrArn()
	}
	queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String(sid),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  &[]*string{queue.QueueArn()},
		Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": arns}},
	}))
}

// title is a kind's id as the construct's: "Config", "ConfigRule".
func title(id string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
