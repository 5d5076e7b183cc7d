package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// newBus makes the hub's event bus. It takes events of the organization's accounts and of nobody else. Which account an event is of says AWS, and an event of a service of AWS's can
// be made by nobody else: PutEvents refuses sources that begin with "aws.", and what a rule forwards keeps its account.
//
// Source: Amazon EventBridge user guide, "Permissions for event buses in Amazon EventBridge" (aws:PrincipalOrgID); API reference, PutEventsRequestEntry (Source).
func newBus(scope constructs.Construct, names rights.Names, organization string) awsevents.CfnEventBus {
	bus := awsevents.NewCfnEventBus(scope, jsii.String("Bus"), &awsevents.CfnEventBusProps{
		Name:        jsii.String(names.Bus()),
		Description: jsii.String("What the accounts of the organization forward to Tagwarden."),
	})
	awsevents.NewCfnEventBusPolicy(scope, jsii.String("BusPolicy"), &awsevents.CfnEventBusPolicyProps{
		EventBusName: bus.Ref(), StatementId: jsii.String("Organization"),
		Statement: map[string]any{
			"Sid": "Organization", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": bus.AttrArn(),
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:PrincipalOrgID": organization}},
		},
	})
	return bus
}

// busName is the bus on which the deployment's rules stand: nil is the account's default one. A shadow policy's stand beside those of the hub that it is compared with.
func (s *Stack) busName() *string {
	switch named := s.design.Settings.Bus; {
	case s.bus != nil:
		return s.bus.Ref()
	case named != "":
		return &named
	}
	return nil
}

// newHeartbeats sends the members' heartbeats to the clock's queue.
func (s *Stack) newHeartbeats(scope constructs.Construct, queue awssqs.Queue) {
	rule := awsevents.NewCfnRule(scope, jsii.String("Heartbeats"), &awsevents.CfnRuleProps{
		Name:         jsii.String(s.names.Heartbeat()),
		Description:  jsii.String("The heartbeats of the accounts that are enrolled."),
		EventBusName: s.busName(),
		State:        jsii.String("ENABLED"),
		Targets:      []any{target("queue", queue.QueueArn(), s.dead)},
	})
	setPattern(rule, listen.Beats(s.names))
	allowRules(queue, "Heartbeats", rule)
	s.rules = append(s.rules, rule)
}
