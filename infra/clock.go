package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// When the clock ticks and sweeps. A sweep is at night in Europe and America, in UTC.
//
// Source: EventBridge Scheduler user guide, "Schedule types in EventBridge Scheduler".
const (
	eachMinute = "rate(1 minutes)"
	eachDay    = "cron(17 3 * * ? *)"
)

// newClock makes the function that no event starts, its queue and its schedules.
func (s *Stack) newClock() {
	scope := constructs.NewConstruct(s.stack, jsii.String(title(rights.ClockName)))
	queue := s.newQueue(scope, rights.ClockName, wiring.ClockVisibility, 0)
	sweeps, aggregator := s.design.Policy.Sweeps(), s.design.Settings.Aggregator
	environment := map[string]*string{
		wiring.Queue: s.hand.QueueUrl(), wiring.Own: queue.QueueUrl(), wiring.Attempts: jsii.String(strconv.Itoa(wiring.MaxReceives)),
	}
	if aggregator != "" {
		environment[wiring.Aggregator] = jsii.String(aggregator)
	}
	if directory := s.design.Settings.Directory; directory != "" {
		environment[wiring.Directory] = jsii.String(directory)
	}
	_, role := s.newFunction(scope, function{
		name: rights.ClockName, doc: "Takes up what is due each minute, sends digests, and sweeps through what exists; hands over to act.",
		queue: queue, timeout: wiring.ClockTimeout, memory: wiring.ClockMemory,
		rights:      append(rights.Clock(schema.TableActions(), schema.IndexActions(), s.names.Source(), sweeps, aggregator != ""), s.directory()...),
		environment: environment,
	})
	justifyIndexes(s, role)
	if sweeps {
		justifySweep(role, aggregator != "")
	}
	s.schedule(scope, queue, sweeps)
	if s.design.Settings.hub() {
		s.justifyDirectory(role)
		s.newHeartbeats(scope, queue)
	}
}

// schedule sends the clock its messages. The role may send to its queue alone, and is trusted for this stack's group of schedules alone: EventBridge Scheduler takes the group's
// ARN, and not a schedule's.
//
// Source: EventBridge Scheduler user guide, "Confused deputy prevention".
func (s *Stack) schedule(scope constructs.Construct, queue awssqs.Queue, sweeps bool) {
	name := s.names.Function(rights.ClockName)
	group := awsscheduler.NewCfnScheduleGroup(scope, jsii.String("Schedules"), &awsscheduler.CfnScheduleGroupProps{Name: &name})
	arn := awscdk.Fn_Sub(jsii.String("arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule-group/"+name), nil)
	role := awsiam.NewRole(scope, jsii.String("Scheduler"), &awsiam.RoleProps{
		RoleName:    jsii.String(s.names.Schedules()),
		Description: jsii.String("Lets EventBridge Scheduler send to the clock's queue."),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": s.stack.Account(), "aws:SourceArn": arn}},
		}),
		InlinePolicies: inline(rights.Expand(rights.Scheduler(), func(rights.Part) []string { return []string{*queue.QueueArn()} })),
	})
	justifyInline(role)
	send := func(id, doc, when, what string) {
		awsscheduler.NewCfnSchedule(scope, &id, &awsscheduler.CfnScheduleProps{
			Name: &id, Description: &doc, GroupName: group.Ref(), ScheduleExpression: &when,
			FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
			Target:             &awsscheduler.CfnSchedule_TargetProperty{Arn: queue.QueueArn(), RoleArn: role.RoleArn(), Input: &what},
		})
	}
	send("Tick", "Has the clock look each minute for what is due.", eachMinute, wiring.Tick)
	if sweeps {
		send("Sweep", "Has the clock judge each day everything that exists.", eachDay, wiring.Sweep)
	}
}

// justifyIndexes says why a function reads all indexes of the journal's table.
func justifyIndexes(s *Stack, role awsiam.Role) {
	table := *s.stack.GetLogicalId(s.journal.Node().DefaultChild().(awscdk.CfnElement))
	suppress(role, "The indexes of the journal's table, all of which it reads.", "Resource::<"+table+".Arn>/index/*")
}

// justifySweep says why the clock's rights to list what exists name no resource.
func justifySweep(role awsiam.Role, aggregated bool) {
	suppress(role, "The default view of Resource Explorer, whose ARN AWS makes up.", "Resource::arn:<AWS::Partition>:resource-explorer-2:<AWS::Region>:<AWS::AccountId>:view/*/*")
	if aggregated {
		suppress(role, "The aggregator that is named, whose ARN AWS makes up.", "Resource::arn:<AWS::Partition>:config:<AWS::Region>:<AWS::AccountId>:config-aggregator/*")
		return
	}
	suppress(role, "AWS has no resource for this action.", "Resource::*")
}

func suppress(role awsiam.Role, reason, resource string) {
	accept(role, wildcards, reason, resource)
}
