package main

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// stackName is the name of the CloudFormation stack, and begins those of members' templates, where the settings have the default prefix.
const stackName = "Tagwarden"

// A Design is what a stack is derived from. It holds no action, pattern or control of its own.
type Design struct {
	Settings Settings
	Policy   *policy.Policy
	Kinds    []events.Kind
	Remedies []remedy.Remedy
}

// A Stack is a deployment and the parts that its functions share.
type Stack struct {
	stack   awscdk.Stack
	design  Design
	names   rights.Names
	roles   []rights.Role
	journal awsdynamodb.Table
	key     awskms.Key
	topic   awssns.Topic
	hand    awssqs.Queue
	dead    awssqs.Queue
	rules   []awsevents.CfnRule               // whose events come to dead where they cannot be delivered
	logs    []awslogs.LogGroup                // of all functions
	alarms  map[string]awscloudwatch.CfnAlarm // by name
	rollout *rollout                          // nil where aliases are moved at once
	bus     awsevents.CfnEventBus             // nil unless the deployment is a hub: then its rules stand on the default bus
}

// newStack makes the whole deployment; of a hub all but what stands in the accounts of the organization, its own included: see newMembers.
func newStack(app awscdk.App, d Design, now time.Time) *Stack {
	s := &Stack{
		stack: awscdk.NewStack(app, &d.Settings.Stack, &awscdk.StackProps{
			SuppressTemplateIndentation: jsii.Bool(true), // white space counts
			Description:                 jsii.String("Tagwarden keeps resources to the tag policy: it hears changes, judges them, and puts right or tells."),
		}),
		design: d,
		names:  rights.Names{Prefix: d.Settings.Prefix},
		roles:  rights.Roles(d.Policy, d.Remedies),
		alarms: map[string]awscloudwatch.CfnAlarm{},
	}
	s.journal = newJournal(s.stack, s.names)
	s.key = newKey(s.stack, s.names, d.Settings.RotationDays)
	s.topic = newTopic(s.stack, s.names, s.key, d.Settings.Email)
	s.dead = newDead(s.stack, s.names)
	s.hand = newHandOver(s.stack, s.names)
	s.rollout = s.newRollout()
	if d.Settings.hub() {
		s.bus = newBus(s.stack, s.names, d.Settings.Organization)
	}
	judges := listen.Functions(d.Policy, d.Kinds, s.names)
	for _, function := range judges {
		s.newJudge(function)
	}
	s.newButtons()
	act := s.newAct()
	s.newOperator()
	s.newClock()
	if !d.Settings.hub() {
		for _, role := range s.roles {
			newServiceRole(s.stack, s.names, role, awsiam.NewArnPrincipal(act.RoleArn()))
		}
	}
	allowRules(s.dead, "Rules", s.rules...)
	s.newWatch(judges)
	s.rollout.finish(s)
	bind(s.stack, d, true)
	s.warn(now)
	s.output("JournalTable", "The journal's table.", s.journal.TableName())
	s.output("TopicArn", "Where messages go: subscribe to it.", s.topic.TopicArn())
	s.output("HandOverQueue", "From the judges to act.", s.hand.QueueUrl())
	if d.Settings.hub() {
		s.output("BusArn", "What the accounts of the organization forward to.", s.bus.AttrArn())
	}
	return s
}

// warn shows what is worth knowing of the policy; `cdk synth --strict` takes it for an error.
func (s *Stack) warn(now time.Time) {
	for _, w := range s.design.Policy.Warnings(now) {
		id := fmt.Sprintf("tagwarden:policy:%d:%d", w.Line, w.Col)
		awscdk.Annotations_Of(s.stack).AddWarningV2(jsii.String(id), jsii.String(w.String()))
	}
}

// output shows a value at the end of a deployment.
func (s *Stack) output(name, description string, value *string) awscdk.CfnOutput {
	return awscdk.NewCfnOutput(s.stack, jsii.String(name), &awscdk.CfnOutputProps{Description: jsii.String(description), Value: value})
}
